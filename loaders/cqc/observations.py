"""Makes the ratings of a place: each is an observation, and what two blocks of a record both show is one."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from qikg.loaders.cqc.fields import Fields, is_id
from qikg.loaders.cqc.pieces import Piece
from qikg.loaders.cqc.registered import dated
from qikg.loaders.cqc.reports import Reports
from qikg.loaders.cqc.words import (
    OVERALL,
    USE_OF_RESOURCES,
    WHOLE,
    Word,
    question,
    rating,
    says_nothing,
    service,
)
from qikg.ontology.model import Ref
from qikg.ontology.registers import Awarded, Rates, Rating


class Report(NamedTuple):
    """Which report a rating comes from: its id, its day, and the place that it was about, where that is another."""

    link: str | None = None
    day: datetime.date | None = None
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """A rating as a record shows it."""

    service: Word
    question: Word
    value: Word
    printed: str
    report: Report
    percentage: float | None = None
    assessed: bool | None = None
    statement: Word | None = None


@dataclass(slots=True)
class Observations:
    """The ratings of a place, each once."""

    place: Ref
    reports: Reports
    found: dict[str, Observation] = field(default_factory=dict)

    def see(self, seen: Observation) -> None:
        """Take a rating into account; of one that is there already, what the other block did not say."""
        asked = seen.question.local if seen.statement is None else f"QS{seen.statement.local}"
        when = seen.report.day or "undated"
        identifier = f"{self.place.id}/{when}/{seen.service.local}/{asked}/{seen.value.local}"
        before = self.found.get(identifier)
        if before is not None:
            first, second = before.report, seen.report
            report = Report(first.link or second.link, first.day, first.of or second.of)
            percentage = max(filter(None, (before.percentage, seen.percentage)), default=before.percentage)
            seen = replace(
                before, report=report, percentage=percentage, assessed=before.assessed or seen.assessed,
                printed=min(before.printed, seen.printed),
            )  # fmt: skip
        self.found[identifier] = seen

    def add_to(self, piece: Piece) -> None:
        """Add the ratings, and what gave them where that is known."""
        for identifier, one in self.found.items():
            self._add(identifier, one, piece)

    def _add(self, identifier: str, one: Observation, piece: Piece) -> None:
        sources, edition = piece.sources, piece.edition or None
        node = Rating.made(
            id=identifier, date=dated(one.report.day), question=one.question.code, service=one.service.code,
            value=one.value.code, value_printed=one.printed, score=one.value.score, percentage=one.percentage,
            quality_statement=None if one.statement is None else one.statement.code, assessed=one.assessed,
            inherited=one.report.of is not None, inherited_from=one.report.of, in_register=True,
            edition_first=edition, edition_last=edition, sources=sources,
        )  # fmt: skip
        piece.add(node, Rates.made(start=node.pointer, end=self.place, sources=sources))
        # What is inherited comes from another place's report: no inspection of this one is made up for it.
        inspection = None if one.report.of is not None else self.reports.inspection(one.report.link, one.report.day)
        if inspection is not None:
            piece.add(Awarded.made(start=inspection, end=node.pointer, sources=sources))


def see_blocks(record: Fields, seen: Observations) -> None:
    """Take in the current and the historic ratings of a record; the historic ones may stand alone."""
    labels = _labels(record)
    _see_block(record.fields("currentRatings"), labels, seen, current=True)
    for block in record.each("historicRatings"):
        _see_block(block, labels, seen, current=False)


def _see_block(block: Fields, labels: Mapping[str, str], seen: Observations, *, current: bool) -> None:
    report = _report(block, Report(), seen)
    overall = block.fields("overall")
    of_overall = _report(overall, report, seen)
    if of_overall.of is None and of_overall.link is not None:
        of_overall = of_overall._replace(of=_named_by_questions(overall, of_overall.link, seen))
    _see(overall, "rating", WHOLE, OVERALL, of_overall, seen)
    for one in overall.each("keyQuestionRatings"):
        # In a current block each question has a report of its own, but for those that no report rated.
        around = Report() if current and says_nothing(one.text("rating")) else of_overall
        _see_question(one, WHOLE, around, seen)
    resources = overall.fields("useOfResources")
    of_resources = _report(resources, Report(), seen)
    _see(resources, "useOfResourcesRating", WHOLE, USE_OF_RESOURCES, of_resources, seen)
    if resources.text("combinedQualityRating") is not None:
        combined = question("Combined quality", resources, "combinedQualityRating")
        _see(resources, "combinedQualityRating", WHOLE, combined, of_resources, seen)
    for one in block.each("serviceRatings"):
        name = one.text("name")
        if name is not None:
            group, of_service = service(name, labels, one, "name"), _report(one, report, seen)
            _see(one, "rating", group, OVERALL, of_service, seen)
            for part in one.each("keyQuestionRatings"):
                _see_question(part, group, of_service, seen)
        elif one.text("rating") is not None:
            one.note("name", "a service's rating without the service; left out", error=True)


def _see_question(of: Fields, group: Word, around: Report, seen: Observations) -> None:
    name = of.text("name")
    if name is not None:
        _see(of, "rating", group, question(name, of, "name"), _report(of, around, seen), seen)
    elif of.text("rating") is not None:
        of.note("name", "a key question's rating without the key question; left out", error=True)


def _see(of: Fields, key: str, group: Word, asked: Word, report: Report, seen: Observations) -> None:
    printed = of.text(key)
    if printed is not None:
        seen.see(Observation(group, asked, rating(printed, of, key), printed, report))


def _named_by_questions(overall: Fields, link: str, seen: Observations) -> str | None:
    """Give the place that the key questions name for the overall rating's report: it does not always name it itself."""
    for one in overall.each("keyQuestionRatings"):
        place = one.text("organisationId")
        if one.text("reportLinkId") == link and place is not None and is_id(place) and place != seen.place.id:
            return place
    return None


def _report(of: Fields, around: Report, seen: Observations) -> Report:
    """Give the report that a block names; what it does not say is as in the block around it."""
    link, day, place = of.text("reportLinkId"), of.day("reportDate"), of.id("organisationId")
    if link is None and day is None:
        link, day, place = around.link, around.day, place or around.of
    elif link is not None and day is None:
        day = seen.reports.days.get(link, around.day if link == around.link else None)
    if link is not None and link == around.link:
        place = place or around.of
    return Report(link, day, None if place == seen.place.id else place)


def _labels(record: Fields) -> dict[str, str]:
    areas = ((one.text("inspectionAreaId"), one.text("inspectionAreaName")) for one in record.each("inspectionAreas"))
    return {area: name for area, name in areas if area is not None and name is not None}
