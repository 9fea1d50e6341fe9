"""RDF triples as nodes and relationships again: the way back of triples.py, by the same table, in both profiles.

What is read is checked by the ontology's classes. A term that the ontology does not know, a value of another type, two
values where one is allowed and a blank node that is no cell of a list are reported, each with the term; nothing is
dropped without a word. Derived relationships are passed over: they are made again from the nodes that carry the truth.

Importing this module imports pyoxigraph, so others import it inside functions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple, TypeAlias, TypeGuard, TypeVar
from urllib.parse import unquote

from pydantic import ValidationError
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from qikg.graph.rdf.triples import (
    DECLARED,
    FIRST,
    NIL,
    OBJECT,
    PREDICATE,
    REIFIES,
    REST,
    SUBJECT,
    TYPE,
    Curies,
    Names,
    implied_triples,
    language,
    named,
    predicate_of,
)
from qikg.ontology.classes import LABELS, NODES, RELATIONSHIPS, key_label
from qikg.ontology.dates import PartialDate
from qikg.ontology.model import Field, Node, Ref, Relationship
from qikg.ontology.terms import BASE, ONTOLOGY, identifier_of

Term: TypeAlias = "NamedNode | BlankNode | Literal | Triple"
Said: TypeAlias = Mapping[NamedNode, Sequence[Term]]
"""What is said of a subject: objects by predicate."""

_IDENTIFIER = named("dcterms:identifier")
_LANGUAGE = named("dc:language")
_STATEMENTS = f"{BASE}statement/"
_DATES = frozenset(named(f"xsd:{name}") for name in ("gYear", "gYearMonth", "date"))
_STRING, _INTEGER, _DOUBLE, _BOOLEAN, _YEAR = (
    named(f"xsd:{name}") for name in ("string", "integer", "double", "boolean", "gYear")
)
_MAPPING_SET = NamedNode(next(one.iri for one in NODES["Mapping"].fields() if one.name == "mapping_set"))
T = TypeVar("T")
UNKNOWN = "a term that the ontology does not know here"
"""The rule of what is of another vocabulary."""
_KINDS = {cls.kind: label for label, cls in NODES.items()}
_TYPES = {kind.lower().replace("_", "-"): kind for kind in RELATIONSHIPS}


class Wrong(NamedTuple):
    """Something that cannot be read: the subject, the predicate, what is wrong, and the value."""

    subject: str
    predicate: str
    rule: str
    value: str = ""


class NotReadable(Exception):
    """A value that is not what its property has; the text says what it should be."""


@dataclass(slots=True)
class Reading:
    """Turns what is said of subjects into nodes and relationships.

    `look_up` gives what is said of any subject, and `pointing` the subjects with a predicate and an object. `found` are
    the nodes by address that were read before: of concepts, mappings and mapping sets the address does not tell the id.
    """

    look_up: Callable[[Term], Said]
    pointing: Callable[[NamedNode, Term], Iterator[Term]]
    names: Names = field(default_factory=Names)
    prefixes: Mapping[str, str] = field(default_factory=dict)
    """Prefixes of concepts, by what they are in small letters."""
    found: dict[str, Ref] = field(default_factory=dict)
    wrong: list[Wrong] = field(default_factory=list)
    unknown: dict[Triple, None] = field(default_factory=dict)
    """What is said of nodes in terms that the ontology does not have there, and follows from nothing so far."""
    beside: set[Triple] = field(default_factory=set)
    """What follows from the nodes that were read, and is said of other subjects."""

    def label(self, said: Said) -> str | None:
        """Give the key label of a subject; None where it is no node of the ontology."""
        return key_label(self._labels(said))

    def know(self, subject: NamedNode, said: Said) -> Ref | None:
        """Take note of a node's address; None, and a report, where the ontology does not know it, or it has no id."""
        label = self.label(said)
        identifiers = [one for one in said.get(_IDENTIFIER, ()) if isinstance(one, Literal)]
        if label is None or len(identifiers) != 1:
            rule = "it has no class of the ontology" if label is None else "it needs one dcterms:identifier"
            self.wrong.append(Wrong(subject.value, _IDENTIFIER.value, rule))
            return None
        ref = Ref(label, identifiers[0].value)
        self.found[subject.value] = ref
        return ref

    def node(self, subject: NamedNode, said: Said) -> Node | None:
        """Give the node of a subject; None, and a report, where something of it is not right."""
        ref = self.found[subject.value]
        cls = NODES[ref.label]
        if self.names.iri(ref) != subject:
            rule = f"the address of this id is {self.names.iri(ref).value}"
            self.wrong.append(Wrong(subject.value, _IDENTIFIER.value, rule, ref.id))
            return None
        mapping_set = next((one.value for one in said.get(_MAPPING_SET, ()) if isinstance(one, Literal)), None)
        curies = self.names.curies_of(ref.label, {"id": ref.id, "mapping_set": mapping_set})
        values = self._values(subject, cls, said, curies)
        labels = tuple(sorted(self._labels(said) - {ref.label}))
        return self._made(subject, cls, lambda: cls(**{**values, "id": ref.id}, labels=labels))

    def relationships(self, subject: NamedNode, said: Said) -> Iterator[Relationship]:
        """Give the relationships that start from a node, each with what its statement says of it."""
        start = self.found[subject.value]
        stated = self._statements(subject)
        for predicate, ends in said.items():
            for end in ends:
                ref = self._ref(end)
                kind = None if ref is None else _kind(predicate, start.label, ref.label)
                if ref is None or kind is None:
                    if predicate not in _known(NODES[start.label]) and predicate != TYPE:
                        self.unknown[Triple(subject, predicate, end)] = None
                    continue
                cls = RELATIONSHIPS[kind]
                if cls.derived:
                    continue
                statements = {
                    *stated.pop((predicate, end), ()),
                    *(one for one in self.pointing(REIFIES, Triple(subject, predicate, end)) if _is_named(one)),
                }
                for about_it in sorted(statements, key=lambda one: one.value) or (None,):
                    relationship = self._relationship(cls, start, ref, about_it)
                    if relationship is not None:
                        yield relationship

    def follow(self, node: Node, relationships: Iterable[Relationship]) -> None:
        """Take note of what follows from a node with the relationships that start from it: it is not unknown."""
        labels = (node.pointer.label, *node.labels)
        edges = [(one.type, one.end) for one in relationships]
        for triple in implied_triples(node.pointer, labels, node.properties(), edges, self.names):
            if triple in self.unknown:
                del self.unknown[triple]
            elif triple.subject != self.names.iri(node.pointer):
                self.beside.add(triple)

    def settle(self) -> None:
        """Report, when all is read, what is unknown still."""
        for triple in self.unknown:
            if triple not in self.beside:
                told = _shown(triple.subject), triple.predicate.value, UNKNOWN, _shown(triple.object)
                self.wrong.append(Wrong(*told))
        self.unknown.clear()

    def _statements(self, subject: NamedNode) -> dict[tuple[NamedNode, Term], list[NamedNode]]:
        """Give the statement nodes about triples of a subject, by predicate and object."""
        stated: dict[tuple[NamedNode, Term], list[NamedNode]] = defaultdict(list)
        for statement in self.pointing(SUBJECT, subject):
            about = self.look_up(statement)
            predicate, end = next(iter(about.get(PREDICATE, ())), None), next(iter(about.get(OBJECT, ())), None)
            if _is_named(statement) and isinstance(predicate, NamedNode) and end is not None:
                stated[predicate, end].append(statement)
        return stated

    def _relationship(
        self, cls: type[Relationship], start: Ref, end: Ref, statement: NamedNode | None
    ) -> Relationship | None:
        subject = statement or NamedNode(f"{_STATEMENTS}{cls.type.lower()}")
        said = {} if statement is None else self.look_up(statement)
        values = self._values(subject, cls, said, DECLARED)
        for predicate in said.keys() - _known(cls) - {TYPE, SUBJECT, PREDICATE, OBJECT, REIFIES}:
            self.wrong.append(Wrong(subject.value, predicate.value, UNKNOWN))
        return self._made(subject, cls, lambda: cls(start=start, end=end, **values))

    def _values(
        self, subject: NamedNode, cls: type[Node | Relationship], said: Said, curies: Curies
    ) -> dict[str, Any]:
        values: dict[str, Any] = {}
        spoken = next((one.value for one in said.get(_LANGUAGE, ()) if isinstance(one, Literal)), None)
        fields = _fields(cls)
        if not said.get(fields["sources"][0]):
            self.wrong.append(Wrong(subject.value, "", "it names no source, and every statement of a graph has one"))
        for name, (predicate, one) in fields.items():
            terms = said.get(predicate, ())
            if not terms or name == "id":
                continue
            try:
                values[name] = self._value(one, terms, curies, language(spoken))
            except NotReadable as error:
                self.wrong.append(Wrong(subject.value, one.iri, str(error), _shown(terms[0])))
        return values

    def _value(self, of: Field, terms: Sequence[Term], curies: Curies, spoken: str | None) -> object:
        if of.cardinality == "ordered":
            if len(terms) > 1:
                raise NotReadable("several lists where one is allowed")
            return tuple(self._one(of, term, curies, spoken) for term in self._members(terms[0]))
        if of.cardinality == "set":
            return tuple(self._one(of, term, curies, spoken) for term in terms)
        if len(terms) > 1:
            raise NotReadable(f"{len(terms)} values where one is allowed")
        return self._one(of, terms[0], curies, spoken)

    def _members(self, head: Term) -> Iterator[Term]:
        seen: set[Term] = set()
        while head != NIL:
            cell = self.look_up(head)
            if head in seen or len(cell.get(FIRST, ())) != 1 or len(cell.get(REST, ())) != 1:
                raise NotReadable("no well-formed list")
            seen.add(head)
            yield cell[FIRST][0]
            head = cell[REST][0]

    def _one(self, of: Field, term: Term, curies: Curies, spoken: str | None) -> object:
        if isinstance(term, BlankNode):
            raise NotReadable("a blank node that is no cell of a list")
        if isinstance(term, Triple):
            raise NotReadable("a triple where a value is wanted")
        if isinstance(term, NamedNode):
            return self._of_address(of, term.value, curies)
        if term.language is not None:
            if of.prop.spoken and term.language == spoken:
                return term.value
            raise NotReadable("a text with a language" + " that is not its node's" * of.prop.spoken)
        return _of_literal(of, term)

    def _of_address(self, of: Field, iri: str, curies: Curies) -> str:
        prop = of.prop
        if of.name == "sources":
            return identifier_of(iri, NODES["Source"].kind)
        if prop.concepts:
            start = f"{BASE}concept/{prop.concepts.lower()}/"
            if iri.startswith(start):
                return f"{prop.concepts}:{unquote(iri.removeprefix(start))}"
        for word, meant in prop.meanings:
            if named(meant).value == iri:
                return word
        if prop.resource == "address":
            return iri
        if prop.resource == "curie":
            return curies.contract(iri)
        raise NotReadable("an address where a value is wanted")

    def _ref(self, term: Term) -> Ref | None:
        """Give the node that an address names, be it in what was read or not."""
        if not isinstance(term, NamedNode):
            return None
        return self.found.get(term.value) or self.guess(term)

    def guess(self, term: NamedNode) -> Ref | None:
        """Give the node that an address should name by its form alone.

        An address of a concept has its prefix in small letters. Where its framework is neither in the file nor
        packaged, the prefix is taken to be in capitals: if it is not, the relationship finds no end, and that is told.
        """
        kind, slash, _ = term.value.removeprefix(BASE).partition("/")
        if not term.value.startswith(BASE) or not slash or kind not in _KINDS:
            return None
        identifier = identifier_of(term.value, kind)
        if _KINDS[kind] == "Concept":
            prefix, _, local = identifier.partition("/")
            identifier = f"{self.prefixes.get(prefix, prefix.upper())}:{local}"
        return Ref(_KINDS[kind], identifier)

    def is_derived(self, triple: Triple) -> bool:
        """Say whether a triple is that of a derived relationship, which is made again from a node."""
        start, end = self._ref(triple.subject), self._ref(triple.object)
        kind = _kind(triple.predicate, start.label, end.label) if start and end else None
        return kind is not None and bool(RELATIONSHIPS[kind].derived)

    def _labels(self, said: Said) -> set[str]:
        start = f"{ONTOLOGY}#"
        types = (one.value for one in said.get(TYPE, ()) if isinstance(one, NamedNode))
        return {iri.removeprefix(start) for iri in types if iri.startswith(start)} & LABELS.keys()

    def _made(self, subject: NamedNode, cls: type[Node | Relationship], make: Callable[[], T]) -> T | None:
        try:
            return make()
        except (ValidationError, ValueError) as error:
            details = error.errors() if isinstance(error, ValidationError) else [{"loc": (), "msg": str(error)}]
            for detail in details:
                name = str(detail["loc"][0]) if detail["loc"] else ""
                iri = next((one.iri for one in cls.fields() if one.name == name), name)
                given = detail.get("input")
                value = given if isinstance(given, str | int | float) else ""
                self.wrong.append(Wrong(subject.value, iri, str(detail["msg"]), str(value)))
            return None


