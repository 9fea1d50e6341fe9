"""The rules of the house that a machine can see: who imports whom, what loads late, what must not be named."""

from __future__ import annotations

import ast
import doctest
import importlib
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from checkout import ROOT, project_files

# The arrow: ontology <- graph <- {loaders, queries} <- qikg, with release between loaders and qikg. The key may import the values, and itself.
MAY_IMPORT: dict[str, set[str]] = {
    "ontology": set(),
    "graph": {"ontology"},
    "loaders": {"ontology", "graph"},
    "queries": {"ontology", "graph"},
    "release": {"ontology", "graph", "loaders"},
    "evidence": set(),
    "qikg": {"ontology", "graph", "loaders", "queries", "release", "evidence"},
}
LIBRARY = ("ontology", "graph", "loaders", "queries", "release", "evidence")
HEAVY = ("neo4j", "rdflib", "pyoxigraph", "arcadedb")

REGISTRY_HOST = re.compile(
    r"https?://(?!maven\.apache\.org/POM)\S*(pypi|pythonhosted|maven|npmjs|crates|debian|golang)", re.I
)
MACHINE_PATH = re.compile(r"(?<![\w.])/(work|root)/\w")
USERS_PATH = re.compile(r"(?<![\w.])/(tmp|home|Users)/\w|[A-Z]:\\Users\\")


def modules(folder: str) -> Iterator[tuple[Path, str, ast.Module]]:
    """Give each module of a folder: its file, its name when installed, its syntax tree."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        parts = parts if folder == "qikg" else ("qikg", *parts)
        yield path, ".".join(parts), ast.parse(path.read_text("utf-8"), str(path))


def imported(name: str, is_package: bool, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Give every module that a module imports, at the top or inside a function, by its full name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = name.split(".") if is_package else name.split(".")[:-1]
                base = ".".join([*package[: len(package) - node.level + 1], *filter(None, [node.module])])
            # `from qikg import graph` imports qikg.graph; `from qikg.graph import Store` imports qikg.graph.
            yield from ((node.lineno, f"{base}.{alias.name}" if base == "qikg" else base) for alias in node.names)


def folder_of(module: str) -> str | None:
    """Give the folder at the top that a module of ours stands in."""
    first, _, rest = module.partition(".")
    if first != "qikg":
        return None
    second = rest.partition(".")[0]
    return second if second in LIBRARY else "qikg"


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_imports_follow_the_arrow(folder: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {folder}/ may not import {module}"
        for path, name, tree in modules(folder)
        for line, module in imported(name.removesuffix(".__init__"), path.name == "__init__.py", tree)
        if (target := folder_of(module)) is not None and target not in {folder, *MAY_IMPORT[folder]}
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("line", "name", "is_package", "target"),
    [
        ("import qikg.queries.catalogue", "qikg.graph.store", False, "queries"),
        ("from qikg import loaders", "qikg.graph.store", False, "loaders"),
        ("from qikg import Graph", "qikg.graph.store", False, "qikg"),
        ("from ..loaders import build", "qikg.graph.store", False, "loaders"),
        ("from ..loaders import build", "qikg.graph", True, "loaders"),
        ("from .loaders import build", "qikg", True, "loaders"),
        ("from . import store", "qikg.graph", True, "graph"),
        ("import graph", "qikg.graph", True, None),
    ],
)
def test_the_reader_of_imports_sees_every_form(line: str, name: str, is_package: bool, target: str | None) -> None:
    found = [folder_of(module) for _, module in imported(name, is_package, ast.parse(line))]

    assert found == [target]


def test_every_package_is_packed() -> None:
    """A folder with an `__init__.py` that pyproject.toml does not list would be missing from the wheel."""
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"]
    found = [path.parent.relative_to(ROOT).parts for top in MAY_IMPORT for path in (ROOT / top).rglob("__init__.py")]

    assert sorted(listed) == sorted(".".join(("qikg", *parts) if parts[0] != "qikg" else parts) for parts in found)


@pytest.mark.parametrize("command", ["qikg", "python -m qikg"])
def test_help_loads_no_engine_and_no_rdf(command: str) -> None:
    if not (ROOT / "qikg" / "cli.py").exists():
        pytest.skip("there is no qikg/cli.py yet")
    start = [str(Path(sys.executable).with_name("qikg"))] if command == "qikg" else [sys.executable, "-m", "qikg"]
    environment = {**os.environ, "PYTHONPROFILEIMPORTTIME": "1"}
    done = subprocess.run([*start, "--help"], env=environment, capture_output=True, text=True, check=False)
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}

    assert done.returncode == 0, done.stderr[-2000:]
    assert "typer" in loaded  # the list was read rightly
    assert not loaded.intersection(HEAVY)


def test_the_library_prints_nothing() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for folder in LIBRARY
        for path, _, tree in modules(folder)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]

    assert not wrong


def test_no_file_names_a_registry_or_a_folder_of_one_machine() -> None:
    wrong = []
    if not (files := project_files()):
        pytest.skip("not a git checkout")
    for path in files:
        try:
            lines = path.read_text("utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(lines, 1):
            for what in (REGISTRY_HOST, MACHINE_PATH, USERS_PATH):
                if what is USERS_PATH and path.is_relative_to(ROOT / "tests"):
                    continue  # there it is an example
                if found := what.search(line):
                    wrong.append(f"{path.relative_to(ROOT)}:{number}: {found[0]}")

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "name",  # __main__ would run the command
    sorted(name for folder in MAY_IMPORT for path, name, _ in modules(folder) if path.name != "__main__.py"),
)
def test_examples_in_docstrings_are_right(name: str) -> None:
    failed, _ = doctest.testmod(importlib.import_module(name.removesuffix(".__init__")))

    assert failed == 0
