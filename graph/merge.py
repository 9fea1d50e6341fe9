"""The Cypher that merges nodes and relationships, so that loads give one graph in any order and any number of times.

A rank says which edition a value comes from: its date, its sources, and a hash of the values, so that two ranks are
never equal. What is curated has one rank a node or relationship (`rank_curated`): a later edition replaces all of it,
with nulls for what it lacks. Files of registers have now these columns, now those, so each property of theirs has a
rank of its own (`rank_beds`): a later edition replaces what it has a column for, with null where the cell is empty, and
leaves the rest. An earlier edition only adds its source. Where the ontology says so, the least or the greatest value
stands instead. No WITH may stand between MERGE and SET: with several editions of an id in one batch that goes wrong on
both engines.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from qikg.graph.store import Value
from qikg.ontology.classes import NODES, RELATIONSHIPS
from qikg.ontology.model import Field, Node, PropertyValue, Ref, Relationship

CURATED = "curated"
"""The publisher whose properties are replaced together."""

BATCH = 5_000
"""Rows in one statement; 5,000 to 20,000 are alike, fewer or more are slower."""

Row = dict[str, Value]

_SOURCES = """{x}.sources = [s IN coalesce({x}.sources, []) WHERE s < row.source] + [row.source]
                + [s IN coalesce({x}.sources, []) WHERE s > row.source]"""


_KEY = " {key: row.key}"


@dataclass(frozen=True, slots=True)
class Statement:
    """One Cypher text and the rows to send with it."""

    query: str
    rows: tuple[Row, ...]
    joins: tuple[str, str, str] | None = None
    """Type and key labels of the two ends, where it writes relationships."""

    def batches(self) -> Iterator[tuple[Row, ...]]:
        """Give the rows in pieces of at most BATCH."""
        for start in range(0, len(self.rows), BATCH):
            yield self.rows[start : start + BATCH]


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which properties of a class a publisher's load writes, and by which rule."""

    publisher: str
    newest: tuple[Field, ...]
    same: tuple[Field, ...]
    least: tuple[Field, ...]
    greatest: tuple[Field, ...]
    foreign: frozenset[str]

    def written(self, thing: Node | Relationship) -> tuple[Field, ...]:
        """Give those with a rank that a thing's edition has, be it as null."""
        if self.publisher == CURATED:
            return self.newest
        return tuple(field for field in self.newest if field.name in thing.model_fields_set)

    def setting(self, x: str, written: Iterable[Field]) -> str:
        """Give the SET clause for the node or relationship `x`."""
        ranks = [CURATED] if self.publisher == CURATED and self.newest else [field.name for field in written]
        parts = [f"{x} += row.same"] if self.same else []
        parts += [
            f"{x} += CASE WHEN {x}.rank_{name} IS NULL OR row.rank > {x}.rank_{name} THEN row.`of {name}` ELSE {{}} END"
            for name in ranks
        ]
        for names, sign in ((self.least, "<"), (self.greatest, ">")):
            parts += [
                f"{x}.{name} = CASE WHEN {x}.{name} IS NULL OR row.{name} {sign} {x}.{name} "
                f"THEN row.{name} ELSE {x}.{name} END"
                for field in names
                for name in field.properties
            ]
        return "SET " + ", ".join([*parts, _SOURCES.format(x=x)])

    def ranked(self, thing: Node | Relationship, written: Sequence[Field], as_of: str) -> Row:
        """Give the part of a row that sets what has a rank."""
        values = thing.properties(written)
        if self.publisher == CURATED:
            of_all = rank(values, as_of, thing.sources)
            return {"rank": of_all, f"of {CURATED}": {**values, f"rank_{CURATED}": of_all}}
        of_each = _short_rank(values, as_of, thing.sources)
        return {
            "rank": of_each,
            **{
                f"of {field.name}": {
                    **{name: values[name] for name in field.properties},
                    f"rank_{field.name}": of_each,
                }
                for field in written
            },
        }


