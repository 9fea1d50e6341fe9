"""The embedded engine as one client sees it: connections of a reader and of a writer, and its commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeVar

from qikg.graph.bolt import Connection
from qikg.graph.commands import Commands
from qikg.graph.definitions import engine_commands
from qikg.graph.folder import READER, EngineAddress, StoreFolder
from qikg.graph.locks import is_owned
from qikg.graph.store import Rows, Transaction, Value

T = TypeVar("T")

_PATIENCE = 1.0
"""Seconds to repeat a query after a transient error, or against an engine that was killed."""


class JoinedEngine:
    """The engine of a folder, running when it was joined. Every method names the database that it is about."""

    def __init__(self, folder: StoreFolder, address: EngineAddress) -> None:
        """Connect to the engine at `address`; raises StoreUnavailable."""
        self._folder = folder
        self.address = address
        self.commands = Commands(address.http_port, address.password)
        self._reader = self._connection(READER, address.reader_password)
        self._writer: Connection | None = None
        try:
            self._reader.verify()
        except BaseException:
            self.close()
            raise

    @property
    def runs(self) -> bool:
        """Whether it is still this engine that serves the folder."""
        return self._folder.address() == self.address and is_owned(self._folder.engine_lock)

    def read(
        self, database: str, query: str, parameters: Mapping[str, Value] | None, most: int | None = None
    ) -> Rows:
        """Run a query as a user who cannot write, and give its rows, `most` of them at most."""
        return self._reader.read(database, query, parameters, None, most)

    def stream(self, database: str, query: str, parameters: Mapping[str, Value] | None) -> Iterator[dict[str, Value]]:
        """Give the rows of a query one by one; it has begun when this returns."""
        # the engine counts the time that the consumer takes between two rows, too: a slow one would be cut off
        rows = self._reader.stream(database, query, parameters, self.unlimited(database))
        first = next(rows, None)
        return _with(first, rows)

    def write(self, database: str, work: Callable[[Transaction], T]) -> T:
        """Run `work` in one transaction."""
        if self._writer is None:
            self._writer = self._connection("root", self.address.password)
        return self._writer.write(database, work)

    def define(self, database: str, statements: Sequence[str]) -> None:
        """Make constraints and indexes from Cypher DDL."""
        for statement in statements:
            for command in engine_commands(statement):
                self.commands.run(database, command.language, command.text)

    @contextmanager
    def unlimited(self, database: str) -> Iterator[None]:
        """Lift the time limit of queries that begin inside of a `with` block."""
        self.commands.limit(database, 0)
        try:
            yield
        finally:
            self.commands.limit(database, self.address.time_limit)

    def close(self) -> None:
        """Close the connections."""
        self._reader.close()
        if self._writer is not None:
            self._writer.close()

    def _connection(self, user: str, password: str) -> Connection:
        uri = f"bolt://127.0.0.1:{self.address.bolt_port}"
        return Connection(uri, (user, password), server=str(self._folder.path), patience=_PATIENCE)


def _with(first: dict[str, Value] | None, rows: Iterator[dict[str, Value]]) -> Iterator[dict[str, Value]]:
    if first is not None:
        yield first
        yield from rows
