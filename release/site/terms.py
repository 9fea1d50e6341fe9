"""The page of the ontology: each of our own terms at its own anchor, so that `…/ontology#Case` leads to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from qikg.ontology.classes import NODES, RELATIONSHIPS, VERSION
from qikg.ontology.model import Node, Relationship
from qikg.release.site.indexes import ONTOLOGY_FILE, TERMS
from qikg.release.site.markup import START, page, table, tag
from qikg.release.titles import meaning

_OURS = "qikg:"


def terms() -> Mapping[str, tuple[str, str]]:
    """Give what each of our own terms is and means, by local name.

    >>> terms()["Case"]
    ('class', 'A case, as its study describes it.')
    """
    found: dict[str, tuple[str, str]] = {}
    for label, cls in NODES.items():
        found[label] = ("class", meaning(cls))
        found |= {second: (f"class, a kind of {label}", words) for second, words in cls.also.items()}
    described: list[type[Node] | type[Relationship]] = [*NODES.values(), *RELATIONSHIPS.values()]
    for kind in RELATIONSHIPS.values():
        if kind.curie().startswith(_OURS):
            found.setdefault(kind.curie().removeprefix(_OURS), (f"relationship {kind.type}", meaning(kind)))
    for cls_ in described:
        for field in cls_.fields():
            if field.curie.startswith(_OURS):
                name = field.curie.removeprefix(_OURS)
                found.setdefault(name, (f"property {field.name}", field.prop.meaning))
    return dict(sorted(found.items()))


def terms_page() -> bytes:
    """Make the page."""
    title = f"The terms of the ontology, version {VERSION}"
    return page(title, TERMS, _main(title), trail={"Start": START, "Ontology": TERMS}, turtle=ONTOLOGY_FILE)


def _main(title: str) -> Iterator[Element]:
    yield tag("h1", title)
    yield tag("p", "Terms of our own; those of other vocabularies (SKOS, SSSOM, PROV and so on) keep their addresses. "
              "The whole is ", tag("a", "OWL 2, in Turtle", href=ONTOLOGY_FILE, type="text/turtle"), ".")  # fmt: skip
    rows = [([tag("code", name, id=name)], [what], [words]) for name, (what, words) in terms().items()]
    yield table("Terms by name", ("Term", "What it is", "What it means"), rows)
