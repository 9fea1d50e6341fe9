"""The embedded engine's process: `python -m qikg.graph.engine FOLDER SECONDS`, started by a store's first client.

It holds engine.lock as long as it lives, serves Bolt on loopback, and leaves a second after the last client's lease has
gone, however that client ended. Why it is no part of a client's own process: that client's end would take the others
down with it.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import sys
import threading
import time
import traceback
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING

from qikg.graph.access import write_access
from qikg.graph.commands import Commands, settings
from qikg.graph.folder import TAKEN, EngineAddress, StoreFolder, replace_file
from qikg.graph.integrity import remake, unique_constraints, works
from qikg.graph.locks import FileLock
from qikg.graph.store import Value
from qikg.ontology.errors import StoreError

if TYPE_CHECKING:
    from arcadedb import ArcadeDBServer

GRACE = 1.0
"""Seconds without any client after which an engine leaves."""

_PATIENCE = 0.2  # clients that look whether the lock is free hold it for a moment; they also try again
_POLL = 0.1


def main(arguments: list[str]) -> int:
    """Become the engine of a folder in the background; return at once, with the lock already held by it."""
    folder = StoreFolder(arguments[0])
    time_limit = float(arguments[1])
    lock = FileLock(folder.engine_lock)
    if not lock.own(_PATIENCE):
        return TAKEN
    folder.address_file.unlink(missing_ok=True)
    folder.failure.unlink(missing_ok=True)
    if os.fork():  # the client waits for this process only, and is left with no child to look after
        return 0
    try:
        _serve(folder, time_limit)
    except BaseException as error:
        code = 1
        traceback.print_exc()
        with suppress(OSError):  # a full disk may be why it failed
            replace_file(folder.failure, str(error) or type(error).__name__)
    else:
        code = 0
    lock.release()
    sys.stderr.flush()
    os._exit(code)  # threads of the engine that outlive a failed start must not keep the process


def _serve(folder: StoreFolder, time_limit: float) -> None:
    stop = threading.Event()
    lease = FileLock(folder.lease_lock)

    def leave(number: int, frame: FrameType | None) -> None:
        stop.set()

    os.umask(0o077)
    os.chdir(folder.log)
    unclean = folder.running.exists()
    database = _database(folder)
    replace_file(folder.running, f"{os.getpid()}\n")
    server, address = _start(folder, time_limit)
    try:
        opened = server.create_database(database)  # opens it where it exists
        if unclean:
            _mend(Commands(address.http_port, address.password), database)
        for setting in settings(time_limit):
            opened.command("sql", setting)
        signal.signal(signal.SIGTERM, leave)
        for ignored in (signal.SIGINT, signal.SIGHUP):
            signal.signal(ignored, signal.SIG_IGN)
        folder.publish(address)
        _wait_for_the_end(lease, stop)
        folder.address_file.unlink(missing_ok=True)
    finally:
        server.stop()
    folder.running.unlink(missing_ok=True)
    lease.release()


def _wait_for_the_end(lease: FileLock, stop: threading.Event) -> None:
    """Return when no client has held a lease for a while, with the lease taken from those to come, or on `stop`."""
    last_seen = time.monotonic()
    while not stop.is_set():
        if not lease.own():
            last_seen = time.monotonic()
        elif time.monotonic() - last_seen >= GRACE:
            return
        else:
            lease.release()
        stop.wait(_POLL)


def _database(folder: StoreFolder) -> str:
    """Give the database of the graph, and delete those that a replacement, finished or failed, has left."""
    databases = folder.databases()
    name = folder.current()
    if name is None:
        if len(databases) > 1:
            raise StoreError(f"{folder.current_file} is missing; wipe the store and build it again.")
        name = databases[0] if databases else "kg_1"
        folder.choose(name)
    for old in databases:
        if old != name:
            folder.drop(old)
    return name


def _start(folder: StoreFolder, time_limit: float) -> tuple[ArcadeDBServer, EngineAddress]:
    os.environ.update(ARCADEDB_LOG_CONSOLE="0", ARCADEDB_LOG_DIR=str(folder.log))
    import arcadedb

    address = EngineAddress(
        bolt_port=_free_port(),
        http_port=_free_port(),
        password=secrets.token_urlsafe(24),
        reader_password=secrets.token_urlsafe(24),
        pid=os.getpid(),
        engine=f"ArcadeDB {arcadedb.ENGINE_VERSION}",
        time_limit=time_limit,
    )
    write_access(folder.engine, address.password, address.reader_password)
    server = arcadedb.create_server(
        root_path=str(folder.engine),
        config={
            "host": "127.0.0.1",
            "http_port": address.http_port,
            "bolt_port": address.bolt_port,
            "server_plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
            "opencypher_loadCsv_allowFileUrls": False,
        },
    )
    server.start()
    return server, address


def _mend(commands: Commands, database: str) -> None:
    """Make anew each unique constraint that does not answer after the engine was killed."""

    def run(text: str, parameters: dict[str, Value]) -> list[dict[str, Value]]:
        return commands.run(database, "opencypher", text, parameters)

    for constraint in list(unique_constraints(run)):
        if not works(run, constraint):
            sys.stderr.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} remakes the constraint {constraint.name}\n")
            remake(run, constraint)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
