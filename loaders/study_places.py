"""Ties what a study prints to the span where it is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from qikg.loaders.report import Problem
from qikg.loaders.study_files import SpanRow
from qikg.ontology.evidence import PrintedAt, Span
from qikg.ontology.model import Ref

if TYPE_CHECKING:
    from qikg.loaders.study import StudyFolder
    from qikg.loaders.tables import Row


class Place(Protocol):
    """A row with positions in the text and the hash of what stands there."""

    @property
    def start(self) -> int | None: ...
    @property
    def end(self) -> int | None: ...
    @property
    def sha256(self) -> str | None: ...


def printed_at(
    read: StudyFolder, model: type[Row], number: int, row: Place, thing: Ref, *, part: int | None = None, note: str | None = None
) -> None:
    """Join a thing to its span, after checking that the span is known and has the same hash."""
    if row.start is None or row.end is None:
        return
    spans = {span.place: span for _, span in read.rows(SpanRow)}
    span = spans.get((row.start, row.end))
    if span is None:
        read.report.add(
            Problem(model.file, "no span of spans.tsv has this place", number, "start", f"{row.start}-{row.end}",
                    "Make spans.tsv again from the study's text.")
        )  # fmt: skip
        return
    if row.sha256 is not None and row.sha256 != span.sha256:
        read.report.add(
            Problem(model.file, "not the hash that spans.tsv has for this place", number, "sha256", row.sha256,
                    "One of the two files is of another text.")
        )  # fmt: skip
        return
    read.content.add(
        PrintedAt(
            start=thing, end=Span.ref(read.span_id(row.start, row.end)), part=part, note=note,
            sources=(*read.source(model), *read.source(SpanRow)),
        )
    )  # fmt: skip
