"""What README.md and its companions promise: commands that run and give the lines shown, verbs and files that exist."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from checkout import ROOT
from typer.main import get_command

import qikg
from qikg.cli import app
from qikg.ontology.diagram import diagram
from qikg.queries import packaged

README = ROOT / "README.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
DECISIONS = ROOT / "docs" / "decisions"
PAGES = [README, CONTRIBUTING, ROOT / "CHANGELOG.md", *sorted(DECISIONS.glob("*.md"))]

SKIP = "…"
"""Alone on a line: lines left out. Within a line: words left out."""

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.S | re.M)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
PATH = re.compile(
    r"(?:ontology|evidence|graph|loaders|queries|qikg|tests|docs)/[\w./-]+|[A-Z-]+\.md|pyproject\.toml|Makefile"
)
HEADING = re.compile(r"^#+ (.+)$", re.M)


def name_of(page: Path) -> str:
    """Name a page in the list of tests."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path, language: str) -> list[str]:
    """Give what stands in the fenced blocks of a language."""
    return [text for found, text in BLOCK.findall(page.read_text("utf-8")) if found == language]


def shown() -> list[tuple[str, str]]:
    """Give the commands of README.md that are shown with their output."""
    parts = (block.removeprefix("$ ").partition("\n") for block in blocks(README, "console"))
    return [(command, output) for command, _, output in parts]


def commands(page: Path) -> Iterator[list[str]]:
    """Give the words of every `qikg …` of a page, in a block or within a sentence, without their comments."""
    text = page.read_text("utf-8")
    lines = [line.removeprefix("$ ") for _, block in BLOCK.findall(text) for line in block.split("\n")]
    for code in [*lines, *CODE.findall(BLOCK.sub("", text))]:
        if code.startswith("qikg "):
            yield shlex.split(code, comments=True)


def pattern(output: str) -> str:
    """Turn an output with parts left out into a regular expression for the whole of it."""
    lines = output.rstrip("\n").split("\n")
    return "".join(
        r"(?:.*\n)*?" if line == SKIP else ".*".join(map(re.escape, line.split(SKIP))) + "\n" for line in lines
    )


def run(arguments: list[str], store: Path) -> str:
    """Run qikg as a user does, off any terminal; give what it says on both outputs, data first."""
    done = subprocess.run(
        [sys.executable, "-m", "qikg", *arguments],
        env={**os.environ, "QIKG_STORE": str(store)},
        cwd=store.parent,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty store, for the commands in the order of the README; one client stays, so that its engine does."""
    folder = tmp_path_factory.mktemp("readme") / "store"
    with qikg.open(folder):
        yield folder


@pytest.fixture(scope="module")
def built(store: Path) -> str:
    """Build the packaged graph, as the tour of the README does first; give what the command said."""
    return run(["build"], store)


# --- commands


@pytest.mark.embedded
@pytest.mark.parametrize(("command", "output"), shown(), ids=[command for command, _ in shown()])
def test_a_command_gives_the_lines_that_the_readme_shows(command: str, output: str, store: Path, built: str) -> None:
    said = built if command == "qikg build" else run(shlex.split(command)[1:], store)

    assert re.fullmatch(pattern(output), said), f"README.md is not as the program has it:\n\n$ {command}\n{said}"


@pytest.mark.embedded
def test_the_python_of_the_readme_prints_what_it_shows(
    store: Path, built: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QIKG_STORE", str(store))
    (code,) = blocks(README, "python")
    exec(compile(code, "README.md", "exec"), {})

    assert capsys.readouterr().out in blocks(README, "text")


def test_the_readme_shows_a_wrong_use() -> None:
    assert any("Did you mean" in output for _, output in shown())


def options(verb: str, below: str) -> set[str]:
    """Give the options of a command, or of one below it; fail where there is none of that name."""
    command: Any = get_command(app)
    for name in filter(None, (verb, below)):
        assert name in command.commands, f"there is no `qikg {verb} {below}`"
        command = command.commands[name]
    return {option for parameter in command.params for option in parameter.opts}


def asked_with(name: str) -> set[str]:
    """Give the options of a question, or of all together where the page leaves its name open."""
    questions = packaged().values() if name in {"NAME", "<name>", SKIP} else [packaged()[name]]
    own = {f"--{parameter.replace('_', '-')}" for question in questions for parameter in question.parameters}
    return {*own, "--status", "--reach", "--text", "--format", "--out", "--store", "--help"}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_verb_and_option_exists(page: Path) -> None:
    for _, *words in commands(page):
        verb, below = ([word for word in words if not word.startswith("-")] + ["", ""])[:2]
        if verb == "ask" and below:
            known = asked_with(below)
        else:
            known = options(verb, below if verb in {"queries", "schema", "store"} else "")
        given = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert not given - known - {"--help"}, f"{page.name}: qikg {' '.join(words)}"


# --- files


def anchors(page: Path) -> set[str]:
    """Give the anchors of a page's headings, as GitHub makes them."""
    text = BLOCK.sub("", page.read_text("utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(text)}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(BLOCK.sub("", page.read_text("utf-8"))):
        if "://" in link:
            continue
        path, _, anchor = unquote(link).partition("#")
        target = page.parent / path if path else page
        assert target.exists(), f"{page.name}: {link}"
        assert not anchor or anchor in anchors(target), f"{page.name}: {link}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_file_that_is_named_exists(page: Path) -> None:
    for code in CODE.findall(BLOCK.sub("", page.read_text("utf-8"))):
        for word in code.split():
            if PATH.fullmatch(word):
                assert (ROOT / word).exists(), f"{page.name}: {word}"


def test_contributing_has_three_recipes_that_the_readme_points_at() -> None:
    recipes = [heading for heading in HEADING.findall(CONTRIBUTING.read_text("utf-8")) if heading.startswith("Add ")]

    assert recipes == ["Add a framework", "Add a query", "Add a source format"]
    for recipe in recipes:
        assert f"CONTRIBUTING.md#{recipe.lower().replace(' ', '-')}" in README.read_text("utf-8")


def test_every_decision_is_in_the_index() -> None:
    index = (DECISIONS / "README.md").read_text("utf-8")

    assert not [page.name for page in DECISIONS.glob("*.md") if page.name != "README.md" and page.name not in index]


def test_the_picture_is_the_one_that_the_ontology_draws() -> None:
    (picture,) = blocks(README, "mermaid")

    assert picture.strip() == diagram().strip(), "put in what `qikg schema diagram` prints"


def test_every_folder_at_the_top_is_in_the_readme() -> None:
    text = README.read_text("utf-8")

    for folder in ("ontology", "evidence", "graph", "loaders", "queries", "qikg", "tests", "docs"):
        assert f"| `{folder}/` |" in text


# --- the readers above


@pytest.mark.parametrize(
    ("output", "said", "fits"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\nb\n", "a\nx\nb\n", False),
        ("a\n…\nb\n", "a\nx\ny\nb\n", True),
        ("a\n…\n", "a\nx\n", True),
        ("…\nb\n", "b\n", True),
        ("a\n", "a\nx\n", False),
        ("It is in … now.\n", "It is in a folder now.\n", True),
        ("1.5 (x)\n", "125 x\n", False),
    ],
)
def test_left_out_parts_fit_anything_and_others_nothing_else(output: str, said: str, fits: bool) -> None:
    assert bool(re.fullmatch(pattern(output), said)) is fits
