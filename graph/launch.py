"""The way of a client to the engine of a store folder: join the one that runs, or start one."""

from __future__ import annotations

import importlib.util
import os
import platform
import subprocess
import sys
import time

from qikg.graph.folder import TAKEN, EngineAddress, StoreFolder
from qikg.graph.locks import is_owned
from qikg.ontology.errors import StoreUnavailable

HEAP = "-Xmx1g"
"""The engine's memory limit; its own default is half of the machine."""

ELSE = "Or else use a Neo4j server: --store bolt://HOST:7687."
_POLL = 0.02
_RECHECK = 0.2
_STARTS = 5
_PATIENCE = 60.0


def join(folder: StoreFolder, time_limit: float) -> EngineAddress:
    """Give the address of the folder's engine, starting one if nobody does. The caller holds a lease.

    `time_limit` is what a new engine gets; one that runs keeps its own.
    Raises StoreUnavailable with what the engine said if it cannot start.
    """
    starts = 0
    waited_since = time.monotonic()
    checked = 0.0
    while True:
        if time.monotonic() - checked >= _RECHECK:
            # more than once: the lock may have been that of an engine that was leaving
            if not is_owned(folder.engine_lock):
                if starts:
                    _give_up_after_failure(folder)
                if starts == _STARTS:
                    raise StoreUnavailable(f"The embedded graph engine ends at once; see the folder {folder.log}.")
                starts += 1
                waited_since = time.monotonic()
                _start(folder, time_limit)
            checked = time.monotonic()
        address = folder.address()
        if address is not None and is_owned(folder.engine_lock):
            return address
        # an engine that mends a large graph after a kill may take long, and says so by this file
        if time.monotonic() - waited_since > _PATIENCE and not folder.running.exists():
            raise StoreUnavailable(f"The embedded graph engine does not get ready; see the folder {folder.log}.")
        time.sleep(_POLL)


def require_engine() -> None:
    """See that there is an engine for this platform, without loading it.

    Raises StoreUnavailable where there is not.
    """
    if os.name != "posix":
        raise StoreUnavailable(f"The embedded graph engine of qikg does not run on {platform.system()} yet. {ELSE}")
    if importlib.util.find_spec("arcadedb") is None:
        raise StoreUnavailable(
            f"There is no embedded graph engine for this platform ({platform.system()} {platform.machine()}; "
            f"the package arcadedb is not installed). {ELSE}"
        )
    if not sys.executable:
        raise StoreUnavailable(f"The embedded graph engine needs a Python of its own, and none is found. {ELSE}")


def _start(folder: StoreFolder, time_limit: float) -> None:
    environment = dict(os.environ)
    environment.setdefault("ARCADEDB_NATIVE_ISOLATE_ARGS", HEAP)
    with (folder.log / "engine.log").open("ab") as log:
        try:
            started = subprocess.Popen(
                # -P: a graph.py or neo4j.py in the user's working folder must not get in the way
                [sys.executable, "-P", "-m", "qikg.graph.engine", str(folder.path), str(time_limit)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                start_new_session=True,  # Ctrl-C at the client's terminal is not for the engine
            )
        except OSError as error:
            raise StoreUnavailable(f"The embedded graph engine cannot be started ({error}).") from error
    import neo4j  # noqa: F401  the slowest import of a client, done while the engine starts

    if started.wait() not in (0, TAKEN):
        raise StoreUnavailable(f"The embedded graph engine does not start: {_last_line(folder)}")


def _give_up_after_failure(folder: StoreFolder) -> None:
    try:
        reason = folder.failure.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return
    raise StoreUnavailable(f"The embedded graph engine does not start: {reason} (log: {folder.log}) {ELSE}")


def _last_line(folder: StoreFolder) -> str:
    lines = (folder.log / "engine.log").read_text(encoding="utf-8", errors="replace").split("\n")
    return next((line for line in reversed(lines) if line.strip()), f"see the folder {folder.log}")
