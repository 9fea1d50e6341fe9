"""Nodes and relationships as RDF triples: pure functions, by the one table that the ontology's classes are.

A node is an IRI with its classes (its key label, second labels, and the class that is reused), its id as
dcterms:identifier, and a triple for each value of a property. A list whose order means something is an rdf:List, other
lists are repeated values, an unknown value is no triple. Of the three properties of a date that may be partial, only
its text is given, as xsd:gYear, xsd:gYearMonth or xsd:date.

A relationship is one plain triple. What it says of itself (its sources, a coder, a status) stands on a node beside it.
In the profile `rdf11` that is an rdf:Statement with rdf:subject, rdf:predicate and rdf:object: W3C's own reification,
which every RDF tool knows and which needs no term of ours. In `rdf12` the same node is a reifier: it has one
rdf:reifies, to the triple itself. Two relationships of one type between the same ends share the plain triple and have a
node each. Derived relationships are plain triples only: they are made again from the node that carries the truth. Which
type a triple is of follows from its predicate and the classes of its ends.

Everything can be turned round: no value is dropped or shortened, an IRI that stands for a value has one way back, and
a value with none (an address that is no IRI, a CURIE whose prefix is not declared) stays text.

Importing this module imports pyoxigraph, so others import it inside functions.
"""

from __future__ import annotations

import datetime
import hashlib
import math
import re
import typing
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, lru_cache
from json.encoder import encode_basestring_ascii
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from qikg.graph.merge import internal
from qikg.graph.store import Value
from qikg.graph.walk import Stop
from qikg.ontology.classes import LABELS, NODES, RELATIONSHIPS, VERSION, key_label
from qikg.ontology.dates import PartialDate
from qikg.ontology.implied import RULES, Edges, Stated, implied
from qikg.ontology.model import Field, Node, Ref, Relationship
from qikg.ontology.terms import (
    ATTRIBUTION,
    BASE,
    LICENCE,
    ONTOLOGY,
    PREFIXES,
    UNREGISTERED,
    concept,
    expand,
    thing,
)

Properties: TypeAlias = Mapping[str, Value]
Term: TypeAlias = "NamedNode | Literal"
Profile: TypeAlias = typing.Literal["rdf11", "rdf12"]
PROFILES: tuple[Profile, ...] = typing.get_args(Profile)
"""How what a relationship says of itself is written: beside it as a statement node, or as a reifier of RDF 1.2."""


@cache
def named(curie: str) -> NamedNode:
    """Give the IRI of a term such as `skos:broader`."""
    return NamedNode(expand(curie))


TYPE, FIRST, REST, NIL = (named(f"rdf:{name}") for name in ("type", "first", "rest", "nil"))
STATEMENT, SUBJECT, PREDICATE, OBJECT, REIFIES = (
    named(f"rdf:{name}") for name in ("Statement", "subject", "predicate", "object", "reifies")
)
_DATE_TYPES = {4: named("xsd:gYear"), 7: named("xsd:gYearMonth"), 10: named("xsd:date")}

# Absolute, and without "." or ".." as a segment, which some readers resolve away.
_ADDRESS = re.compile(r"(?!.*/\.\.?(?:[/?#]|$))[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]+")

_LANGUAGE = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8})*")  # pyoxigraph makes capitals small


class Curies:
    """Prefixes, with the way from a CURIE to an IRI and back."""

    def __init__(self, declared: Mapping[str, str] = MappingProxyType({})) -> None:
        """Take the prefixes that a file declares, beside those of PREFIXES."""
        self._addresses = {**PREFIXES, **declared}
        names = {address: prefix for prefix, address in sorted(self._addresses.items(), reverse=True)}
        ours = {address: prefix for prefix, address in PREFIXES.items() if self._addresses[prefix] == address}
        self._prefixes = {**names, **ours}

    def expand(self, curie: str) -> str | None:
        """Give the IRI of a CURIE; None where its prefix is not declared, or `contract` would give another CURIE.

        >>> Curies().expand("skos:narrowMatch"), Curies().expand("FRAMEWORK:QUASER")
        ('http://www.w3.org/2004/02/skos/core#narrowMatch', None)
        """
        prefix, _, local = curie.partition(":")
        iri = self._addresses.get(prefix, "") + local
        return iri if self.contract(iri) == curie else None

    def contract(self, iri: str) -> str:
        """Give the CURIE of an IRI by the longest address that fits; the IRI itself where none does."""
        fits = [address for address in self._prefixes if address and iri.startswith(address)]
        if not fits:
            return iri
        address = max(fits, key=len)
        return f"{self._prefixes[address]}:{iri.removeprefix(address)}"


