"""The reference of the ontology in Markdown, from the classes."""

from __future__ import annotations

import datetime
import inspect
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from qikg.ontology.classes import NODES, RELATIONSHIPS, THEMES, VERSION
from qikg.ontology.dates import PartialDate
from qikg.ontology.diagram import diagram
from qikg.ontology.model import UNKNOWN, Field, Node, Relationship
from qikg.ontology.terms import BASE, PREFIXES

MADE = "<!-- Made from the code by `make docs`. Do not edit it here. -->"
"""First line of every page that is made."""

_TYPES: Mapping[type, str] = MappingProxyType(
    {
        str: "text",
        int: "whole number",
        float: "number",
        bool: "true or false",
        datetime.date: "day",
        PartialDate: "[partial date](#partial-dates)",
    }
)
_TOLD_ONCE = ("id", "sources")

_HEAD = f"""\
{MADE}

# The ontology

What things are in this graph: its labels, relationships and properties. Version {VERSION}.

**Reading the tables.** *Required* properties are always there; the others may be missing, and a missing property says
that nothing is known, never "no". A *set* is a sorted list without repeats; an *ordered* list keeps the order of its
source. *RDF* names the term that carries the property in an export; `qikg:` is our own vocabulary,
`{PREFIXES["qikg"]}`. An *address* (IRI) and a *curie* (`prefix:name`) are text in the graph and a resource in RDF.

{{contents}}

## The main classes

```mermaid
{{overview}}
```

Solid arrows are stated by a source, dotted ones derived from a node that carries the truth; ↻ joins two things of the
same class. In the diagrams below a dashed border marks a class of another theme, or a list of classes.

## What everything has

| property | on | type | RDF | meaning |
|---|---|---|---|---|
| `id` | nodes | text, required | `dcterms:identifier` | Unique under the key label, which is the name of the class. |
| `sources` | nodes, relationships | set of text | {{sources}} | Ids of the sources that state it. |
| `key` | some relationships | text, required | none | Tells apart several edges of one type between two nodes. \
It is made of the properties named at the relationship, with a bar between them; one that is not known is `{UNKNOWN}`. |

A node may carry second labels beside its key label; they are listed at the class.
In RDF a node's address is `{BASE}<kind>/<id>`, but a concept's is `…/concept/<prefix in lower case>/<local code>`,
and mappings and mapping sets keep the address that their file gives.

### Status

`stated`: the source prints it. `inferred`: it was worked out, and the basis is given. `undetermined`: the source does
not settle it, and nobody has filled it in.

### Partial dates

A date may be known to the year, the month or the day. It is three properties: `date` holds the text as it is known
(`2015`, `2015-04` or `2015-04-02`), `date_earliest` and `date_latest` the first and the last day that it may be.
To compare two dates for certain, compare their bounds: where they overlap, nobody can tell.
In RDF the text alone is given, as `xsd:gYear`, `xsd:gYearMonth` or `xsd:date`."""


def reference() -> str:
    """Give the whole reference: by theme, its diagram, its node classes and its relationships."""
    parts = [
        _HEAD.format(contents="\n".join(_contents()), overview=diagram(), sources=_sources_terms()),
        *(part for theme in THEMES for part in _theme(theme)),
    ]
    return "\n\n".join(parts) + "\n"


def _contents() -> Iterator[str]:
    yield "| theme | labels | relationships |"
    yield "|---|---|---|"
    for theme, (nodes, relationships) in THEMES.items():
        labels = (_link(cls.__name__) for cls in nodes)
        types = (_link(cls.type) for cls in relationships)
        yield f"| [{theme}](#{_anchor(theme)}) | {', '.join(labels)} | {', '.join(types)} |"


def _sources_terms() -> str:
    terms = {field.prop.term: None for cls in NODES.values() for field in cls.fields() if field.name == "sources"}
    return " or ".join(f"`{term}`" for term in terms)


def _theme(theme: str) -> Iterator[str]:
    nodes, relationships = THEMES[theme]
    yield f"## {theme}"
    yield f"```mermaid\n{diagram(theme)}\n```"
    for node in nodes:
        yield "\n".join(_node(node))
    for relationship in relationships:
        yield "\n".join(_relationship(relationship))


def _node(cls: type[Node]) -> Iterator[str]:
    yield f"### {cls.__name__}"
    yield ""
    yield _meaning(cls)
    yield ""
    yield f"- id: {cls.id_rule}"
    yield f"- RDF: `{cls.term or f'qikg:{cls.__name__}'}`, at `…/{cls.kind}/…`"
    if cls.also:
        yield "- second labels:"
        yield from (f"  - `{label}`: {meaning}" for label, meaning in cls.also.items())
    yield from _properties(cls.fields())


def _relationship(cls: type[Relationship]) -> Iterator[str]:
    yield f"### {cls.type}"
    yield ""
    yield _meaning(cls)
    yield ""
    yield f"- from {_either(cls.starts)} to {_either(cls.ends)}"
    named = " and ".join(f"`{name}`" for name in cls.identity)
    yield f"- between two nodes: {f'one for each {named}' if cls.identity else 'one'}"
    if cls.both_ways:
        yield "- holds both ways"
    if cls.derived:
        yield f"- derived: made from each {_link(cls.derived)}, and deleted with it"
    yield f"- RDF: `{cls.curie()}`"
    yield from _properties(cls.fields())


def _properties(fields: Sequence[Field]) -> Iterator[str]:
    rows = [field for field in fields if field.name not in _TOLD_ONCE]
    if rows:
        yield ""
        yield "| property | type | RDF | meaning |"
        yield "|---|---|---|---|"
        yield from (_property(field) for field in rows)


def _property(field: Field) -> str:
    if field.prop.concepts:
        what = f"id of a [concept](#concept) of `{field.prop.concepts}`"
    else:
        what = field.prop.resource or _TYPES[field.type]
    if field.cardinality == "set":
        what = f"set of {what}"
    elif field.cardinality == "ordered":
        what = f"ordered list of {what}"
    if field.prop.unit:
        what += f" ({field.prop.unit})"
    if field.required:
        what += ", required"
    meaning = field.prop.meaning
    if field.prop.vocabulary:
        meaning += " One of " + ", ".join(f"`{word}`" for word in field.prop.vocabulary) + "."
    cells = (f"`{field.name}`", what, f"`{field.curie}`", meaning)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _meaning(cls: type[Node] | type[Relationship]) -> str:
    return inspect.cleandoc(cls.__doc__ or "")


def _either(labels: Sequence[str]) -> str:
    links = [_link(label) for label in labels]
    return links[0] if len(links) == 1 else f"{', '.join(links[:-1])} or {links[-1]}"


def _link(name: str) -> str:
    return f"[{name}](#{_anchor(name)})" if name in NODES or name in RELATIONSHIPS else name


def _anchor(heading: str) -> str:
    """Give the anchor that GitHub makes of a heading."""
    return heading.lower().replace(" ", "-")
