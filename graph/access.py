"""Who may do what in the embedded engine: the files of users and groups that it reads at its start."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from pathlib import Path

from qikg.graph.folder import READER, replace_file

_ITERATIONS = 1000
"""Enough for random passwords of 192 bits; the engine's own 65536 cost 0.1 s at each log-in."""


def write_access(engine: Path, root_password: str, reader_password: str) -> None:
    """Give the engine a user with all rights, `root`, and one that can only read; no other user stays."""
    config = engine / "config"
    config.mkdir(parents=True, exist_ok=True)
    users = [_user("root", root_password, "admin"), _user(READER, reader_password, READER)]
    replace_file(config / "server-users.jsonl", "".join(f"{json.dumps(user)}\n" for user in users))
    replace_file(config / "server-groups.json", json.dumps(_GROUPS))


def _user(name: str, password: str, group: str) -> dict[str, object]:
    # as the engine writes it itself (26.10.2): the salt is used as text, not as the bytes that it encodes
    salt = base64.b64encode(secrets.token_bytes(32)).decode()
    digest = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), _ITERATIONS, dklen=32)
    secret = f"PBKDF2WithHmacSHA256${_ITERATIONS}${salt}${base64.b64encode(digest).decode()}"
    return {"name": name, "databases": {"*": [group]}, "password": secret}


def _group(access: list[str], records: list[str]) -> dict[str, object]:
    return {"resultSetLimit": -1, "readTimeout": -1, "access": access, "types": {"*": {"access": records}}}


_GROUPS = {
    "databases": {
        "*": {
            "groups": {
                "admin": _group(
                    ["updateSecurity", "updateSchema", "updateDatabaseSettings"],
                    ["createRecord", "readRecord", "updateRecord", "deleteRecord"],
                ),
                READER: _group([], ["readRecord"]),
                "*": _group([], []),
            }
        }
    },
    "version": 2,
}
