"""The graph in networkx: every node and every relationship, with what is said of it."""

from __future__ import annotations

import networkx

from qikg.graph.networks import to_networkx
from qikg.graph.store import Store


def test_every_node_and_relationship_is_there(graph_store: Store) -> None:
    graph = to_networkx(graph_store)
    assert len(graph) == graph_store.read("MATCH (n) RETURN count(n) AS n").values[0][0]
    assert graph.number_of_edges() == graph_store.read("MATCH ()-[r]->() RETURN count(r) AS n").values[0][0]
    leadership = graph.nodes["Concept", "QUASER:LEAD"]
    assert (leadership["label"], leadership["labels"]) == ("Leadership", ["Challenge", "Concept"])
    assert not [name for name in leadership if name.startswith("rank")]
    coded = [data for *_, data in graph.in_edges(("Concept", "QUASER:LEAD"), data=True) if data["type"] == "CODED_AS"]
    assert {data["coder"] for data in coded} == {"authors"}
    assert networkx.has_path(graph, ("Study", "williams-best-2022"), ("Framework", "QUASER"))
