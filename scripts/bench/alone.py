"""Runs a function in a process of its own, and measures it there: seconds, processor time, peak memory.

    python alone.py MODULE FUNCTION ARGUMENT ...

prints what the function gave and the three figures as JSON. Only the standard library is imported here, so that the
peak is that of the function and of what it imports itself.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Measured:
    """What a function gave, and what it cost."""

    seconds: float
    cpu: float
    peak: int
    """MB."""
    result: Any


def alone(function: Callable[..., object], *arguments: object) -> Measured:
    """Run a function of one of these modules in a process of its own; arguments go as text."""
    named = [function.__module__, function.__name__, *map(str, arguments)]
    done = subprocess.run([sys.executable, __file__, *named], stdout=subprocess.PIPE, check=True)
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def peak(pid: int | str = "self") -> int:
    """Give the most memory that a process has had, in MB; 0 where it is gone."""
    # not ru_maxrss: that of a new process begins with what its parent had
    try:
        lines = Path(f"/proc/{pid}/status").read_text("ascii", "replace").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)


def engines(folder: str) -> list[int]:
    """Give the processes of embedded engines whose stores are in a folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = entry.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"qikg.graph.engine" in command and any(folder.encode() in part for part in command):
            found.append(int(entry.parent.name))
    return found


def main() -> None:
    module, name, *arguments = sys.argv[1:]
    function = getattr(importlib.import_module(module), name)
    started, cpu = time.perf_counter(), time.process_time()
    result = function(*arguments)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak": peak(), "result": result}))


if __name__ == "__main__":
    main()
