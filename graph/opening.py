"""Which graph a command or a notebook means: a folder or an address, from arguments and environment."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

from qikg.graph.store import Store
from qikg.ontology.errors import StoreUnavailable, UsageError

AskPassword = Callable[[str, str], str]
"""Asks for the password of a user at an address: (user, address) -> password."""

_HOST_AND_PORT = re.compile(r"[\w.-]+:[0-9]{2,5}")


def default_folder() -> Path:
    """Give the folder of the embedded store where none is named: one in the user's data directory."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        base = "~/Library/Application Support"
    else:
        base = os.environ.get("XDG_DATA_HOME", "")
        if not Path(base).is_absolute():  # the specification: a relative path is to be ignored
            base = "~/.local/share"
    return Path(base).expanduser() / "qikg" / "store"


def open_store(
    address: str | os.PathLike[str] | None = None,
    *,
    user: str | None = None,
    password: str | None = None,
    ask_password: AskPassword | None = None,
) -> Store:
    """Open the graph in a folder, or at a Bolt address such as bolt://localhost:7687.

    Without `address`: QIKG_STORE, else `default_folder()`. Without `user` and `password`: QIKG_USER, and QIKG_PASSWORD
    or the first line of the file QIKG_PASSWORD_FILE; without any of these `ask_password` is called if the server wants
    a password. QIKG_DATABASE names a database other than the user's home database.
    Raises UsageError for an address that is not one, StoreUnavailable where the graph cannot be opened.
    """
    place = os.fspath(address) if address else os.environ.get("QIKG_STORE") or os.fspath(default_folder())
    if "://" not in place:
        if _HOST_AND_PORT.fullmatch(place) and not Path(place).exists():
            raise UsageError(f"{place} looks like a server; write bolt://{place} for a server, ./{place} for a folder.")
        from qikg.graph.embedded import EmbeddedStore

        return EmbeddedStore(place)
    return _open_server(place, user or os.environ.get("QIKG_USER") or None, password or _password(), ask_password)


def _open_server(address: str, user: str | None, password: str | None, ask_password: AskPassword | None) -> Store:
    from qikg.graph.server import Neo4jStore, checked_address

    checked_address(address)
    database = os.environ.get("QIKG_DATABASE") or None
    try:
        return Neo4jStore(address, user, password, database=database)
    except StoreUnavailable as error:
        from neo4j.exceptions import AuthError

        if password is not None or ask_password is None or not isinstance(error.__cause__, AuthError):
            raise
    name = user or "neo4j"
    return Neo4jStore(address, name, ask_password(name, address), database=database)


def _password() -> str | None:
    if password := os.environ.get("QIKG_PASSWORD"):
        return password
    if not (file := os.environ.get("QIKG_PASSWORD_FILE")):
        return None
    try:
        with Path(file).open(encoding="utf-8") as lines:
            password = lines.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The password file {file} (QIKG_PASSWORD_FILE) cannot be read: {error}.") from error
    if not password:
        raise UsageError(f"The password file {file} (QIKG_PASSWORD_FILE) has an empty first line.")
    return password
