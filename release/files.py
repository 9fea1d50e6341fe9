"""The files of a release: their names, what each is, and its media type."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias

from qikg.ontology.terms import BASE

Of: TypeAlias = Literal["graph", "ontology", "record"]
"""What a file gives: the graph, the ontology, or the account of the release."""


class File(NamedTuple):
    """A file of data: what it gives, what it is in plain words, its media type."""

    of: Of
    words: str
    media_type: str


TURTLE, QUADS = "graph.ttl", "graph.nq"
ONTOLOGY, SHAPES, CONTEXT = "ontology.ttl", "shapes.ttl", "context.jsonld"
RECEIPT, RECEIPT_JSON = "receipt.ttl", "receipt.json"
CHANGES, CHANGES_JSON = "changes.txt", "changes.json"
DATA: Mapping[str, File] = MappingProxyType(
    {
        TURTLE: File("graph", "the graph as Turtle, each thing together with its relationships", "text/turtle"),
        QUADS: File("graph", "the same as N-Quads in canonical form (RDFC-1.0)", "application/n-quads"),
        ONTOLOGY: File("ontology", "the ontology as OWL 2", "text/turtle"),
        SHAPES: File("ontology", "the shapes that the data have, as SHACL", "text/turtle"),
        CONTEXT: File("ontology", "the names of classes and properties as a JSON-LD context", "application/ld+json"),
        RECEIPT: File("record", "what the graph was made from, and with what, as PROV", "text/turtle"),
        RECEIPT_JSON: File("record", "the same, to be read", "application/json"),
        CHANGES: File("record", "what changed since the release before, in words", "text/plain"),
        CHANGES_JSON: File("record", "the same as data", "application/json"),
    }
)
"""The files of data, by name."""

DESCRIPTION, CITATION, README, SUMS = "description.ttl", "CITATION.cff", "README.md", "SHA256SUMS"
SITE, REDIRECTS = "site", "w3id/.htaccess"
ABOUT: Mapping[str, str] = MappingProxyType(
    {
        DESCRIPTION: "the description of the data set (VoID and DCAT 3), with counts and checksums",
        CITATION: "how to cite it",
        README: "this text",
        SUMS: "the SHA-256 of every other file",
        f"{SITE}/": "a page and a Turtle file for each thing of the curated part; begin with `site/index.html`",
        REDIRECTS: "the rules by which the addresses lead to the pages, once the base is registered",
    }
)
"""The other files and folders, with what each is."""


def release_address(version: str) -> str:
    """Give the address under which the files of a release stand."""
    return f"{BASE}release/{version}/"
