"""The folder of an embedded store: which files it holds, and what each is for.

store.json       says that this is a store of qikg
current          the name of the database that holds the graph
engine/          the engine's own files; engine/databases/<name> is one database
kept/            what other parts of qikg keep with the graph (list of loads, fetched files)
log/             what the engine writes
server.json      where the running engine listens, with its passwords (mode 0600)
engine.lock      held by the engine; lease.lock shared by its clients; write.lock held by the one that writes
engine.running   there from before the engine opens a database until it has closed it
engine.failure   why the engine could not start
"""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path

from qikg.ontology.errors import StoreError, StoreUnavailable

FORMAT = 1
READER = "reader"
"""The engine's user, and group, that can only read."""

TAKEN = 3
"""Exit code of an engine's process: another engine has this folder."""

_LOCKS = ("engine.lock", "lease.lock", "write.lock")
_STATE = ("store.json", "current", "server.json", "engine.running", "engine.failure")
_FOLDERS = ("engine", "kept", "log")
OWN_NAMES = frozenset((*_LOCKS, *_STATE, *_FOLDERS))
"""Everything that qikg itself puts into a store folder."""

_FRESH = ".qikg-"
"""Begins the names of files that are about to be renamed."""

_DATABASE = re.compile(r"kg_([1-9][0-9]*)")


@dataclass(frozen=True, slots=True)
class EngineAddress:
    """Where the engine of a folder listens, and how to log in."""

    bolt_port: int
    http_port: int
    password: str = field(repr=False)  # of the engine's user root
    reader_password: str = field(repr=False)
    pid: int
    engine: str
    time_limit: float


class StoreFolder:
    """The paths in one store folder, and the small files in it."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path).expanduser().resolve()
        self.engine_lock, self.lease_lock, self.write_lock = (self.path / name for name in _LOCKS)
        self.marker, self.current_file, self.address_file, self.running, self.failure = (
            self.path / name for name in _STATE
        )
        self.engine, self.kept, self.log = (self.path / name for name in _FOLDERS)

    def prepare(self) -> None:
        """Make the folder a store if it is new.

        Raises StoreUnavailable where it cannot be written, holds other things, or is of a later version.
        """
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.check()
            if not self.marker.exists():
                replace_file(self.marker, json.dumps({"qikg_store": FORMAT}) + "\n")
            self.log.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise StoreUnavailable(f"The store folder {self.path} cannot be used: {error.strerror}.") from error

    def check(self) -> None:
        """See that the folder is a store of this version, or empty.

        Raises StoreUnavailable where it is not.
        """
        try:
            made_by = json.loads(self.marker.read_text(encoding="utf-8"))["qikg_store"]
        except FileNotFoundError:
            strange = self._strange()
            if strange:
                raise StoreUnavailable(
                    f"{self.path} holds other files ({', '.join(strange[:3])}) and is no store of qikg; "
                    "name a new or empty folder."
                ) from None
        except (ValueError, KeyError, TypeError) as error:
            raise StoreUnavailable(f"{self.marker} is damaged; wipe the store and build it again.") from error
        else:
            if made_by != FORMAT:
                raise StoreUnavailable(
                    f"The store {self.path} was made by another version of qikg (format {made_by}, here {FORMAT}); "
                    "use that version, or wipe the store and build it again."
                )

    def current(self) -> str | None:
        """Give the name of the database that holds the graph; None in a store that no engine has opened yet."""
        try:
            name = self.current_file.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None
        if not _DATABASE.fullmatch(name):
            raise StoreError(f"{self.current_file} is damaged; wipe the store and build it again.")
        return name

    def choose(self, database: str) -> None:
        """Make `database` the one that holds the graph, for every client from its next query on."""
        try:
            replace_file(self.current_file, database + "\n")
        except OSError as error:
            raise StoreError(
                f"{self.current_file} cannot be written ({error.strerror}); the graph is unchanged."
            ) from error

    def databases(self) -> list[str]:
        """Give the names of all databases, the one of the graph and abandoned ones."""
        folder = self.engine / "databases"
        found = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
        return sorted(filter(_DATABASE.fullmatch, found), key=lambda name: int(name[3:]))

    def unused_name(self) -> str:
        """Give a name that no database has."""
        return f"kg_{max((int(name[3:]) for name in self.databases()), default=0) + 1}"

    def drop(self, database: str) -> None:
        """Delete the files of a database. Only for an engine that is not running yet."""
        shutil.rmtree(self.engine / "databases" / database)

    def address(self) -> EngineAddress | None:
        """Give where the engine listens; None while none is ready. The file may be left from a killed engine."""
        try:
            return EngineAddress(**json.loads(self.address_file.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def publish(self, address: EngineAddress) -> None:
        """Tell clients where the engine listens."""
        replace_file(self.address_file, json.dumps(asdict(address)))

    def empty(self) -> list[str]:
        """Delete what qikg put here, but the lock files; give the names of what else is there."""
        for name in (*_FOLDERS, *reversed(_STATE)):  # the marker last: a half-wiped store is still a store
            entry = self.path / name
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink(missing_ok=True)
        return self._strange()

    def _strange(self) -> list[str]:
        names = (entry.name for entry in self.path.iterdir())
        return sorted(name for name in names if name not in OWN_NAMES and not name.startswith(_FRESH))


def replace_file(path: Path, text: str) -> None:
    """Write a file that only this user can read, so that readers see the old or the new text, even after a crash."""
    fresh = path.with_name(f"{_FRESH}{path.name}.{os.getpid()}")
    try:
        fresh.touch(0o600)
        with fresh.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