DECLARED = Curies()
"""The prefixes that every file may use."""


@dataclass(frozen=True, slots=True)
class Names:
    """What must be known of a graph's mapping sets before its things can be named.

    `addresses` are the IRIs that SSSOM files give to mapping sets and mappings, `curies` the prefixes by id of the set.
    """

    addresses: Mapping[Ref, str] = field(default_factory=dict)
    curies: Mapping[str, Curies] = field(default_factory=dict)

    @classmethod
    def of(cls, sets: Iterable[Properties], mappings: Iterable[Properties]) -> Names:
        """Make them from the properties of all mapping sets (id, iri, curie_map) and all mappings (id, iri).

        An address that two of them claim, or one of ours that is no address of a mapping, is nobody's.
        """
        addresses: dict[Ref, str] = {}
        curies: dict[str, Curies] = {}
        for properties in sets:
            identifier = str(properties["id"])
            _claim(addresses, Ref("MappingSet", identifier), properties.get("iri"))
            declared = (str(line).partition("=") for line in _values(properties.get("curie_map")))
            curies[identifier] = Curies({prefix: address for prefix, _, address in declared})
        for properties in mappings:
            _claim(addresses, Ref("Mapping", str(properties["id"])), properties.get("iri"))
        claims = Counter(addresses.values())
        return cls({ref: address for ref, address in addresses.items() if claims[address] == 1}, curies)

    def iri(self, ref: Ref) -> NamedNode:
        """Give the IRI of a node.

        >>> Names().iri(Ref("Case", "williams-best-2022/case-4"))
        <NamedNode value=https://w3id.org/qikg/case/williams-best-2022/case-4>
        """
        if (address := self.addresses.get(ref)) is not None:
            return NamedNode(address)
        return _made(ref)

    def curies_of(self, label: str, properties: Properties) -> Curies:
        """Give the prefixes that hold for the properties of a node."""
        if label not in {"MappingSet", "Mapping"}:
            return DECLARED
        return self.curies.get(str(properties.get("mapping_set" if label == "Mapping" else "id")), DECLARED)


@lru_cache(maxsize=10_000)  # a source or a concept is pointed at by very many
def _made(ref: Ref) -> NamedNode:
    return NamedNode(concept(ref.id) if ref.label == "Concept" else thing(NODES[ref.label].kind, ref.id))


def _claim(addresses: dict[Ref, str], ref: Ref, iri: Value) -> None:
    if (address := _address(iri)) is not None and (
        not address.startswith(BASE) or address.startswith(BASE + "mapping/")
    ):
        addresses[ref] = address


def unknown_properties(cls: type[Node | Relationship], properties: Properties) -> list[str]:
    """Give the names of properties that the ontology does not know; internal ones are known."""
    strange = properties.keys() - _table(cls).known
    return sorted(name for name in strange if not name.startswith("rank_"))


def header() -> Iterator[Triple]:
    """Give what every export says of itself: what it is, what may be done with it, which vocabularies it uses."""
    dataset, ontology = NamedNode(BASE), NamedNode(ONTOLOGY)
    yield Triple(dataset, TYPE, named("void:Dataset"))
    yield Triple(dataset, named("dcterms:title"), Literal("qikg: a knowledge graph of improvement evidence"))
    yield Triple(dataset, named("dcterms:description"), Literal(UNREGISTERED))
    yield Triple(dataset, named("dcterms:license"), NamedNode(LICENCE))
    for line in ATTRIBUTION:
        yield Triple(dataset, named("dc:rights"), Literal(line))
    yield Triple(dataset, named("dcterms:conformsTo"), ontology)
    yield Triple(dataset, named("void:uriSpace"), Literal(BASE))
    for address in sorted(PREFIXES.values()):
        yield Triple(dataset, named("void:vocabulary"), NamedNode(address))
    yield Triple(ontology, TYPE, named("owl:Ontology"))
    yield Triple(ontology, named("owl:versionInfo"), Literal(VERSION))


def node_triples(labels: Iterable[str], properties: Properties, names: Names) -> list[Triple]:
    """Give the triples of a node from all of its labels and properties.

    Raises ValueError where none of the labels is a key label.
    """
    label, types = _types(tuple(labels))
    subject = names.iri(Ref(label, str(properties["id"])))
    found = [Triple(subject, TYPE, kind) for kind in types]
    _add(found, subject, NODES[label], properties, names, names.curies_of(label, properties))
    return found