@cache
def _plan(cls: type[Node | Relationship], publisher: str) -> _Plan:
    fields: dict[str, list[Field]] = {"newest": [], "same": [], "least": [], "greatest": [], "foreign": []}
    identity = getattr(cls, "identity", ())
    for field in cls.fields():
        if field.name in {"id", "sources"}:
            continue
        rule = "same" if field.name in identity else field.prop.merge
        fields["foreign" if rule == "newest" and field.prop.publisher != publisher else rule].append(field)
    foreign = frozenset(field.name for field in fields.pop("foreign"))
    return _Plan(publisher, **{rule: tuple(of_rule) for rule, of_rule in fields.items()}, foreign=foreign)


def owned(cls: type[Node | Relationship], publisher: str) -> tuple[str, ...]:
    """Give the properties of a class that belong to a publisher alone."""
    return tuple(name for field in _plan(cls, publisher).newest for name in field.properties)


def internal(cls: type[Node | Relationship]) -> tuple[str, ...]:
    """Give the properties that the writer keeps for itself: a relationship's key, and the ranks."""
    ranked = [field for field in cls.fields() if field.prop.merge == "newest" and field.name not in {"id", "sources"}]
    ranks = (CURATED if field.prop.publisher == CURATED else field.name for field in ranked)
    key = ("key",) if getattr(cls, "identity", ()) else ()
    return (*key, *dict.fromkeys(f"rank_{name}" for name in ranks))


def node_statements(nodes: Iterable[Node], as_of: str, publisher: str) -> list[Statement]:
    """Give the statements that merge nodes with their second labels, few texts with many rows."""
    rows: dict[tuple[type[Node], tuple[Field, ...]], list[Row]] = {}
    second: dict[Ref, set[str]] = {}
    for node in nodes:
        cls = type(node)
        written = _plan(cls, publisher).written(node)
        rows.setdefault((cls, written), []).extend({"id": node.id, **row} for row in _rows(node, as_of, publisher))
        second.setdefault(node.pointer, set()).update(node.labels)
    together: dict[tuple[str, ...], list[Row]] = {}
    for (label, identifier), extras in sorted(second.items()):
        if extras:
            together.setdefault((label, *sorted(extras)), []).append({"id": identifier})
    return [
        # The embedded engine refuses a label for a node that was made, or got another label, in the same transaction:
        # a node is made with all of its labels, and gets those that it lacks at once.
        *(
            Statement(
                f"UNWIND $rows AS row OPTIONAL MATCH (old:{_label(labels[0])} {{id: row.id}}) "
                f"WITH row, old WHERE old IS NULL CREATE (:{_together(labels)} {{id: row.id}})",
                tuple(of_labels),
            )
            for labels, of_labels in together.items()
        ),
        *(
            Statement(
                f"UNWIND $rows AS row MERGE (n:{_label(cls.__name__)} {{id: row.id}}) "
                f"{_plan(cls, publisher).setting('n', written)}",
                tuple(of_class),
            )
            for (cls, written), of_class in rows.items()
        ),
        *(
            Statement(
                f"UNWIND $rows AS row MATCH (n:{_label(labels[0])} {{id: row.id}}) "
                f"WHERE NOT ({' AND '.join(f'n:`{extra}`' for extra in labels[1:])}) "
                f"SET n:{_together(labels[1:])}",
                tuple(of_labels),
            )
            for labels, of_labels in together.items()
        ),
    ]


def relationship_statements(relationships: Iterable[Relationship], as_of: str, publisher: str) -> list[Statement]:
    """Give the statements that merge relationships, one text for a type and the labels of its ends."""
    rows: dict[tuple[str, str, str, tuple[Field, ...]], list[Row]] = {}
    for relationship in relationships:
        _check_ends(relationship)
        written = _plan(type(relationship), publisher).written(relationship)
        where = (relationship.type, relationship.start.label, relationship.end.label, written)
        if relationship.identity and not relationship.key:  # the embedded engine would take a null for a value
            raise ValueError(f"{relationship.type} from {relationship.start.id} has no key")
        ends: Row = {"start": relationship.start.id, "end": relationship.end.id, "key": relationship.key}
        rows.setdefault(where, []).extend({**ends, **row} for row in _rows(relationship, as_of, publisher))
    return [
        Statement(
            f"UNWIND $rows AS row MATCH (a:{_label(start)} {{id: row.start}}) MATCH (b:{_label(end)} {{id: row.end}}) "
            f"MERGE (a)-[r:`{kind}`{_KEY if RELATIONSHIPS[kind].identity else ''}]->(b) "
            f"{_plan(RELATIONSHIPS[kind], publisher).setting('r', written)} RETURN count(r) AS made",
            tuple(sorted(of_type, key=lambda row: (str(row["start"]), str(row["end"])))),
            (kind, start, end),
        )
        for (kind, start, end, written), of_type in rows.items()
    ]


