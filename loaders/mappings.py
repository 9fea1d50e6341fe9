"""Loads mapping sets in SSSOM/TSV: metadata in `#` lines, then one mapping a row, with every slot kept."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Mapping as MappingType
from dataclasses import dataclass
from pathlib import Path

import yaml

from qikg.graph.content import Content
from qikg.loaders.editions import load_of
from qikg.loaders.report import LoadReport, Problem, nearest
from qikg.loaders.tables import file_hash, read_text
from qikg.ontology.crosswalk import MATCHES, Mapping, MappingSet
from qikg.ontology.model import INFERRED, STATED
from qikg.ontology.provenance import Source
from qikg.ontology.terms import BASE, NO_TERM_FOUND, PREFIXES

LOADER = "mappings"

_LISTS = ("author_id", "author_label", "reviewer_id", "reviewer_label")
_SINGLE = (
    "record_id", "subject_id", "subject_label", "predicate_id", "predicate_modifier", "object_id", "object_label",
    "mapping_justification", "subject_source", "subject_source_version", "object_source", "object_source_version",
    "comment",
)  # fmt: skip
_OTHER = (
    "subject_category", "predicate_label", "object_category", "creator_id", "creator_label", "license", "subject_type",
    "object_type", "predicate_type", "mapping_provider", "mapping_source", "mapping_cardinality", "cardinality_scope",
    "mapping_tool", "mapping_tool_id", "mapping_tool_version", "mapping_date", "publication_date", "review_date",
    "reviewer_agreement", "curation_rule", "curation_rule_text", "subject_match_field", "object_match_field",
    "match_string", "subject_preprocessing", "object_preprocessing", "similarity_score", "similarity_measure",
    "see_also", "issue_tracker_item", "other",
)  # fmt: skip
SLOTS = (*_SINGLE, *_LISTS, "confidence", *_OTHER)
"""Columns of an SSSOM file (SSSOM 1.1). Those without a property of their own are kept in `other`."""

_REQUIRED = ("subject_id", "predicate_id", "object_id", "mapping_justification")
_SET_SLOTS = {
    "mapping_set_id": "iri",
    "mapping_set_title": "title",
    "mapping_set_version": "version",
    "mapping_set_description": "description",
    "license": "licence",
    "sssom_version": "sssom_version",
    "creator_id": "creator_id",
    "creator_label": "creator_label",
}
_COMMENT = re.compile(r"(?P<rationale>.*?)\s*\[basis: (?P<basis>[^\]]*)\](?:\s*\[source: (?P<source>.*)\])?\s*", re.S)
_SEEN_PAIR = "publication (pair seen)"


@dataclass(frozen=True, slots=True)
class _Document:
    name: str
    metadata: MappingType[str, object]
    header: list[str]
    rows: list[tuple[int, dict[str, str]]]

    @property
    def prefixes(self) -> dict[str, str]:
        declared = self.metadata.get("curie_map")
        own = {str(k): str(v) for k, v in declared.items()} if isinstance(declared, dict) else {}
        return {**PREFIXES, **own}


def mappings(
    path: Path, concepts: Iterable[str], frameworks: Iterable[str], report: LoadReport, *, source: Source | None = None
) -> Content:
    """Read an SSSOM file. A subject or object that is not among `concepts` is an error that names the nearest.

    The set's id is the last part of `mapping_set_id`; a mapping's id is `<set>/<record id>`, or a hash of its content
    where the row has none.
    """
    name = path.name
    document = _parse(path, report)
    if document is None:
        return Content("")
    set_iri = str(document.metadata.get("mapping_set_id") or "")
    if not set_iri:
        report.add(Problem(name, "no mapping_set_id", 1, hint="Add a line `#mapping_set_id: https://…` at the top."))
        return Content("")
    identifier = set_iri.rstrip("/#").rsplit("/", 1)[-1]
    version = str(document.metadata.get("mapping_set_version") or "") or None
    digest = file_hash(path)
    source = source or Source(
        id=f"user/{identifier}/{version or digest[:12]}", title=_text(document.metadata.get("mapping_set_title")),
        edition=version, licence=_text(document.metadata.get("license")),
    )  # fmt: skip
    content = Content(source.edition or version or "")
    content.add(source.model_copy(update={"sha256": digest, "rows": len(document.rows), "sources": (source.id,)}))
    content.add(*load_of(source.id, digest, LOADER))
    content.add(_set(identifier, document, source.id))
    known, known_frameworks = set(concepts), set(frameworks)
    seen: dict[str, int] = {}
    for number, row in document.rows:
        node = _mapping(identifier, row, number, document, known, known_frameworks, source.id, report)
        if node is None:
            continue
        if node.id in seen:
            report.add(Problem(name, f"the mapping stands twice, first in row {seen[node.id]}", number, "record_id", node.id))
            continue
        seen[node.id] = number
        content.add(node)
    return content


def _parse(path: Path, report: LoadReport) -> _Document | None:
    name = path.name
    text = read_text(path, name, report)
    if text is None:
        return None
    lines = text.split("\n")
    count = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    head, body = lines[:count], lines[count:]
    try:
        metadata = yaml.safe_load("\n".join(line[1:] for line in head)) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        report.add(Problem(name, "the metadata lines are not YAML", mark.line + 1 if mark else 1,
                           hint=str(getattr(error, "problem", "") or "")))  # fmt: skip
        return None
    if not isinstance(metadata, dict):
        report.add(Problem(name, "the metadata lines are not `slot: value`", 1))
        return None
    table = list(csv.reader(io.StringIO("\n".join(body)), delimiter="\t"))
    if not table or not table[0]:
        report.add(Problem(name, "no header row", count + 1, hint="It must name at least " + ", ".join(_REQUIRED) + "."))
        return None
    header = table[0]
    report.rows[name] = len([cells for cells in table[1:] if cells])
    unknown = [column for column in header if column not in SLOTS]
    for column in unknown:
        report.add(Problem(name, "unknown column", count + 1, column, hint=nearest(column, SLOTS)))
    missing = [column for column in _REQUIRED if column not in header]
    for column in missing:
        report.add(Problem(name, "missing column", count + 1, column, hint=nearest(column, header)))
    if unknown or missing:
        return None
    rows: list[tuple[int, dict[str, str]]] = []
    for number, cells in enumerate(table[1:], start=count + 2):
        if not cells:
            continue
        if len(cells) != len(header):
            report.add(Problem(name, f"{len(cells)} cells where the header has {len(header)}", number))
            continue
        rows.append((number, dict(zip(header, cells, strict=True))))
    return _Document(name, metadata, header, rows)


def _set(identifier: str, document: _Document, source: str) -> MappingSet:
    values: dict[str, object] = {}
    other: list[str] = []
    for slot, value in document.metadata.items():
        if slot in _SET_SLOTS:
            values[_SET_SLOTS[slot]] = tuple(map(str, value)) if isinstance(value, list) else str(value)
        elif slot != "curie_map":
            other.append(f"{slot}={value}")
    for slot in ("creator_id", "creator_label"):
        if isinstance(values.get(slot), str):
            values[slot] = (values[slot],)
    declared = document.metadata.get("curie_map")
    curies = tuple(f"{k}={v}" for k, v in declared.items()) if isinstance(declared, dict) else ()
    return MappingSet.model_validate(
        {"id": identifier, **values, "curie_map": curies, "other": tuple(other), "sources": (source,)}
    )


def _mapping(
    identifier: str, row: dict[str, str], number: int, document: _Document, known: set[str], frameworks: set[str],
    source: str, report: LoadReport,
) -> Mapping | None:  # fmt: skip
    problems = len(report.problems)
    prefixes = document.prefixes

    def wrong(column: str, rule: str, hint: str = "") -> None:
        report.add(Problem(document.name, rule, number, column, row.get(column), hint))

    for column in _REQUIRED:
        if not row[column]:
            wrong(column, "the cell is empty")
    confidence = _confidence(row.get("confidence", ""), wrong)
    if row.get("predicate_modifier", "") not in {"", "Not"}:
        wrong("predicate_modifier", "not a known modifier", "Only `Not` is.")
    predicate = _curie(row["predicate_id"], prefixes)
    if row["predicate_id"] and predicate not in MATCHES:
        wrong("predicate_id", "not a SKOS mapping relation", f"Known: {', '.join(MATCHES)}. {nearest(predicate, MATCHES)}")
    subject = _concept(row["subject_id"], prefixes)
    target = _concept(row["object_id"], prefixes)
    nothing = target == NO_TERM_FOUND
    if row["subject_id"] and subject not in known:
        wrong("subject_id", "unknown concept", nearest(subject, known))
    if row["object_id"] and not nothing and target not in known:
        wrong("object_id", "unknown concept", nearest(target, known))
    if subject == target and subject in known:
        wrong("object_id", "the concept is mapped to itself")
    judged = _framework(row.get("object_source", ""), prefixes) if nothing else None
    if nothing and judged not in frameworks:
        hint = "It says in which framework no close term was found. " + nearest(judged or "", frameworks)
        wrong("object_source", "unknown framework", hint)
    if len(report.problems) > problems:
        return None
    comment = row.get("comment", "")
    parts = _COMMENT.fullmatch(comment)
    basis = parts["basis"] if parts else None
    record = row.get("record_id", "")
    return Mapping.model_validate(
        {
            "id": f"{identifier}/{_local(record) if record else _content_hash(row)}",
            "iri": _iri(record, prefixes) if record else f"{BASE}mapping/{identifier}/{_content_hash(row)}",
            "mapping_set": identifier,
            **{slot: row[slot] for slot in _SINGLE if row.get(slot)},
            **{slot: tuple(row[slot].split("|")) for slot in _LISTS if row.get(slot)},
            "predicate_id": predicate,
            "confidence": confidence,
            "other": tuple(f"{slot}={row[slot]}" for slot in _OTHER if row.get(slot)),
            "subject_concept": subject,
            "object_concept": None if nothing else target,
            "judged_framework": judged,
            "rationale": parts["rationale"] if parts else (comment or None),
            "basis": basis,
            "basis_source": parts["source"] if parts else None,
            "reviewed": bool(row.get("reviewer_id") or row.get("reviewer_label")),
            "status": STATED if basis == _SEEN_PAIR else INFERRED,
            "sources": (source,),
        }
    )


def _confidence(text: str, wrong: object) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        assert callable(wrong)
        wrong("confidence", "not a number from 0 to 1")
        return None
    return value


def _curie(text: str, prefixes: MappingType[str, str]) -> str:
    """Shorten an address by the prefix that fits it; leave a CURIE as it is."""
    if text.startswith(("http://", "https://")):
        fits = [(address, prefix) for prefix, address in prefixes.items() if text.startswith(address)]
        if fits:
            address, prefix = max(fits, key=lambda fit: len(fit[0]))
            return f"{prefix}:{text.removeprefix(address)}"
    return text


def _iri(curie: str, prefixes: MappingType[str, str]) -> str | None:
    prefix, _, local = curie.partition(":")
    if curie.startswith(("http://", "https://")):
        return curie
    return prefixes[prefix] + local if prefix in prefixes else None


def _concept(text: str, prefixes: MappingType[str, str]) -> str:
    """Give the code of a concept of this graph, whatever prefix or address the file uses for it."""
    iri = _iri(text, prefixes) or text
    root = f"{BASE}concept/"
    if iri.startswith(root) and "/" in iri.removeprefix(root):
        prefix, local = iri.removeprefix(root).split("/", 1)
        names = {name.lower(): name for name, address in prefixes.items() if address == f"{root}{prefix}/"}
        return f"{names.get(prefix, text.partition(':')[0])}:{local}"
    return _curie(text, prefixes)


def _framework(text: str, prefixes: MappingType[str, str]) -> str | None:
    iri = _iri(text, prefixes) or text
    return iri.removeprefix(f"{BASE}framework/") or None


def _local(record: str) -> str:
    return record.rsplit("/", 1)[-1] if record.startswith("http") else record.partition(":")[2] or record


def _content_hash(row: MappingType[str, str]) -> str:
    text = "\t".join(f"{slot}={row[slot]}" for slot in sorted(row) if row[slot])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _text(value: object) -> str | None:
    return None if value is None else str(value)
