"""The tables that are printed, and the medians that stand in them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from rich.console import Console
from rich.table import Table

T = TypeVar("T")


def table(title: str, *columns: str) -> Table:
    """Begin a table; columns that begin with a hash hold numbers."""
    made = Table(title=title, title_justify="left")
    for column in columns:
        made.add_column(column.removeprefix("#"), justify="right" if column.startswith("#") else "left")
    return made


def show(made: Table, *remarks: str) -> None:
    """Print a table, and remarks below it."""
    Console(width=150).print(made)
    for remark in remarks:
        say(remark)
    print()


def say(remark: str) -> None:
    """Print a line that no table has."""
    Console(width=150, highlight=False).print(remark, markup=False)


def in_turn(runs: int, *works: Callable[[], T]) -> list[list[T]]:
    """Do several things in turn, so that all see the same machine; give what each gave, run by run."""
    results: list[list[T]] = [[] for _ in works]
    for _ in range(runs):
        for gave, work in zip(results, works, strict=True):
            gave.append(work())
    return results


def median(values: Sequence[float]) -> float:
    """Give the median."""
    return statistics.median(values)


def seconds(work: Callable[[], object]) -> float:
    """Give the wall seconds that something takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def times(one: float, other: float) -> str:
    """Give a ratio as it is printed."""
    return f"{one / other:.2f} times" if other else "–"
