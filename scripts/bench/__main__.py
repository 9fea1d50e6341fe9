"""Measures what the project promises and prints it as a table; each ratio is of figures from one run, side by side."""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

import qikg
from qikg.queries import packaged

ROOT = Path(__file__).resolve().parent.parent
BARE_TYPER = "import typer\napp = typer.Typer()\n@app.command()\ndef hello(name: str) -> None: ...\napp()"
IMPORTS = "import neo4j, pydantic, typer, rich"


def main() -> None:
    """Run all measurements, or those whose names begin with one that is given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("only", nargs="*", help="names: " + ", ".join(MEASUREMENTS))
    parser.add_argument("--runs", type=int, default=5, help="runs of each command; the median is printed")
    wanted = parser.parse_args()
    for name, measure in MEASUREMENTS.items():
        if not wanted.only or any(name.startswith(only) for only in wanted.only):
            measure(wanted.runs)


def commands(runs: int) -> None:
    """Time the command against the least that a process with the same libraries needs."""
    title = "The command (whole process, wall seconds, median)"
    table = _table(title, "what", "s", "beside it", "s", "ratio or difference", "goal")
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "QIKG_STORE": f"{folder}/store"}
        _run([sys.executable, "-m", "qikg", "build"], env)
        help_, bare = _pair(
            runs,
            lambda: _run([sys.executable, "-m", "qikg", "--help"], env),
            lambda: _run([sys.executable, "-c", BARE_TYPER, "--help"], env),
        )
        ratio = f"{help_ / bare:.1f} times"
        table.add_row("qikg --help", f"{help_:.2f}", "a bare typer program's --help", f"{bare:.2f}", ratio, "3 times")
        ask = [sys.executable, "-m", "qikg", "ask", "case-matrix"]

        def cold() -> None:
            time.sleep(2.5)  # the engine of the run before has ended
            started = time.perf_counter()
            _run(ask, env)
            colds.append(time.perf_counter() - started)

        colds: list[float] = []
        for _ in range(runs):
            cold()
        table.add_row("qikg ask, no engine running", f"{statistics.median(colds):.2f}", "", "", "", "under 3 s")
        with qikg.open(f"{folder}/store"):
            warm, imports = _pair(runs, lambda: _run(ask, env), lambda: _run([sys.executable, "-c", IMPORTS], env))
        table.add_row("qikg ask, engine running", f"{warm:.2f}", "a process that imports neo4j, pydantic, typer, rich",
                      f"{imports:.2f}", f"+{warm - imports:.2f} s", "+0.6 s")  # fmt: skip
    _print(table)


def demo(runs: int) -> None:
    """Time the demo and measure its memory."""
    del runs
    table = _table("The demo (after the installation)", "what", "figure", "goal")
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        script = str(ROOT / "scripts" / "demo.py")
        process = subprocess.Popen([sys.executable, script], cwd=folder, stdout=subprocess.DEVNULL)
        engine = 0
        while process.poll() is None:
            engine = max(engine, *(_peak(pid) for pid in _engines(folder)), 0)
            time.sleep(0.02)
        seconds = time.perf_counter() - started
        client = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        table.add_row("wall time", f"{seconds:.1f} s", "15 s")
        table.add_row("engine, peak memory", f"{engine} MB", "500 MB")
        table.add_row("client, peak memory", f"{client} MB", "300 MB")
    _print(table)


def questions(runs: int) -> None:
    """Time every question on the packaged graph, cold and warm, on each engine that can be had."""
    table = _table("Questions on the packaged graph (milliseconds)", "question")
    names = [name for name, question in packaged().items() if question.answerable is None or name == "improvers"]
    times: dict[str, list[str]] = {name: [] for name in names}
    with ExitStack() as stack:
        for engine, address in stack.enter_context(_engines_to_ask()):
            table.add_column(f"{engine}, first", justify="right")
            table.add_column(f"{engine}, warm", justify="right")
            graph = stack.enter_context(qikg.open(address))
            graph.build()
            for name in names:
                given = {f"{k}_": v.example for k, v in packaged()[name].parameters.items() if v.required}
                measured = [_milliseconds(lambda: graph.ask(name, **given)) for _ in range(runs + 1)]  # noqa: B023
                times[name] += [f"{measured[0]:.0f}", f"{statistics.median(measured[1:]):.0f}"]
    for name, cells in times.items():
        table.add_row(name, *cells)
    _print(table)
    Console().print("Goal: warm under 100 ms on both engines.\n")


MEASUREMENTS: dict[str, Callable[[int], None]] = {"commands": commands, "demo": demo, "questions": questions}


@contextmanager
def _engines_to_ask() -> Iterator[list[tuple[str, str]]]:
    sys.path.insert(0, str(ROOT / "tests"))
    from servers import NoServer, neo4j_server

    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        engines = [("embedded", f"{folder}/store")]
        try:
            server = stack.enter_context(neo4j_server())
            engines.append(("Neo4j", server.uri))
        except NoServer as reason:
            Console(stderr=True).print(f"Neo4j is left out: {reason}")
        yield engines


def _pair(runs: int, one: Callable[[], None], other: Callable[[], None]) -> tuple[float, float]:
    """Time two commands in turn, so that both see the same machine; give the medians."""
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        for times, work in zip(seconds, (one, other), strict=True):
            started = time.perf_counter()
            work()
            times.append(time.perf_counter() - started)
    return statistics.median(seconds[0]), statistics.median(seconds[1])


def _run(command: list[str], env: dict[str, str]) -> None:
    subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


def _engines(folder: str) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = entry.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"qikg.graph.engine" in command and any(folder.encode() in part for part in command):
            found.append(int(entry.parent.name))
    return found


def _peak(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text("ascii", "replace").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column)
    return table


def _print(table: Table) -> None:
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
