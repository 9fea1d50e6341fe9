"""The whole site, written into a folder: any web server can serve it, under any address."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qikg.ontology.classes import NODES
from qikg.release.curated import Curated
from qikg.release.site.indexes import TERMS, class_page, start_page
from qikg.release.site.markup import START, STYLE
from qikg.release.site.paths import places
from qikg.release.site.terms import terms_page
from qikg.release.site.thing import Pages, class_path

if TYPE_CHECKING:
    from qikg.graph.rdf.triples import Names


def names_of(curated: Curated) -> Names:
    """Give the names of a graph: every mapping set and mapping is of the curated part."""
    from qikg.graph.rdf.triples import Names

    return Names.of(*([thing.properties for thing in curated.of_class(label)] for label in ("MappingSet", "Mapping")))


def pages_of(curated: Curated) -> Pages:
    """Find the place of each thing's files."""
    names = names_of(curated)
    addresses = {ref: names.iri(ref).value for ref in curated.things}
    return Pages(curated, places(addresses), names)


def write_site(pages: Pages, sha256: str, folder: Path) -> int:
    """Write the pages of all things, the pages that lead to them, and what they look like; give how many pages."""
    curated = pages.curated
    _write(folder / STYLE, Path(__file__).with_name(STYLE).read_bytes())
    _write(folder / START, start_page(curated, sha256))
    _write(folder / TERMS, terms_page())
    labels = [label for label in NODES if curated.of_class(label)]
    for label in labels:
        _write(folder / class_path(label), class_page(pages, label))
    for ref, thing in curated.things.items():
        _write(folder / pages.path(ref), pages.html(thing))
        _write(folder / pages.path(ref, ".ttl"), pages.turtle(thing))
    return len(curated.things) + len(labels) + 2


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
