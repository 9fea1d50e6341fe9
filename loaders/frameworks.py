"""Loads frameworks and code lists: their concepts, in order, with how sure each is and where it was seen."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from qikg.graph.content import Content
from qikg.loaders.editions import record
from qikg.loaders.report import LoadReport, Problem, nearest
from qikg.loaders.tables import Row, Table, read_table
from qikg.ontology.crosswalk import Affects, Broader, Concept, Framework, InFramework, Outcome, Revises
from qikg.ontology.dates import PartialDate
from qikg.ontology.model import INFERRED, STATED, Ref
from qikg.ontology.provenance import Source

LOADER = "frameworks"
UNVERIFIED = "UNVERIFIED"
"""How the basis of a relation begins that must not be loaded as fact."""

Certainty = Annotated[float, Field(ge=0, le=1)]


def _code(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9]+(:[^\s:]+)?", text):
        raise ValueError(
            "not a code; it is PREFIX for the framework itself, PREFIX:LOCAL for a concept, without blanks"
        )
    return text


def _edition(text: str) -> str:
    try:
        PartialDate(text=text)
    except ValueError:
        raise ValueError("not a date; write it as 2015, 2015-04 or 2015-04-02") from None
    return text


def _language(text: str) -> str:
    if not re.fullmatch(r"[a-z]{2,8}(-[a-z0-9]{1,8})*", text):
        raise ValueError("not a language tag; write it in small letters, such as en, cy or pt-br")
    return text


Code = Annotated[str, AfterValidator(_code)]
Language = Annotated[str | None, AfterValidator(lambda text: text and _language(text))]


def _second_label(text: str) -> str:
    if text not in Concept.also:
        raise ValueError(f"not a kind of concept; known: {', '.join(Concept.also)}")
    return text


SecondLabel = Annotated[str, AfterValidator(_second_label)]


class FrameworkRow(Row):
    """One framework or code list of `frameworks.tsv`."""

    file: ClassVar[str] = "frameworks.tsv"
    key: ClassVar[str] = "code"

    code: str
    list: str
    scheme: str
    kind: Literal["tasks", "conditions", "determinants", "outcomes", "codes"]
    year: int | None = None
    doi: str | None = None
    doi_status: Literal["seen", "from memory"] | None = None
    revises: str | None = None
    language: Language = None
    licence: str | None = None
    group_label: SecondLabel | None = None
    groups: tuple[str, ...] = ()
    concept_label: SecondLabel


class ConceptRow(Row):
    """One concept of a framework; the row without a parent is the framework itself."""

    file: ClassVar[str] = "a framework's file"
    key: ClassVar[str] = "code"

    scheme: str
    code: Code
    parent_code: str | None = None
    label: str
    gloss: str | None = None
    source_doi: str | None = None
    edition: Annotated[str | None, AfterValidator(_edition)] = None
    """Edition of a user's own file; the same in every row."""
    language: Language = None
    """Language of label and gloss in a user's own file."""


class CodeRow(Row):
    """One code of a code list; the row without a parent is the list itself."""

    file: ClassVar[str] = "a code list's file"
    key: ClassVar[str] = "code"

    code: Code
    parent_code: str | None = None
    label: str
    words: tuple[str, ...] = ()
    gloss: str | None = None
    score: int | None = None
    area_id: str | None = None


class ProvenanceRow(Row):
    """How sure a code is, and where it was seen."""

    file: ClassVar[str] = "provenance.tsv"
    key: ClassVar[str] = "code"

    scheme: str
    code: str
    certainty: Certainty
    how_seen: str
    source_address: str | None = None


class EffectRow(Row):
    """What a factor is held, or was found, to act on."""

    file: ClassVar[str] = "musiq_relations.tsv"
    key: ClassVar[str] = "triple"

    subject: str
    relation: str
    object: str
    basis: str
    certainty: Certainty
    source: str | None = None

    @property
    def triple(self) -> str:
        """What the row is known by."""
        return f"{self.subject} {self.relation} {self.object}"


