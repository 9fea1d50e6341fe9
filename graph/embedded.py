"""The embedded store: a folder whose graph is served by an engine process of its own."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import TypeVar

from qikg.graph.bolt import limit_or_default
from qikg.graph.folder import StoreFolder
from qikg.graph.integrity import remake, unique_constraints
from qikg.graph.joined import JoinedEngine
from qikg.graph.launch import join, require_engine
from qikg.graph.locks import FileLock
from qikg.graph.replacement import Replacement
from qikg.graph.store import Rows, Store, Transaction, Value
from qikg.ontology.errors import StoreBusy, StoreError, StoreUnavailable

T = TypeVar("T")

WRITE_PATIENCE = 60.0
"""Seconds that a writer waits for another one to end."""

_LEASE_PATIENCE = 30.0
_RETRY = 0.1
_LEAVING = 1.5


class EmbeddedStore:
    """A graph in a folder. The first client starts its engine, the others join it, and it ends after the last."""

    def __init__(
        self,
        folder: str | os.PathLike[str],
        *,
        time_limit: float | None = None,
        write_patience: float = WRITE_PATIENCE,
    ) -> None:
        """Open the store in `folder`, which is made if it is new.

        `time_limit` (seconds; else QIKG_TIME_LIMIT, else 60) is for all queries of all clients, and holds if this
        client starts the engine. `write_patience`: seconds to wait for another writer before StoreBusy.
        Raises StoreUnavailable where the folder is no store, cannot be written, or has no engine for this platform.
        """
        require_engine()
        self._folder = StoreFolder(folder)
        self._folder.prepare()
        self._limit = limit_or_default(time_limit)
        self._write_patience = write_patience
        self._joining = threading.RLock()
        self._writing_here = threading.RLock()
        self._write_lock = FileLock(self._folder.write_lock)
        self._replacing = False
        self._lease = FileLock(self._folder.lease_lock)
        self._engine: JoinedEngine | None = None
        if not self._lease.share(_LEASE_PATIENCE):  # held alone only by an engine that is leaving
            raise StoreUnavailable(f"The last engine of the store {self._folder.path} does not end.")
        try:
            self._folder.prepare()  # again: it may have been wiped just before there was a lease
            self._joined()
        except BaseException:
            self.close()
            raise

    @property
    def address(self) -> str:
        """The folder."""
        return str(self._folder.path)

    @property
    def engine(self) -> str:
        """The engine's name and version."""
        return self._joined().address.engine

    @property
    def kept(self) -> Path:
        """A folder in the store for files that belong to the graph; wiped with it."""
        self._folder.kept.mkdir(mode=0o700, exist_ok=True)
        return self._folder.kept

    def read(
        self,
        query: str,
        parameters: Mapping[str, Value] | None = None,
        *,
        timeout: float | None = None,
        most: int | None = None,
    ) -> Rows:
        """Run a query that cannot write and give its rows, `most` of them at most.

        Raises QueryError, WriteRefused where it tries to write, and QueryStopped after the engine's time limit
        (`timeout` is not obeyed). An engine that was killed is started again once.
        """
        return self._again(lambda engine: engine.read(self._database(), query, parameters, most))

    def stream(self, query: str, parameters: Mapping[str, Value] | None = None) -> Iterator[dict[str, Value]]:
        """Give the rows of a query one by one, without a time limit; memory does not grow with their number."""
        yield from self._again(lambda engine: engine.stream(self._database(), query, parameters))

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in one transaction; one writer at a time.

        `work` may be called again after a transient error, so it must be repeatable.
        Raises StoreBusy where another process still writes after the patience of this store. After StoreUnavailable
        it is not known whether the transaction took effect.
        """
        with self.writing():
            self._refuse_while_replacing()
            begun = False

            def once(transaction: Transaction) -> T:
                nonlocal begun
                begun = True
                return work(transaction)

            return self._again(lambda engine: engine.write(self._database(), once), unless=lambda: begun)

    def define(self, statements: Sequence[str]) -> None:
        """Make constraints and indexes (Cypher DDL, each with IF NOT EXISTS); they can be used at once."""
        with self.writing():
            self._refuse_while_replacing()
            self._joined().define(self._database(), statements)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Keep other writers out for a whole `with` block of writes; blocks may stand in one another.

        Raises StoreBusy where another process still writes after the patience of this store.
        """
        with self._writing_here:
            if self._write_lock.held:
                yield
                return
            if not self._write_lock.own(self._write_patience):
                raise StoreBusy(
                    f"Another process has been writing to the store {self.address} for more than "
                    f"{self._write_patience:g} s; try again when it has ended."
                )
            try:
                yield
            finally:
                self._write_lock.release()

    @contextmanager
    def replacement(self) -> Iterator[Store]:
        """Give an empty graph to fill, which takes the place of this one, for all clients, when the block ends.

        After an error in the block, or where the disk is full, the old graph stays as it was.
        """
        with self.writing():
            self._refuse_while_replacing()
            fresh = Replacement(self._folder, self._joined())
            self._replacing = True
            try:
                yield fresh
                fresh.take_over()
            finally:
                self._replacing = False
                fresh.close()

    @contextmanager
    def long_running(self) -> Iterator[None]:
        """Lift the time limit for the queries, of any client, that begin inside of a `with` block."""
        with self._joined().unlimited(self._database()):
            yield

    def repair(self) -> list[str]:
        """Make every unique constraint and its index anew from the records, and say what was done."""
        with self.writing(), self.long_running():
            engine, database = self._joined(), self._database()

            def run(text: str, parameters: dict[str, Value]) -> list[dict[str, Value]]:
                return engine.commands.run(database, "opencypher", text, parameters)

            done = []
            for constraint in list(unique_constraints(run)):
                remake(run, constraint)
                done.append(f"made the unique constraint {constraint.name} on {constraint.label}.{constraint.key} anew")
            return done

    def wipe(self) -> list[str]:
        """Close the store and delete what is in its folder; give the names of things there that are not qikg's.

        Raises StoreBusy, with nothing deleted, while another client has the store open.
        """
        self.close()
        return wipe(self._folder.path)

    def close(self) -> None:
        """Let go of the store; the engine ends a second after its last client."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None
        self._write_lock.release()
        self._lease.release()

    def __enter__(self) -> EmbeddedStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"EmbeddedStore({self.address!r})"

    def _database(self) -> str:
        """Read which database holds the graph, before each query: another client may have replaced it."""
        name = self._folder.current()
        if name is None:
            raise StoreUnavailable(f"The store {self.address} was deleted while it was open.")
        return name

    def _joined(self) -> JoinedEngine:
        """Give the engine that runs now, joining another one if ours was killed."""
        if not self._lease.held:
            raise StoreUnavailable(f"The store {self.address} is closed.")
        with self._joining:
            if self._engine is not None and not self._engine.runs:
                self._engine.close()
                self._engine = None
            if self._engine is None:
                address = join(self._folder, self._limit)
                try:
                    self._engine = JoinedEngine(self._folder, address)
                except StoreUnavailable:
                    # it may have been that of a killed engine, just before the next one has deleted it
                    time.sleep(_RETRY)
                    self._engine = JoinedEngine(self._folder, join(self._folder, self._limit))
            return self._engine

    def _refuse_while_replacing(self) -> None:
        if self._replacing:
            raise StoreError(f"The graph of {self.address} is being replaced: what is written to it now would be lost.")

    def _again(self, work: Callable[[JoinedEngine], T], unless: Callable[[], bool] = lambda: False) -> T:
        try:
            return work(self._joined())
        except StoreUnavailable:
            if not self._lease.held or unless():
                raise
            time.sleep(_RETRY)  # a killed engine may let go of its connections before its lock
            return work(self._joined())


@contextmanager
def scratch_store() -> Iterator[EmbeddedStore]:
    """Give an empty store for a `with` block, in the folder for temporary files; nothing of it is left."""
    with TemporaryDirectory(prefix="qikg-", ignore_cleanup_errors=True) as folder:
        store = EmbeddedStore(Path(folder, "store"))
        try:
            yield store
        finally:
            store.wipe()


def wipe(folder: str | os.PathLike[str]) -> list[str]:
    """Delete what qikg has put into a store folder; give the names of other things that are left there.

    Raises StoreUnavailable where the folder is no store, and StoreBusy, with nothing deleted, while a client uses it.
    """
    store = StoreFolder(folder)
    if not store.path.is_dir():
        return []
    store.check()
    with FileLock(store.lease_lock) as lease, FileLock(store.engine_lock) as engine:
        last_free = time.monotonic()
        while not (engine.own() and lease.own()):
            # an engine without clients ends by itself; just before that it holds the lease for a moment
            if lease.own():
                lease.release()
                last_free = time.monotonic()
            elif time.monotonic() - last_free > _LEAVING:
                raise StoreBusy(f"Another client has the store {store.path} open; close it first.")
            time.sleep(_RETRY)
        return store.empty()
