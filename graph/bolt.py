"""What both stores share over Bolt: one driver with its sessions, in the terms of qikg."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from qikg.graph.answers import plain, release_entities
from qikg.graph.failures import reraised
from qikg.graph.store import Rows, Transaction, Value
from qikg.ontology.errors import UsageError

if TYPE_CHECKING:
    import neo4j

T = TypeVar("T")
FETCH_SIZE = 1000
EXPLAIN = "EXPLAIN "
TIME_LIMIT = 60.0
"""Seconds that a reading query may take where nothing else is said."""


def limit_or_default(seconds: float | None) -> float:
    """Give the time limit of reading queries: `seconds`, or QIKG_TIME_LIMIT, or 60.

    Raises UsageError where it is no positive number.
    """
    text = os.environ.get("QIKG_TIME_LIMIT", "").strip()
    if seconds is None and not text:
        return TIME_LIMIT
    try:
        limit = float(text) if seconds is None else seconds
    except ValueError:
        limit = 0.0
    if not 0 < limit < float("inf"):
        raise UsageError(f"The time limit {text or seconds!r} is no number of seconds, such as 60 (QIKG_TIME_LIMIT).")
    return limit


class BoltTransaction:
    """One write transaction over Bolt."""

    def __init__(self, transaction: neo4j.ManagedTransaction, server: str) -> None:
        self._transaction = transaction
        self._server = server

    def run(self, query: str, parameters: Mapping[str, Value] | None = None) -> Rows:
        """Run one statement and give all of its rows.

        Raises QueryError; an error that the driver repeats the transaction for passes unchanged.
        """
        with reraised(self._server, transient=False):
            return _rows(self._transaction.run(query, dict(parameters or {})))


class Connection:
    """One driver, for one server and one user; its sessions see each other's writes."""

    def __init__(
        self,
        uri: str,
        credentials: tuple[str, str] | None,
        *,
        server: str,
        patience: float,
    ) -> None:
        """Make the driver; nothing is sent yet.

        `server` stands in messages for the address; `patience` is how many seconds to go on against a server that
        does not answer or against transient errors.
        """
        import neo4j

        # without a handler Python prints the driver's warnings, which come again as errors, on the terminal
        logging.getLogger("neo4j").addHandler(logging.NullHandler())
        self._server = server
        with reraised(server):
            self._driver = neo4j.GraphDatabase.driver(
                uri,
                auth=credentials,
                user_agent="qikg",
                connection_timeout=10.0,
                connection_acquisition_timeout=patience + 10.0,
                max_transaction_retry_time=patience,
                liveness_check_timeout=30.0,
                notifications_min_severity="OFF",
                fetch_size=FETCH_SIZE,
            )
        self._bookmarks = neo4j.GraphDatabase.bookmark_manager()

    def verify(self) -> str:
        """See that the server answers and lets the user in, and give its name and version.

        Raises StoreUnavailable.
        """
        with reraised(self._server):
            return str(self._driver.get_server_info().agent)

    def read(
        self,
        database: str | None,
        query: str,
        parameters: Mapping[str, Value] | None,
        limit: float | None,
        most: int | None = None,
    ) -> Rows:
        """Run one query in a reading transaction of at most `limit` seconds and give its rows, `most` at most."""
        import neo4j

        @neo4j.unit_of_work(timeout=limit)
        def work(transaction: neo4j.ManagedTransaction) -> Rows:
            return _rows(transaction.run(query, dict(parameters or {})), most)

        with reraised(self._server, limit=limit), self._session(database, reading=True) as session:
            return session.execute_read(work)

    def stream(
        self,
        database: str | None,
        query: str,
        parameters: Mapping[str, Value] | None,
        starting: AbstractContextManager[None] | None = None,
    ) -> Iterator[dict[str, Value]]:
        """Give the rows of one reading query as they arrive; the server begins with it inside of `starting`."""
        with reraised(self._server), self._session(database, reading=True) as session:
            with starting or nullcontext():
                result = session.run(query, dict(parameters or {}))
            keys = result.keys()
            for record in result:
                values = record.values()
                yield {key: plain(value) for key, value in zip(keys, values, strict=True)}
                release_entities(values)

    def write(self, database: str | None, work: Callable[[Transaction], T]) -> T:
        """Run `work` in one writing transaction, again after a transient error."""
        with reraised(self._server, reading=False), self._session(database, reading=False) as session:
            return session.execute_write(lambda transaction: work(BoltTransaction(transaction, self._server)))

    def command(self, database: str | None, query: str) -> None:
        """Run one statement that must have a transaction of its own, such as a change of the schema."""
        with reraised(self._server, reading=False), self._session(database, reading=False) as session:
            session.run(query).consume()

    def explain(self, database: str | None, query: str) -> neo4j.ResultSummary:
        """Give the plan of `EXPLAIN query` without running it."""
        with reraised(self._server), self._session(database, reading=True) as session:
            return session.run(EXPLAIN + query).consume()

    def close(self) -> None:
        """Close all connections."""
        self._driver.close()

    @contextmanager
    def _session(self, database: str | None, *, reading: bool) -> Iterator[neo4j.Session]:
        with self._driver.session(
            database=database,
            default_access_mode="READ" if reading else "WRITE",
            bookmark_manager=self._bookmarks,
        ) as session:
            yield session


def _rows(result: neo4j.Result, most: int | None = None) -> Rows:
    columns = tuple(result.keys())
    values = []
    for record in islice(result, most):
        values.append(tuple(plain(value) for value in record.values()))
        release_entities(record)
    return Rows(columns, tuple(values))
