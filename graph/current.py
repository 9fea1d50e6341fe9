"""What follows from all ratings together: the newest of each place and question, and those that contradict each other.

CURRENT_RATING and CONFLICTS_WITH depend on ratings that other loads have brought, so they are derived when a load is
done: all ratings are read once, what should be is compared with what is, and only the difference is written. A load
that was broken off is completed by running it again, and so are these.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple, TypeVar

from qikg.graph.merge import BATCH
from qikg.graph.store import Store, Transaction

WHOLE = "CQCSERVICE:OVERALL"
"""The service group that stands for the whole place; ratings of single services have no CURRENT_RATING."""

_PLACES = ("Organisation", "Location")
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


def derive_from_ratings(store: Store) -> int:
    """Bring CURRENT_RATING and CONFLICTS_WITH in line with the ratings; give how many edges changed."""
    wanted, found = set(_current(store)), set(_current_edges(store))
    changed = _write(store, found - wanted, _END_CURRENT) + _write(store, wanted - found, _MAKE_CURRENT)
    conflicts, there = set(_conflicts(store)), set(_conflict_edges(store))
    return (
        changed
        + _write(store, there - conflicts, {"": _END_CONFLICT})
        + _write(store, conflicts - there, {"": _MAKE_CONFLICT})
    )


_END_CURRENT = {
    label: f"UNWIND $rows AS row MATCH (:{label} {{id: row.place}})-[c:CURRENT_RATING {{key: row.question}}]->"
    "(:Rating {id: row.rating}) DELETE c"
    for label in _PLACES
}
_MAKE_CURRENT = {
    label: f"UNWIND $rows AS row MATCH (p:{label} {{id: row.place}}) MATCH (r:Rating {{id: row.rating}}) "
    "MERGE (p)-[c:CURRENT_RATING {key: row.question}]->(r) SET c.question = row.question, c.sources = r.sources"
    for label in _PLACES
}
_END_CONFLICT = (
    "UNWIND $rows AS row MATCH (:Rating {id: row.one})-[c:CONFLICTS_WITH]->(:Rating {id: row.other}) DELETE c"
)
_MAKE_CONFLICT = (
    "UNWIND $rows AS row MATCH (a:Rating {id: row.one}) MATCH (b:Rating {id: row.other}) "
    "MERGE (a)-[c:CONFLICTS_WITH]->(b) SET c.sources = a.sources"
)


def _current(store: Store) -> Iterator[Current]:
    newest: dict[tuple[str, str, str], tuple[tuple[datetime.date, datetime.date], list[str]]] = {}
    for label in _PLACES:
        rows = store.stream(
            f"MATCH (r:Rating {{service: $whole}})-[:RATES]->(p:{label}) "
            "WHERE r.date IS NOT NULL AND r.quality_statement IS NULL "
            "RETURN p.id AS place, r.question AS question, r.date_latest AS latest, r.date_earliest AS earliest, "
            "r.id AS id",
            {"whole": WHOLE},
        )
        for row in rows:
            key = (label, str(row["place"]), str(row["question"]))
            latest, earliest = row["latest"], row["earliest"]
            assert isinstance(latest, datetime.date)
            assert isinstance(earliest, datetime.date)
            when = (latest, earliest)
            best = newest.get(key)
            if best is None or when > best[0]:
                newest[key] = (when, [str(row["id"])])
            elif when == best[0]:
                best[1].append(str(row["id"]))
    for (label, place, question), (_, ratings) in newest.items():
        for rating in ratings:
            yield Current(label, place, question, rating)


def _current_edges(store: Store) -> Iterator[Current]:
    for label in _PLACES:
        rows = store.stream(
            f"MATCH (p:{label})-[c:CURRENT_RATING]->(r:Rating) RETURN p.id AS place, c.key AS question, r.id AS rating"
        )
        for row in rows:
            yield Current(label, str(row["place"]), str(row["question"]), str(row["rating"]))


def _conflicts(store: Store) -> Iterator[Conflict]:
    values: dict[str, list[str]] = {}
    for row in store.stream("MATCH (r:Rating) WHERE r.date IS NOT NULL RETURN r.id AS id"):
        # All but the last part of the id is place, day, service and question.
        slot, _, value = str(row["id"]).rpartition("/")
        values.setdefault(slot, []).append(value)
    for slot, different in values.items():
        ordered = sorted(different)
        for place, one in enumerate(ordered):
            for other in ordered[place + 1 :]:
                yield Conflict(f"{slot}/{one}", f"{slot}/{other}")


def _conflict_edges(store: Store) -> Iterator[Conflict]:
    rows = store.stream("MATCH (a:Rating)-[:CONFLICTS_WITH]->(b:Rating) RETURN a.id AS one, b.id AS other")
    return (Conflict(str(row["one"]), str(row["other"])) for row in rows)


def _write(store: Store, things: set[Current] | set[Conflict], queries: dict[str, str]) -> int:
    for label, query in queries.items():
        of_label = sorted(thing for thing in things if not isinstance(thing, Current) or thing.label == label)
        for batch in _batches([thing._asdict() for thing in of_label]):

            def work(transaction: Transaction, query: str = query, rows: Sequence[dict[str, str]] = batch) -> None:
                transaction.run(query, {"rows": rows})

            store.write(work)
    return len(things)


def _batches(things: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(things)
    while batch := list(islice(rest, BATCH)):
        yield batch
