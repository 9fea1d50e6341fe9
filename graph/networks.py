"""The graph as a networkx graph, for those who count paths and centralities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from qikg.graph.store import Store, Value
from qikg.graph.walk import census, totals, walk
from qikg.ontology.errors import StoreError, UsageError
from qikg.ontology.model import Ref

if TYPE_CHECKING:
    import networkx


_OWN = {"key", "rank"}


def to_networkx(store: Store) -> networkx.MultiDiGraph[Ref]:
    """Give the whole graph as a networkx MultiDiGraph, in memory.

    A node is a `Ref` (key label, id), with its properties and all of its `labels`; an edge has its `type`, its
    properties, and as its key the type, or `TYPE|key` where several of a type may join the same nodes. Raises
    UsageError where networkx is not installed, StoreError where the graph was changed meanwhile.
    """
    try:
        import networkx
    except ImportError:
        raise UsageError("A networkx graph needs networkx: pip install 'qikg[networkx]'.") from None
    graph: networkx.MultiDiGraph[Ref] = networkx.MultiDiGraph()
    labels, types = census(store)
    for label in sorted(filter(None, labels)):
        for node in walk(store, label):
            start = Ref(label, str(node.properties["id"]))
            graph.add_node(start, labels=sorted(node.labels), **_shown(node.properties))
            for kind, end, key, properties in node.starting:
                name = kind if key is None else f"{kind}|{key}"
                graph.add_edge(start, end, name, type=kind, **_shown(properties))
    if totals(store) != (labels.total(), types.total()):
        raise StoreError("The graph was changed while it was read. Read it again.")
    return graph


def _shown(properties: Mapping[str, Value]) -> dict[str, Value]:
    """Leave out what the store keeps for itself."""
    return {name: value for name, value in properties.items() if name not in _OWN and not name.startswith("rank_")}
