"""Naming a node: as Kind:id, by an id alone, or by an address."""

from __future__ import annotations

import re

import pytest

from qikg.graph.store import Store
from qikg.ontology.classes import NODES
from qikg.ontology.errors import UsageError
from qikg.ontology.terms import concept, thing
from qikg.queries import packaged
from qikg.queries.naming import named_nodes


def _named(text: str, store: Store) -> tuple[str, list[str]]:
    return named_nodes("provenance", "--node", text, store)


@pytest.mark.parametrize(
    ("text", "identifier", "kind"),
    [
        ("CodedItem:williams-best-2022/L1", "williams-best-2022/L1", "CodedItem"),
        ("Excerpt:williams-best-2022/L1", "williams-best-2022/L1", "CodedItem"),
        ("williams-best-2022/L1", "williams-best-2022/L1", "CodedItem"),
        ("StakeholderGroup:williams-best-2022/SG:STAFF", "williams-best-2022/SG:STAFF", "StakeholderGroup"),
        ("QUASER:LEAD", "QUASER:LEAD", "Concept"),
        ("Concept:QUASER:LEAD", "QUASER:LEAD", "Concept"),
        (concept("iPARIHS:CE1"), "iPARIHS:CE1", "Concept"),
    ],
)
def test_a_node_is_named_in_any_of_three_ways(graph_store: Store, text: str, identifier: str, kind: str) -> None:
    assert _named(text, graph_store) == (identifier, [kind])


def test_every_kind_is_found_by_its_address(graph_store: Store) -> None:
    for kind, cls in NODES.items():
        found = graph_store.read(f"MATCH (n:`{kind}`) RETURN n.id AS id ORDER BY id LIMIT 3")
        for identifier in (str(row["id"]) for row in found):
            address = concept(identifier) if kind == "Concept" else thing(cls.kind, identifier)
            assert _named(address, graph_store) == (identifier, [kind])


def test_an_id_of_two_kinds_names_both(store: Store) -> None:
    store.write(
        lambda transaction: transaction.run("MERGE (:Organisation {id: 'X1'}) MERGE (:Location {id: 'X1'})", {})
    )

    assert _named("X1", store) == ("X1", ["Organisation", "Location"])
    assert _named("Location:X1", store) == ("X1", ["Location"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Cases:williams-best-2022/case-4", "Did you mean Case?"),
        ("Case:williams-best-2022/case-99", "Name it as Kind:id"),
        ("https://w3id.org/qikg/concept/cfir2/NONE", "is no node of this graph"),
        ("https://example.org/case/1", "is no node of this graph"),
    ],
)
def test_a_node_that_is_not_there_is_refused(graph_store: Store, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=re.escape(said)):
        _named(text, graph_store)


def test_provenance_looks_under_every_kind_of_the_ontology() -> None:
    branches = re.findall(r"MATCH \(n:(\w+) \{id: \$node\}\) WHERE '(\w+)' IN \$kinds", packaged()["provenance"].cypher)

    assert branches == [(kind, kind) for kind in NODES]
