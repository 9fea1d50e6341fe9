"""The theorem: a graph comes back from RDF as it was, and RDF from a graph, in every format and profile there is."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import jena
import pytest
import rdflib
from graphs import STATED, Drawn, graphs, stored
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
    serialize,
)
from rdf import RDFLIB_FORMATS, Text, canonical, from_rdflib, syntax
from rdflib.compare import to_isomorphic

from qikg.graph.rdf.export import FORMATS
from qikg.graph.rdf.things import Reading
from qikg.graph.rdf.triples import REIFIES, Names, Profile, implied_triples, node_triples, relationship_triples
from qikg.ontology.classes import NODES
from qikg.ontology.model import Node, Relationship
from qikg.ontology.registers import Location

EXAMPLES = int(os.environ.get("QIKG_EXAMPLES", "2000"))
"""Graphs of the theorem; QIKG_EXAMPLES asks for more."""
PAIRS: list[tuple[str, Profile]] = [(name, profile) for name, one in FORMATS.items() for profile in one.profiles]
Comparable = tuple[str, ...]


def names_of(some: Iterable[Node]) -> Names:
    by_label: Mapping[str, list[dict[str, object]]] = {"MappingSet": [], "Mapping": []}
    for one in some:
        if type(one).__name__ in by_label:
            by_label[type(one).__name__].append({**stored(one), "id": one.id})
    return Names.of(by_label["MappingSet"], by_label["Mapping"])  # type: ignore[arg-type]


def to_rdf(nodes: Iterable[Node], edges: Sequence[Relationship], names: Names, format: str, profile: Profile) -> bytes:
    triples: dict[Triple, None] = {}
    for node in nodes:
        labels, own = (type(node).__name__, *node.labels), {**stored(node), "id": node.id}
        starting = [(edge.type, edge.end) for edge in edges if edge.start == node.pointer]
        triples |= dict.fromkeys(node_triples(labels, own, names))
        triples |= dict.fromkeys(implied_triples(node.pointer, labels, own, starting, names))
    for edge in edges:
        said = stored(edge)
        triples |= dict.fromkeys(relationship_triples(edge.type, edge.start, edge.end, edge.key, said, names, profile))
    written = serialize(triples, format=syntax(format))
    assert written is not None
    return written


def to_graph(text: Text, drawn: Drawn, names: Names) -> tuple[list[Node], list[Relationship]]:
    reading = Reading(text.look_up, text.pointing, names)
    subjects = [names.iri(node.pointer) for node in drawn.nodes]
    nodes, edges = [], []
    for subject in subjects:
        reading.know(subject, text.look_up(subject))
    for subject in subjects:
        node, starting = (
            reading.node(subject, text.look_up(subject)),
            reading.relationships(subject, text.look_up(subject)),
        )
        assert node is not None
        nodes.append(node)
        edges += list(starting)
        reading.follow(node, [edge for edge in edges if edge.start == node.pointer])
    reading.settle()
    assert reading.wrong == []
    return nodes, edges


def comparable(nodes: Iterable[Node], edges: Iterable[Relationship]) -> list[Comparable]:
    """Give a graph as its stores hold it, in one order."""
    return sorted(
        [(type(one).__name__, one.id, repr(one.labels), repr(sorted(stored(one).items()))) for one in nodes]
        + [
            (one.type, repr(one.start), repr(one.end), repr(one.key), repr(sorted(stored(one).items())))
            for one in edges
        ]
    )


def canonical_hash(quads: Iterable[Quad], profile: Profile) -> set[Quad]:
    """Give the statements with canonical blank nodes: by RDFC-1.0 where its specification goes (RDF 1.1)."""
    dataset = Dataset(quads)
    dataset.canonicalize(
        CanonicalizationAlgorithm.RDFC_1_0 if profile == "rdf11" else CanonicalizationAlgorithm.UNSTABLE
    )
    return set(dataset)


def there_and_back(drawn: Drawn, format: str, profile: Profile) -> tuple[bytes, bytes]:
    """Write a graph, read it, write that; both texts mean the same, and the graph is the one that it was."""
    names = names_of(drawn.nodes)
    first = to_rdf(drawn.nodes, drawn.relationships, names, format, profile)
    text = Text(first, format)
    nodes, edges = to_graph(text, drawn, names)
    assert comparable(nodes, edges) == comparable(drawn.nodes, drawn.relationships), (format, profile)
    second = to_rdf(nodes, edges, names_of(nodes), format, profile)
    assert canonical_hash(parse(second, format=syntax(format)), profile) == canonical_hash(text.quads, profile)
    return first, second


@pytest.mark.parametrize("kind", [*NODES, *STATED])
def test_every_graph_comes_back_from_every_format_and_profile(kind: str) -> None:
    fields = (NODES.get(kind) or STATED[kind]).fields()
    seen: set[str] = set()

    @settings(max_examples=max(20, 1 + EXAMPLES // (len(NODES) + len(STATED))), suppress_health_check=list(HealthCheck))
    @given(drawn=graphs(kind), second_reader=st.sampled_from(sorted(RDFLIB_FORMATS)))
    def comes_back(drawn: Drawn, second_reader: str) -> None:
        for one in (*drawn.nodes, *drawn.relationships):
            if kind in (type(one).__name__, getattr(one, "type", "")):
                seen.update(field.name for field in fields if getattr(one, field.name) not in (None, ()))
        for format, profile in PAIRS:
            first, second = there_and_back(drawn, format, profile)
            if format == second_reader and profile == "rdf11":
                read = [rdflib.Graph().parse(data=text, format=RDFLIB_FORMATS[format]) for text in (first, second)]
                assert to_isomorphic(read[0]) == to_isomorphic(read[1])
                assert canonical(from_rdflib(read[0])) == canonical(parse(first, format=syntax(format)))

    comes_back()
    assert seen == {field.name for field in fields}


def test_jena_reads_the_second_profile_as_we_write_it(tmp_path: Path) -> None:
    triples: dict[Triple, None] = {}

    @settings(max_examples=200, suppress_health_check=list(HealthCheck))
    @given(drawn=graphs())
    def collect(drawn: Drawn) -> None:
        text = to_rdf(drawn.nodes, drawn.relationships, names_of(drawn.nodes), "ntriples", "rdf12")
        triples.update(dict.fromkeys(quad.triple for quad in parse(text, format=RdfFormat.N_TRIPLES)))

    collect()
    ours = canonical(triples)
    assert {str(triple.predicate) for triple in triples} > {str(REIFIES)}
    for format in (name for name, profile in PAIRS if profile == "rdf12"):
        file = tmp_path / f"graphs{FORMATS[format].extension}"
        serialize(triples, str(file), format=syntax(format))
        assert canonical(parse(jena.nquads(file), format=RdfFormat.N_QUADS)) == ours, format


def test_what_is_not_right_is_reported_with_its_term() -> None:
    node = Location(id="L1", cqc_name="A", sources=("s",))
    triples = list(node_triples(["Location"], {**stored(node), "id": node.id}, Names()))
    subject = Names().iri(node.pointer)
    beds = NamedNode("https://w3id.org/qikg/ontology#beds")
    other = NamedNode("https://example.org/colour")
    for extra, rule in (
        (Triple(subject, beds, Literal("many")), "integer"),
        (Triple(subject, beds, BlankNode("b")), "blank node"),
        (Triple(subject, other, Literal("red")), "does not know"),
        (Triple(subject, NamedNode("https://w3id.org/qikg/ontology#cqcName"), Literal("B")), "2 values"),
    ):
        text = Text(serialize([*triples, extra], format=RdfFormat.TURTLE) or b"", "turtle")
        reading = Reading(text.look_up, text.pointing)
        said = text.look_up(subject)
        assert reading.know(subject, said) == node.pointer
        reading.node(subject, said)
        list(reading.relationships(subject, said))
        reading.settle()
        assert [rule in wrong.rule for wrong in reading.wrong] == [True], (extra, reading.wrong)
