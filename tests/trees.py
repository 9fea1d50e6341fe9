"""Folders as values that can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path


def tree(folder: Path) -> Mapping[str, str]:
    """Give the hash of every file of a folder, by its path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}
