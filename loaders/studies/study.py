"""Loads a study: reads its folder, checks that everything it points at exists, and makes its nodes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar, cast

from qikg.graph.content import Content
from qikg.loaders import editions
from qikg.loaders.report import LoadReport, Problem, nearest
from qikg.loaders.studies import cases, claims, items, record
from qikg.loaders.studies.entry import read_record
from qikg.loaders.studies.files import (
    FILES,
    NEEDED,
    EventRow,
    SourceRow,
    SpanRow,
    StudyRecord,
    Table3Row,
    precision,
)
from qikg.loaders.tables import Row, Table, file_hash, read_table
from qikg.ontology.evidence import Document, InDocument, Span, Study, TextOf
from qikg.ontology.model import Node, Relationship
from qikg.ontology.provenance import Source

LOADER = "study"
_FEW = 12  # so many that all can be named
R = TypeVar("R", bound=Row)


@dataclass(slots=True)
class StudyFolder:
    """A study as read: its record, its tables, and what a row may point at outside of it."""

    record: StudyRecord
    folder: Path
    tables: dict[str, Table[Row]]
    concepts: Collection[str]
    frameworks: Collection[str]
    report: LoadReport
    content: Content
    packaged: bool
    sources: dict[str, str] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    """Source ids of public addresses."""
    publications: set[str] = field(default_factory=set)
    """Source ids of registers' files that rows name."""
    spans: dict[tuple[int, int], SpanRow] = field(default_factory=dict)
    """The spans by start and end."""

    @property
    def id(self) -> str:
        """The study's id, which begins the ids of all its things."""
        return self.record.id

    def rows(self, model: type[R]) -> list[tuple[int, R]]:
        """Give the rows of a file, each with its line number; none where the file is absent."""
        table = self.tables.get(model.file)
        return [] if table is None else cast("list[tuple[int, R]]", list(table.rows))

    def node_id(self, local: str) -> str:
        """Give the id of a thing of this study."""
        return f"{self.id}/{local}"

    def case_id(self, number: str) -> str:
        """Give the id of a case."""
        return f"{self.id}/case-{number}"

    def span_id(self, start: int, end: int) -> str:
        """Give the id of a span of the study's text."""
        return f"{self.id}/text-1/{start}-{end}"

    def source(self, model: type[Row]) -> tuple[str]:
        """Give the source of a file, as the sources of what it states."""
        return (self.sources[model.file],)

    def known(
        self, values: Iterable[str], known: Collection[str], model: type[Row], row: int, column: str, what: str
    ) -> list[str]:
        """Keep the values that exist; report the others, with the nearest that does."""
        kept = []
        for value in values:
            if value in known:
                kept.append(value)
            else:
                hint = nearest(value, known)
                if not hint and 0 < len(known) <= _FEW:
                    hint = f"Known: {', '.join(sorted(known))}."
                self.wrong(model, row, column, f"unknown {what}", value, hint)
        return kept

    def keys(self, model: type[Row]) -> Collection[str]:
        """Give the keys of a file; of one that could not be read, whatever is asked for: it has its own error."""
        table = self.tables.get(model.file)
        if table is None:
            return frozenset()
        return table.keys if table.sha256 else _Anything()

    def whole(self, model: type[Row]) -> bool:
        """Whether all rows of a file passed; where not, what points at them is no error of its own."""
        return model.file not in self.tables or self.tables[model.file].whole

    def wrong(self, model: type[Row], row: int, column: str, rule: str, value: object, hint: str = "") -> None:
        """Report a cell."""
        self.report.add(Problem(model.file, rule, row, column, None if value is None else str(value), hint))


class _Anything(frozenset[str]):
    """A set that seems to hold whatever is looked for."""

    def __contains__(self, value: object) -> bool:
        return True


def study(
    folder: Path,
    concepts: Collection[str],
    frameworks: Collection[str],
    report: LoadReport,
    *,
    packaged: bool = False,
) -> Content:
    """Read a study's folder; `concepts` and `frameworks` are the codes that its rows may point at.

    All problems of all files are reported together. Where there is one, what is given must not be written.
    """
    read = _read(folder, concepts, frameworks, report, packaged)
    if read is None:
        return Content("")
    _record_sources(read)
    _study_and_text(read)
    record.add(read)
    cases.add(read)
    items.add(read)
    claims.add(read)
    _say_one_thing(read)
    return read.content


def _read(
    folder: Path, concepts: Collection[str], frameworks: Collection[str], report: LoadReport, packaged: bool
) -> StudyFolder | None:
    entry = read_record(folder, report)
    models = {model.file: model for model in FILES}
    for unknown in sorted(p.name for p in folder.glob("*.tsv") if p.name not in models):
        hint = nearest(unknown, models) or f"Known: {', '.join(sorted(models))}."
        report.add(Problem(unknown, "no file of a study has this name", hint=hint))
    tables: dict[str, Table[Row]] = {
        name: read_table(folder / name, model, report)
        for name, model in models.items()
        if name in NEEDED or (folder / name).exists()
    }
    if entry is None:
        return None
    report.rows["study.json"] = 1
    read = StudyFolder(entry, folder, tables, concepts, frameworks, report, Content(entry.edition), packaged)
    read.spans.update((row.place, row) for _, row in read.rows(SpanRow))
    for dated in (Table3Row, EventRow):
        _check_precision(read, dated)
    return read


