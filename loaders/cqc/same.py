"""Ratings that stand under two dates and are one, by a list that people have made: none is ever guessed."""

from __future__ import annotations

from typing import ClassVar

from qikg.graph.content import Content
from qikg.graph.store import Store
from qikg.graph.writer import write
from qikg.loaders.editions import record
from qikg.loaders.packaged import ONTOLOGY, packaged_sources
from qikg.loaders.report import LoadReport
from qikg.loaders.tables import Row, read_table
from qikg.ontology.errors import CheckFailed
from qikg.ontology.registers import Rating, SameRatingAs


class SameRow(Row):
    """Two observations that are one rating."""

    file: ClassVar[str] = "same_ratings.tsv"
    key: ClassVar[str] = "rating"

    rating: str
    """Id of one, as the graph has it: place, date, service, question and value."""
    same_as: str
    """Id of the other."""
    basis: str
    """How somebody found out."""
    source_url: str | None = None


def link_same_ratings(store: Store) -> int:
    """Join the two observations of each row that are both in the graph; give how many pairs there are.

    Raises CheckFailed where the list is not right.
    """
    report = LoadReport()
    table = read_table(ONTOLOGY / SameRow.file, SameRow, report)
    if not report.ok:
        raise CheckFailed(report.summary(), report)
    found = store.read(
        "MATCH (r:Rating) WHERE r.id IN $ids RETURN r.id AS id",
        {"ids": [identifier for row in table for identifier in (row.rating, row.same_as)]},
    )
    there = {row["id"] for row in found}
    wanted = [row for row in table if {row.rating, row.same_as} <= there]
    if not wanted:
        return 0
    source = packaged_sources()[SameRow.file]
    content = Content(str(source.edition))
    sources = (record(content, source, table, "same-ratings"),)
    content.add(
        *(
            SameRatingAs(
                start=Rating.ref(row.rating), end=Rating.ref(row.same_as), sources=sources,
                basis=row.basis if row.source_url is None else f"{row.basis} ({row.source_url})",
            )
            for row in wanted
        )
    )  # fmt: skip
    write(store, content)
    return len(wanted)
