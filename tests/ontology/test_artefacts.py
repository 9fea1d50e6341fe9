"""The JSON-LD context that is made from the classes."""

from __future__ import annotations

import json
from pathlib import Path

from rdflib import RDF, Graph, Literal, URIRef

from qikg.ontology.context import context
from qikg.ontology.owl import qikg
from qikg.ontology.terms import BASE

LOCATION = URIRef(f"{BASE}location/L1")


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
