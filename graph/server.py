"""A graph on a Neo4j server, cluster or Aura instance."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TypeVar
from urllib.parse import urlsplit

from qikg.graph.bolt import EXPLAIN, Connection, limit_or_default
from qikg.graph.store import Rows, Transaction, Value
from qikg.ontology.classes import NODES
from qikg.ontology.ddl import ddl
from qikg.ontology.errors import QueryError, UsageError

T = TypeVar("T")
SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
_PATIENCE = 30.0
_INDEX_PATIENCE = 300


@dataclass(frozen=True, slots=True)
class Plan:
    """What a server would do for a query: its kind (r, rw, w, s), and the names of its operators."""

    kind: str
    operators: tuple[str, ...]


class Neo4jStore:
    """A graph on a server that speaks Bolt. Reads are routed to readers where there is a cluster."""

    def __init__(
        self,
        uri: str,
        user: str | None = None,
        password: str | None = None,
        database: str | None = None,
        *,
        time_limit: float | None = None,
    ) -> None:
        """Connect and log in; without a password, to a server that asks for none.

        `database`: else the user's home database. `time_limit`: seconds for each reading query, else QIKG_TIME_LIMIT,
        else 60. Raises UsageError for an address that is not one, StoreUnavailable where nobody answers there or the
        log-in is refused.
        """
        self._uri = checked_address(uri)
        self._database = database
        self._limit = limit_or_default(time_limit)
        credentials = None if password is None else (user or "neo4j", password)
        self._connection = Connection(self._uri, credentials, server=self._uri, patience=_PATIENCE)
        try:
            self._engine = self._connection.verify()
        except BaseException:
            self.close()
            raise

    @property
    def address(self) -> str:
        """The Bolt address."""
        return self._uri

    @property
    def engine(self) -> str:
        """The server's name and version."""
        return self._engine.replace("/", " ")

    def read(
        self,
        query: str,
        parameters: Mapping[str, Value] | None = None,
        *,
        timeout: float | None = None,
        most: int | None = None,
    ) -> Rows:
        """Run a query that cannot write and give its rows, `most` of them at most.

        Raises QueryError, WriteRefused where it tries to write, and QueryStopped after `timeout` seconds, or else the
        time limit of this store.
        """
        limit = self._limit if timeout is None else timeout
        return self._connection.read(self._database, query, parameters, limit, most)

    def stream(self, query: str, parameters: Mapping[str, Value] | None = None) -> Iterator[dict[str, Value]]:
        """Give the rows of a query one by one, without a time limit; memory does not grow with their number."""
        return self._connection.stream(self._database, query, parameters)

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in one transaction. It may be called again after a transient error, so it must be repeatable."""
        return self._connection.write(self._database, work)

    def define(self, statements: Sequence[str]) -> None:
        """Make constraints and indexes (Cypher DDL, each with IF NOT EXISTS), and wait until they can be used."""
        for statement in statements:
            self._connection.command(self._database, statement)
        self._connection.command(self._database, f"CALL db.awaitIndexes({_INDEX_PATIENCE})")

    def explain(self, query: str) -> Plan:
        """Give what the server would do for a query, without doing it."""
        try:
            summary = self._connection.explain(self._database, query)
        except QueryError as error:
            raise QueryError(_without_explain(str(error))) from error
        return Plan(summary.query_type or "", tuple(_operators(summary.plan or {})))

    def repair(self) -> list[str]:
        """Make the constraints and indexes that are missing, as they are after an import, and say which.

        A server looks after those that it has by itself.
        """
        before = self._indexes()
        self.define(ddl())
        made = sorted(self._indexes().items() - before.items())
        return [f"made the index {name} on {place}" for name, place in made]

    def wipe(self) -> list[str]:
        """Delete all nodes that carry a label of the ontology; what else the database holds stays."""
        for label in NODES:
            self._connection.command(
                self._database, f"MATCH (n:`{label}`) CALL (n) {{ DETACH DELETE n }} IN TRANSACTIONS OF 10000 ROWS"
            )
        others = self.read("MATCH (n) RETURN DISTINCT labels(n) AS labels").values
        return sorted({str(label) for (labels,) in others for label in labels})  # type: ignore[union-attr]

    def _indexes(self) -> dict[str, str]:
        """Give the indexes, those of constraints included, each with the label and the property that it is on."""
        found = self.read(
            "SHOW INDEXES YIELD name, labelsOrTypes, properties WHERE size(properties) > 0 "
            "RETURN name, labelsOrTypes[0] + '.' + properties[0] AS place"
        )
        return {str(row["name"]): str(row["place"]) for row in found}

    def close(self) -> None:
        """Let go of the server."""
        self._connection.close()

    def __enter__(self) -> Neo4jStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Neo4jStore({self.address!r})"


def checked_address(uri: str) -> str:
    """Give the address back if it is a Bolt address without user and password.

    Raises UsageError, which never repeats a password.
    """
    scheme, separator, rest = uri.partition("://")
    if "@" in rest.split("/")[0]:
        raise UsageError(
            "An address must not hold a user or a password (it would stand in histories and process lists); "
            "give them by QIKG_USER and QIKG_PASSWORD, or the password in a file by QIKG_PASSWORD_FILE."
        )
    if not separator or scheme not in SCHEMES:
        raise UsageError(f"{uri} is no address of a graph server; one begins with {'://, '.join(SCHEMES)}://.")
    try:
        parts = urlsplit(uri)
        if not parts.hostname or parts.path not in ("", "/") or parts.port == 0:
            raise ValueError
    except ValueError:
        raise UsageError(f"{uri} is no address of a graph server; write {scheme}://HOST:PORT.") from None
    return uri.rstrip("/")


def _without_explain(message: str) -> str:
    """Give the places in a message of the server as they are in the query itself."""
    first, *rest = message.replace(f'"{EXPLAIN}', '"').split("\n")
    if not (place := re.search(r"line 1, column (\d+) \(offset: (\d+)\)", first)):
        return "\n".join((first, *rest))
    column, offset = (int(number) - len(EXPLAIN) for number in place.groups())
    moved = f"line 1, column {column} (offset: {offset})"
    marks = (line[len(EXPLAIN) :] if line.strip() == "^" else line for line in rest)
    return "\n".join((first.replace(place.group(), moved), *marks))


def _operators(plan: Mapping[str, object]) -> Iterator[str]:
    yield str(plan.get("operatorType", "")).partition("@")[0]
    children = plan.get("children")
    for child in children if isinstance(children, list) else []:
        yield from _operators(child)
