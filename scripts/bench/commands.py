"""How quickly the command answers, and what the demo takes."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time

from alone import engines, peak
from figures import in_turn, median, seconds, show, table
from files import ROOT, Wanted, new_store, until_ended

import qikg

BARE_TYPER = "import typer\napp = typer.Typer()\n@app.command()\ndef hello(name: str) -> None: ...\napp()"
IMPORTS = "import neo4j, pydantic, typer, rich"


def commands(wanted: Wanted) -> None:
    """Time the command against the least that a process with the same libraries needs."""
    runs = wanted.runs_or(5)
    title = "The command (whole process, wall seconds, median)"
    made = table(title, "what", "s", "beside it", "s", "ratio or difference", "goal")
    with new_store() as store:
        env = {**os.environ, "QIKG_STORE": store}
        _run([sys.executable, "-m", "qikg", "build"], env)
        help_, bare = _medians(
            runs,
            [sys.executable, "-m", "qikg", "--help"],
            [sys.executable, "-c", BARE_TYPER, "--help"],
            env=env,
        )
        ratio = f"{help_ / bare:.1f} times"
        made.add_row("qikg --help", f"{help_:.2f}", "a bare typer program's --help", f"{bare:.2f}", ratio, "3 times")
        ask = [sys.executable, "-m", "qikg", "ask", "case-matrix"]
        colds = []
        for _ in range(runs):
            until_ended(store)
            colds.append(seconds(lambda: _run(ask, env)))
        made.add_row("qikg ask, no engine running", f"{median(colds):.2f}", "", "", "", "under 3 s")
        with qikg.open(store):
            warm, imports = _medians(runs, ask, [sys.executable, "-c", IMPORTS], env=env)
        made.add_row("qikg ask, engine running", f"{warm:.2f}", "a process that imports neo4j, pydantic, typer, rich",
                     f"{imports:.2f}", f"+{warm - imports:.2f} s", "+0.6 s")  # fmt: skip
    show(made)


def demo(wanted: Wanted) -> None:
    """Time the demo and measure its memory."""
    del wanted
    made = table("The demo (after the installation)", "what", "figure", "goal")
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        script = str(ROOT / "scripts" / "demo.py")
        process = subprocess.Popen([sys.executable, script], cwd=folder, stdout=subprocess.DEVNULL)
        engine = 0
        while process.poll() is None:
            engine = max(engine, *(peak(pid) for pid in engines(folder)), 0)
            time.sleep(0.02)
        took = time.perf_counter() - started
        client = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        made.add_row("wall time", f"{took:.1f} s", "15 s")
        made.add_row("engine, peak memory", f"{engine} MB", "500 MB")
        made.add_row("client, peak memory", f"{client} MB", "300 MB")
    show(made)


def _medians(runs: int, *lines: list[str], env: dict[str, str]) -> list[float]:
    """Time commands in turn; give the median of each."""
    ran = in_turn(runs, *(lambda line=line: seconds(lambda: _run(line, env)) for line in lines))
    return [median(took) for took in ran]


def _run(command: list[str], env: dict[str, str]) -> None:
    subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
