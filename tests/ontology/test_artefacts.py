"""What is made from the classes for others: SHACL and the JSON-LD context. Each fails here when it drifts."""

from __future__ import annotations

import json
from pathlib import Path

import pyshacl
import pytest
from rdflib import RDF, SH, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from qikg.graph.rdf.export import to_rdflib
from qikg.graph.store import Store
from qikg.ontology.classes import NODES
from qikg.ontology.context import context
from qikg.ontology.owl import qikg
from qikg.ontology.shacl import shacl
from qikg.ontology.terms import BASE, ONTOLOGY

LOCATION = URIRef(f"{BASE}location/L1")


def test_the_shapes_are_the_same_each_time() -> None:
    assert shacl().serialize(format="turtle") == shacl().serialize(format="turtle")
    assert isomorphic(shacl(), Graph().parse(data=shacl().serialize(format="turtle")))


def test_the_packaged_graph_has_the_shapes(graph_store: Store) -> None:
    conforms, _, said = pyshacl.validate(to_rdflib(graph_store), shacl_graph=shacl(), inference="none")
    assert conforms, said[:2000]


def test_every_property_has_a_shape_with_words() -> None:
    graph = shacl()
    for label, cls in NODES.items():
        shape = URIRef(f"{ONTOLOGY}/shapes#{label}")
        paths = {graph.value(one, SH.path) for one in graph.objects(shape, SH.property)}
        assert {URIRef(field.iri) for field in cls.fields()} <= paths
        assert all(graph.value(one, SH.message) for one in graph.objects(shape, SH.property))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("q:beds 7, 8", "beds: there may be one at most"),
        ('q:beds "many"', "beds"),
        ('q:careHome "perhaps"', "careHome|care_home"),
        ('q:registrationStart "soon"', "registration_start"),
        ("q:named <https://w3id.org/qikg/name/none>", "must be a node of the graph: Name"),
        ('q:status "guessed"', "known words are stated, inferred, undetermined"),
    ],
)
def test_what_has_not_the_shape_is_told_in_words(more: str, words: str) -> None:
    text = (
        f"@prefix q: <{ONTOLOGY}#> . @prefix d: <http://purl.org/dc/terms/> . @prefix p: <http://www.w3.org/ns/prov#> .\n"
        '<https://w3id.org/qikg/source/s> a q:Source ; d:identifier "s" ; p:wasDerivedFrom <https://w3id.org/qikg/source/s> .\n'
        f'<{LOCATION}> a q:Location ; d:identifier "L1" ; p:wasDerivedFrom <https://w3id.org/qikg/source/s> ; {more} .'
    )
    conforms, _, said = pyshacl.validate(Graph().parse(data=text), shacl_graph=shacl(), inference="none")
    assert not conforms
    assert any(word in said for word in words.split("|")), said


def test_our_names_mean_our_terms_in_json(tmp_path: Path) -> None:
    document = {
        **json.loads(context()),
        "@id": str(LOCATION), "type": "Location", "id": "L1", "beds": 7, "specialisms": ["a", "b"],
        "NAMED": [f"{BASE}name/L1/House/2020"], "sources": [f"{BASE}source/s"],
    }  # fmt: skip
    graph = Graph().parse(data=json.dumps(document), format="json-ld")
    assert (LOCATION, RDF.type, qikg("Location")) in graph
    assert (LOCATION, qikg("beds"), Literal(7)) in graph
    assert set(graph.objects(LOCATION, qikg("specialisms"))) == {Literal("a"), Literal("b")}
    assert (LOCATION, qikg("named"), URIRef(f"{BASE}name/L1/House/2020")) in graph
