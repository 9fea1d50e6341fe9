"""Finds out what kind of file something is, by its content."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from qikg.loaders import rdf
from qikg.loaders.frameworks import ConceptRow
from qikg.loaders.mappings import SLOTS
from qikg.loaders.report import LoadReport, Problem
from qikg.loaders.studies.files import FILES
from qikg.loaders.tables import decoded
from qikg.ontology.errors import UsageError


class Kind(Enum):
    """What can be loaded, in the order in which one may point at another."""

    FRAMEWORK = "framework"
    MAPPINGS = "mappings"
    STUDY = "study"
    ODS = "ods"
    CQC_API = "cqc-api"
    CQC_RATINGS = "cqc-ratings"
    CQC_DIRECTORY = "cqc-directory"
    RDF = "rdf"


REGISTERS = (Kind.ODS, Kind.CQC_API, Kind.CQC_RATINGS, Kind.CQC_DIRECTORY, Kind.RDF)
"""Kinds that are read piece by piece."""

_KNOWN = (
    "It loads a framework (a tab-separated file with the columns scheme, code, parent_code, label, gloss, source_doi), "
    "a mapping set (SSSOM/TSV), a study (a folder with study.json), and files of registers: CQC's care directories, "
    "with ratings and without, of active and of deactivated locations (ods, xlsx, csv), records of its API (JSON), and "
    "of the NHS Organisation Data Service trusts (etr.csv), organisations and successions (csv), and records of ORD "
    "(JSON); and RDF that an export has written."
)
_NAMED = 10
"""Files that a message names."""
_COLUMNS = {Kind.FRAMEWORK: set(ConceptRow.model_fields), Kind.MAPPINGS: set(SLOTS)}
_TABLES = {model.file for model in FILES}


@dataclass(frozen=True, slots=True)
class File:
    """A file or folder to load, its kind, and a hash of its content."""

    path: Path
    kind: Kind
    sha256: str


def recognise(path: Path) -> File:
    """Find out the kind of a file or folder; the path is made absolute.

    Raises UsageError where it does not exist, cannot be read, or is of no known kind.
    """
    path = path.resolve()
    try:
        return _recognise(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error


def recognise_all(paths: Iterable[Path], report: LoadReport) -> list[File]:
    """Find out the kinds of files and folders; a folder of no kind of its own stands for what is in it.

    Files in such a folder that are of no kind are named in the report, and passed over. Raises UsageError as
    `recognise` does, and where a folder holds nothing of a known kind.
    """
    return [file for path in paths for file in _within(path.resolve(), report)]


def _within(path: Path, report: LoadReport) -> list[File]:
    try:
        return [recognise(path)]
    except UsageError:
        if not path.is_dir():
            raise
        found, others = list[File](), list[str]()
        for one in sorted(path.iterdir()):
            if one.name.startswith("."):
                continue
            try:
                found += _within(one, report)
            except UsageError:
                others.append(one.name)
        if not found:
            raise
    if others:
        rule = f"{len(others):,} of no kind that qikg knows; passed over"
        named = ", ".join(others[:_NAMED]) + (", …" if len(others) > _NAMED else "")
        report.add(Problem(path.name, rule, value=named, severity="warning"))
    return found


def _recognise(path: Path) -> File:
    if not path.exists():
        raise UsageError(f"{path} does not exist.")
    if path.is_dir():
        if (register := _register(path)) is not None:
            return File(path, register, _folder_hash(path, "*.json*"))
        if not (path / "study.json").is_file():
            raise UsageError(f"{path} is a folder without study.json, so it is no study. {_KNOWN}")
        return File(path, Kind.STUDY, _folder_hash(path))
    if path.name == "study.json":
        return _recognise(path.parent)
    if path.name in _TABLES and (path.parent / "study.json").is_file():
        raise UsageError(f"{path.name} is one table of a study; load the whole study: its folder is {path.parent}.")
    with path.open("rb") as file:
        head = file.read(16384)
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    kind = _kind(path, head) or _register(path)
    if kind is None:
        report = LoadReport()
        text = decoded(path.read_bytes(), str(path), report)
        raise UsageError(f"{path} is of no kind that qikg knows. {_KNOWN}" if text else str(report.problems[0]))
    return File(path, kind, digest)


def _kind(path: Path, start: bytes) -> Kind | None:
    """Tell the kind by the name and the header; a misspelt column or two do not hide it."""
    if rdf.recognises(path):  # a comment in it begins as the head of a mapping set does
        return Kind.RDF
    head = start.decode("utf-8-sig", errors="replace").replace("\r", "\n").split("\n")
    if path.name.lower().endswith(".sssom.tsv") or head[0].startswith("#"):
        return Kind.MAPPINGS
    columns = {column.strip() for column in head[0].split("\t")}
    common = {kind: len(columns & known) for kind, known in _COLUMNS.items()}
    kind = max(common, key=lambda kind: common[kind])
    return kind if common[kind] > 1 else None


def _register(path: Path) -> Kind | None:
    from qikg.loaders.registers import READERS

    if path.is_dir() and (path / "study.json").is_file():
        return None
    return next((kind for kind, reader in READERS.items() if reader.recognises(path)), None)


def _folder_hash(folder: Path, pattern: str = "*.tsv") -> str:
    total = hashlib.sha256()
    for path in sorted([*folder.rglob(pattern), folder / "study.json"]):
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        total.update(f"{path.name}:{digest};".encode("utf-8", "surrogateescape"))
    return total.hexdigest()
