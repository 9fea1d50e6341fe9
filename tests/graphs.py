"""Graphs made from the ontology itself, for property tests: any class, any property, any relationship, hard texts."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from qikg.ontology.classes import NODES, RELATIONSHIPS
from qikg.ontology.dates import PartialDate
from qikg.ontology.model import Field, Node, Ref, Relationship

# What can be loaded at all: no control characters but tab and line feed, no surrogates, no non-characters.
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="".join(map(chr, range(32))) + "\ufffe\uffff")
    | st.sampled_from("\t\n /%:#?\"'<>\\"),
    min_size=1, max_size=12,
)  # fmt: skip
IDS = TEXTS.map(str.strip).filter(bool)
DAYS = st.dates(datetime.date(1000, 1, 1))
DATES = st.builds(lambda day, size: PartialDate(text=day.isoformat()[:size]), DAYS, st.sampled_from([4, 7, 10]))


def values(field: Field) -> st.SearchStrategy[Any]:
    """Give values of a property."""
    prop = field.prop
    if field.name == "language":
        one: st.SearchStrategy[Any] = st.sampled_from(["en", "cy", "pt-br", "zz-Z", "English"])
    elif prop.vocabulary:
        one = st.sampled_from(prop.vocabulary)
    elif prop.meanings:
        one = st.sampled_from([word for word, _ in prop.meanings])
    elif prop.concepts:
        one = IDS.map(lambda code: f"{prop.concepts}:{code}") | TEXTS
    elif prop.resource == "address":
        one = st.sampled_from(["https://example.org/a%20b?c=d#e", "http://x.example/é", "urn:isbn:123"]) | TEXTS
    elif prop.resource == "curie":
        one = st.sampled_from(["skos:broadMatch", "QUASER:LEAD", "orcid:0000-0001", "none:here"]) | TEXTS
    elif prop.unit == "year":
        one = st.integers(1, 9999)
    elif field.type is PartialDate:
        one = DATES
    elif field.type is bool:
        one = st.booleans()
    elif field.type is int:
        one = st.integers(-(2**63), 2**63 - 1)
    elif field.type is float:
        one = st.floats(allow_nan=False)
    else:
        one = TEXTS | st.just("")
    if field.cardinality == "single":
        return one if field.required else st.none() | one
    size = 3
    return st.lists(one, max_size=size, unique_by=repr).map(tuple) if field.cardinality == "set" else st.lists(
        one, max_size=size
    ).map(tuple)


def nodes(label: str) -> st.SearchStrategy[Node]:
    cls = NODES[label]
    fields = {field.name: values(field) for field in cls.fields() if field.name not in {"id", "sources"}}
    identifiers = IDS.map(lambda code: f"{label.upper()}:{code}") if label == "Concept" else IDS
    labels = st.lists(st.sampled_from(sorted(cls.also)), unique=True).map(sorted).map(tuple) if cls.also else st.just(())
    return st.fixed_dictionaries(
        {"id": identifiers, "labels": labels, "sources": st.lists(IDS, min_size=1, max_size=2, unique=True).map(tuple)}
        | fields
    ).map(lambda made: cls(**made))


def between(kind: str, start: Ref, end: Ref) -> st.SearchStrategy[list[Relationship]]:
    """Give up to three relationships of one type between two nodes, with different keys."""
    cls = RELATIONSHIPS[kind]
    fields = {field.name: values(field) for field in cls.fields() if field.name != "sources"}
    one = st.fixed_dictionaries(fields).map(lambda made: cls(start=start, end=end, sources=("s",), **made))
    several = st.lists(one, min_size=1, max_size=3 if cls.identity else 1)
    return several.map(lambda made: list({one.key: one for one in made}.values()))


@dataclass(frozen=True)
class Drawn:
    """A graph: nodes, each with an id of its own, and relationships between them."""

    nodes: tuple[Node, ...]
    relationships: tuple[Relationship, ...]


STATED = {kind: cls for kind, cls in RELATIONSHIPS.items() if not cls.derived}


@st.composite
def graphs(draw: st.DrawFn, kind: str | None = None) -> Drawn:
    """Give a graph of a few nodes and relationships; one of them, at least, is of the label or type `kind`.

    Each relationship has both of its ends in it, and is none that is derived.
    """
    kind = kind or draw(st.sampled_from([*NODES, *STATED]))
    labels = [kind] * (kind in NODES) + draw(st.lists(st.sampled_from(list(NODES)), max_size=1))
    types = [kind] * (kind in STATED) + draw(st.lists(st.sampled_from(list(STATED)), max_size=1))
    found = {node.pointer: node for label in labels for node in [draw(nodes(label))]}
    joined: list[Relationship] = []
    for cls in (STATED[one] for one in dict.fromkeys(types)):
        start, end = (draw(st.sampled_from(ends).flatmap(nodes)) for ends in (cls.starts, cls.ends))
        found |= {start.pointer: start, end.pointer: end}
        joined += draw(between(cls.type, start.pointer, end.pointer))
    return Drawn(tuple(found.values()), tuple(joined))


def stored(one: Node | Relationship) -> Mapping[str, Any]:
    """Give all properties as a store holds them."""
    return {**one.properties(), "sources": list(one.sources)}


