"""The description of a release, as VoID (W3C, 2011) and DCAT 3 (W3C, 2024): what it is, how much, in which files.

A release is a catalogue of three data sets: the graph, the ontology, and the account of the release. Its address holds
the first digits of the canonical hash, so it never means anything else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from qikg.graph.rdf.triples import header, named
from qikg.ontology.classes import NODES, PARTS, VERSION
from qikg.ontology.crosswalk import MATCHES
from qikg.ontology.model import Ref
from qikg.ontology.terms import BASE, LICENCE, ONTOLOGY, PREFIXES
from qikg.release.curated import Curated
from qikg.release.dump import Dump
from qikg.release.files import DATA, Of, release_address
from qikg.release.site.thing import Pages
from qikg.release.statistics import Statistics

MORE_PREFIXES: Mapping[str, str] = {"dcat": "http://www.w3.org/ns/dcat#", "spdx": "http://spdx.org/rdf/terms#"}
"""Vocabularies that describe a data set and are in no export."""

_MEDIA = "https://www.iana.org/assignments/media-types/"


class LinkSet(NamedTuple):
    """The matches of one predicate between two frameworks that a mapping set makes."""

    mapping_set: str
    predicate: str
    start: str
    end: str


def description(dump: Dump, pages: Pages, newest: str | None, folder: Path) -> bytes:
    """Give the description of what a folder holds, as Turtle; `newest` is the day of the newest edition in it."""
    triples = [*_catalogue(dump, newest), *_graph(dump, pages, newest), *_linksets(dump, pages), *_files(dump, folder)]
    prefixes = {**PREFIXES, **MORE_PREFIXES}
    return serialize(triples, format=RdfFormat.TURTLE, prefixes=prefixes) or b""


def link_sets(curated: Curated) -> Counter[LinkSet]:
    """Count the matches by mapping set, predicate and frameworks."""
    kinds = {cls.type: predicate for predicate, cls in MATCHES.items()}
    counts: Counter[LinkSet] = Counter()
    for thing in curated.of_class("Concept"):
        for edge in thing.starting:
            mapping = curated.things.get(Ref("Mapping", str(edge.properties.get("mapping"))))
            if edge.type in kinds and mapping is not None:
                start, end = (one.partition(":")[0] for one in (thing.ref.id, edge.end.id))
                counts[LinkSet(str(mapping.properties["mapping_set"]), kinds[edge.type], start, end)] += 1
    return counts


def _catalogue(dump: Dump, newest: str | None) -> Iterator[Triple]:
    release = NamedNode(release_address(dump.version))
    yield Triple(release, named("rdf:type"), _dcat("Catalog"))
    yield Triple(release, named("dcterms:title"), Literal(f"qikg: release {dump.version}"))
    yield Triple(release, named("owl:versionInfo"), Literal(dump.version))
    yield Triple(release, named("dcterms:license"), NamedNode(LICENCE))
    yield from _modified(release, newest)
    for of in ("graph", "ontology", "record"):
        yield Triple(release, _dcat("dataset"), _dataset(of, dump))


def _graph(dump: Dump, pages: Pages, newest: str | None) -> Iterator[Triple]:
    graph = NamedNode(BASE)
    yield from header()
    yield Triple(graph, named("rdf:type"), _dcat("Dataset"))
    yield Triple(graph, _dcat("version"), Literal(dump.version))
    yield from _modified(graph, newest)
    yield Triple(graph, named("void:entities"), _number(sum(dump.nodes.values())))
    yield from _counts(graph, dump.whole, dump)
    for label in NODES:
        for thing in pages.curated.of_class(label)[:1]:
            yield Triple(graph, named("void:exampleResource"), NamedNode(pages.address(thing.ref)))
    for part, labels in PARTS.items():
        subset = _part(part, dump)
        yield Triple(graph, named("void:subset"), subset)
        yield Triple(subset, named("rdf:type"), named("void:Dataset"))
        yield Triple(subset, named("dcterms:title"), Literal(f"The part {part}"))
        yield Triple(subset, named("void:entities"), _number(sum(dump.nodes.get(label, 0) for label in labels)))
        yield from _counts(subset, dump.parts[part], dump)


def _counts(of: NamedNode, counted: Statistics, dump: Dump) -> Iterator[Triple]:
    yield Triple(of, named("void:triples"), _number(counted.triples))
    yield Triple(of, named("void:classes"), _number(len(counted.classes)))
    yield Triple(of, named("void:properties"), _number(len(counted.properties)))
    for kind, counts, what in (
        ("class", counted.classes, "entities"),
        ("property", counted.properties, "triples"),
    ):
        for address, count in sorted(counts.items()):
            partition = _fragment(dump, f"{kind}-{_short(f'{of.value} {address}')}")
            yield Triple(of, named(f"void:{kind}Partition"), partition)
            yield Triple(partition, named(f"void:{kind}"), NamedNode(address))
            yield Triple(partition, named(f"void:{what}"), _number(count))


def _linksets(dump: Dump, pages: Pages) -> Iterator[Triple]:
    counts = link_sets(pages.curated)
    for mapping_set in pages.curated.of_class("MappingSet"):
        own = sorted((one, count) for one, count in counts.items() if one.mapping_set == mapping_set.ref.id)
        whole = _fragment(dump, f"linkset-{_short(mapping_set.ref.id)}")
        yield Triple(_part("mappings", dump), named("void:subset"), whole)
        yield Triple(whole, named("rdf:type"), named("void:Linkset"))
        yield Triple(whole, named("dcterms:title"), Literal(f"The matches of {mapping_set.title}"))
        yield Triple(whole, named("dcterms:source"), NamedNode(pages.address(mapping_set.ref)))
        yield Triple(whole, named("void:triples"), _number(sum(count for _, count in own)))
        for framework in sorted({one for link, _ in own for one in (link.start, link.end)}):
            yield Triple(whole, named("void:target"), _framework(framework, pages))
        for link, count in own:
            part = _fragment(dump, f"linkset-{_short('|'.join(link))}")
            yield Triple(whole, named("void:subset"), part)
            yield Triple(part, named("rdf:type"), named("void:Linkset"))
            yield Triple(part, named("void:subjectsTarget"), _framework(link.start, pages))
            yield Triple(part, named("void:linkPredicate"), named(link.predicate))
            yield Triple(part, named("void:objectsTarget"), _framework(link.end, pages))
            yield Triple(part, named("void:triples"), _number(count))


def _files(dump: Dump, folder: Path) -> Iterator[Triple]:
    for of, words in (("ontology", f"The ontology of qikg, version {VERSION}"), ("record", "Receipt and changes")):
        dataset = _dataset(of, dump)
        yield Triple(dataset, named("rdf:type"), _dcat("Dataset"))
        yield Triple(dataset, named("dcterms:title"), Literal(words))
    for name, file in DATA.items():
        content = (folder / name).read_bytes()
        download = NamedNode(release_address(dump.version) + name)
        distribution, checksum = _fragment(dump, f"file-{name}"), _fragment(dump, f"checksum-{name}")
        yield Triple(_dataset(file.of, dump), _dcat("distribution"), distribution)
        yield Triple(distribution, named("rdf:type"), _dcat("Distribution"))
        yield Triple(distribution, named("dcterms:title"), Literal(f"{name}: {file.words}"))
        yield Triple(distribution, _dcat("downloadURL"), download)
        yield Triple(distribution, _dcat("mediaType"), NamedNode(_MEDIA + file.media_type))
        yield Triple(distribution, _dcat("byteSize"), _number(len(content), "nonNegativeInteger"))
        yield Triple(distribution, named("dcterms:license"), NamedNode(LICENCE))
        yield Triple(distribution, _spdx("checksum"), checksum)
        yield Triple(checksum, named("rdf:type"), _spdx("Checksum"))
        yield Triple(checksum, _spdx("algorithm"), _spdx("checksumAlgorithm_sha256"))
        digest = Literal(sha256(content).hexdigest(), datatype=named("xsd:hexBinary"))
        yield Triple(checksum, _spdx("checksumValue"), digest)
        if file.of == "graph":
            yield Triple(NamedNode(BASE), named("void:dataDump"), download)


def _modified(of: NamedNode, newest: str | None) -> Iterator[Triple]:
    if newest is not None:
        yield Triple(of, named("dcterms:modified"), Literal(newest, datatype=named("xsd:date")))


def _dataset(of: Of | str, dump: Dump) -> NamedNode:
    addresses = {"graph": BASE, "ontology": ONTOLOGY, "record": f"{release_address(dump.version)}#record"}
    return NamedNode(addresses[of])


def _framework(code: str, pages: Pages) -> NamedNode:
    return pages.names.iri(Ref("Framework", code))


def _part(part: str, dump: Dump) -> NamedNode:
    return _fragment(dump, f"part-{part}")


def _fragment(dump: Dump, name: str) -> NamedNode:
    return NamedNode(f"{release_address(dump.version)}#{name}")


def _short(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


def _number(value: int, kind: str = "integer") -> Literal:
    return Literal(str(value), datatype=named(f"xsd:{kind}"))


def _dcat(name: str) -> NamedNode:
    return NamedNode(MORE_PREFIXES["dcat"] + name)


def _spdx(name: str) -> NamedNode:
    return NamedNode(MORE_PREFIXES["spdx"] + name)
