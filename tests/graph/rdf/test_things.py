"""RDF and back: what the converter writes, it reads, for every class, property and relationship of the ontology."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse, serialize

from qikg.graph.rdf.things import Reading, Said, Term
from qikg.graph.rdf.triples import Names, node_triples, relationship_triples
from qikg.ontology.classes import NODES, RELATIONSHIPS
from qikg.ontology.dates import PartialDate
from qikg.ontology.model import Field, Node, Ref, Relationship
from qikg.ontology.registers import Location

FORMATS = (RdfFormat.N_TRIPLES, RdfFormat.TURTLE, RdfFormat.JSON_LD, RdfFormat.RDF_XML, RdfFormat.N_QUADS, RdfFormat.TRIG)

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
    if prop.vocabulary:
        one: st.SearchStrategy[Any] = st.sampled_from(prop.vocabulary)
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
        one = TEXTS
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


@st.composite
def relationships(draw: st.DrawFn, kind: str) -> list[Relationship]:
    """Give up to three relationships of one type between the same two nodes, with different keys."""
    cls = RELATIONSHIPS[kind]
    start, end = Ref(draw(st.sampled_from(cls.starts)), draw(IDS)), Ref(draw(st.sampled_from(cls.ends)), draw(IDS))
    fields = {field.name: values(field) for field in cls.fields() if field.name != "sources"}
    made = [
        cls(start=start, end=end, sources=("s",), **draw(st.fixed_dictionaries(fields)))
        for _ in range(draw(st.integers(1, 3)) if cls.identity else 1)
    ]
    return list({one.key: one for one in made}.values())


class Text:
    """Triples that were written and read again, to look things up in."""

    def __init__(self, triples: Iterable[Triple], syntax: RdfFormat) -> None:
        written = serialize(triples, format=syntax)
        self._said: dict[Term, dict[NamedNode, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for quad in parse(written, format=syntax):
            objects = self._said[quad.subject][quad.predicate]
            if quad.object not in objects:
                objects.append(quad.object)

    def look_up(self, subject: Term) -> Said:
        return self._said.get(subject, {})

    def pointing(self, predicate: NamedNode, to: Term) -> Iterator[Term]:
        return (subject for subject, said in list(self._said.items()) if to in said.get(predicate, ()))


def stored(one: Node | Relationship) -> Mapping[str, Any]:
    return {**one.properties(), "sources": list(one.sources)}


def written(node: Node, names: Names) -> list[Triple]:
    return list(node_triples([type(node).__name__, *node.labels], {**stored(node), "id": node.id}, names))


def names_of(some: Sequence[Node]) -> Names:
    sets = [{**stored(one), "id": one.id} for one in some if type(one).__name__ == "MappingSet"]
    return Names.of(sets, [{**stored(one), "id": one.id} for one in some if type(one).__name__ == "Mapping"])


@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@pytest.mark.parametrize("label", NODES)
@given(data=st.data())
def test_a_node_comes_back_as_it_was(label: str, data: st.DataObject) -> None:
    node = data.draw(nodes(label))
    names = names_of([node])
    text = Text(written(node, names), data.draw(st.sampled_from(FORMATS)))
    reading = Reading(text.look_up, text.pointing, names)
    subject = names.iri(node.pointer)
    said = text.look_up(subject)
    assert reading.know(subject, said) == node.pointer
    assert reading.node(subject, said) == node
    assert reading.wrong == []


@settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
@pytest.mark.parametrize("kind", [kind for kind, cls in RELATIONSHIPS.items() if not cls.derived])
@given(data=st.data())
def test_relationships_come_back_as_they_were(kind: str, data: st.DataObject) -> None:
    made = data.draw(relationships(kind))
    names = Names()
    start = made[0].start
    triples = [
        triple for one in made for triple in relationship_triples(kind, one.start, one.end, one.key, stored(one), names)
    ]
    text = Text(dict.fromkeys(triples), data.draw(st.sampled_from(FORMATS)))
    reading = Reading(text.look_up, text.pointing, names)
    for end in (start, made[0].end):
        reading.found[names.iri(end).value] = end
    subject = names.iri(start)
    found = list(reading.relationships(subject, text.look_up(subject)))
    assert reading.wrong == []
    assert sorted(map(repr, found)) == sorted(map(repr, made))


def test_what_is_not_right_is_reported_with_its_term() -> None:
    node = Location(id="L1", cqc_name="A", sources=("s",))
    triples = written(node, Names())
    subject = Names().iri(node.pointer)
    beds = NamedNode("https://w3id.org/qikg/ontology#beds")
    other = NamedNode("https://example.org/colour")
    for extra, rule in (
        (Triple(subject, beds, Literal("many")), "integer"),
        (Triple(subject, beds, BlankNode("b")), "blank node"),
        (Triple(subject, other, Literal("red")), "does not know"),
        (Triple(subject, NamedNode("https://w3id.org/qikg/ontology#cqcName"), Literal("B")), "2 values"),
    ):
        text = Text([*triples, extra], RdfFormat.TURTLE)
        reading = Reading(text.look_up, text.pointing)
        said = text.look_up(subject)
        assert reading.know(subject, said) == node.pointer
        reading.node(subject, said)
        list(reading.relationships(subject, said))
        assert [rule in wrong.rule for wrong in reading.wrong] == [True], (extra, reading.wrong)
