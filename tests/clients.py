"""Clients of an embedded store in processes of their own, and what a test may know about its engine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from qikg.graph.locks import is_owned

HEAD = """
import sys
from qikg.graph import EmbeddedStore
folder = sys.argv[1]
"""
OPEN = HEAD + "store = EmbeddedStore(folder)\n"
WRITES_FOR_EVER = (
    OPEN
    + """
store.define(["CREATE CONSTRAINT row_id IF NOT EXISTS FOR (n:Row) REQUIRE n.id IS UNIQUE"])
for batch in range(100000):
    rows = [f"{batch}-{i}" for i in range(50)]
    store.write(lambda transaction: transaction.run("UNWIND $rows AS id MERGE (:Row {id: id})", {"rows": rows}))
    print(batch + 1, flush=True)
store.close()
"""
)


class Client:
    """A process that runs some lines of Python; what it prints is read line by line."""

    def __init__(self, code: str, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", code, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def end(self, number: signal.Signals | None = None) -> tuple[str, str]:
        """Wait for its end, after a signal to its whole group; give the rest of what it printed on both outputs."""
        if number is not None:
            os.killpg(self.process.pid, number)
        return self.process.communicate(timeout=30)

    def numbers(self, rest: str) -> list[int]:
        return [int(line) for line in rest.split()]


def engine_process(folder: Path) -> int:
    """Give the id of the engine's process."""
    return int(json.loads((folder / "server.json").read_text("utf-8"))["pid"])


def kill_engine(folder: Path) -> None:
    """Kill the engine, as the kernel does when memory runs out, and wait until it is gone."""
    os.kill(engine_process(folder), signal.SIGKILL)
    wait_for(lambda: not is_owned(folder / "engine.lock"))


def wait_for(condition: Callable[[], bool], limit: float = 10.0) -> float:
    """Give the seconds until the condition holds; fail after `limit`."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < limit, f"not within {limit} s"
        time.sleep(0.02)
    return time.monotonic() - start


def until_gone(folder: Path) -> float:
    """Give the seconds until no engine runs on a folder; fail after some seconds."""
    return wait_for(lambda: not is_owned(folder / "engine.lock"))
