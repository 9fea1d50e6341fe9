"""Loads mapping sets in SSSOM/TSV: metadata in `#` lines, then one mapping a row, with every slot kept."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from pathlib import Path

import yaml

from qikg.graph.content import Content
from qikg.loaders.editions import load_of
from qikg.loaders.report import LoadReport, Problem, nearest
from qikg.loaders.tables import file_hash, forbidden, read_text
from qikg.ontology.crosswalk import MATCHES, Mapping, MappingSet
from qikg.ontology.model import INFERRED, STATED
from qikg.ontology.provenance import Source
from qikg.ontology.terms import BASE, NO_TERM_FOUND, PREFIXES, concept

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
_PROPAGATED = (
    "subject_source", "subject_source_version", "subject_type", "object_source", "object_source_version", "object_type",
    "predicate_type", "mapping_provider", "mapping_tool", "mapping_tool_id", "mapping_tool_version", "mapping_date",
    "subject_match_field", "object_match_field", "subject_preprocessing", "object_preprocessing", "cardinality_scope",
    "similarity_measure",
)  # fmt: skip
"""Slots that may stand in the metadata for all rows (SSSOM 1.1, propagation)."""
_METADATA = (
    *_SET_SLOTS, *_PROPAGATED, "curie_map", "mapping_set_source", "mapping_set_confidence", "publication_date",
    "see_also", "issue_tracker", "comment", "other", "extension_definitions",
)  # fmt: skip
_COMMENT = re.compile(r"(?P<rationale>.*?)\s*\[basis: (?P<basis>[^\]]*)\](?:\s*\[source: (?P<source>.*)\])?\s*", re.S)
_SEEN_PAIR = "publication (pair seen)"


@dataclass(frozen=True, slots=True)
class _Document:
    name: str
    metadata: MappingType[str, object]
    header: list[str]
    rows: list[tuple[int, dict[str, str]]]
    prefixes: MappingType[str, str]

    @property
    def set_iri(self) -> str:
        return _text(self.metadata.get("mapping_set_id")) or ""


@dataclass(frozen=True, slots=True)
class _Known:
    concepts: MappingType[str, str]
    """Codes by address."""
    frameworks: frozenset[str]

    def code(self, text: str, prefixes: MappingType[str, str]) -> str:
        """Give the code of a concept of this graph, whatever prefix or address the file uses for it."""
        iri = _iri(text, prefixes)
        return self.concepts.get(iri or "") or self.concepts.get(concept(text)) or _curie(text, prefixes)

    def framework(self, text: str, prefixes: MappingType[str, str]) -> str | None:
        """Give the code of a framework."""
        local = (_iri(text, prefixes) or "").removeprefix(f"{BASE}framework/")
        return next((code for code in (local, text, text.partition(":")[2]) if code in self.frameworks), text or None)


def mappings(
    path: Path, concepts: Iterable[str], frameworks: Iterable[str], report: LoadReport, *, source: Source | None = None
) -> Content:
    """Read an SSSOM file. A subject or object that is not among `concepts` is an error that names the nearest.

    The set's id follows from `mapping_set_id`; a mapping's id is `<set>/<record id>`, or a hash of its content where
    the row has none.
    """
    name = path.name
    document = _parse(path, report)
    if document is None:
        return Content("")
    if not document.set_iri.startswith(("http://", "https://")):
        hint = "Add a line such as `#mapping_set_id: https://example.org/my-mappings` at the top."
        rule = "the mapping set has no address" if document.set_iri else "no mapping_set_id"
        report.add(Problem(name, rule, 1, "mapping_set_id", document.set_iri or None, hint))
        return Content("")
    identifier = _set_id(document.set_iri)
    version = _text(document.metadata.get("mapping_set_version"))
    digest = file_hash(path)
    source = source or Source(
        id=f"user/{identifier}/{version or digest[:12]}", title=_text(document.metadata.get("mapping_set_title")),
        edition=version, licence=_text(document.metadata.get("license")),
    )  # fmt: skip
    content = Content(source.edition or "")
    content.add(source.model_copy(update={"sha256": digest, "rows": len(document.rows), "sources": (source.id,)}))
    content.add(*load_of(source.id, digest, LOADER))
    content.add(_set(identifier, document, source.id))
    known = _Known({concept(code): code for code in concepts}, frozenset(frameworks))
    seen: dict[str, int] = {}
    for number, row in document.rows:
        node = _mapping(identifier, row, number, document, known, source.id, report)
        if node is None:
            continue
        if node.id in seen:
            hint = f"It stands first in row {seen[node.id]}."
            column, value = ("record_id", row["record_id"]) if row.get("record_id") else (None, None)
            report.add(Problem(name, "the mapping stands twice", number, column, value, hint))
            continue
        seen[node.id] = number
        content.add(node)
    return content


def _set_id(iri: str) -> str:
    """Give the id of a set: the last part of its address, with a hash where others could have the same."""
    last = iri.rstrip("/#").rsplit("/", 1)[-1]
    return last if iri == f"{BASE}mapping/{last}" else f"{last}-{hashlib.sha256(iri.encode()).hexdigest()[:8]}"


def _parse(path: Path, report: LoadReport) -> _Document | None:
    name = path.name
    text = read_text(path, name, report)
    if text is None:
        return None
    lines = text.split("\n")
    count = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    metadata = _metadata(name, [line[1:] for line in lines[:count]], report)
    if metadata is None:
        return None
    reader = csv.reader([f"{line}\n" for line in lines[count:]], delimiter="\t")
    try:
        table = [(reader.line_num + count, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        hint = f"{error}. A quotation mark at the start of a cell may have no partner."
        report.add(Problem(name, "the table cannot be read", reader.line_num + count, hint=hint))
        return None
    filled = [(number, cells) for number, cells in table if any(cells)]
    if not filled:
        rule, hint = "no header row", "It must name at least " + ", ".join(_REQUIRED) + "."
        report.add(Problem(name, rule, count + 1, hint=hint))
        return None
    (head, header), body = filled[0], filled[1:]
    report.rows[name] = len(body)
    missing = [column for column in _REQUIRED if column not in header]
    wrong = len(report.errors)
    for column in header:
        if not column:
            report.add(Problem(name, "a column without a name", head, hint="Name it, or delete it."))
        elif column not in SLOTS:
            hint = nearest(column, missing) or nearest(column, SLOTS)
            report.add(Problem(name, "unknown column", head, column, hint=hint))
    for column in sorted({c for c in header if c and header.count(c) > 1}):
        report.add(Problem(name, "the column stands twice", head, column, hint="Delete one of them."))
    for column in missing:
        report.add(Problem(name, "missing column", head, column, hint=nearest(column, header)))
    if len(report.errors) > wrong:
        return None
    given = {slot: text for slot in _PROPAGATED if slot not in header and (text := _text(metadata.get(slot)))}
    rows: list[tuple[int, dict[str, str]]] = []
    for number, cells in body:
        if len(cells) != len(header):
            rule = f"the row has not as many cells as the header, which has {len(header)}"
            hint = "A quotation mark has no partner, a cell holds a tab, or the file was cut off."
            report.add(Problem(name, rule, number, value=str(len(cells)), hint=hint))
            continue
        rows.append((number, {**given, **dict(zip(header, cells, strict=True))}))
    return _Document(name, metadata, header, rows, {**PREFIXES, **_prefixes(name, metadata, report)})


def _metadata(name: str, lines: list[str], report: LoadReport) -> dict[str, object] | None:
    try:
        # BaseLoader reads every value as the text that it is: a version 1.10 stays one.
        read = yaml.load("\n".join(lines), yaml.BaseLoader) or {}
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "brackets stand too deep in one another"
        hint = f"Each metadata line is `#slot: value`; a value with a colon goes into quotation marks ({problem})."
        report.add(Problem(name, "the metadata lines cannot be read", mark.line + 1 if mark else 1, hint=hint))
        return None
    if not isinstance(read, dict):
        hint = "A file that begins with # is read as a mapping set: its first lines are like `#mapping_set_id: https://…`."
        report.add(Problem(name, "the metadata lines are not `#slot: value`", 1, hint=hint))
        return None
    for text in _texts(read):
        if (bad := forbidden(text)) is not None:
            rule = "a control character that cannot be published"
            report.add(Problem(name, rule, value=f"U+{ord(text[bad]):04X}", hint="It is in the metadata lines."))
    for slot in read:
        if slot not in _METADATA:
            hint = " ".join(filter(None, [nearest(str(slot), _METADATA), "It is kept as it is."]))
            rule = "SSSOM has no such metadata slot"
            report.add(Problem(name, rule, column=str(slot), hint=hint, severity="warning"))
    return {str(slot): value for slot, value in read.items()}


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for pair in value.items():
            for part in pair:
                yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)
    else:
        yield str(value)


def _prefixes(name: str, metadata: MappingType[str, object], report: LoadReport) -> dict[str, str]:
    declared = metadata.get("curie_map") or {}
    if isinstance(declared, dict) and all(isinstance(address, str) for address in declared.values()):
        return {str(prefix): str(address) for prefix, address in declared.items()}
    hint = "Under `#curie_map:` each line is `#  PREFIX: address`."
    report.add(Problem(name, "the prefixes cannot be read", column="curie_map", hint=hint))
    return {}


def _set(identifier: str, document: _Document, source: str) -> MappingSet:
    values: dict[str, object] = {}
    other: list[str] = []
    for slot, value in document.metadata.items():
        if value is None:
            continue
        if slot in {"creator_id", "creator_label"}:
            values[slot] = tuple(map(str, value)) if isinstance(value, list) else (str(value),)
        elif slot in _SET_SLOTS:
            values[_SET_SLOTS[slot]] = str(value)
        elif slot != "curie_map":
            other.append(f"{slot}={value}")
    declared = document.metadata.get("curie_map")
    curies = tuple(f"{prefix}={address}" for prefix, address in declared.items()) if isinstance(declared, dict) else ()
    return MappingSet.model_validate(
        {"id": identifier, **values, "curie_map": curies, "other": tuple(other), "sources": (source,)}
    )


def _mapping(
    identifier: str, row: dict[str, str], number: int, document: _Document, known: _Known, source: str,
    report: LoadReport,
) -> Mapping | None:  # fmt: skip
    problems = len(report.problems)
    prefixes = document.prefixes

    def wrong(column: str, rule: str, hint: str = "") -> None:
        report.add(Problem(document.name, rule, number, column, row.get(column) or None, hint))

    for column in _REQUIRED:
        if not row[column]:
            wrong(column, "the cell is empty", "This column needs a value in every row.")
    confidence = _confidence(row.get("confidence", ""))
    if confidence is not None and not 0 <= confidence <= 1:
        wrong("confidence", "not a number from 0 to 1", "Write it as 0.75, or leave the cell empty.")
    if row.get("predicate_modifier", "") not in {"", "Not"}:
        wrong("predicate_modifier", "not a known modifier", "Only `Not` is.")
    predicate = _curie(row["predicate_id"], prefixes)
    if row["predicate_id"] and predicate not in MATCHES:
        hint = " ".join(filter(None, [nearest(predicate, MATCHES), f"Known: {', '.join(MATCHES)}."]))
        wrong("predicate_id", "not a SKOS mapping relation", hint)
    subject = known.code(row["subject_id"], prefixes)
    target = known.code(row["object_id"], prefixes)
    nothing = target == NO_TERM_FOUND
    codes = known.concepts.values()
    for column, code in (("subject_id", subject), ("object_id", target)):
        if column == "subject_id" and code == NO_TERM_FOUND:
            wrong(column, f"only an object can be {NO_TERM_FOUND}", "Turn subject and object round.")
        elif row[column] and code not in codes and not (column == "object_id" and nothing):
            wrong(column, "unknown concept", _nearest_concept(code, codes, prefixes))
    if subject == target and subject in codes:
        wrong("object_id", "the concept is mapped to itself", "Delete the row, or name another concept.")
    judged = known.framework(row.get("object_source", ""), prefixes) if nothing else None
    if nothing and judged not in known.frameworks:
        hint = nearest((judged or "").rpartition(":")[2], known.frameworks)
        hint = f"It says in which framework no close term was found. {hint}".strip()
        wrong("object_source", "unknown framework" if judged else "the cell is empty", hint)
    if len(report.problems) > problems:
        return None
    comment = row.get("comment", "")
    parts = _COMMENT.fullmatch(comment)
    basis = parts["basis"] if parts else None
    record = row.get("record_id", "")
    digest = _content_hash({**row, "subject_id": subject, "predicate_id": predicate, "object_id": target})
    return Mapping.model_validate(
        {
            "id": f"{identifier}/{_local(record, prefixes) if record else digest}",
            "iri": _iri(record, prefixes) if record else f"{BASE}mapping/{identifier}/{digest}",
            "mapping_set": identifier,
            **{slot: row[slot] for slot in _SINGLE if row.get(slot)},
            **{slot: _members(row[slot]) for slot in _LISTS if row.get(slot)},
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


def _confidence(text: str) -> float | None:
    """Give the number; -1 where it is none."""
    try:
        return float(text) if text else None
    except ValueError:
        return -1.0


def _nearest_concept(code: str, codes: Iterable[str], prefixes: MappingType[str, str]) -> str:
    prefix = code.partition(":")[0]
    if ":" in code and not code.startswith("http") and prefix not in prefixes:
        known = {one.partition(":")[0] for one in codes}
        if prefix not in known:
            return f"The prefix {prefix} is neither a framework of this graph nor in the file's curie_map. " + nearest(
                code, codes
            )
    return nearest(code, codes)


def _members(text: str) -> tuple[str, ...]:
    return tuple(part for part in map(str.strip, text.split("|")) if part)


def _curie(text: str, prefixes: MappingType[str, str]) -> str:
    """Shorten an address by a prefix: one that this project uses, else one of the file; leave what none fits."""
    iri = _iri(text, prefixes)
    if iri is None:
        return text
    for known in (PREFIXES, prefixes):
        fits = [(address, prefix) for prefix, address in known.items() if address and iri.startswith(address)]
        if fits:
            address, prefix = max(fits, key=lambda fit: len(fit[0]))
            return f"{prefix}:{iri.removeprefix(address)}"
    return text


def _iri(curie: str, prefixes: MappingType[str, str]) -> str | None:
    if curie.startswith(("http://", "https://")):
        return curie
    prefix, colon, local = curie.partition(":")
    return prefixes[prefix] + local if colon and prefix in prefixes else None


def _local(record: str, prefixes: MappingType[str, str]) -> str:
    """Give what a record is known by inside its set."""
    iri = _iri(record, prefixes) or ""
    if iri.startswith(f"{BASE}mapping/"):
        return iri.removeprefix(f"{BASE}mapping/")
    short = _curie(record, prefixes)
    return _set_id(short) if short.startswith("http") else short


def _content_hash(row: MappingType[str, str]) -> str:
    text = "\t".join(f"{slot}={row[slot]}" for slot in sorted(row) if row[slot])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _text(value: object) -> str | None:
    return (None if value is None else str(value).strip()) or None
