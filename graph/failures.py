"""The driver's errors as errors of qikg: what is wrong, where, and what to do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from qikg.ontology.errors import (
    QueryError,
    QueryStopped,
    StoreBusy,
    StoreError,
    StoreUnavailable,
    UsageError,
    WriteRefused,
)

if TYPE_CHECKING:
    import neo4j.exceptions

HOW_TO_LOG_IN = "give them by QIKG_USER and QIKG_PASSWORD, or the password in a file by QIKG_PASSWORD_FILE"
_STOPPED = ("TransactionTimedOut", "Transaction.Terminated", "ExecutionTimeout")
_ROOM = 8_000_000
"""Bytes of free disk under which a commit without a reason is taken for a full disk."""

FULL_DISK = ("No space left on device", "Disk quota exceeded", "not enough space on the disk")


@contextmanager
def reraised(
    server: str, *, reading: bool = True, limit: float | None = None, transient: bool = True
) -> Iterator[None]:
    """Run the driver in a `with` block and raise its errors as StoreError and its kinds.

    `server` is the address for messages; with `transient=False` errors that the driver deals with pass unchanged.
    """
    import neo4j.exceptions

    try:
        yield
    except neo4j.exceptions.Neo4jError as error:
        if not transient and error.is_retryable():
            raise
        raise _refused(error, server, reading=reading, limit=limit) from error
    except neo4j.exceptions.ConfigurationError as error:
        raise UsageError(f"The address {server} cannot be used: {error}") from error
    except neo4j.exceptions.DriverError as error:
        if not transient and error.is_retryable():
            raise
        if isinstance(error, neo4j.exceptions.ResultError | neo4j.exceptions.TransactionError):
            raise StoreError(f"{server}: {error}") from error
        raise StoreUnavailable(_no_answer(error, server)) from error


def _no_answer(error: Exception, server: str) -> str:
    first = (str(error) or type(error).__name__).split("\n")[0].rstrip(": ")
    if "://" not in server:
        return f"The graph engine of {server} was ended while it was in use ({first}); run the same again."
    advice = "is it running, and does the address begin with the right scheme (bolt:// or neo4j://; +s with TLS)?"
    return f"The graph store {server} does not answer ({first}); {advice}"


def _disk_is_full(server: str, message: str) -> bool:
    # the embedded engine says no more than this for whatever goes wrong at the end of a transaction (26.10.2)
    return (
        "://" not in server
        and message.startswith("Transaction error on commit")
        and shutil.disk_usage(server).free < _ROOM
    )


def _refused(error: neo4j.exceptions.Neo4jError, server: str, *, reading: bool, limit: float | None) -> StoreError:
    code, message = error.code or "", (error.message or str(error)).strip()
    if code.startswith("Neo.ClientError.Security") and not code.endswith("Forbidden"):
        if "RateLimit" in code:
            return StoreUnavailable(f"{server} refuses more log-ins for some seconds after several wrong passwords.")
        return StoreUnavailable(f"{server} refuses the log-in: wrong user or password; {HOW_TO_LOG_IN}.")
    if "DatabaseNotFound" in code:
        return StoreUnavailable(f"{server}: {message}")
    if code.endswith(("Forbidden", "AccessMode")):
        if reading:
            return WriteRefused(f"A reading query must not write or change the schema: {message}")
        return StoreError(f"The user has no right to write to {server}: {message}")
    if any(mark in code for mark in _STOPPED):
        after = f" of {limit:g} s" if limit else ""
        return QueryStopped(
            f"The query ran past its time limit{after} and was ended. Ask for less, or set QIKG_TIME_LIMIT (seconds)."
        )
    if "Query heap budget exceeded" in message or message.startswith("OutOfMemory"):
        return QueryError(
            f"The graph engine has too little memory for this query ({message.split(':')[0]}). "
            "Ask for less, or set ARCADEDB_NATIVE_ISOLATE_ARGS=-Xmx2g before the engine starts."
        )
    if any(mark in message for mark in FULL_DISK) or _disk_is_full(server, message):
        return StoreError(
            f"The disk of {server} is full, and nothing of the last transaction was written. "
            f"Free some room and run the same again. ({message})"
        )
    if "MemoryPoolOutOfMemory" in code:
        return QueryError(f"{server} has too little memory for so large a transaction; send less at once. {message}")
    if code.startswith("Neo.TransientError"):
        return StoreBusy(f"{server} is busy: {message}")
    if code.startswith("Neo.ClientError"):
        return QueryError(message)
    return StoreError(f"{server}: {message}")
