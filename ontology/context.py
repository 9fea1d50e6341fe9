"""The JSON-LD 1.1 context under which the names of our classes and properties are the terms of the RDF."""

from __future__ import annotations

import json

from qikg.ontology.classes import NODES, RELATIONSHIPS
from qikg.ontology.dates import PartialDate
from qikg.ontology.terms import ONTOLOGY, PREFIXES


def context() -> str:
    """Give the context as JSON, each class with the properties that it has.

    >>> json.loads(context())["@context"]["Location"]["@context"]["beds"]["@type"]
    'xsd:integer'
    """
    types = {int: "xsd:integer", float: "xsd:double", bool: "xsd:boolean"}
    terms: dict[str, object] = {"@version": 1.1, **PREFIXES, "type": "@type"}
    for cls in NODES.values():
        own: dict[str, object] = {}
        for field in cls.fields():
            term: dict[str, object] = {"@id": field.curie}
            if field.name == "sources" or field.prop.concepts or field.prop.resource:
                term["@type"] = "@id"
            elif field.type in types and field.prop.unit != "year":
                term["@type"] = types[field.type]
            elif field.type is PartialDate:
                term["@type"] = "xsd:date"
            if field.cardinality != "single":
                term["@container"] = "@list" if field.cardinality == "ordered" else "@set"
            own[field.name] = term
        for relationship in RELATIONSHIPS.values():
            if cls.__name__ in relationship.starts:
                own[relationship.type] = {"@id": relationship.curie(), "@type": "@id", "@container": "@set"}
        terms[cls.__name__] = {"@id": f"{ONTOLOGY}#{cls.__name__}", "@context": own}
        terms |= {label: f"{ONTOLOGY}#{label}" for label in cls.also}
    return json.dumps({"@context": terms}, ensure_ascii=False, indent=1) + "\n"
