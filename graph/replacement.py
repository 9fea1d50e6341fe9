"""A new graph in the making, which is to take the place of the one in an embedded store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from qikg.graph.folder import StoreFolder
from qikg.graph.joined import JoinedEngine
from qikg.graph.store import Rows, Transaction, Value
from qikg.ontology.errors import StoreError, StoreUnavailable

T = TypeVar("T")


class Replacement:
    """A store on another database of the same engine. It is the writer's alone, and ends with that engine."""

    def __init__(self, folder: StoreFolder, engine: JoinedEngine) -> None:
        """Make the empty database."""
        self._folder = folder
        self._engine: JoinedEngine | None = engine
        self._database = folder.unused_name()
        engine.commands.create_database(self._database, engine.address.time_limit)

    @property
    def address(self) -> str:
        """The folder."""
        return str(self._folder.path)

    @property
    def engine(self) -> str:
        """The engine's name and version."""
        return self._running().address.engine

    def read(
        self,
        query: str,
        parameters: Mapping[str, Value] | None = None,
        *,
        timeout: float | None = None,
        most: int | None = None,
    ) -> Rows:
        """Run a query that cannot write and give its rows, `most` of them at most."""
        return self._running().read(self._database, query, parameters, most)

    def stream(self, query: str, parameters: Mapping[str, Value] | None = None) -> Iterator[dict[str, Value]]:
        """Give the rows of a query one by one; memory does not grow with their number."""
        yield from self._running().stream(self._database, query, parameters)

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in one transaction."""
        return self._running().write(self._database, work)

    def define(self, statements: Sequence[str]) -> None:
        """Make constraints and indexes (Cypher DDL, each with IF NOT EXISTS); they can be used at once."""
        self._running().define(self._database, statements)

    def take_over(self) -> None:
        """Become the graph of the store."""
        self._running()
        self._folder.choose(self._database)

    def repair(self) -> list[str]:
        """Do nothing: what is being made has no damage yet."""
        return []

    def wipe(self) -> list[str]:
        """Refuse: a graph in the making is given up by leaving its block with an error."""
        raise StoreError("A graph that is being made cannot be wiped.")

    def close(self) -> None:
        """End; the next engine drops the database, unless it has become the graph."""
        self._engine = None

    def _running(self) -> JoinedEngine:
        if self._engine is None:
            raise StoreUnavailable("This replacement of a graph has ended; use the store itself.")
        if not self._engine.runs:  # and the next engine has dropped, or will drop, this database
            raise StoreUnavailable(
                f"The engine of {self.address} was ended while a new graph was made; the old graph is unchanged. "
                "Run the same again."
            )
        return self._engine