def _check_precision(read: StudyFolder, model: type[Table3Row] | type[EventRow]) -> None:
    for number, row in read.rows(model):
        known_to = precision(row.date)
        if row.date_precision != known_to:
            hint = f"Written as {row.date or 'an empty cell'}, the date is known to: {known_to}."
            read.wrong(model, number, "date_precision", "not how exactly the date is written", row.date_precision, hint)


def _say_one_thing(read: StudyFolder) -> None:
    """Report rows that say different things of one node or one relationship: the graph would keep one of them alone."""
    files = {source: file for file, source in read.sources.items()}
    said: dict[object, Node | Relationship] = {}
    things: list[Node | Relationship] = [*read.content.nodes, *read.content.relationships]
    for thing in things:
        if isinstance(thing, Node):
            key: object = thing.pointer
            what = f"{type(thing).__name__} {thing.id}"
        else:
            key = (thing.type, thing.start, thing.end, thing.key)
            what = f"{thing.start.id} {thing.type} {thing.end.id}"
        earlier = said.setdefault(key, thing)
        if earlier is not thing and earlier.properties() != thing.properties():
            file = files.get(thing.sources[0], thing.sources[0])
            rule = "two rows say different things of one and the same"
            read.report.add(
                Problem(file, rule, value=what, hint="Put them into one row, or correct what tells them apart.")
            )


def _record_sources(read: StudyFolder) -> None:
    licence = read.record.licence
    for name, table in read.tables.items():
        source = Source(
            id=f"{read.id}/{name.removesuffix('.tsv')}/{read.record.edition}",
            title=f"{name} of the study {read.id}",
            publisher="qikg" if read.packaged else read.id,
            edition=read.record.edition,
            licence=licence or "CC BY 4.0",
            packaged=read.packaged,
        )
        read.sources[name] = editions.record(read.content, source, table, LOADER)
    own = Source(
        id=f"{read.id}/study/{read.record.edition}",
        title=f"study.json of the study {read.id}",
        edition=read.record.edition,
        licence=licence or "CC BY 4.0",
        packaged=read.packaged,
    )
    read.sources["study.json"] = editions.record(
        read.content, own, Table("study.json", file_hash(read.folder / "study.json"), (), 1), LOADER
    )
    for number, row in read.rows(SourceRow):
        identifier = read.node_id(row.source_id)
        if row.url in read.pages:
            read.wrong(SourceRow, number, "url", "the address stands twice", row.url, "Keep one of the two rows.")
        read.pages[row.url] = identifier
        read.content.add(
            Source(
                id=identifier, title=row.title, publisher=row.publisher, date=row.date, url=row.url,
                sources=read.source(SourceRow),
            )
        )  # fmt: skip


def _study_and_text(read: StudyFolder) -> None:
    entry, sources = read.record, (read.sources["study.json"],)
    authors = sorted(entry.authors, key=lambda author: author.order)
    names = ", ".join(author.name for author in authors)
    place = f"{entry.volume}({entry.issue}):{entry.article_number}"
    doi = f"https://doi.org/{entry.doi}" if entry.doi else None
    cited = [f"{names} ({entry.year}). {entry.title}", entry.journal, place, doi]
    method = entry.method
    read.content.add(
        Study(
            id=entry.id,
            title=entry.title,
            study_type=entry.type,
            authors=tuple(author.name for author in authors),
            corresponding_author="; ".join(author.name for author in authors if author.corresponding) or None,
            affiliations=tuple(f"{author.name}: {author.affiliation}" for author in authors if author.affiliation),
            **{
                name: getattr(entry, name)
                for name in (
                    "journal", "journal_abbreviation", "issn", "year", "volume", "issue", "article_number",
                    "special_issue", "submitted", "accepted", "published", "doi", "url", "licence", "licence_url",
                    "keywords", "keywords_basis", "edition",
                )
            },
            citation=". ".join(part for part in cited if part) if entry.doi else None,
            design=method.design,
            software=method.software,
            framework_used=method.framework,
            data_source=method.data_source,
            data_source_url=method.data_source_url,
            data_published=method.data_published,
            case_count=method.cases,
            invented=entry.invented or None,
            sources=sources,
        )
    )  # fmt: skip
    if entry.text is None:
        if read.rows(SpanRow):
            rule = "there are spans, but study.json does not describe the text that they lie in"
            read.report.add(Problem(SpanRow.file, rule, hint="Add `text` with sha256 and code_points to study.json."))
        return
    document = Document(
        id=read.node_id("text-1"),
        sha256=entry.text.sha256,
        length=entry.text.code_points,
        byte_length=entry.text.bytes,
        line_feeds=entry.text.line_feeds,
        encoding=entry.text.encoding,
        newline=entry.text.newline,
        offset_unit=entry.text.offset_unit,
        extractor=entry.text.extractor,
        note=entry.text.note,
        sources=sources,
    )
    read.content.add(document, TextOf(start=document.pointer, end=Study.ref(entry.id), sources=sources))
    for number, row in read.rows(SpanRow):
        if row.start >= row.end or row.end > entry.text.code_points:
            hint = f"study.json gives the text {entry.text.code_points:,} code points, and a span ends after it starts."
            read.wrong(SpanRow, number, "end", "the span does not lie in the text", f"{row.start}-{row.end}", hint)
            continue
        span = Span(id=read.span_id(row.start, row.end), **row.model_dump(), sources=read.source(SpanRow))
        read.content.add(span, InDocument(start=span.pointer, end=document.pointer, sources=span.sources))
