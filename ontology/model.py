"""What a node class and a relationship class are: typed, frozen, and described field by field."""

from __future__ import annotations

import datetime
import re
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, ClassVar, Final, Literal, NamedTuple, Self, TypeAlias, get_args, get_origin

from pydantic import BaseModel, ConfigDict, field_validator

from qikg.ontology.dates import PartialDate
from qikg.ontology.terms import camel, expand

STATED: Final = "stated"
INFERRED: Final = "inferred"
UNDETERMINED: Final = "undetermined"
STATUSES = (STATED, INFERRED, UNDETERMINED)
"""How a statement is known: its source prints it; it was worked out; the source does not settle it."""

Status: TypeAlias = Literal["stated", "inferred", "undetermined"]
PropertyValue: TypeAlias = str | int | float | bool | datetime.date | list[str] | list[float] | None

_WORDLESS = ((), ("",))

UNKNOWN = "-"
"""What stands in a relationship's key for a field that is not known."""


@dataclass(frozen=True, slots=True)
class Prop:
    """What a property means.

    `term` is the RDF term that carries it (a CURIE; by default one of our own), `vocabulary` the words it may hold,
    `concepts` the framework whose concept ids it holds, `ordered` whether the order of a list means something
    (else a list is a set, kept sorted). A value that names something is an IRI in RDF: `resource` says that it is an
    absolute address or a CURIE, `meanings` gives the terms that stand for its words. Text that is `spoken` is in the
    language of its node.

    `publisher` says whose property it is: only that publisher's loads write it. `merge` says which of several loads'
    values stands: that of the newest edition that has the property, the least, the greatest, or, for what follows from
    the id, the same.
    """

    meaning: str
    term: str = ""
    unit: str = ""
    vocabulary: tuple[str, ...] = ()
    concepts: str = ""
    ordered: bool = False
    resource: Literal["", "address", "curie"] = ""
    meanings: tuple[tuple[str, str], ...] = ()
    spoken: bool = False
    publisher: str = "curated"
    merge: Literal["newest", "least", "greatest", "same"] = "newest"


class Field(NamedTuple):
    """A property as the derived artefacts see it."""

    name: str
    prop: Prop
    type: type
    cardinality: Literal["single", "set", "ordered"]
    required: bool

    @property
    def curie(self) -> str:
        """The RDF term of the property, as a CURIE."""
        return self.prop.term or f"qikg:{camel(self.name)}"

    @property
    def iri(self) -> str:
        """The RDF term of the property."""
        return expand(self.curie)

    @property
    def properties(self) -> tuple[str, ...]:
        """The property's name in the graph; three names for a date that may be partial."""
        return (self.name, f"{self.name}_earliest", f"{self.name}_latest") if self.type is PartialDate else (self.name,)


class Ref(NamedTuple):
    """Points at a node: its key label and its id."""

    label: str
    id: str


