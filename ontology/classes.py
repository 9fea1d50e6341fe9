"""All node and relationship classes of the ontology, by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from qikg.ontology import crosswalk, evidence, provenance, registers
from qikg.ontology.model import Node, Relationship

VERSION = "1"
"""Version of the ontology. A graph of another version is refused, with a word on how to make it anew."""

THEMES: Mapping[str, tuple[tuple[type[Node], ...], tuple[type[Relationship], ...]]] = MappingProxyType(
    {
        "Frameworks and mappings": (crosswalk.NODES, crosswalk.RELATIONSHIPS),
        "Studies": (evidence.NODES, evidence.RELATIONSHIPS),
        "Registers": (registers.NODES, registers.RELATIONSHIPS),
        "Provenance": (provenance.NODES, provenance.RELATIONSHIPS),
    }
)
"""The classes by theme, in the order in which the reference shows them."""

NODES: Mapping[str, type[Node]] = MappingProxyType(
    {cls.__name__: cls for nodes, _ in THEMES.values() for cls in nodes}
)
"""Node classes by key label."""

RELATIONSHIPS: Mapping[str, type[Relationship]] = MappingProxyType(
    {cls.type: cls for _, relationships in THEMES.values() for cls in relationships}
)
"""Relationship classes by type."""

PARTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        part: frozenset(cls.__name__ for cls in nodes)
        for part, nodes in (
            ("frameworks", crosswalk.FRAMEWORKS),
            ("mappings", crosswalk.MAPPINGS),
            ("study", evidence.NODES),
            ("registers", registers.NODES),
            ("provenance", provenance.NODES),
        )
    }
)
"""The key labels of each part that can be exported by itself; every class is in one of them.

A relationship goes with the node that it starts from, a derived one with the node that it is made from.
"""

LABELS: Mapping[str, type[Node]] = MappingProxyType(
    {label: cls for cls in NODES.values() for label in (cls.__name__, *cls.also)}
)
"""Every label that a node may carry, with the class whose id is its key."""


def key_label(labels: Iterable[str]) -> str | None:
    """Give the key label among a node's labels; None where the ontology knows none of them.

    >>> key_label(["Excerpt", "CodedItem"])
    'CodedItem'
    """
    return min((label for label in labels if label in NODES), default=None)
