"""Ties what a study prints to the span where it is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qikg.loaders.studies.files import SpanRow
from qikg.ontology.evidence import PrintedAt, Span
from qikg.ontology.model import Ref

if TYPE_CHECKING:
    from qikg.loaders.studies.study import StudyFolder
    from qikg.loaders.tables import Row

_COPIED = ("sha256", "line_start", "line_end", "quote_start", "quote_end")
"""Columns that a row may have too, for whoever reads it: they must be as in spans.tsv."""


def printed_at(
    read: StudyFolder, model: type[Row], number: int, row: Row, thing: Ref, *, part: int | None = None,
    note: str | None = None,
) -> None:  # fmt: skip
    """Join a thing to its span, after checking that the span is known and is the same."""
    start, end = getattr(row, "start", None), getattr(row, "end", None)
    if start is None and end is None:
        return
    span = None if start is None or end is None else read.spans.get((start, end))
    if span is None and not read.whole(SpanRow):
        return
    if span is None:
        column = "start" if end is not None and any(end == known for _, known in read.spans) else "end"
        rule = "no span of spans.tsv has this start and end"
        hint = "Correct them, or make spans.tsv again from the study's text: python scripts/make_spans.py TEXT STUDY."
        read.wrong(model, number, column, rule, f"{start}-{end}", hint)
        return
    same = True
    for column in _COPIED:
        given = getattr(row, column, None)
        if given is not None and given != getattr(span, column):
            hint = f"There it is {getattr(span, column)!r}; one of the two files is of another text, or was changed."
            read.wrong(model, number, column, "not what spans.tsv has for this start and end", given, hint)
            same = False
    if same:
        read.content.add(
            PrintedAt(
                start=thing, end=Span.ref(read.span_id(span.start, span.end)), part=part, note=note,
                sources=(*read.source(model), *read.source(SpanRow)),
            )
        )  # fmt: skip