def frameworks(folder: Path, sources: Mapping[str, Source], as_of: str, report: LoadReport) -> Content:
    """Read all frameworks, code lists, their provenance and the effects that models state.

    `folder` holds `frameworks.tsv`, `frameworks/` and `vocabularies/`; `sources` gives the source of each of its files.
    """
    content = Content(as_of)

    def recorded(path: str, table: Table[Row], refused: int = 0) -> str:
        if path not in sources:
            report.add(Problem("packaged.tsv", "no row for this file", column="path", value=path, hint="Add one."))
            return path
        return record(content, sources[path], table, LOADER, refused)

    index = read_table(folder / "frameworks.tsv", FrameworkRow, report)
    index_source = recorded("frameworks.tsv", index)
    provenance = read_table(folder / "frameworks/provenance.tsv", ProvenanceRow, report)
    seen_source = recorded("frameworks/provenance.tsv", provenance)
    seen = {row.code: row for row in provenance}
    entries = {row.code: row for row in index}
    codes: set[str] = set()
    for path in dict.fromkeys(_path(row) for row in index):
        rows = _concept_rows(folder, path, report)
        for number, row in rows.rows:
            if row.code in codes:
                hint = "Codes are unique over all files."
                report.add(Problem(rows.name, "another file has this code too", number, "code", row.code, hint))
        codes |= {row.code for row in rows}
        stated_by: tuple[str, ...] = (recorded(path, rows), index_source)
        stated_by += (seen_source,) if {row.code for row in rows} & seen.keys() else ()
        content.extend([concepts(rows, codes, entries, seen, stated_by, as_of, report)])
    effects_path = "frameworks/musiq_relations.tsv"
    table = read_table(folder / effects_path, EffectRow, report)
    effects_source = recorded(effects_path, table, sum(row.basis.startswith(UNVERIFIED) for row in table))
    content.extend([effects(table, {node.pointer for node in content.nodes}, effects_source, as_of, report)])
    for number, entry in index.rows:
        if entry.revises is not None:
            start, end = Framework.ref(entry.code), Framework.ref(entry.revises)
            content.add(Revises(start=start, end=end, sources=(index_source,)))
        named = [("code", entry.code), ("revises", entry.revises), *(("groups", code) for code in entry.groups)]
        _check_codes(index.name, number, named, codes, report)
    for number, one in provenance.rows:
        _check_codes(provenance.name, number, [("code", one.code)], codes, report)
        _check_scheme(provenance.name, number, one.code, one.scheme, entries, report)
    return content


def _check_codes(
    file: str, number: int, named: Iterable[tuple[str, str | None]], codes: Collection[str], report: LoadReport
) -> None:
    for column, code in named:
        if code is not None and code not in codes:
            report.add(Problem(file, "unknown code", number, column, code, nearest(code, codes)))


def _check_scheme(
    file: str, number: int, code: str, scheme: str, entries: Mapping[str, FrameworkRow], report: LoadReport
) -> None:
    entry = entries.get(code.partition(":")[0])
    if entry is not None and entry.scheme != scheme:
        rule, hint = "not the scheme that frameworks.tsv has for this prefix", f"There it is {entry.scheme}."
        report.add(Problem(file, rule, number, "scheme", scheme, hint))


def _path(row: FrameworkRow) -> str:
    return ("vocabularies/" if row.kind == "codes" else "frameworks/") + row.list


def _concept_rows(folder: Path, path: str, report: LoadReport) -> Table[ConceptRow] | Table[CodeRow]:
    if path.startswith("vocabularies/"):
        return read_table(folder / path, CodeRow, report)
    return read_table(folder / path, ConceptRow, report)


def concepts(
    table: Table[ConceptRow] | Table[CodeRow],
    parents: Collection[str],
    entries: Mapping[str, FrameworkRow],
    seen: Mapping[str, ProvenanceRow],
    sources: tuple[str, ...],
    as_of: str,
    report: LoadReport,
) -> Content:
    """Turn the rows of a framework's file into its Framework and Concept nodes.

    `parents` are the codes that a row may stand under: quality statements stand under key questions of another list.
    A framework that is not in `entries` gets plain elements.
    """
    content = Content(as_of)
    own = {row.code for row in table}
    order: dict[str, int] = {}
    for number, row in table.rows:
        prefix, _, local = row.code.partition(":")
        if isinstance(row, ConceptRow):
            _check_scheme(table.name, number, row.code, row.scheme, entries, report)
        if row.parent_code is not None and row.parent_code not in parents:
            hint = nearest(row.parent_code, parents)
            report.add(Problem(table.name, "unknown parent", number, "parent_code", row.parent_code, hint))
        elif (row.parent_code is None) != (local == ""):
            rule = "a concept without a parent" if local else "the framework itself has a parent"
            hint = f"Its parent may be {prefix}." if local else "Leave parent_code empty in this row."
            report.add(Problem(table.name, rule, number, "parent_code", row.parent_code or row.code, hint))
        elif row.parent_code == row.code:
            report.add(Problem(table.name, "the concept is its own parent", number, "parent_code", row.parent_code))
        elif row.parent_code is None:
            content.add(_framework(row, entries.get(prefix), seen.get(row.code), sources))
        else:
            order[prefix] = order.get(prefix, 0) + 1
            content.add(_concept(row, order[prefix], entries.get(prefix), seen.get(row.code), sources))
            content.add(InFramework(start=Concept.ref(row.code), end=Framework.ref(prefix), sources=sources))
            if ":" in row.parent_code:
                content.add(Broader(start=Concept.ref(row.code), end=Concept.ref(row.parent_code), sources=sources))
    for prefix in sorted({code.partition(":")[0] for code in own} - own):
        hint = f"Add one with the code {prefix} and an empty parent_code; its label is the framework's name."
        report.add(Problem(table.name, "the framework itself has no row", column="code", value=prefix, hint=hint))
    return content