def known_names(look_up: Callable[[Term], Said], of_type: Callable[[NamedNode], Iterator[Term]]) -> Names:
    """Give what must be known of mapping sets and mappings before the others are read: their addresses and prefixes."""

    def said_of(label: str) -> Iterator[dict[str, Any]]:
        fields = {field.name: NamedNode(field.iri) for field in NODES[label].fields()}
        for subject in of_type(NamedNode(f"{ONTOLOGY}#{label}")):
            said = look_up(subject)
            texts = {
                name: [one.value for one in said.get(iri, ()) if not isinstance(one, Triple)]
                for name, iri in fields.items()
            }
            yield {"id": texts["id"][0] if texts["id"] else "", "iri": next(iter(texts["iri"]), None),
                   "curie_map": texts.get("curie_map", [])}  # fmt: skip

    return Names.of(said_of("MappingSet"), said_of("Mapping"))


def known_prefixes(look_up: Callable[[Term], Said], of_type: Callable[[NamedNode], Iterator[Term]]) -> dict[str, str]:
    """Give the prefixes of the frameworks that are described, by what they are in small letters."""
    found = (one for subject in of_type(named("qikg:Framework")) for one in look_up(subject).get(_IDENTIFIER, ()))
    return {one.value.lower(): one.value for one in found if isinstance(one, Literal)}


