"""The page and the Turtle of one thing: what is recorded of it, how it is known, what it is joined to, its sources."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from qikg.graph.store import Value
from qikg.graph.walk import Edge, Stop
from qikg.ontology.classes import NODES, RELATIONSHIPS
from qikg.ontology.model import Field, Node, Ref
from qikg.ontology.terms import PREFIXES
from qikg.release.curated import Curated, Thing, texts
from qikg.release.site.markup import START, Child, joined, listed, page, relative, table, tag
from qikg.release.site.paths import Place
from qikg.release.titles import class_words, meaning, property_words

if TYPE_CHECKING:
    import pyoxigraph

    from qikg.graph.rdf.triples import Names

NO_STATUS = "no status of its own"


@dataclass(frozen=True)
class Pages:
    """Makes the files of things: the curated part, where the files of each lie, and its address."""

    curated: Curated
    places: Mapping[Ref, Place]
    names: Names

    @property
    def addresses(self) -> dict[Ref, str]:
        """The address of each thing."""
        return {ref: self.address(ref) for ref in self.curated.things}

    def path(self, ref: Ref, ending: str = ".html") -> str:
        """Give the path of a file of a thing."""
        return self.places[ref].stem + ending

    def address(self, ref: Ref) -> str:
        """Give the address of a thing."""
        return self.names.iri(ref).value

    def html(self, thing: Thing) -> bytes:
        """Make the page of a thing."""
        return page(
            thing.title,
            self.path(thing.ref),
            self._main(thing),
            trail={"Start": START, class_words(thing.ref.label): class_path(thing.ref.label)},
            turtle=self.path(thing.ref, ".ttl"),
        )

    def turtle(self, thing: Thing) -> bytes:
        """Give what the graph says of a thing and of the relationships that start from it, as Turtle."""
        from pyoxigraph import RdfFormat, serialize

        triples = self.triples(thing)
        used = {name: address for name, address in PREFIXES.items() if any(address in str(one) for one in triples)}
        return serialize(triples, format=RdfFormat.TURTLE, prefixes=used) or b""

    def triples(self, thing: Thing) -> list[pyoxigraph.Triple]:
        """Give the triples of a thing and of the relationships that start from it, each once."""
        from qikg.graph.rdf.triples import stop_triples

        return stop_triples(thing.ref.label, Stop(thing.labels, thing.properties, list(thing.starting)), self.names)

    def link(self, ref: Ref, here: str) -> Child:
        """Give a link to a thing, or its class and id where it has no page."""
        if ref not in self.places:
            return f"{class_words(ref.label)} {ref.id}"
        return tag("a", self.curated.things[ref].title, href=relative(self.path(ref), here))

    def _main(self, thing: Thing) -> Iterator[Element]:
        cls, here = NODES[thing.ref.label], self.path(thing.ref)
        second = [label for label in cls.also if label in thing.labels]
        yield tag("h1", thing.title)
        kinds = ", ".join(class_words(label) for label in [thing.ref.label, *second])
        yield tag("p", tag("strong", kinds), f": {meaning(cls)}")
        status = thing.properties.get("status")
        if isinstance(status, str):
            yield tag("p", "How it is known: ", tag("strong", status), ".")
        yield tag("p", "Address: ", tag("code", self.address(thing.ref)))
        turtle = relative(self.path(thing.ref, ".ttl"), here)
        yield tag("p", "The same as data: ", tag("a", "Turtle", href=turtle, type="text/turtle"))
        yield tag("h2", "What is recorded")
        yield table(f"Properties of {thing.title}", ("Property", "Value"), self._properties(cls, thing, here))
        starting = [self._row(edge, edge.end, here) for edge in thing.starting]
        if starting:
            yield tag("h2", "What it points to")
            yield table("Relationships that start here", _HEADS, starting)
        pointing = [self._row(edge, start, here) for start, edge in self.curated.pointing.get(thing.ref, ())]
        unseen = self.curated.unseen.get(thing.ref)
        if pointing or unseen:
            yield tag("h2", "What points to it")
        if pointing:
            yield table("Relationships that end here", _HEADS, pointing)
        if unseen:
            yield tag("p", "From things of the registers that have no page here: ", _counted(unseen), ".")
        yield from self._sources(thing, here)

    def _properties(self, cls: type[Node], thing: Thing, here: str) -> Iterator[Sequence[Sequence[Child]]]:
        for one in cls.fields():
            values = self._values(one, thing.properties, here)
            if values and one.name != "sources":
                yield [property_words(one.name), tag("span", one.prop.meaning, class_="note")], values

    def _values(self, field: Field, properties: Mapping[str, Value], here: str) -> list[Child]:
        value = properties.get(field.name)
        values = list(value) if isinstance(value, list | tuple) else [] if value is None else [value]
        tongue = properties.get("language")
        spoken = tongue if field.prop.spoken and isinstance(tongue, str) else ""
        return listed([[self._value(field, one, spoken, here)] for one in values], field.cardinality == "ordered")

    def _value(self, field: Field, value: Value, spoken: str, here: str) -> Child:
        from qikg.graph.rdf.triples import language

        text = ("no", "yes")[value] if isinstance(value, bool) else str(value)
        if field.prop.concepts and Ref("Concept", text) in self.places:
            return self.link(Ref("Concept", text), here)
        if field.prop.resource == "address" and _LINK.fullmatch(text):
            return tag("a", text, href=text)
        if tongue := language(spoken):
            return tag("span", text, lang=tongue, dir="auto")
        return text

    def _row(self, edge: Edge, other: Ref, here: str) -> Sequence[Sequence[Child]]:
        cls = RELATIONSHIPS[edge.type]
        known = edge.properties.get("status")
        follows = f"follows from a node of the class {class_words(cls.derived)}" if cls.derived else NO_STATUS
        further = [
            [f"{property_words(one.name)}: ", *values]
            for one in cls.fields()
            if one.name not in {"sources", "status"} and (values := self._values(one, edge.properties, here))
        ]
        return (
            [property_words(edge.type), tag("span", meaning(cls), class_="note")],
            [self.link(other, here)],
            [known if isinstance(known, str) else follows],
            listed(further),
            self._links(texts(edge.properties.get("sources")), here),
        )

    def _sources(self, thing: Thing, here: str) -> Iterator[Element]:
        if thing.sources:
            yield tag("h2", "Sources")
            yield tag("ul", *(tag("li", self.link(Ref("Source", one), here)) for one in thing.sources))
        stated = self.curated.stating.get(thing.ref.id, []) if thing.ref.label == "Source" else []
        if stated:
            yield tag("h2", "What it states")
            by_class: dict[str, list[Child]] = {}
            for ref in stated:
                by_class.setdefault(ref.label, []).append(self.link(ref, here))
            rows = [([class_words(label)], joined(links, ", ")) for label, links in by_class.items()]
            yield table("Things that name this source, by class", ("Class", "Things"), rows)

    def _links(self, sources: Iterable[str], here: str) -> list[Child]:
        return listed([[self.link(Ref("Source", one), here)] for one in sources])


_HEADS = ("Relationship", "Thing", "How it is known", "What else is recorded", "Sources")
_LINK = re.compile(r"https?://[^\s<>\"{}|\\^`\[\]]+")


def class_path(label: str) -> str:
    """Give the path of the page that lists all things of a class."""
    return f"classes/{NODES[label].kind}.html"


def _counted(unseen: Counter[tuple[str, str]]) -> str:
    return ", ".join(
        f"{count:,} of class {class_words(label)} ({property_words(kind).lower()})"
        for (kind, label), count in sorted(unseen.items())
    )
