"""File locks between processes: who uses the store, who is its engine, and who is writing.

They end with the process that holds them, however it ends, so a lock file left behind means nothing.
"""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path
from types import TracebackType

from qikg.ontology.errors import StoreUnavailable

try:
    import fcntl
except ImportError:  # Windows: importing qikg must work there, for the sake of Neo4j servers
    fcntl = None  # type: ignore[assignment]

POLL = 0.02
"""Seconds between two tries for a lock."""


class FileLock:
    """A lock on one file, shared by many holders or held by one alone."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._descriptor is not None

    def share(self, patience: float = 0.0) -> bool:
        """Take the lock beside other sharers; give False if somebody still held it alone after `patience` seconds.

        Raises StoreUnavailable where the folder cannot be written or its file system has no locks.
        """
        return self._take(exclusive=False, patience=patience)

    def own(self, patience: float = 0.0) -> bool:
        """Take the lock alone; give False if somebody still held it after `patience` seconds.

        Raises StoreUnavailable where the folder cannot be written or its file system has no locks.
        """
        return self._take(exclusive=True, patience=patience)

    def release(self) -> None:
        """Let go of the lock; nothing happens if it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _take(self, *, exclusive: bool, patience: float) -> bool:
        if self.held:
            return True
        descriptor = _open(self.path)
        deadline = time.monotonic() + patience
        taken = False
        try:
            while not (taken := _flock(descriptor, self.path, exclusive=exclusive)):
                if time.monotonic() >= deadline:
                    break
                time.sleep(POLL)
        finally:
            if taken:
                self._descriptor = descriptor
            else:
                os.close(descriptor)
        return taken

    def __enter__(self) -> FileLock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def is_owned(path: Path) -> bool:
    """Say whether some process, or another object of this one, holds the lock on `path` alone.

    The probe is a shared lock of a few microseconds: whoever wants the lock alone must try more than once.
    """
    probe = FileLock(path)
    free = probe.share()
    probe.release()
    return not free


def _open(path: Path) -> int:
    if fcntl is None:
        raise StoreUnavailable(
            "The embedded graph engine of qikg does not run on this system yet (it has no POSIX file locks). "
            "Use a Neo4j server: --store bolt://HOST:7687."
        )
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreUnavailable(
            f"The store folder {path.parent} cannot be used: {error.strerror} ({path.name})."
        ) from error


def _flock(descriptor: int, path: Path, *, exclusive: bool) -> bool:
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES, errno.EINTR):
            return False
        raise StoreUnavailable(
            f"The file system of {path.parent} has no file locks ({error.strerror}); put the store on a local disk."
        ) from error
    return True