def _language_of(row: ConceptRow | CodeRow, entry: FrameworkRow | None) -> str | None:
    if entry is not None:
        return entry.language
    return row.language if isinstance(row, ConceptRow) else None


def _framework(
    row: ConceptRow | CodeRow, entry: FrameworkRow | None, seen: ProvenanceRow | None, sources: tuple[str, ...]
) -> Framework:
    return Framework(
        id=row.code,
        label=row.label,
        definition=row.gloss,
        language=_language_of(row, entry),
        scheme=entry.scheme if entry else row.scheme if isinstance(row, ConceptRow) else None,
        framework_kind=entry.kind if entry else None,
        year=entry.year if entry else None,
        doi=entry.doi if entry else None,
        doi_status=entry.doi_status if entry else None,
        source_doi=row.source_doi if isinstance(row, ConceptRow) else None,
        licence=entry.licence if entry else None,
        certainty=seen.certainty if seen else None,
        how_seen=seen.how_seen if seen else None,
        source_address=seen.source_address if seen else None,
        sources=sources,
    )


def _concept(
    row: ConceptRow | CodeRow,
    order: int,
    entry: FrameworkRow | None,
    seen: ProvenanceRow | None,
    sources: tuple[str, ...],
) -> Concept:
    label = "Element" if entry is None else entry.concept_label
    if entry is not None and row.code in entry.groups and entry.group_label:
        label = entry.group_label
    return Concept(
        id=row.code,
        labels=(label,),
        label=row.label,
        definition=row.gloss,
        language=_language_of(row, entry),
        notation=row.code.partition(":")[2],
        order=order,
        words=row.words if isinstance(row, CodeRow) else (),
        score=row.score if isinstance(row, CodeRow) else None,
        area_id=row.area_id if isinstance(row, CodeRow) else None,
        source_doi=row.source_doi if isinstance(row, ConceptRow) else None,
        certainty=seen.certainty if seen else None,
        how_seen=seen.how_seen if seen else None,
        source_address=seen.source_address if seen else None,
        sources=sources,
    )


def effects(table: Table[EffectRow], known: set[Ref], source: str, as_of: str, report: LoadReport) -> Content:
    """Turn what models state into AFFECTS; rows marked UNVERIFIED are counted and left out."""
    content = Content(as_of)
    outcomes: dict[str, Outcome] = {}
    left_out = 0
    for number, row in table.rows:
        if row.basis.startswith(UNVERIFIED):
            left_out += 1
            continue
        start = _known(row.subject, known)
        if ":" in row.object:
            end = _known(row.object, known)
        else:
            outcome = Outcome(id=f"OUTCOME:{row.object}", label=_words(row.object), sources=(source,))
            end = outcomes.setdefault(row.object, outcome).pointer
        for column, code, ref in (("subject", row.subject, start), ("object", row.object, end)):
            if ref is None:
                hint = nearest(code, (item.id for item in known))
                report.add(Problem(table.name, "unknown code", number, column, code, hint))
        if start is not None and end is not None:
            content.add(
                Affects(
                    start=start,
                    end=end,
                    relation=row.relation,
                    certainty=row.certainty,
                    basis=row.basis,
                    source_doi=row.source,
                    status=STATED if row.basis.startswith("empirical") else INFERRED,
                    sources=(source,),
                )
            )
    content.add(*outcomes.values())
    if left_out:
        report.notes.append(f"{table.name}: {left_out} rows marked {UNVERIFIED} were left out, as they must be.")
    return content


def _known(code: str, known: Iterable[Ref]) -> Ref | None:
    ref = Concept.ref(code) if ":" in code else Framework.ref(code)
    return ref if ref in known else None


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize().replace("Qi ", "QI ").replace(" qi ", " QI ")
