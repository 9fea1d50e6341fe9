"""Where statements come from: sources, and the loads that brought them in."""

from __future__ import annotations

from typing import Annotated, ClassVar, TypeAlias

from qikg.ontology.dates import PartialDate
from qikg.ontology.model import ActivitySources, Node, Prop, Relationship

RecordSources: TypeAlias = Annotated[
    tuple[str, ...],
    Prop("Ids of the sources that name it, itself among them where it is a file.", term="dcterms:isReferencedBy"),
]
"""`sources` of a source: a file that states its own title is not derived from itself (PROV-CONSTRAINTS, 41)."""


class Source(Node):
    """A file, a feed or a web page, in one edition."""

    kind: ClassVar[str] = "source"
    id_rule: ClassVar[str] = "`<publisher>/<name>/<edition>`, or `<study>/<its id there>`: `ods/organisations/2026-08`."
    term: ClassVar[str] = "prov:Entity"

    sources: RecordSources = ()
    title: Annotated[str | None, Prop("What it is called.", term="dcterms:title")] = None
    publisher: Annotated[str | None, Prop("Who publishes it.", term="dc:publisher")] = None
    edition: Annotated[str | None, Prop("Edition, as its publisher or file gives it.")] = None
    date: Annotated[PartialDate | None, Prop("Date shown on it.", term="dcterms:date")] = None
    url: Annotated[str | None, Prop("Where it was seen.", term="foaf:page", resource="address")] = None
    licence: Annotated[str | None, Prop("Licence, and the line to print with it.", term="dc:rights")] = None
    sha256: Annotated[str | None, Prop("SHA-256 of the file that was loaded, in hex.")] = None
    rows: Annotated[int | None, Prop("Rows read from it.", unit="rows")] = None
    packaged: Annotated[bool, Prop("Whether it comes with qikg, and is replaced when the graph is built anew.")] = False


class Load(Node):
    """One way of loading a source. It has no clock time, so that the same input gives the same graph."""

    kind: ClassVar[str] = "load"
    id_rule: ClassVar[str] = (
        "Hash of the hash of the source, the loader and the version: `33708adec6a1829f3809379e247a4456`."
    )
    term: ClassVar[str] = "prov:Activity"

    sources: ActivitySources = ()
    loader: Annotated[str, Prop("Name of the loader that read it.")]
    complete: Annotated[bool | None, Prop("Whether all of the source was written.", merge="greatest")] = None
    refused: Annotated[
        int | None, Prop("Rows of the source that were read and not taken.", unit="rows", merge="greatest")
    ] = None
    version: Annotated[str, Prop("Version of the ontology that it was read for.")]


class Ontology(Node):
    """The version of the ontology that this graph was made with; a graph has one such node."""

    kind: ClassVar[str] = "ontology-version"
    id_rule: ClassVar[str] = "Always `qikg`."

    version: Annotated[str, Prop("Version of the ontology.", term="owl:versionInfo")]


class StatedIn(Relationship):
    """A curated statement is found in a source."""

    type: ClassVar[str] = "STATED_IN"
    term: ClassVar[str] = "dcterms:source"
    starts: ClassVar[tuple[str, ...]] = ("Cell", "Initiative", "Inspection", "Organisation", "Location", "Rating",
                                         "RegulatoryAction", "Reference")  # fmt: skip
    ends: ClassVar[tuple[str, ...]] = ("Source",)

    locator: Annotated[str | None, Prop("Where in the source it is found.")] = None


class Loaded(Relationship):
    """A load read a source."""

    type: ClassVar[str] = "LOADED"
    term: ClassVar[str] = "prov:used"
    starts: ClassVar[tuple[str, ...]] = ("Load",)
    ends: ClassVar[tuple[str, ...]] = ("Source",)


NODES: tuple[type[Node], ...] = (Source, Load, Ontology)
RELATIONSHIPS: tuple[type[Relationship], ...] = (StatedIn, Loaded)
