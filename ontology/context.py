"""The JSON-LD 1.1 context under which our names are the terms of the RDF. Made from the classes.

A node is an object with its address as `@id`, its labels as `type`, its properties and its relationships by their names
in the graph. A statement is one with the name of its relationship's class as `type`, its three ends (`subject`,
`predicate`, `object`) and what the relationship says of itself. Written so, they are the triples of an export. Where
one name stands for values of several kinds, the context takes the first of these, and the value says if it is another:

- what is pointed at (sources, ends, addresses, codes) is an address or a CURIE; text there is `{"@value": "text"}`;
- a date is `{"type": "xsd:gYearMonth", "@value": "2015-04"}`: a context cannot see from the text which part is known;
- what is spoken (labels, definitions) has the language of the context: `[context, {"@language": "en"}]`;
- an address that begins like a CURIE, `owl:Thing`, is taken for one, and no writing of it is not;
- a number with a fraction that needs more than 16 digits is text, `"3.0000000000000004E-1"`: a processor cuts it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypeAlias

from qikg.ontology.classes import NODES, RELATIONSHIPS
from qikg.ontology.dates import PartialDate
from qikg.ontology.model import Field
from qikg.ontology.terms import ONTOLOGY, PREFIXES, concept

Term: TypeAlias = Mapping[str, object]

_TYPES = {int: "xsd:integer", float: "xsd:double", bool: "xsd:boolean"}
_POINTS: Term = {"@type": "@id"}


def context() -> str:
    """Give the context as JSON, each class with the properties that it has.

    >>> json.loads(context())["@context"]["Location"]["@context"]["beds"]["@type"]
    'xsd:integer'
    """
    codes = {field.prop.concepts for cls in (*NODES.values(), *RELATIONSHIPS.values()) for field in cls.fields()}
    prefixes = {code: {"@id": concept(f"{code}:"), "@prefix": True} for code in sorted(codes) if code}
    terms: dict[str, object] = {"@version": 1.1, **PREFIXES, **prefixes, "type": "@type"}
    for cls in NODES.values():
        own = {field.name: _term(field) for field in cls.fields()}
        for relationship in RELATIONSHIPS.values():
            if cls.__name__ in relationship.starts:
                own[relationship.type] = {"@id": relationship.curie(), **_POINTS, "@container": "@set"}
        terms[cls.__name__] = {"@id": f"{ONTOLOGY}#{cls.__name__}", "@context": own}
        terms |= {label: f"{ONTOLOGY}#{label}" for label in cls.also}
    ends = {name: {"@id": f"rdf:{name}", **_POINTS} for name in ("subject", "predicate", "object")}
    for stated in RELATIONSHIPS.values():
        if not stated.derived:
            own = {field.name: _term(field) for field in stated.fields()}
            terms[stated.__name__] = {"@id": "rdf:Statement", "@context": {**ends, **own}}
    return json.dumps({"@context": terms}, ensure_ascii=False, indent=1) + "\n"


def _term(field: Field) -> Term:
    term: dict[str, object] = {"@id": field.curie}
    if field.prop.meanings:
        term |= {"@type": "@vocab", "@context": dict(field.prop.meanings)}
    elif field.name == "sources" or field.prop.concepts or field.prop.resource:
        term |= _POINTS
    elif field.prop.unit == "year":
        term["@type"] = "xsd:gYear"
    elif field.type in _TYPES:
        term["@type"] = _TYPES[field.type]
    elif not field.prop.spoken and field.type is not PartialDate:
        term["@language"] = None
    if field.cardinality != "single":
        term["@container"] = "@list" if field.cardinality == "ordered" else "@set"
    return term
