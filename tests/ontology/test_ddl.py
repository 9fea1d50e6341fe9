"""Constraints and indexes: made from the classes, and made once on both engines."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from qikg.graph.store import Store
from qikg.ontology.classes import LABELS, NODES
from qikg.ontology.ddl import INDEXED, ddl
from qikg.ontology.errors import QueryError

UNIQUE = re.compile(r"CREATE CONSTRAINT (\w+) IF NOT EXISTS FOR \(n:(\w+)\) REQUIRE n\.(\w+) IS UNIQUE")
INDEX = re.compile(r"CREATE INDEX (\w+) IF NOT EXISTS FOR \(n:(\w+)\) ON \(n\.(\w+)\)")


def found(shape: re.Pattern[str]) -> list[tuple[str, str, str]]:
    return [(match[1], match[2], match[3]) for text in ddl() if (match := shape.fullmatch(text))]


def test_every_statement_is_a_unique_constraint_or_an_index_that_may_be_there() -> None:
    assert len(found(UNIQUE)) + len(found(INDEX)) == len(ddl())


def test_every_key_label_has_one_unique_constraint_on_its_id_and_nothing_else_has_one() -> None:
    assert [(label, key) for _, label, key in found(UNIQUE)] == [(label, "id") for label in NODES]


def test_every_second_label_has_a_plain_index_on_its_id() -> None:
    second = Counter(label for cls in NODES.values() for label in cls.also)

    assert Counter(label for _, label, key in found(INDEX) if key == "id") == second


def test_what_else_is_looked_up_is_indexed() -> None:
    assert [(label, key) for _, label, key in found(INDEX) if key != "id"] == list(INDEXED)


@pytest.mark.parametrize(("label", "name"), INDEXED)
def test_what_is_indexed_is_a_property_of_the_class(label: str, name: str) -> None:
    assert name in {stored for field in LABELS[label].fields() for stored in field.properties}


def test_no_two_statements_share_a_name_or_do_the_same() -> None:
    everything = found(UNIQUE) + found(INDEX)

    assert len({name for name, _, _ in everything}) == len(everything)
    assert len({(label, key) for _, label, key in everything}) == len(everything)


def create(store: Store, labels: str, identifier: str) -> None:
    query = f"CREATE (:{labels} {{id: $id}})"
    store.write(lambda transaction: transaction.run(query, {"id": identifier}))


def count(store: Store, label: str) -> object:
    (row,) = store.read(f"MATCH (n:{label}) RETURN count(n) AS n")
    return row["n"]


def test_it_runs_twice_and_keeps_every_id_unique_under_its_key_label(store: Store) -> None:
    store.define(ddl())
    store.define(ddl())

    for label in NODES:
        create(store, label, "a")
        with pytest.raises(QueryError):
            create(store, label, "a")
        assert count(store, label) == 1


def test_a_node_may_carry_every_second_label_of_its_class(store: Store) -> None:
    store.define(ddl())

    for label, cls in NODES.items():
        for number, labels in enumerate([label, *(f"{label}:{extra}" for extra in cls.also)]):
            create(store, labels, f"id-{number}")
            with pytest.raises(QueryError):
                create(store, labels, f"id-{number}")
        assert count(store, label) == len(cls.also) + 1
        assert all(count(store, extra) == 1 for extra in cls.also)


def test_it_may_run_when_the_graph_already_holds_nodes(store: Store) -> None:
    store.define(ddl())
    create(store, "Organisation", "RXR")
    store.write(lambda transaction: transaction.run("MATCH (n:Organisation {id: 'RXR'}) SET n:Trust"))
    store.define(ddl())

    assert count(store, "Organisation") == count(store, "Trust") == 1
