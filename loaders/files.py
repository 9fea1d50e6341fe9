"""Finds out what kind of file something is, by its content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from qikg.ontology.errors import UsageError


class Kind(Enum):
    """What can be loaded, in the order in which one may point at another."""

    FRAMEWORK = "framework"
    MAPPINGS = "mappings"
    STUDY = "study"


_KNOWN = (
    "a framework (a TSV file with the columns scheme, code, parent_code, label, gloss, source_doi), "
    "a mapping set (SSSOM/TSV), or a study (a folder with study.json)"
)


@dataclass(frozen=True, slots=True)
class File:
    """A file or folder to load, its kind, and a hash of its content."""

    path: Path
    kind: Kind
    sha256: str


def recognise(path: Path) -> File:
    """Find out the kind of a file or folder; the path is made absolute.

    Raises UsageError where it does not exist or is of no known kind.
    """
    path = path.resolve()
    if not path.exists():
        raise UsageError(f"{path} does not exist.")
    if path.is_dir():
        if not (path / "study.json").exists():
            raise UsageError(f"{path} is a folder without study.json. qikg loads {_KNOWN}.")
        return File(path, Kind.STUDY, _folder_hash(path))
    if path.name == "study.json":
        return recognise(path.parent)
    raw = path.read_bytes()
    digest = hashlib.sha256(raw).hexdigest()
    head = raw[:4096].decode("utf-8-sig", errors="replace").replace("\r\n", "\n").split("\n")
    columns = head[0].split("\t")
    if path.name.endswith(".sssom.tsv") or head[0].startswith("#") or {"subject_id", "predicate_id"} <= set(columns):
        return File(path, Kind.MAPPINGS, digest)
    if {"code", "parent_code"} <= set(columns):
        return File(path, Kind.FRAMEWORK, digest)
    if path.suffix.lower() in {".tsv", ".txt"} and not raw.strip():
        raise UsageError(f"{path} is empty. qikg loads {_KNOWN}.")
    raise UsageError(f"{path} is of no kind that qikg knows. It loads {_KNOWN}.")


def _folder_hash(folder: Path) -> str:
    total = hashlib.sha256()
    for path in sorted([*folder.glob("*.tsv"), folder / "study.json"]):
        total.update(f"{path.name}:{hashlib.sha256(path.read_bytes()).hexdigest()};".encode())
    return total.hexdigest()
