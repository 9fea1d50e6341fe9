"""The pages that lead to the things: the start page, and one for each class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from qikg.ontology.classes import NODES, THEMES
from qikg.ontology.terms import ATTRIBUTION, LICENCE, UNREGISTERED
from qikg.release.curated import Curated
from qikg.release.site.markup import LICENCES, START, Child, page, table, tag
from qikg.release.site.thing import Pages, class_path
from qikg.release.titles import class_words, meaning

TITLE = "A knowledge graph of improvement evidence"
TERMS = "ontology.html"
DATASET, ONTOLOGY_FILE = "dataset.ttl", "ontology.ttl"


def start_page(curated: Curated, sha256: str) -> bytes:
    """Make the start page."""
    return page(TITLE, START, _start(curated, sha256), trail={"Start": START}, turtle=DATASET)


def class_page(pages: Pages, label: str) -> bytes:
    """Make the page that lists all things of a class."""
    path, words = class_path(label), class_words(label)
    things = pages.curated.of_class(label)
    rows = [([pages.link(thing.ref, path)], [tag("code", thing.ref.id)]) for thing in things]
    main = [tag("h1", f"{words}: all {len(things):,}"), tag("p", meaning(NODES[label]))]
    main.append(table(f"Everything of the class {words} that has a page", ("Thing", "Id"), rows))
    return page(f"{words}: all {len(things):,}", path, main, trail={"Start": START, words: path})


def _start(curated: Curated, sha256: str) -> Iterator[Element]:
    yield tag("h1", TITLE)
    yield tag("p", "Trusts and how they were rated, frameworks of improvement research with the mappings between them, "
              "and what studies found, down to the excerpt. Every page says how a statement is known and where it "
              "comes from: stated (its source prints it), inferred (worked out; the basis is given) or undetermined "
              "(the sources do not settle it).")  # fmt: skip
    yield tag("p", "Everything has a page but what the registers alone state: of that, what a study states has one.")
    yield tag("h2", "Things by class")
    for theme, (nodes, _) in THEMES.items():
        rows: list[Sequence[Sequence[Child]]] = []
        for cls in nodes:
            if count := len(curated.of_class(cls.__name__)):
                words = class_words(cls.__name__)
                rows.append(([tag("a", words, href=class_path(cls.__name__))], [f"{count:,}"], [meaning(cls)]))
        if rows:
            yield table(theme, ("Class", "Pages", "What it is"), rows)
    yield tag("h2", "As data")
    yield tag(
        "ul",
        tag("li", tag("a", "The terms of the ontology", href=TERMS), ", also ",
            tag("a", "as Turtle", href=ONTOLOGY_FILE, type="text/turtle")),
        tag("li", tag("a", "The description of the data set", href=DATASET, type="text/turtle"), " (Turtle)"),
        tag("li", "Every page has a Turtle file of the same name beside it."),
        tag("li", "Canonical hash of the whole graph (RDFC-1.0, SHA-256): ", tag("code", sha256)),
    )  # fmt: skip
    yield tag("p", UNREGISTERED)
    yield tag("h2", LICENCES, id="licences")
    yield tag("p", "The curated data are under ", tag("a", "CC BY 4.0", href=LICENCE), ". Print these lines with them:")
    yield tag("ul", *(tag("li", line) for line in ATTRIBUTION))