class _Described(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    term: ClassVar[str] = ""

    sources: Annotated[
        tuple[str, ...],
        Prop("Ids of the sources that state it.", term="prov:wasDerivedFrom"),
    ] = ()

    @classmethod
    @cache
    def fields(cls) -> tuple[Field, ...]:
        """The described properties of the class, in the order of their definition."""
        return tuple(
            _field(name, annotation)
            for name, annotation in typing.get_type_hints(cls, include_extras=True).items()
            if get_origin(annotation) is Annotated
        )

    @classmethod
    def made(cls, **values: object) -> Self:
        """Make one of values that are known to be right, without checking each: for what comes by the hundred thousand.

        Sets must be sorted already.
        """
        one = cls.__new__(cls)
        object.__setattr__(one, "__dict__", {**_defaults(cls), **values})
        object.__setattr__(one, "__pydantic_fields_set__", _given(tuple(values)))
        object.__setattr__(one, "__pydantic_extra__", None)
        object.__setattr__(one, "__pydantic_private__", None)
        return one

    def properties(self, wanted: Sequence[Field] | None = None) -> dict[str, PropertyValue]:
        """Give what is stored in the graph: explicit nulls for what is not known, dates with their bounds.

        A list without a word in it, `[]` or `[""]`, is stored as nothing: a CSV file cannot tell the three apart.
        """
        stored: dict[str, PropertyValue] = {}
        for field in type(self).fields() if wanted is None else wanted:
            if field.name in {"id", "sources"}:
                continue
            value = getattr(self, field.name)
            if field.type is PartialDate:
                for name, bound in zip(field.properties, ("text", "earliest", "latest"), strict=True):
                    stored[name] = None if value is None else getattr(value, bound)
            elif isinstance(value, tuple):
                stored[field.name] = None if value in _WORDLESS else list(value)
            else:
                stored[field.name] = value
        return stored

    def model_post_init(self, context: object) -> None:
        # once a thing, not once a field: half a million ratings are made so
        for name in _sets(type(self)):
            value = getattr(self, name)
            if len(value) > 1:
                object.__setattr__(self, name, tuple(sorted(set(value))))


HowKnown: TypeAlias = Annotated[Status, Prop("How it is known.", vocabulary=STATUSES)]
"""`status` of what its source states, or a reader inferred."""

ActivitySources: TypeAlias = Annotated[
    tuple[str, ...],
    Prop("Ids of the sources that state it.", term="prov:wasInfluencedBy"),
]
"""`sources` of a class that is a prov:Activity: what prov:wasDerivedFrom starts from is a prov:Entity, and in PROV-O
nothing is both."""


class Node(_Described):
    """A thing in the graph. Its class name is its key label, under which its id is unique."""

    kind: ClassVar[str]
    """What stands in its address between the base and the id."""
    id_rule: ClassVar[str]
    """How its id is made, then a colon and an example."""
    also: ClassVar[Mapping[str, str]] = {}
    """The second labels that a node of this class may carry, with what they mean."""

    id: Annotated[str, Prop("Unique under the key label.", term="dcterms:identifier")]
    labels: tuple[str, ...] = ()
    """Second labels of this node."""

    @field_validator("id")
    @classmethod
    def _id_is_said(cls, value: str) -> str:
        if not value or value != value.strip():
            raise ValueError(f"id {value!r} is empty or has blanks around it")
        return value

    @field_validator("labels")
    @classmethod
    def _labels_are_known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for label in value:
            if label not in cls.also:
                raise ValueError(f"{label} is not a second label of {cls.__name__}: {', '.join(cls.also)}")
        return value

    @classmethod
    def examples(cls) -> list[str]:
        """Give the ids that the rule has as examples."""
        return re.findall(r"(?:[:,]|Always) `([^`<]+)`", cls.id_rule)

    @classmethod
    def ref(cls, identifier: str) -> Ref:
        """Point at a node of this class."""
        return Ref(cls.__name__, identifier)

    @property
    def pointer(self) -> Ref:
        """Point at this node."""
        return Ref(type(self).__name__, self.id)


class Relationship(_Described):
    """A statement that joins two nodes.

    There is one edge of a type between two nodes, or, where `identity` names fields, one for each value of them.
    """

    type: ClassVar[str]
    starts: ClassVar[tuple[str, ...]]
    ends: ClassVar[tuple[str, ...]]
    identity: ClassVar[tuple[str, ...]] = ()
    both_ways: ClassVar[bool] = False
    """Whether it holds from its end to its start too."""
    derived: ClassVar[str] = ""
    """The label of the node that it is made from by the writer; empty where a source states it."""

    start: Ref
    end: Ref

    @classmethod
    def curie(cls) -> str:
        """Give the RDF term of its plain triple, as a CURIE."""
        return cls.term or f"qikg:{camel(cls.type)}"

    @property
    def key(self) -> str | None:
        """The text that tells apart edges of one type between the same nodes; None where there is only one."""
        if not self.identity:
            return None
        return "|".join(_key_part(getattr(self, name)) for name in self.identity)


def _key_part(value: object) -> str:
    if value is None or value == "":
        return UNKNOWN
    text = str(value)
    return "%2D" if text == UNKNOWN else text.replace("%", "%25").replace("|", "%7C")


@cache
def _sets(cls: type[_Described]) -> frozenset[str]:
    return frozenset(field.name for field in cls.fields() if field.cardinality == "set")


def _field(name: str, annotation: object) -> Field:
    inner, prop = get_args(annotation)[:2]
    required = True
    if get_origin(inner) in {types.UnionType, typing.Union}:
        required = type(None) not in get_args(inner)
        inner = next(arg for arg in get_args(inner) if arg is not type(None))
    if get_origin(inner) is tuple:
        return Field(name, prop, _plain(get_args(inner)[0]), "ordered" if prop.ordered else "set", False)
    return Field(name, prop, _plain(inner), "single", required)


def _plain(annotation: object) -> type:
    if get_origin(annotation) is Literal:
        return str
    assert isinstance(annotation, type)
    return annotation


@cache
def _given(names: tuple[str, ...]) -> set[str]:
    # one for all things that are made of the same fields: a set each is much for the garbage collector to look through
    return set(names)


@cache
def _defaults(cls: type[_Described]) -> Mapping[str, object]:
    return {name: field.default for name, field in cls.model_fields.items() if not field.is_required()}