def relationship_triples(
    kind: str, start: Ref, end: Ref, key: str | None, properties: Properties, names: Names, profile: Profile = "rdf11"
) -> list[Triple]:
    """Give the plain triple of a relationship of type `kind` first, then those of its statement, if it has any.

    Raises KeyError for a type that the ontology does not know.
    """
    cls = RELATIONSHIPS[kind]
    plain = Triple(names.iri(start), predicate_of(cls), names.iri(end))
    if cls.derived:
        return [plain]
    subject = NamedNode(f"{_statements(kind)}{_digest(*start, *end, key)}")
    said: list[Triple] = []
    _add(said, subject, cls, properties, names, DECLARED)
    if not said:
        return [plain]
    if profile == "rdf12":
        return [plain, Triple(subject, REIFIES, plain), *said]
    return [
        plain,
        Triple(subject, TYPE, STATEMENT),
        Triple(subject, SUBJECT, plain.subject),
        Triple(subject, PREDICATE, plain.predicate),
        Triple(subject, OBJECT, plain.object),
        *said,
    ]


def stop_triples(
    label: str, stop: Stop, names: Names, profile: Profile = "rdf11", *, told: bool = True
) -> list[Triple]:
    """Give the triples of a node of a walk with the relationships that start from it, each once.

    Where the node is not `told`, those of its relationships alone.
    """
    start = Ref(label, str(stop.properties["id"]))
    plain: dict[Triple, None] = {}
    statements: list[Triple] = []
    for kind, end, key, own in stop.starting:
        first, *others = relationship_triples(kind, start, end, key, own, names, profile)
        plain[first] = None  # two relationships that differ in their key alone share it
        statements += others
    if not told:
        return [*plain, *statements]
    if label in RULES:
        edges = [(edge.type, edge.end) for edge in stop.starting]
        statements += implied_triples(start, stop.labels, stop.properties, edges, names)
    return [*node_triples(stop.labels, stop.properties, names), *plain, *statements]


@lru_cache(maxsize=1_000)
def _types(labels: tuple[str, ...]) -> tuple[str, list[NamedNode]]:
    """Give the key label among the labels of a node, and its classes."""
    known = sorted(label for label in labels if label in LABELS)
    key = key_label(known)
    if key is None:
        raise ValueError(f"no key label among {sorted(labels)}")
    term = NODES[key].term
    return key, [*(named(f"qikg:{name}") for name in known), *([named(term)] if term else [])]


@cache
def _statements(kind: str) -> str:
    return thing("statement", kind.lower().replace("_", "-")) + "/"


def implied_triples(
    ref: Ref, labels: Iterable[str], properties: Mapping[str, object], edges: Edges, names: Names
) -> Iterator[Triple]:
    """Give what follows from a node and the relationships that start from it (`ontology/implied.py`)."""
    node = Stated(ref, frozenset(labels), properties, tuple(edges), lambda other: names.iri(other).value)
    for subject, predicate, end in implied(node):
        yield Triple(NamedNode(subject), named(predicate), NamedNode(end))


def language(value: object) -> str | None:
    """Give a language tag as literals take it; None where the value is none.

    >>> language("en"), language("English, of sorts")
    ('en', None)
    """
    return value if isinstance(value, str) and _LANGUAGE.fullmatch(value) else None


def literal(value: object, kind: type | None = None) -> Literal:
    """Give the literal of a value in its canonical form; `kind` is its type in the ontology.

    >>> [literal(value, float).value for value in (0.85, 1, 1e22)]
    ['8.5E-1', '1.0E0', '1.0E22']
    >>> literal("2015-04", PartialDate).datatype
    <NamedNode value=http://www.w3.org/2001/XMLSchema#gYearMonth>
    """
    if isinstance(value, bool):
        return Literal("true" if value else "false", datatype=named("xsd:boolean"))
    if isinstance(value, float) or (kind is float and isinstance(value, int)):
        return Literal(_double(float(value)), datatype=named("xsd:double"))
    if isinstance(value, int):
        return Literal(str(value), datatype=named("xsd:integer"))
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return Literal(value.isoformat(), datatype=named("xsd:date"))
    text = str(value)
    if kind is PartialDate and _is_date(text):
        return Literal(text, datatype=_DATE_TYPES[len(text)])
    return Literal(text)


class _Column(NamedTuple):
    """A property as RDF has it."""

    name: str
    predicate: NamedNode
    term: Callable[[Value, Names, Curies], Term]
    ordered: bool
    spoken: bool


class _Table(NamedTuple):
    columns: tuple[_Column, ...]
    known: frozenset[str]


