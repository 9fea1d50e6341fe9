"""Loads frameworks and code lists: their concepts, in order, with how sure each is and where it was seen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field

from qikg.graph.content import Content
from qikg.loaders.editions import record
from qikg.loaders.report import LoadReport, Problem, nearest
from qikg.loaders.tables import Row, Table, read_table
from qikg.ontology.crosswalk import Affects, Broader, Concept, Framework, InFramework, Outcome, Revises
from qikg.ontology.model import INFERRED, STATED, Ref
from qikg.ontology.provenance import Source

LOADER = "frameworks"
UNVERIFIED = "UNVERIFIED"
"""How the basis of a relation begins that must not be loaded as fact."""

Certainty = Annotated[float, Field(ge=0, le=1)]


class FrameworkRow(Row):
    """One framework or code list of `frameworks.tsv`."""

    file: ClassVar[str] = "frameworks.tsv"
    key: ClassVar[str] = "code"

    code: str
    list: str
    scheme: str
    kind: str
    year: int | None = None
    doi: str | None = None
    doi_status: str | None = None
    revises: str | None = None
    licence: str | None = None
    group_label: str | None = None
    groups: tuple[str, ...] = ()
    concept_label: str


class ConceptRow(Row):
    """One concept of a framework; the row without a parent is the framework itself."""

    file: ClassVar[str] = "a framework's file"
    key: ClassVar[str] = "code"

    scheme: str
    code: Annotated[str, Field(pattern=r"^[A-Za-z0-9]+(:[^\s:]+)?$")]
    parent_code: str | None = None
    label: str
    gloss: str | None = None
    source_doi: str | None = None


class CodeRow(Row):
    """One code of a code list; the row without a parent is the list itself."""

    file: ClassVar[str] = "a code list's file"
    key: ClassVar[str] = "code"

    code: str
    parent_code: str | None = None
    label: str
    words: tuple[str, ...] = ()
    gloss: str | None = None
    score: int | None = None


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
    index = read_table(folder / "frameworks.tsv", FrameworkRow, report)
    index_source = record(content, sources["frameworks.tsv"], index, LOADER)
    seen_path = "frameworks/provenance.tsv"
    provenance = read_table(folder / seen_path, ProvenanceRow, report)
    seen_source = record(content, sources[seen_path], provenance, LOADER)
    seen = {row.code: row for row in provenance}
    entries = {row.code: row for row in index}
    codes: set[str] = set()
    for path in dict.fromkeys(_path(row) for row in index):
        rows = _concept_rows(folder, path, report)
        codes |= {row.code for row in rows}
        source = record(content, sources[path], rows, LOADER)
        used = {row.code for row in rows} & seen.keys()
        content.extend([concepts(rows, codes, entries, seen, (source, index_source, *([seen_source] if used else [])), as_of, report)])
    for row in index:
        if row.revises:
            content.add(
                Revises(start=Framework.ref(row.code), end=Framework.ref(row.revises), sources=(index_source,))
            )
    effects_path = "frameworks/musiq_relations.tsv"
    table = read_table(folder / effects_path, EffectRow, report)
    effects_source = record(content, sources[effects_path], table, LOADER)
    content.extend([effects(table, {node.pointer for node in content.nodes}, effects_source, as_of, report)])
    known = {node.id for node in content.nodes if isinstance(node, Concept | Framework)}
    for number, unknown in ((n, row) for n, row in provenance.rows if row.code not in known):
        report.add(Problem(provenance.name, "unknown code", number, "code", unknown.code, nearest(unknown.code, known)))
    return content


def _path(row: FrameworkRow) -> str:
    return ("vocabularies/" if row.kind == "codes" else "frameworks/") + row.list


def _concept_rows(folder: Path, path: str, report: LoadReport) -> Table[ConceptRow] | Table[CodeRow]:
    model = CodeRow if path.startswith("vocabularies/") else ConceptRow
    return read_table(folder / path, model, report)  # type: ignore[return-value, type-var]


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

    `parents` are the codes that a row may stand under: quality statements stand under key questions of another list. A framework that is not in `entries` gets plain elements.
    """
    content = Content(as_of)
    own = {row.code for row in table}
    order: dict[str, int] = {}
    for number, row in table.rows:
        prefix, _, local = row.code.partition(":")
        if row.parent_code is not None and row.parent_code not in parents:
            hint = nearest(row.parent_code, parents)
            report.add(Problem(table.name, "unknown parent", number, "parent_code", row.parent_code, hint))
        elif (row.parent_code is None) != (local == ""):
            report.add(Problem(table.name, "only the framework itself has no parent and no local code", number, "code", row.code))
        elif row.parent_code is None:
            content.add(_framework(row, entries.get(prefix), seen.get(row.code), sources))
        else:
            order[prefix] = order.get(prefix, 0) + 1
            content.add(_concept(row, order[prefix], entries.get(prefix), seen.get(row.code), sources))
            content.add(InFramework(start=Concept.ref(row.code), end=Framework.ref(prefix), sources=sources))
            if ":" in row.parent_code:
                content.add(Broader(start=Concept.ref(row.code), end=Concept.ref(row.parent_code), sources=sources))
    for prefix in sorted({code.partition(":")[0] for code in own} - own):
        report.add(Problem(table.name, "the framework itself has no row", column="code", value=prefix))
    return content


def _framework(
    row: ConceptRow | CodeRow, entry: FrameworkRow | None, seen: ProvenanceRow | None, sources: tuple[str, ...]
) -> Framework:
    return Framework(
        id=row.code,
        label=row.label,
        definition=row.gloss,
        scheme=entry.scheme if entry else None,
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
    row: ConceptRow | CodeRow, order: int, entry: FrameworkRow | None, seen: ProvenanceRow | None, sources: tuple[str, ...]
) -> Concept:
    label = "Element" if entry is None else entry.concept_label
    if entry is not None and row.code in entry.groups and entry.group_label:
        label = entry.group_label
    return Concept(
        id=row.code,
        labels=(label,),
        label=row.label,
        definition=row.gloss,
        notation=row.code.partition(":")[2],
        order=order,
        words=row.words if isinstance(row, CodeRow) else (),
        score=row.score if isinstance(row, CodeRow) else None,
        source_doi=row.source_doi if isinstance(row, ConceptRow) else None,
        certainty=seen.certainty if seen else None,
        how_seen=seen.how_seen if seen else None,
        source_address=seen.source_address if seen else None,
        sources=sources,
    )


def effects(
    table: Table[EffectRow], known: set[Ref], source: str, as_of: str, report: LoadReport
) -> Content:
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
