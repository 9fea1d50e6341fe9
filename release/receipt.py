"""The receipt of a release: what it was made from, with what, how much, and what was refused; as PROV and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING

from qikg.ontology.classes import NODES, RELATIONSHIPS, VERSION
from qikg.ontology.model import Field, Node, Ref
from qikg.ontology.terms import BASE, PREFIXES
from qikg.release.curated import Curated, Thing, texts
from qikg.release.dump import Dump
from qikg.release.files import release_address
from qikg.release.site.thing import Pages

if TYPE_CHECKING:
    from pyoxigraph import Triple

FORMAT = "qikg release 1"
"""The first word of every receipt in JSON: what the folder is."""

LIBRARIES = ("pydantic", "pyoxigraph", "rdflib")
"""Those whose versions can show in the bytes of a release."""


def software() -> dict[str, str]:
    """Give the versions of what makes a release."""
    return {"qikg": version("qikg"), "ontology": VERSION} | {name: version(name) for name in LIBRARIES}


def receipt_json(dump: Dump, curated: Curated) -> str:
    """Give the receipt as JSON, to be read by people."""
    loads: dict[str, list[dict[str, object]]] = {}
    for load in curated.of_class("Load"):
        for source in [edge.end.id for edge in load.starting if edge.type == "LOADED"]:
            loads.setdefault(source, []).append(_told(load))
    sources = [{**_told(one), "loads": loads.get(one.ref.id, [])} for one in curated.of_class("Source")]
    told = {
        "format": FORMAT,
        "release": dump.version,
        "canonical_sha256": dump.sha256,
        "newest_edition": newest_edition(curated),
        "software": software(),
        "triples": dump.whole.triples,
        "nodes": dict(dump.nodes),
        "relationships": dict(dump.relationships),
        "refused": refused(curated),
        "left_out": dict(dump.left_out),
        "sources": sources,
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def receipt_turtle(dump: Dump, pages: Pages) -> bytes:
    """Give the receipt as PROV, in Turtle: the making of the release as an activity, the sources and their loads."""
    from pyoxigraph import RdfFormat, serialize

    return serialize(_triples(dump, pages), format=RdfFormat.TURTLE, prefixes=dict(PREFIXES)) or b""


def newest_edition(curated: Curated) -> str | None:
    """Give the day of the newest edition, or date, of what was loaded; None where no source has one."""
    from qikg.ontology.dates import PartialDate

    days = []
    for source in curated.of_class("Source"):
        text = str(source.properties.get("edition") or source.properties.get("date") or "")[:10]
        if len(text) == len("2026-11-23") and source.properties.get("sha256"):
            try:
                days.append(PartialDate(text=text).text)
            except ValueError:
                continue
    return max(days, default=None)


def refused(curated: Curated) -> dict[str, int]:
    """Sum up what the loads count of rows, by property; a load that does not say counts nothing."""
    counts: dict[str, int] = {}
    for field in _numbers(NODES["Load"]):
        values = [load.properties.get(field.name) for load in curated.of_class("Load")]
        counts[field.name] = sum(value for value in values if isinstance(value, int))
        if unknown := sum(value is None for value in values):
            counts[f"{field.name}_not_recorded"] = unknown
    return counts


def _numbers(cls: type[Node]) -> list[Field]:
    return [field for field in cls.fields() if field.type is int]


def _told(thing: Thing) -> dict[str, object]:
    told: dict[str, object] = {"id": thing.ref.id}
    for field in NODES[thing.ref.label].fields():
        value = thing.properties.get(field.name)
        if field.name not in {"id", "sources"} and value is not None:
            told[field.name] = texts(value) if isinstance(value, list | tuple) else value
    return told


def _triples(dump: Dump, pages: Pages) -> Iterator[Triple]:
    from pyoxigraph import Literal, NamedNode, Triple

    from qikg.graph.rdf.triples import literal, named, predicate_of

    address = release_address(dump.version)
    making, agent, graph = NamedNode(f"{address}#making"), NamedNode(f"{address}#software"), NamedNode(BASE)
    a, label, value = named("rdf:type"), named("rdfs:label"), named("rdf:value")
    yield Triple(making, a, named("prov:Activity"))
    yield Triple(making, label, Literal(f"The making of release {dump.version}"))
    yield Triple(making, named("prov:wasAssociatedWith"), agent)
    yield Triple(graph, a, named("prov:Entity"))
    yield Triple(graph, named("prov:wasGeneratedBy"), making)
    yield Triple(graph, named("dcterms:identifier"), Literal(f"sha256:{dump.sha256}"))
    yield Triple(agent, a, named("prov:SoftwareAgent"))
    for name, number in software().items():
        part = NamedNode(f"{address}#software-{name}")
        yield Triple(agent, named("dcterms:hasPart"), part)
        yield Triple(part, a, named("prov:SoftwareAgent"))
        yield Triple(part, label, Literal(name))
        yield Triple(part, named("owl:versionInfo"), Literal(number))
    counted: tuple[tuple[str, Mapping[str, int]], ...] = (
        ("nodes", dump.nodes),
        ("relationships", dump.relationships),
        ("rows", refused(pages.curated)),
        ("left-out", dump.left_out),
    )
    for what, counts in counted:
        for number_of, (name, count) in enumerate(counts.items(), 1):
            entry = NamedNode(f"{address}#{what}-{number_of}")
            yield Triple(making, named("dcterms:hasPart"), entry)
            yield Triple(entry, a, named("prov:Entity"))
            yield Triple(entry, label, Literal(f"{what}: {name}"))
            yield Triple(entry, value, literal(count))
            if name in NODES:
                yield Triple(entry, named("dcterms:subject"), named(f"qikg:{name}"))
            elif name in RELATIONSHIPS:
                yield Triple(entry, named("dcterms:subject"), predicate_of(RELATIONSHIPS[name]))
    for source in pages.curated.of_class("Source"):
        yield Triple(making, named("prov:used"), NamedNode(pages.address(Ref("Source", source.ref.id))))
    for kind in ("Source", "Load"):
        for thing in pages.curated.of_class(kind):
            yield from pages.triples(thing)