def missing_ends(statement: Statement) -> str:
    """Give the query that names the rows of a relationship statement whose ends are not in the graph."""
    assert statement.joins is not None
    _, start, end = statement.joins
    return (
        f"UNWIND $rows AS row OPTIONAL MATCH (a:{_label(start)} {{id: row.start}}) "
        f"OPTIONAL MATCH (b:{_label(end)} {{id: row.end}}) WITH row, a, b WHERE a IS NULL OR b IS NULL "
        "RETURN DISTINCT row.start AS start, row.end AS end, row.key AS key, a IS NULL AS no_start, b IS NULL AS no_end"
    )


def rank(properties: Mapping[str, PropertyValue], as_of: str, sources: Iterable[str]) -> str:
    """Give the rank of an edition's properties: its date or version, its sources, and a hash of the values.

    Numbers compare as numbers, so that version 1.10 is after 1.9.

    >>> rank({"a": 1}, "2026-11-23", ["x"]) < rank({"a": 1}, "2026-11-24", ["x"])
    True
    >>> rank({"a": 1}, "", ["x"]) < rank({"a": 1}, "2026", ["x"]) < rank({"a": 1}, "2026-11", ["x"])
    True
    >>> rank({"a": 1}, "v1.9", ["x"]) < rank({"a": 1}, "1.10", ["x"])
    True
    """
    # A blank sorts before every digit, so that what has no date is earlier than what has one.
    return f"{_edition(as_of)} {','.join(sources)} {_hash(properties)}"


def _short_rank(properties: Mapping[str, PropertyValue], as_of: str, sources: Iterable[str]) -> str:
    """Give a rank in fewer letters, for what stands beside each property of a hundred thousand places."""
    return f"{_edition(as_of)} {_hash([*sources, properties])}"


@lru_cache(maxsize=1_000)
def _edition(as_of: str) -> str:
    return re.sub(r"[0-9]+", lambda digits: digits[0].zfill(8), re.sub(r"^[vV](?=[0-9])", "", as_of))


def _hash(values: object) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str, ensure_ascii=False).encode()).hexdigest()[:16]


def _rows(thing: Node | Relationship, as_of: str, publisher: str) -> Iterator[Row]:
    if not thing.sources:
        raise ValueError(f"{thing!r} has no source")
    plan = _plan(type(thing), publisher)
    for name in thing.model_fields_set & plan.foreign:
        if getattr(thing, name) not in (None, (), False):
            raise ValueError(f"{name} of {thing!r} does not belong to {publisher}")
    row: Row = dict(thing.properties((*plan.least, *plan.greatest)))
    if plan.same:
        row["same"] = thing.properties(plan.same)
    if written := plan.written(thing):
        row.update(plan.ranked(thing, written, as_of))
    for source in thing.sources:
        yield {**row, "source": source}


def _check_ends(relationship: Relationship) -> None:
    for end, allowed in ((relationship.start, relationship.starts), (relationship.end, relationship.ends)):
        if end.label not in allowed:
            raise ValueError(f"{relationship.type} does not join {end.label}: {', '.join(allowed)}")


def _together(labels: tuple[str, ...]) -> str:
    return ":".join(f"`{label}`" for label in labels)


def _label(label: str) -> str:
    if label not in NODES:
        raise ValueError(f"{label} is not a key label of the ontology")
    return f"`{label}`"