@cache
def _table(cls: type[Node | Relationship]) -> _Table:
    """Give the one table by which the properties of a class become triples."""
    fields = cls.fields()
    columns = tuple(
        _Column(one.name, NamedNode(one.iri), _term(one), one.cardinality == "ordered", one.prop.spoken)
        for one in fields
    )
    own = (name for field in fields for name in field.properties)
    return _Table(columns, frozenset({"rank", *internal(cls), *own}))


@cache
def predicate_of(cls: type[Relationship]) -> NamedNode:
    """Give the predicate of the plain triple of a relationship."""
    return named(cls.curie())


def _term(field: Field) -> Callable[[Value, Names, Curies], Term]:
    prop, kind = field.prop, field.type
    if field.name == "sources":
        return lambda value, names, curies: names.iri(Ref("Source", str(value)))
    if prop.concepts:
        return lambda value, names, curies: _concept(value, prop.concepts) or literal(value, kind)
    if prop.meanings:
        meanings = {word: named(term) for word, term in prop.meanings}
        return lambda value, names, curies: meanings.get(str(value)) or literal(value, kind)
    if prop.resource == "address":
        return lambda value, names, curies: _resource(_address(value)) or literal(value, kind)
    if prop.resource == "curie":
        return lambda value, names, curies: _resource(_address(curies.expand(str(value)))) or literal(value, kind)
    if prop.unit == "year":
        return lambda value, names, curies: _year(value) or literal(value, kind)
    if kind is str:
        return lambda value, names, curies: Literal(value) if type(value) is str else literal(value, kind)
    return lambda value, names, curies: literal(value, kind)


def _add(
    found: list[Triple], subject: NamedNode, cls: type[Node | Relationship], properties: Properties, names: Names,
    curies: Curies,
) -> None:  # fmt: skip
    """Add the triples of all properties of a node or statement."""
    tag = language(properties.get("language"))
    for name, predicate, term, ordered, spoken in _table(cls).columns:
        value = properties.get(name)
        if value is None:
            continue
        values = value if isinstance(value, list | tuple) else (value,)
        if spoken and tag:
            found += [Triple(subject, predicate, Literal(str(one), language=tag)) for one in values]
        elif ordered and values:
            found += _list(subject, predicate, [term(one, names, curies) for one in values])
        else:
            for one in values:
                found.append(Triple(subject, predicate, term(one, names, curies)))


def _list(subject: NamedNode, predicate: NamedNode, terms: list[Term]) -> Iterator[Triple]:
    # Blank nodes named after what they belong to, so that the same graph gives the same text.
    name = _digest(subject.value, predicate.value)
    cells: list[BlankNode | NamedNode] = [BlankNode(f"l{name}n{number}") for number in range(len(terms))]
    yield Triple(subject, predicate, cells[0])
    for cell, term, rest in zip(cells, terms, [*cells[1:], NIL], strict=True):
        yield Triple(cell, FIRST, term)
        yield Triple(cell, REST, rest)


def _values(value: Value) -> list[Value]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _concept(value: Value, framework: str) -> NamedNode | None:
    code = str(value)
    return _made(Ref("Concept", code)) if code.startswith(f"{framework}:") else None


def _resource(iri: str | None) -> NamedNode | None:
    return None if iri is None else NamedNode(iri)


def _address(value: Value) -> str | None:
    """Give an absolute IRI as it is; None for anything else."""
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value):
        return None
    try:
        NamedNode(value)
    except ValueError:
        return None
    return value


@lru_cache(maxsize=50_000)  # few days have many ratings
def _is_date(text: str) -> bool:
    try:
        PartialDate(text=text)
    except ValueError:
        return False
    return True


def _year(value: Value) -> Literal | None:
    if not isinstance(value, int) or not 0 < value <= 9999:
        return None
    return Literal(f"{value:04d}", datatype=_DATE_TYPES[4])


def _double(value: float) -> str:
    """Give the canonical form of an xsd:double: one digit, a point, at least one digit, E, the exponent."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "INF" if value > 0 else "-INF"
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    assert isinstance(exponent, int)
    text = "".join(map(str, digits))
    fraction = text[1:].rstrip("0") or "0"
    power = 0 if text.strip("0") == "" else exponent + len(text) - 1
    return f"{'-' if sign else ''}{text[0]}.{fraction}E{power}"


def _digest(*parts: str | None) -> str:
    # What json.dumps gives for the parts, four times as fast: there is one for each relationship.
    text = ", ".join("null" if part is None else encode_basestring_ascii(part) for part in parts)
    return hashlib.sha256(f"[{text}]".encode()).hexdigest()[:32]
