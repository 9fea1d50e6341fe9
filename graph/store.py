"""What every store can do: the one protocol behind which the embedded engine and Neo4j stand."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, TypeVar

Scalar: TypeAlias = str | int | float | bool | datetime.date | None
Value: TypeAlias = "Scalar | Sequence[Value] | Mapping[str, Value]"
"""What a query takes and gives. Nodes and relationships come back as mappings of their properties."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rows:
    """The result of one query: the names of its columns, and a tuple of values a row."""

    columns: tuple[str, ...]
    values: tuple[tuple[Value, ...], ...]

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[dict[str, Value]]:
        """Give each row as a dict from column to value."""
        return (dict(zip(self.columns, row, strict=True)) for row in self.values)


class Transaction(Protocol):
    """One write transaction: all of its statements take effect, or none."""

    def run(self, query: str, parameters: Mapping[str, Value] | None = None) -> Rows:
        """Run one statement and give all of its rows."""
        ...


class Store(Protocol):
    """An open graph. Use it in a `with` block, or call `close`."""

    @property
    def address(self) -> str:
        """Where the graph is: a folder, or a Bolt address without user and password."""
        ...

    @property
    def engine(self) -> str:
        """What serves it, with its version: Neo4j 5.26.29, ArcadeDB 26.10.2."""
        ...

    def read(
        self,
        query: str,
        parameters: Mapping[str, Value] | None = None,
        *,
        timeout: float | None = None,
        most: int | None = None,
    ) -> Rows:
        """Run a query that cannot write and give its rows, `most` of them at most.

        Raises QueryError, WriteRefused where it tries to write, and QueryStopped after `timeout` seconds
        (the embedded engine has one limit for everybody, and obeys no other).
        """
        ...

    def stream(self, query: str, parameters: Mapping[str, Value] | None = None) -> Iterator[dict[str, Value]]:
        """Give the rows of a query one by one; memory does not grow with their number.

        There is no time limit, since the reader's own time would count: not for a query that a user wrote.
        Raises as `read` does, when the first row is asked for or later.
        """
        ...

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in one transaction. It may be called again after a transient error, so it must be repeatable."""
        ...

    def define(self, statements: Sequence[str]) -> None:
        """Make constraints and indexes (Cypher DDL, each with IF NOT EXISTS), and wait until they can be used."""
        ...

    def repair(self) -> list[str]:
        """Make constraints and indexes anew, or, on a server, those that are missing, and say what was done."""
        ...

    def wipe(self) -> list[str]:
        """Delete the whole graph; give the names of what was found there that is not qikg's, and was left."""
        ...

    def close(self) -> None:
        """Let go of the store."""
        ...
