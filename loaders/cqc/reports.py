"""Makes the inspections of a place from the list of its published reports."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from qikg.loaders.cqc.fields import Fields
from qikg.loaders.cqc.pieces import Piece
from qikg.loaders.cqc.registered import dated
from qikg.ontology.model import Ref
from qikg.ontology.registers import Inspected, Inspection


@dataclass(slots=True)
class Reports:
    """The reports of a place: on which day each was published, and so which inspections are known."""

    place: Ref
    days: dict[str, datetime.date] = field(default_factory=dict)
    """Days by the id of the report."""

    def inspection(self, link: str | None, day: datetime.date | None) -> Ref | None:
        """Give the inspection behind a rating: by its report, or, where it names none, by the day."""
        published = self.days.get(link) if link is not None else day if day in self.days.values() else None
        return None if published is None else Inspection.ref(f"{self.place.id}/{published}")


def add_reports(record: Fields, place: Ref, piece: Piece) -> Reports:
    """Add an inspection for each day on which reports of a place were published."""
    reports = Reports(place)
    visits: dict[datetime.date, list[datetime.date]] = {}
    for report in record.each("reports"):
        link, day, visit = report.text("linkId"), report.day("reportDate"), report.day("firstVisitDate")
        if day is None:
            continue
        if link is not None:
            reports.days[link] = day
        visits.setdefault(day, []).extend([visit] if visit is not None else [])
    for day, visited in visits.items():
        inspection = Inspection(
            id=f"{place.id}/{day}", publication_date=dated(day),
            report_ids=tuple(link for link, published in reports.days.items() if published == day),
            first_visit=dated(min(visited, default=None)), sources=piece.sources,
        )  # fmt: skip
        piece.add(inspection)
        piece.add(Inspected(start=inspection.pointer, end=place, sources=piece.sources))
    return reports
