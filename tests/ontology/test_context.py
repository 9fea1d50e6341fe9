"""The JSON-LD context: JSON with our names under it is the RDF of the converter, to the last triple."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import graphs
import jena
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from pyld import jsonld
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse
from rdf import canonical

from qikg.graph.rdf.triples import Names, language, literal, named, node_triples, relationship_triples
from qikg.ontology.classes import NODES, RELATIONSHIPS
from qikg.ontology.context import context
from qikg.ontology.crosswalk import Framework
from qikg.ontology.crosswalk import Mapping as MappingNode
from qikg.ontology.dates import PartialDate
from qikg.ontology.evidence import Study
from qikg.ontology.model import Field, Node, Ref, Relationship
from qikg.ontology.registers import Rating
from qikg.ontology.terms import BASE, PREFIXES, concept, expand

CONTEXT = json.loads(context())["@context"]
SETTINGS = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])


def in_json(one: Node | Relationship, triples: list[Triple], fields: Iterable[Field]) -> Iterator[tuple[str, Any]]:
    """Give the properties of something as JSON has them under our names, by the rules that `context.py` tells."""
    stored = {**graphs.stored(one), **({"id": one.id} if isinstance(one, Node) else {})}
    for field in fields:
        value = stored[field.name]
        if value is None or value == []:
            continue
        if field.name == "sources" or field.prop.resource:  # by their addresses, or as text where they have none
            found = [t.object for t in triples if t.predicate.value == field.iri and t.subject == triples[0].subject]
            made = [o.value if isinstance(o, NamedNode) else {"@value": o.value} for o in found]  # type: ignore[union-attr]
            yield field.name, made if field.cardinality == "set" else made[0]
        elif field.cardinality == "single":
            yield field.name, value_in_json(field, value)
        else:
            yield field.name, [value_in_json(field, member) for member in value]


def value_in_json(field: Field, value: Any) -> Any:
    if field.prop.concepts:
        prefix, _, local = str(value).partition(":")
        if prefix != field.prop.concepts:
            return {"@value": value}
        plain = concept(value) == concept(f"{prefix}:") + local
        return value if plain else concept(value)
    if field.type is PartialDate:
        return {"type": f"xsd:{ {4: 'gYear', 7: 'gYearMonth', 10: 'date'}[len(value)] }", "@value": value}
    if field.type is float and (math.isinf(value) or float(f"{value:.15E}") != value):
        return literal(value, float).value
    if field.prop.unit == "year":
        return f"{value:04d}"
    return value


def node_in_json(node: Node, triples: list[Triple]) -> Mapping[str, Any]:
    kinds = [type(node).__name__, *node.labels, *([type(node).term] if type(node).term else [])]
    return {
        "@context": contexts(getattr(node, "language", None)),
        "@id": triples[0].subject.value,  # type: ignore[union-attr]
        "type": kinds,
        **dict(in_json(node, triples, type(node).fields())),
    }


def contexts(tag: object) -> Any:
    return [CONTEXT, {"@language": language(tag)}] if language(tag) else CONTEXT


def by_pyld(document: object) -> set[Quad]:
    written = jsonld.to_rdf(document, {"format": "application/n-quads"})
    return canonical(parse(written.encode(), format=RdfFormat.N_QUADS))


def cut(triples: Iterable[Triple]) -> set[Quad]:
    """Give triples with the digits of numbers that pyld keeps, even of text."""
    double = named("xsd:double")

    def kept(value: str) -> Literal:
        digits, _, exponent = f"{float(value):.15E}".partition("E")
        head, _, tail = digits.partition(".")
        return Literal(f"{head}.{tail.rstrip('0') or '0'}E{int(exponent)}", datatype=double)

    return canonical(
        Triple(one.subject, one.predicate, kept(one.object.value))
        if isinstance(one.object, Literal) and one.object.datatype == double and "INF" not in one.object.value
        else one
        for one in triples
    )


def of_node(node: Node) -> list[Triple]:
    labels = (type(node).__name__, *node.labels)
    return list(node_triples(labels, {**graphs.stored(node), "id": node.id}, Names()))


def of_relationship(one: Relationship) -> list[Triple]:
    return list(relationship_triples(one.type, one.start, one.end, one.key, graphs.stored(one), Names()))


@pytest.mark.parametrize("label", NODES)
@SETTINGS
@given(st.data())
def test_a_node_in_json_is_the_triples_of_the_export(label: str, data: st.DataObject) -> None:
    node = data.draw(graphs.nodes(label))
    addresses = [one.object.value for one in of_node(node) if isinstance(one.object, NamedNode)]
    assume(not any(address.partition(":")[0] in CONTEXT for address in addresses))  # they would be taken for CURIEs
    assert by_pyld(node_in_json(node, of_node(node))) == cut(of_node(node))


@pytest.mark.parametrize("kind", graphs.STATED)
@SETTINGS
@given(st.data())
def test_a_relationship_in_json_is_the_triples_of_the_export(kind: str, data: st.DataObject) -> None:
    cls = graphs.STATED[kind]
    start, end = (Ref(data.draw(st.sampled_from(ends)), data.draw(graphs.IDS)) for ends in (cls.starts, cls.ends))
    for one in data.draw(graphs.between(kind, start, end)):
        assert by_pyld(relationship_in_json(one)) == cut(of_relationship(one))


def relationship_in_json(one: Relationship) -> Mapping[str, Any]:
    """The node that a relationship starts from, with its end, and the statement beside it."""
    plain, *stated = of_relationship(one)
    start, end = plain.subject.value, plain.object.value  # type: ignore[union-attr]
    statement = {
        "@id": stated[0].subject.value,  # type: ignore[union-attr]
        "type": type(one).__name__,
        "subject": start, "predicate": type(one).curie(), "object": end,
        **dict(in_json(one, stated, type(one).fields())),
    }  # fmt: skip
    # the start says its class only so that its names are known; that triple is of the node, not of the relationship
    own = CONTEXT[one.start.label]["@context"][one.type]
    return {"@context": CONTEXT, "@graph": [{"@context": {one.type: own}, "@id": start, one.type: [end]}, statement]}


def test_jena_reads_the_same_from_our_json(tmp_path: Path) -> None:
    """A second processor, on values that are hard: all digits of a number, a text that is no address, a language."""
    nodes: list[Node] = [
        Framework(id="F", sources=("s",), label="Un cadre", language="fr", year=987, certainty=0.1 + 0.2),
        Study(id="s", sources=("a/b", "c"), title="@id", authors=("One", "@type", "One"), submitted=PartialDate(text="2015-04")),
        Rating(id="r", sources=("s",), question="CQC:SAFE", service="as printed", value="CQCRATING:GOOD", score=3),
        MappingNode(id="m", sources=("s",), mapping_set="x", subject_id="skos:a", predicate_id="no address",
                predicate_modifier="Not", object_id="skos:b", mapping_justification="semapv:c", status="stated"),
    ]  # fmt: skip
    for number, node in enumerate(nodes):
        file = tmp_path / f"{number}.jsonld"
        file.write_text(json.dumps(node_in_json(node, of_node(node))), "utf-8")
        assert canonical(parse(jena.nquads(file), format=RdfFormat.N_QUADS)) == canonical(of_node(node))


def test_a_date_or_a_code_as_plain_text_is_text_or_an_address() -> None:
    """What the context cannot see from a value, it does not claim: the docstring of `context.py` says how to write it."""
    document = {"@context": CONTEXT, "@id": f"{BASE}rating/r", "type": "Rating", "date": "2015-04", "question": "CQC:SAFE"}
    found = {quad.predicate.value: quad.object for quad in by_pyld(document)}
    assert found[expand("dcterms:date")] == Literal("2015-04")
    assert found[expand("qikg:question")] == NamedNode(concept("CQC:SAFE"))


def test_every_class_property_and_relationship_has_a_term() -> None:
    for cls in (*NODES.values(), *graphs.STATED.values()):
        own = CONTEXT[cls.__name__]["@context"]
        assert {field.name for field in cls.fields()} <= set(own)
        assert all(own[field.name]["@id"] == field.curie for field in cls.fields())
    for kind, relationship in RELATIONSHIPS.items():
        assert all(CONTEXT[start]["@context"][kind]["@id"] == relationship.curie() for start in relationship.starts)


def test_no_name_stands_for_two_things() -> None:
    names = [*PREFIXES, "type", *NODES, *(label for cls in NODES.values() for label in cls.also)]
    names += [cls.__name__ for cls in graphs.STATED.values()]
    assert len(names) == len(set(names))
    assert set(names) <= set(CONTEXT)
