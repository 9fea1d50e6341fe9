"""What follows from all ratings together: the newest of each place and question, and those that contradict each other.

CURRENT_RATING and CONFLICTS_WITH depend on ratings that other loads have brought, so they are derived when a load is
done: all ratings are read once, place by place, what should be is compared with what is, and only the difference is
written. A load that was broken off is completed by running it again, and so are these. They name no sources: those of
the ratings are theirs, and grow with every edition.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations, islice
from typing import NamedTuple, TypeVar, cast

from qikg.graph.merge import BATCH
from qikg.graph.store import Store, Transaction
from qikg.ontology.dates import PartialDate

WHOLE = "CQCSERVICE:OVERALL"
"""The service group that stands for the whole place; ratings of single services have no CURRENT_RATING."""

T = TypeVar("T")


class Current(NamedTuple):
    """A place's newest rating for a question. Where two of one day contradict each other, both are."""

    label: str
    place: str
    question: str
    rating: str


class Conflict(NamedTuple):
    """Two ratings of one place, service, question and day with different values, in the order of their ids."""

    one: str
    other: str


class _Seen(NamedTuple):
    """A rating of a place, as it is read: whether it is of the whole place, its question, date, id and last edition."""

    whole: bool
    question: str
    date: str | None
    rating: str
    edition: str | None


def derive_from_ratings(store: Store) -> int:
    """Bring CURRENT_RATING and CONFLICTS_WITH in line with the ratings; give how many edges changed."""
    old: list[Current] = []
    new: list[Current] = []
    conflicts: set[Conflict] = set()
    for label, query in _PLACE.items():
        for row in store.stream(query, {"whole": WHOLE}):
            place = str(row["place"])
            seen = [_Seen(*one) for one in cast("list[tuple[bool, str, str | None, str, str | None]]", row["ratings"])]
            wanted = {Current(label, place, *one) for one in _newest(seen)}
            found = {Current(label, place, *one) for one in cast("list[tuple[str, str]]", row["current"])}
            old += sorted(found - wanted)
            new += sorted(wanted - found)
            conflicts.update(_conflicts(one.rating for one in seen if one.date is not None))
    there = set(_conflict_edges(store))
    for label in _PLACE:
        _write(store, _END_CURRENT[label], (one for one in old if one.label == label))
        _write(store, _MAKE_CURRENT[label], (one for one in new if one.label == label))
    _write(store, _END_CONFLICT, sorted(there - conflicts))
    _write(store, _MAKE_CONFLICT, sorted(conflicts - there))
    return len(old) + len(new) + len(there ^ conflicts)


# A list for each place, and not a row for each rating, makes this four times as fast: most of the time went into the
# rows. Grouping by collect() is no way to get it: of a million ratings the embedded engine's heap does not hold it.
_PLACE = {
    label: f"MATCH (p:{label}) RETURN p.id AS place, [(p)<-[:RATES]-(r:Rating) | "
    "[r.service = $whole AND r.quality_statement IS NULL, r.question, r.date, r.id, r.edition_last]] AS ratings, "
    "[(p)-[c:CURRENT_RATING]->(r:Rating) | [c.key, r.id]] AS current"
    for label in ("Organisation", "Location")
}
_END_CURRENT = {
    label: f"UNWIND $rows AS row MATCH (:{label} {{id: row.place}})-[c:CURRENT_RATING {{key: row.question}}]->"
    "(:Rating {id: row.rating}) DELETE c"
    for label in _PLACE
}
_MAKE_CURRENT = {
    label: f"UNWIND $rows AS row MATCH (p:{label} {{id: row.place}}) MATCH (r:Rating {{id: row.rating}}) "
    "MERGE (p)-[c:CURRENT_RATING {key: row.question}]->(r) SET c.question = row.question"
    for label in _PLACE
}
_END_CONFLICT = (
    "UNWIND $rows AS row MATCH (:Rating {id: row.one})-[c:CONFLICTS_WITH]->(:Rating {id: row.other}) DELETE c"
)
_MAKE_CONFLICT = (
    "UNWIND $rows AS row MATCH (a:Rating {id: row.one}) MATCH (b:Rating {id: row.other}) "
    "MERGE (a)-[c:CONFLICTS_WITH]->(b)"
)


def _newest(seen: Iterable[_Seen]) -> Iterator[tuple[str, str]]:
    """Give the newest ratings of each question, as question and id: several where they are of one day.

    A rating without a date, as "Not Rated" mostly is, counts as of the last edition that has it, and only where that is
    later than every edition, and every day, of those with a date.
    """
    by_question: dict[str, list[_Seen]] = {}
    for one in seen:
        if one.whole:
            by_question.setdefault(one.question, []).append(one)
    for question, ratings in by_question.items():
        dated = [(_when(one.date), one) for one in ratings if one.date is not None]
        newest = max((when for when, _ in dated), default=None)
        last = max((one.edition or "" for _, one in dated), default="")
        after = max(last, newest[0].isoformat()) if newest else ""
        undated = [one for one in ratings if one.date is None and (one.edition or "") > after]
        if undated:
            edition = max(str(one.edition) for one in undated)
            yield from ((question, one.rating) for one in undated if one.edition == edition)
        else:
            yield from ((question, one.rating) for when, one in dated if when == newest)


@lru_cache(maxsize=20_000)
def _when(date: str) -> tuple[datetime.date, datetime.date]:
    """Give the last and the first day that a date can mean: there are few dates and many ratings."""
    partial = PartialDate(text=date)
    return partial.latest, partial.earliest


def _conflicts(ratings: Iterable[str]) -> Iterator[Conflict]:
    values: dict[str, list[str]] = {}
    for rating in ratings:
        # All but the last part of the id is place, day, service and question.
        slot, _, value = rating.rpartition("/")
        values.setdefault(slot, []).append(value)
    for slot, different in values.items():
        for one, other in combinations(sorted(different), 2):
            yield Conflict(f"{slot}/{one}", f"{slot}/{other}")


def _conflict_edges(store: Store) -> Iterator[Conflict]:
    rows = store.stream("MATCH (a:Rating)-[:CONFLICTS_WITH]->(b:Rating) RETURN a.id AS one, b.id AS other")
    return (Conflict(str(row["one"]), str(row["other"])) for row in rows)


def _write(store: Store, query: str, things: Iterable[Current | Conflict]) -> None:
    for batch in _batches(things):
        rows = [thing._asdict() for thing in batch]

        def work(transaction: Transaction, rows: Sequence[Mapping[str, str]] = rows) -> None:
            transaction.run(query, {"rows": rows})

        store.write(work)


def _batches(things: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(things)
    while batch := list(islice(rest, BATCH)):
        yield batch
