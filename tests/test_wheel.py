"""The wheel: built, installed and used away from the checkout, without asking the network."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest
from checkout import ROOT, project_files

# The pip of this environment works on others too (--python); find-links and a configured index stay out of it.
PIP = [sys.executable, "-m", "pip", "--isolated", "--disable-pip-version-check", "-q"]


def run(command: list[str], cwd: Path, **environment: str) -> str:
    """Run a command that must succeed; give its standard output."""
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a clean copy of the checkout: what git has or would take, and nothing else."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    if not (files := project_files()):
        pytest.skip("not a git checkout")
    for path in files:
        target = source / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    run([*PIP, "wheel", "--no-index", "--no-deps", "--no-build-isolation", "-w", str(out), str(source)], cwd=out)
    return next(out.glob("qikg-*.whl"))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a new environment that holds the wheel, and sees the other packages of this one, but not this checkout."""
    folder, others = tmp_path_factory.mktemp("environment"), tmp_path_factory.mktemp("others")
    venv.create(folder, with_pip=False)
    for package in Path(sysconfig.get_path("purelib")).iterdir():
        if "qikg" not in package.name and package.suffix != ".pth":
            (others / package.name).symlink_to(package)
    python = programs(folder) / "python"
    site = run([str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], cwd=folder).strip()
    Path(site, "others.pth").write_text(f"{others}\n", "utf-8")
    # With dependencies: one that is declared and not there would be looked for, and fail.
    run([*PIP, "--python", str(python), "install", "--no-index", str(wheel)], cwd=folder)
    return folder


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A folder as users have them: with modules that are named as parts of this project are."""
    for name in ("graph", "ontology", "loaders", "queries", "release", "evidence"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('imported from the folder of a user')\n", "utf-8")
    return tmp_path


def programs(environment: Path) -> Path:
    """Give the folder of the commands of an environment."""
    return environment / ("Scripts" if os.name == "nt" else "bin")


def test_wheel_holds_all_data_and_only_the_project(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    folders = ("qikg", "ontology", "graph", "loaders", "queries", "release", "evidence")
    files = [path.relative_to(ROOT) for path in project_files()]
    wanted = {path.as_posix() for path in files if path.parts[0] in folders and len(path.parts) > 1}

    assert packed == {name if name.startswith("qikg/") else f"qikg/{name}" for name in wanted}


def test_wheel_is_complete_in_an_empty_environment(environment: Path, trap: Path) -> None:
    python = str(programs(environment) / "python")
    where = run([python, "-c", "import qikg.graph, qikg.evidence; print(qikg.graph.__file__)"], cwd=trap).strip()

    assert Path(where).is_relative_to(environment)


def test_wheel_builds_the_graph_and_answers(environment: Path, trap: Path) -> None:
    if not (ROOT / "qikg" / "cli.py").exists():
        pytest.skip("there is no qikg/cli.py yet")
    store = {"QIKG_STORE": str(trap / "store")}
    run([str(programs(environment) / "qikg"), "build"], cwd=trap, **store)
    # With -m the folder itself is the first on the path of modules.
    python = str(programs(environment) / "python")
    answer = run([python, "-m", "qikg", "ask", "case-matrix", "--format", "csv"], cwd=trap, **store)

    rows = list(csv.DictReader(answer.splitlines()))
    assert len(rows) == 64  # eight cases by eight challenges, Table 3 of the study
