"""Makes the public record of a study's cases: trusts, hospitals, who succeeded whom, ratings and actions."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qikg.loaders.report import nearest
from qikg.loaders.studies.files import CaseRow, CaseTrustRow, EventRow, OrganisationRow, SourceRow
from qikg.loaders.vocabularies import ratings
from qikg.ontology.dates import PartialDate
from qikg.ontology.evidence import Case, IdentifiedAs, OfCase
from qikg.ontology.model import INFERRED, STATED, Ref, Status
from qikg.ontology.provenance import Source, StatedIn
from qikg.ontology.registers import (
    ActedOn,
    Awarded,
    Followed,
    Inspected,
    Inspection,
    Location,
    Name,
    Named,
    Operates,
    Organisation,
    Rates,
    Rating,
    RegulatoryAction,
    SucceededBy,
)

if TYPE_CHECKING:
    from qikg.loaders.studies.study import StudyFolder
    from qikg.loaders.tables import Row

OVERALL, WHOLE = "CQC:OVERALL", "CQCSERVICE:OVERALL"


@dataclass(slots=True)
class _Succession:
    """What several rows say of one succession, put together before it is written."""

    date: PartialDate | None = None
    end_of_predecessor: PartialDate | None = None
    reason: str | None = None
    body: str | None = None
    events: list[str] = field(default_factory=list)
    basis: list[str] = field(default_factory=list)
    status: Status = INFERRED
    sources: set[str] = field(default_factory=set)


def add(read: StudyFolder) -> None:
    """Add organisations, locations, their successions, ratings and actions, and who the cases are held to be."""
    places = _places(read)
    _identifications(read, places)
    _successions(read, places)
    _events(read, places)


def _places(read: StudyFolder) -> dict[str, Ref]:
    sources = read.source(OrganisationRow) if read.rows(OrganisationRow) else ("",)
    levels = _levels(read)
    places: dict[str, Ref] = {}
    for number, row in read.rows(OrganisationRow):
        if row.level == "trust":
            node: Organisation | Location = Organisation(
                id=row.code, labels=("Trust", "Provider"), label=row.name, organisation_type=row.kind,
                valid_from=row.valid_from, valid_to=row.valid_to, note=row.note, status=STATED, sources=sources,
            )  # fmt: skip
        else:
            node = Location(
                id=row.code, label=row.name, location_type=row.kind, registered_from=row.valid_from,
                registered_to=row.valid_to, note=row.note, status=STATED, sources=sources,
            )  # fmt: skip
            if row.provider_code in read.keys(OrganisationRow) and row.provider_code not in levels:
                pass  # that row has its own error
            elif row.provider_code is None or levels.get(row.provider_code) != "trust":
                hint = nearest(row.provider_code or "", [c for c, level in levels.items() if level == "trust"])
                hint = hint or "A location needs the code of its trust, which has a row of this file too."
                read.wrong(OrganisationRow, number, "provider_code", "unknown trust", row.provider_code, hint)
            else:
                read.content.add(
                    Operates(
                        start=Organisation.ref(row.provider_code), end=node.pointer, since=row.valid_from,
                        until=row.valid_to, status=STATED, sources=sources,
                    )
                )  # fmt: skip
        places[row.code] = node.pointer
        name = Name(id=f"{row.code}/{row.name}/{read.id}", name=row.name, edition=read.id, sources=sources)
        read.content.add(node, name, Named(start=node.pointer, end=name.pointer, sources=sources))
        _stated_in(read, OrganisationRow, number, node.pointer, row.source, "source", sources)
        _of_case(read, OrganisationRow, number, node.pointer, row.case, sources)
    return places


def _identifications(read: StudyFolder, places: dict[str, Ref]) -> None:
    for number, row in read.rows(CaseTrustRow):
        code = row.location_code if row.kind == "location" else row.org_code
        case = read.known([row.case], read.keys(CaseRow), CaseTrustRow, number, "case", "case")
        column = "location_code" if row.kind == "location" else "org_code"
        codes = read.keys(OrganisationRow)
        if code is None:
            hint = "A case that is a location needs the location's code."
            read.wrong(CaseTrustRow, number, column, "the cell is empty", None, hint)
        elif read.known([code], codes, CaseTrustRow, number, column, "place") and code != row.org_code:
            read.known([row.org_code], codes, CaseTrustRow, number, "org_code", "place")
        if case and code in places:
            read.content.add(
                IdentifiedAs(
                    start=Case.ref(read.case_id(row.case)),
                    end=places[code],
                    record=read.node_id(row.case_trust_id),
                    since=row.valid_from,
                    until=row.valid_to,
                    name_at_the_time=row.name_at_the_time,
                    trust_at_the_time=row.org_code,
                    confidence=row.confidence,
                    basis=row.basis,
                    status=row.status,
                    sources=read.source(CaseTrustRow),
                )
            )


def _successions(read: StudyFolder, places: dict[str, Ref]) -> None:
    found: dict[tuple[str, str], _Succession] = {}

    def of(model: type[Row], number: int, column: str, start: str, end: str | None) -> _Succession | None:
        if end is None or not read.known([end], read.keys(OrganisationRow), model, number, column, "place"):
            return None
        if start not in places or end not in places:
            return None
        one = found.setdefault((start, end), _Succession())
        one.sources.update(read.source(model))
        return one

    for number, row in read.rows(OrganisationRow):
        if one := of(OrganisationRow, number, "successor_code", row.code, row.successor_code):
            one.end_of_predecessor = row.valid_to
    for number, trust in read.rows(CaseTrustRow):
        code = trust.location_code or trust.org_code
        if one := of(CaseTrustRow, number, "successor_code", code, trust.successor_code):
            one.end_of_predecessor = one.end_of_predecessor or trust.valid_to
    for number, event in read.rows(EventRow):
        if event.event_type == "merger" and (one := of(EventRow, number, "other_code", event.code, event.other_code)):
            one.date, one.reason, one.body = event.date, "merger", event.decided_by
            one.events.append(event.event_id)
            one.basis += [event.note] if event.note else []
            one.status = event.status
    for (start, end), one in found.items():
        day = one.date or _day_after(one.end_of_predecessor)
        read.content.add(
            SucceededBy(
                start=places[start],
                end=places[end],
                date=day,
                end_of_predecessor=one.end_of_predecessor,
                reason=one.reason,
                body=one.body,
                event_id=tuple(one.events),
                basis="; ".join(one.basis) or "no event names it; the day is the one after the predecessor's last",
                # Only an event has a grade; without one the pair and its day are worked out from the registrations.
                status=one.status,
                sources=tuple(one.sources),
            )
        )


def _events(read: StudyFolder, places: dict[str, Ref]) -> None:
    known, levels = ratings(), _levels(read)
    inspections: dict[str, Inspection] = {}
    inspected: dict[str, Ref] = {}
    for number, row in read.rows(EventRow):
        if not read.known([row.code], read.keys(OrganisationRow), EventRow, number, "code", "place"):
            continue
        if row.code not in places:
            continue
        _check_event(read, number, row, levels)
        place, sources = places[row.code], read.source(EventRow)
        inspection = _inspection(read, row, sources)
        if inspection is not None:
            earlier = inspections.get(inspection.id)
            inspections[inspection.id] = inspection if earlier is None else _both(earlier, inspection)
            inspected[inspection.id] = place
        if row.event_type == "merger":
            if row.other_code is not None and row.other_code in places:
                _event_source(read, number, row, place, sources)
            _of_case(read, EventRow, number, place, row.case, sources)
            continue
        if row.event_type == "rating":
            value = known.get((row.overall_rating or "").casefold())
            if value is None:
                hint = nearest(row.overall_rating or "", [concept.label for concept in known.values()])
                read.wrong(EventRow, number, "overall_rating", "unknown rating", row.overall_rating, hint)
                continue
            rating = Rating(
                id=f"{row.code}/{row.date or 'undated'}/OVERALL/OVERALL/{value.id.partition(':')[2]}",
                date=row.date, question=OVERALL, service=WHOLE, value=value.id, value_printed=row.overall_rating,
                score=value.score, event_id=(row.event_id,), body=row.decided_by, status=row.status,
                basis=row.note, sources=sources,
            )  # fmt: skip
            node: Rating | RegulatoryAction = rating
            read.content.add(rating, Rates(start=rating.pointer, end=place, sources=sources))
            if inspection is not None:
                read.content.add(Awarded(start=inspection.pointer, end=rating.pointer, sources=sources))
        else:
            node = RegulatoryAction(
                id=row.event_id, action=row.event_type, date=row.date, body=row.decided_by, status=row.status,
                note=row.note, sources=sources,
            )  # fmt: skip
            read.content.add(node, ActedOn(start=node.pointer, end=place, sources=sources))
            if inspection is not None:
                read.content.add(Followed(start=node.pointer, end=inspection.pointer, sources=sources))
        _event_source(read, number, row, node.pointer, sources)
        _of_case(read, EventRow, number, node.pointer, row.case, sources)
    for inspection in inspections.values():
        read.content.add(
            inspection,
            Inspected(start=inspection.pointer, end=inspected[inspection.id], sources=inspection.sources),
        )


def _levels(read: StudyFolder) -> dict[str, str]:
    return {row.code: row.level for _, row in read.rows(OrganisationRow)}


def _check_event(read: StudyFolder, number: int, row: EventRow, levels: dict[str, str]) -> None:
    """Report what an event says against organisations.tsv, or what its type has no use for: it would be lost."""
    kind = row.event_type
    if row.level != levels[row.code]:
        hint = f"There {row.code} is a {levels[row.code]}."
        read.wrong(EventRow, number, "level", "not the level that organisations.tsv has for this code", row.level, hint)
    if kind != "rating" and row.overall_rating is not None:
        hint = "Give the rating a row of its own, with the event type rating."
        read.wrong(EventRow, number, "overall_rating", "only a rating has a value here", row.overall_rating, hint)
    if kind != "merger" and row.other_code is not None:
        read.wrong(EventRow, number, "other_code", "only a merger has another code", row.other_code, "Leave it empty.")
    if kind == "merger" and row.other_code is None:
        read.wrong(EventRow, number, "other_code", "a merger needs the code that it went into", None)
    if row.inspection_period and row.date is None:
        hint = "An inspection is known by the day of its report; give at least its year."
        read.wrong(
            EventRow, number, "inspection_period", "an inspection without a date", "|".join(row.inspection_period), hint
        )


def _inspection(read: StudyFolder, row: EventRow, sources: tuple[str, ...]) -> Inspection | None:
    if row.date is None or (not row.inspection_period and row.event_type != "rating"):
        return None
    return Inspection(
        id=f"{row.code}/{row.date}",
        visit_periods=row.inspection_period,
        publication_date=row.date,
        url=row.source_url,
        status=row.status,
        sources=sources,
    )


def _both(first: Inspection, second: Inspection) -> Inspection:
    """Put together what two events say of the inspection behind them; a stated one speaks first."""
    lead, other = (first, second) if first.status == STATED else (second, first)
    return lead.model_copy(
        update={
            "visit_periods": lead.visit_periods or other.visit_periods,
            "url": lead.url or other.url,
        }
    )


def _event_source(read: StudyFolder, number: int, row: EventRow, node: Ref, sources: tuple[str, ...]) -> None:
    if row.source_url is not None:
        _stated_in(read, EventRow, number, node, row.source_url, "source_url", sources, locator=row.event_id)
    if row.source_data is not None:
        _stated_in(read, EventRow, number, node, row.source_data, "source_data", sources, locator=row.event_id)


def _stated_in(
    read: StudyFolder, model: type[Row], number: int, node: Ref, address: str, column: str, sources: tuple[str, ...],
    *, locator: str | None = None,
) -> None:  # fmt: skip
    if address in read.pages:
        target = read.pages[address]
    elif "://" not in address and address.count("/") == 2:
        target = address
        publisher, name, edition = address.split("/")
        if target not in read.publications:
            read.publications.add(target)
            read.content.add(Source(id=target, title=name, publisher=publisher, edition=edition, sources=sources))
    else:
        hint = nearest(address, read.pages)
        hint = hint or "Add a row for it there, or give a register's file as publisher/name/edition."
        if read.whole(SourceRow):
            read.wrong(model, number, column, "not an address of sources.tsv", address, hint)
        return
    read.content.add(StatedIn(start=node, end=Source.ref(target), locator=locator, sources=sources))


def _of_case(
    read: StudyFolder, model: type[Row], number: int, node: Ref, case: str | None, sources: tuple[str, ...]
) -> None:
    if case is not None and read.known([case], read.keys(CaseRow), model, number, "case", "case"):
        # The paper names no trust, so whatever ties a case to one is inferred.
        read.content.add(OfCase(start=node, end=Case.ref(read.case_id(case)), status=INFERRED, sources=sources))


def _day_after(day: PartialDate | None) -> PartialDate | None:
    if day is None or day.earliest != day.latest:
        return None
    return PartialDate(text=(day.latest + datetime.timedelta(days=1)).isoformat())