def _of_literal(of: Field, term: Literal) -> object:
    kind, text = term.datatype, term.value
    if of.type is PartialDate:
        if kind not in _DATES:
            raise NotReadable("not a date: xsd:gYear, xsd:gYearMonth or xsd:date is wanted")
        try:
            return PartialDate(text=text)
        except ValueError:
            raise NotReadable("no such date") from None
    if of.prop.unit == "year" and kind == _YEAR:
        return int(text)
    wanted = {bool: (_BOOLEAN,), int: (_INTEGER,), float: (_DOUBLE,)}.get(of.type, (_STRING,))
    if kind not in wanted:
        raise NotReadable(f"not of the type {wanted[0].value.rpartition('#')[2]}")
    if of.type is bool:
        return text in {"true", "1"}
    try:
        return of.type(text) if of.type in {int, float} else text
    except ValueError:
        raise NotReadable(f"not of the type {wanted[0].value.rpartition('#')[2]}") from None


@cache
def _fields(cls: type[Node | Relationship]) -> Mapping[str, tuple[NamedNode, Field]]:
    return {one.name: (NamedNode(one.iri), one) for one in cls.fields()}


@cache
def _known(cls: type[Node | Relationship]) -> frozenset[NamedNode]:
    return frozenset(predicate for predicate, _ in _fields(cls).values())


@cache
def _kind(predicate: NamedNode, start: str, end: str) -> str | None:
    """Give the type of relationship that a triple is of: it follows from the predicate and the classes of its ends."""
    for kind, cls in RELATIONSHIPS.items():
        if predicate_of(cls) == predicate and start in cls.starts and end in cls.ends:
            return kind
    return None


def _shown(term: Term) -> str:
    return str(term if isinstance(term, Triple) else term.value)


def _is_named(term: Term) -> TypeGuard[NamedNode]:
    return isinstance(term, NamedNode)
