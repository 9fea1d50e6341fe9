"""The whole graph as RDF, from both engines, in every format."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import rdflib
from engines import Engine
from pyoxigraph import Dataset, Literal, NamedNode, Quad, RdfFormat, Triple, parse
from rdf import canonical, from_rdflib, iri, readings, syntax

from qikg.graph.rdf.export import FORMATS, Exported, export, to_rdflib
from qikg.graph.rdf.triples import Curies, header
from qikg.graph.store import Store, Transaction, Value
from qikg.ontology.classes import LABELS, NODES, PARTS, RELATIONSHIPS
from qikg.ontology.errors import QikgError, StoreError, UsageError
from qikg.ontology.model import Field
from qikg.ontology.terms import BASE, PREFIXES, camel, expand

TYPE = iri("rdf:type")


def exported(store: Store, format: str) -> tuple[bytes, Exported]:
    out = io.BytesIO()
    result = export(store, out, format=format)
    return out.getvalue(), result


@pytest.fixture(scope="module")
def files(graph_store: Store) -> dict[str, tuple[bytes, Exported]]:
    return {format: exported(graph_store, format) for format in FORMATS}


@pytest.fixture(scope="module")
def ntriples(files: dict[str, tuple[bytes, Exported]]) -> bytes:
    return files["ntriples"][0]


@pytest.fixture(scope="module")
def dataset(ntriples: bytes) -> Dataset:
    return Dataset(parse(ntriples, format=RdfFormat.N_TRIPLES))


@pytest.fixture(scope="module")
def graph(dataset: Dataset) -> set[Quad]:
    return canonical(dataset)


# --- formats


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_reads_back_as_the_same_graph_with_every_reader(
    files: dict[str, tuple[bytes, Exported]], graph: set[Quad], format: str
) -> None:
    data, result = files[format]
    assert result.triples == len(graph)
    for reader, found in readings(data, format):
        assert found == graph, reader


def test_the_rdflib_graph_is_what_rdflib_reads_from_a_file(graph_store: Store, ntriples: bytes) -> None:
    made, read = to_rdflib(graph_store), rdflib.Graph().parse(data=ntriples, format="nt")
    assert canonical(from_rdflib(made)) == canonical(from_rdflib(read))
    # as rdflib has them, without the canonical form of the comparison
    assert {o for o in made.objects() if isinstance(o, rdflib.Literal)} == {
        o for o in read.objects() if isinstance(o, rdflib.Literal)
    }
    assert ("skos", rdflib.URIRef(PREFIXES["skos"])) in set(made.namespaces())


def test_numbers_keep_their_value(
    graph_store: Store, dataset: Dataset, files: dict[str, tuple[bytes, Exported]]
) -> None:
    rows = graph_store.read("MATCH (n:Mapping) WHERE n.confidence IS NOT NULL RETURN n.confidence AS confidence")
    written = [quad.object for quad in dataset.quads_for_predicate(iri("sssom:confidence"))]
    assert Counter(float(value.value) for value in written if isinstance(value, Literal)) == Counter(
        row["confidence"] for row in rows
    )
    read = rdflib.Graph().parse(data=files["jsonld"][0], format="json-ld")
    predicate = rdflib.URIRef(expand("sssom:confidence"))
    assert Counter(float(str(value)) for value in read.objects(None, predicate)) == Counter(
        row["confidence"] for row in rows
    )


@pytest.mark.parametrize("format", FORMATS)
def test_two_exports_are_the_same_bytes(
    graph_store: Store, files: dict[str, tuple[bytes, Exported]], format: str
) -> None:
    assert exported(graph_store, format) == files[format]


def test_both_engines_give_the_same_bytes(embedded_engine: Engine, neo4j_engine: Engine) -> None:
    one, two = (
        [exported(store, "ntriples")[0] for store in engine.packaged()] for engine in (embedded_engine, neo4j_engine)
    )
    assert one == two


def test_an_export_names_no_place_of_this_machine(ntriples: bytes, graph_store: Store) -> None:
    text = ntriples.decode()
    assert "file:" not in text
    assert graph_store.address not in text
    assert os.fspath(Path.cwd()) not in text


# --- nothing is lost, nothing is added


def test_every_node_has_the_class_of_each_of_its_labels(graph_store: Store, dataset: Dataset) -> None:
    rows = graph_store.read("MATCH (n) UNWIND labels(n) AS label RETURN label, count(*) AS count")
    assert {str(row["label"]): row["count"] for row in rows} == {
        label: count
        for label in LABELS
        if (count := len(list(dataset.quads_for_object(iri(f"qikg:{label}")))))
    }  # fmt: skip


def test_every_relationship_is_one_plain_triple(graph_store: Store, dataset: Dataset) -> None:
    classes = classes_of(dataset)
    for row in graph_store.read(
        "MATCH (a)-[r]->(b) WITH DISTINCT type(r) AS type, a, b RETURN type, count(*) AS count"
    ):
        cls = RELATIONSHIPS[str(row["type"])]
        found = [
            quad
            for quad in dataset.quads_for_predicate(predicate_of(cls.type))
            if classes[quad.subject] & set(cls.starts) and classes[quad.object] & set(cls.ends)
        ]
        assert len(found) == row["count"], cls.type


def test_every_stated_relationship_has_one_statement_with_its_plain_triple(
    graph_store: Store, dataset: Dataset
) -> None:
    derived = [kind for kind, cls in RELATIONSHIPS.items() if cls.derived]
    (row,) = graph_store.read(
        "MATCH ()-[r]->() WHERE NOT type(r) IN $derived RETURN count(r) AS n", {"derived": derived}
    )
    statements = [quad.subject for quad in dataset.quads_for_object(iri("rdf:Statement"))]
    assert len(statements) == row["n"]
    for statement in statements:
        subject, predicate, object_ = (
            one(dataset, statement, f"rdf:{name}") for name in ("subject", "predicate", "object")
        )
        assert isinstance(subject, NamedNode)
        assert isinstance(predicate, NamedNode)
        assert Quad(subject, predicate, object_) in dataset


def test_all_that_the_graph_says_can_be_read_back(graph_store: Store, dataset: Dataset) -> None:
    """The way back, by the ontology's table alone: nodes, and relationships that a source states."""
    classes = classes_of(dataset)
    identifiers: dict[object, str] = {
        q.subject: text(q.object) for q in dataset.quads_for_predicate(iri("dcterms:identifier"))
    }
    lines = (
        line.partition("=") for q in dataset.quads_for_predicate(iri("qikg:curieMap")) for line in [text(q.object)]
    )
    curies = Curies({prefix: address for prefix, _, address in lines})

    def read(subject: object, fields: tuple[Field, ...]) -> dict[str, object]:
        return {
            field.name: value
            for field in fields
            if (value := values(dataset, subject, field, identifiers, curies)) is not None
        }

    nodes = {}
    for subject, identifier in identifiers.items():
        (label,) = classes[subject] & set(NODES)
        nodes[label, identifier] = read(subject, NODES[label].fields())
    expected = {}
    for row in graph_store.stream("MATCH (n) RETURN labels(n) AS labels, properties(n) AS properties"):
        assert isinstance(row["labels"], list)
        assert isinstance(row["properties"], Mapping)
        (label,) = set(map(str, row["labels"])) & set(NODES)
        expected[label, str(row["properties"]["id"])] = known(row["properties"], NODES[label].fields())
    assert nodes == expected

    relationships = defaultdict(list)
    for quad in dataset.quads_for_object(iri("rdf:Statement")):
        start, end = (one(dataset, quad.subject, f"rdf:{name}") for name in ("subject", "object"))
        predicate = one(dataset, quad.subject, "rdf:predicate")
        (cls,) = (
            cls
            for cls in RELATIONSHIPS.values()
            if predicate_of(cls.type) == predicate and classes[start] & set(cls.starts) and classes[end] & set(cls.ends)
        )
        relationships[cls.type, identifiers[start], identifiers[end]].append(read(quad.subject, cls.fields()))
    stated = defaultdict(list)
    for row in graph_store.stream("MATCH (a)-[r]->(b) RETURN type(r) AS t, a.id AS a, b.id AS b, properties(r) AS p"):
        cls = RELATIONSHIPS[str(row["t"])]
        assert isinstance(row["p"], Mapping)
        if not cls.derived:
            stated[cls.type, str(row["a"]), str(row["b"])].append(known(row["p"], cls.fields()))
    assert {ends: sorted(found, key=repr) for ends, found in relationships.items()} == {
        ends: sorted(found, key=repr) for ends, found in stated.items()
    }


def test_every_predicate_and_class_is_of_a_declared_vocabulary(dataset: Dataset) -> None:
    terms = {quad.predicate.value for quad in dataset}
    terms |= {quad.object.value for quad in dataset.quads_for_predicate(TYPE) if isinstance(quad.object, NamedNode)}
    assert {term for term in terms if ":" not in Curies().contract(term) or Curies().contract(term) == term} == set()
    declared = {text(quad.object) for quad in dataset.quads_for_predicate(iri("void:vocabulary"))}
    assert declared == set(PREFIXES.values())


def test_internal_properties_are_not_there(dataset: Dataset) -> None:
    assert not list(dataset.quads_for_predicate(iri("qikg:rank")))
    assert not list(dataset.quads_for_predicate(iri("qikg:key")))
    assert not [q for q in dataset if q.predicate.value.endswith(("Earliest", "Latest"))]


def test_mappings_have_the_addresses_of_their_file(graph_store: Store, dataset: Dataset) -> None:
    given = {row["iri"] for row in graph_store.read("MATCH (m:Mapping) RETURN m.iri AS iri")}
    assert f"{BASE}mapping/XW001" in given
    assert {
        q.subject.value for q in dataset.quads_for_object(iri("qikg:Mapping")) if isinstance(q.subject, NamedNode)
    } == given


def classes_of(dataset: Dataset) -> dict[object, set[str]]:
    found: dict[object, set[str]] = defaultdict(set)
    for quad in dataset.quads_for_predicate(TYPE):
        if isinstance(quad.object, NamedNode) and quad.object.value.startswith(PREFIXES["qikg"]):
            found[quad.subject].add(quad.object.value.removeprefix(PREFIXES["qikg"]))
    return found


def predicate_of(kind: str) -> NamedNode:
    return iri(RELATIONSHIPS[kind].term or f"qikg:{camel(kind)}")


def one(dataset: Dataset, subject: object, curie: str) -> NamedNode | Literal:
    (quad,) = (q for q in dataset.quads_for_subject(subject) if q.predicate == iri(curie))  # type: ignore[arg-type]
    assert isinstance(quad.object, NamedNode | Literal)
    return quad.object


def text(term: object) -> str:
    assert isinstance(term, NamedNode | Literal)
    return term.value


def values(
    dataset: Dataset, subject: object, field: Field, identifiers: Mapping[object, str], curies: Curies
) -> object | None:
    found = [q.object for q in dataset.quads_for_subject(subject) if q.predicate.value == field.iri]  # type: ignore[arg-type]
    if field.cardinality == "single":
        return plain(found[0], field, identifiers, curies) if found else None
    if field.cardinality == "ordered":
        cell, found = (found[0] if found else iri("rdf:nil")), []
        while cell != iri("rdf:nil"):
            steps = {q.predicate: q.object for q in dataset.quads_for_subject(cell)}  # type: ignore[arg-type]
            found.append(steps[iri("rdf:first")])
            cell = steps[iri("rdf:rest")]
        return [plain(term, field, identifiers, curies) for term in found]
    return sorted(str(plain(term, field, identifiers, curies)) for term in found)


def plain(term: object, field: Field, identifiers: Mapping[object, str], curies: Curies) -> object:
    if isinstance(term, NamedNode):
        if field.name == "sources" or field.prop.concepts:
            return identifiers[term]
        words = {expand(meaning): word for word, meaning in field.prop.meanings}
        return words.get(term.value) or (curies.contract(term.value) if field.prop.resource == "curie" else term.value)
    value = text(term)
    return {bool: lambda: value == "true", int: lambda: int(value), float: lambda: float(value)}.get(
        field.type, lambda: value
    )()


def known(properties: Mapping[str, Value], fields: tuple[Field, ...]) -> dict[str, Value]:
    """Give what is known of the properties that the ontology describes; an empty list says as much as none."""
    found: dict[str, Value] = {}
    for field in fields:
        value = properties.get(field.name)
        if field.cardinality != "single":
            found[field.name] = value if value is not None else []
        elif value is not None:
            found[field.name] = value
    return found


# --- odd graphs


def fill(store: Store, *queries: str) -> None:
    def work(transaction: Transaction) -> None:
        for query in queries:
            transaction.run(query)

    store.write(work)


def test_an_empty_graph_is_the_header_alone(store: Store) -> None:
    data, result = exported(store, "turtle")
    assert canonical(parse(data, format=RdfFormat.TURTLE)) == canonical(header())
    assert (result.nodes, result.relationships, dict(result.left_out)) == (0, 0, {})


STRANGE = (
    "CREATE (a:Concept {id: 'QUASER:LEAD', label: 'Leadership', colour: 'red'}), (b:Stranger {id: 's'}), "
    "(c:Concept {label: 'no id'}) CREATE (a)-[:LIKES]->(b), (a)-[:BROADER {mood: 'x'}]->(a), (b)-[:BROADER]->(a)"
)


def test_what_the_ontology_does_not_know_is_left_out_and_counted(store: Store) -> None:
    fill(store, STRANGE)
    data, result = exported(store, "ntriples")
    assert result.left_out == {
        "nodes with the label Concept": 1,
        "nodes without a known label": 1,
        "property colour of Concept": 1,
        "property mood of BROADER": 1,
        "relationships BROADER": 1,
        "relationships LIKES": 1,
    }
    assert (result.nodes, result.relationships) == (1, 1)
    assert not any(word in data for word in (b"colour", b"Stranger", b"likes", b"mood"))
    with pytest.warns(UserWarning, match=r"nodes without a known label \(1\)"):
        to_rdflib(store)


def test_two_coders_have_one_triple_and_two_statements(store: Store) -> None:
    fill(
        store,
        "CREATE (i:CodedItem:Excerpt {id: 's/L1'}), (c:Concept {id: 'QUASER:LEAD'}) "
        "CREATE (i)-[:CODED_AS {key: 'b', coder: 'b'}]->(c), (i)-[:CODED_AS {key: 'a', coder: 'a'}]->(c)",
    )
    data, result = exported(store, "ntriples")
    found = list(parse(data, format=RdfFormat.N_TRIPLES))
    assert [q.predicate for q in found].count(iri("oa:hasBody")) == 1
    assert [text(q.object) for q in found if q.predicate == iri("qikg:coder")] == ["a", "b"]
    assert (result.relationships, result.triples) == (2, len(set(found)))


def test_nodes_stand_in_the_order_of_code_points(store: Store) -> None:
    """Neo4j and the embedded engine put what is beyond U+FFFF in other places."""
    ids = ["a", "Z", "é", "\ufffd", "\U0001f600"]
    fill(store, *(f"CREATE (:Theme {{id: '{identifier}'}})" for identifier in ids))
    found = parse(exported(store, "ntriples")[0], format=RdfFormat.N_TRIPLES)
    assert [text(q.object) for q in found if q.predicate == iri("dcterms:identifier")] == sorted(ids)


def test_more_nodes_than_one_query_takes_are_all_there(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qikg.graph.walk.BATCH", 3)
    fill(store, "UNWIND range(1, 10) AS n CREATE (:Theme {id: 't' + toString(n), order: n})")
    assert exported(store, "turtle")[1].nodes == 10


def test_a_graph_that_changes_meanwhile_is_no_export(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store, "CREATE (:Theme {id: 't', label: 'x'})")
    stream = store.stream

    def meddled(query: str, parameters: Mapping[str, Value] | None = None) -> Iterator[dict[str, Value]]:
        if "properties(n)" in query:
            fill(store, "CREATE (:Theme {id: 'u'})")
        return stream(query, parameters)

    monkeypatch.setattr(store, "stream", meddled)
    with pytest.raises(StoreError, match="changed while it was exported"):
        export(store, tmp_path / "graph.ttl", format="turtle")
    assert list(tmp_path.iterdir()) == []


# --- files


def test_a_file_holds_what_a_stream_gets(graph_store: Store, ntriples: bytes, tmp_path: Path) -> None:
    file = tmp_path / "graph.nt"
    file.write_text("old")
    result = export(graph_store, str(file), format="ntriples")
    assert file.read_bytes() == ntriples
    assert result.triples == ntriples.count(b"\n")
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_stays_a_link(store: Store, tmp_path: Path) -> None:
    file, link = tmp_path / "graph.ttl", tmp_path / "latest.ttl"
    link.symlink_to(file)
    export(store, link, format="turtle")
    assert link.is_symlink()
    assert file.stat().st_size > 0


def test_a_full_disk_leaves_the_old_file_and_no_half_one(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    file = tmp_path / "graph.ttl"
    file.write_text("old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(QikgError, match="cannot be written: No space left on device"):
        export(store, file, format="turtle")
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_device_is_written_to_and_not_replaced(store: Store) -> None:
    with pytest.raises(QikgError, match="/dev/full cannot be written: No space left"):
        export(store, "/dev/full", format="turtle")
    assert Path("/dev/full").is_char_device()


def test_wrong_use_says_what_is_known(store: Store, tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match=r"Unknown format 'ttl'\. Known: turtle, ntriples, jsonld, rdfxml, nquads, trig"
    ):
        export(store, io.BytesIO(), format="ttl")
    with pytest.raises(UsageError, match="There is no folder"):
        export(store, tmp_path / "missing" / "graph.ttl", format="turtle")
    with pytest.raises(UsageError, match="is a folder"):
        export(store, tmp_path, format="turtle")


def test_formats_are_those_of_pyoxigraph() -> None:
    for format in FORMATS.values():
        syntax = RdfFormat.from_media_type(format.media_type)
        assert syntax is not None
        assert syntax == RdfFormat.from_extension(format.extension.removeprefix("."))


def test_importing_it_loads_no_rdf_library() -> None:
    code = "import sys, qikg.graph.rdf.export; print(sorted({'rdflib', 'pyoxigraph', 'neo4j'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


# --- profiles and parts


def test_every_profile_of_every_format_reads_back_as_what_it_says(graph_store: Store) -> None:
    told: dict[str, set[Quad]] = {}
    for format, one in FORMATS.items():
        for profile in one.profiles:
            out = io.BytesIO()
            export(graph_store, out, format=format, profile=profile)
            found = canonical(parse(out.getvalue(), format=syntax(format)))
            assert told.setdefault(profile, found) == found, format
    reified = [quad.object for quad in told["rdf12"] if quad.predicate == iri("rdf:reifies")]
    stated = {(quad.subject, quad.predicate, quad.object) for quad in told["rdf12"]}
    assert {isinstance(one, Triple) and (one.subject, one.predicate, one.object) in stated for one in reified} == {True}
    about = [quad for quad in told["rdf11"] if quad.predicate == iri("rdf:subject")]
    assert len(reified) == len(about)
    assert {quad.subject for quad in about} == {
        quad.subject for quad in told["rdf12"] if quad.predicate == iri("rdf:reifies")
    }


def test_the_parts_together_are_the_whole_and_share_nothing(graph_store: Store, ntriples: bytes) -> None:
    head = {str(triple) for triple in header()}
    parts: dict[str, set[str]] = {}
    for part in PARTS:
        out = io.BytesIO()
        done = export(graph_store, out, format="ntriples", part=part)
        assert done.left_out == {}
        parts[part] = set(out.getvalue().decode().splitlines()) - {f"{line} ." for line in head}
    assert set().union(*parts.values()) == set(ntriples.decode().splitlines()) - {f"{line} ." for line in head}
    assert sum(map(len, parts.values())) == len(set().union(*parts.values()))
    assert all(parts.values())


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"format": "ttl"}, "Known: turtle"),
        ({"profile": "rdf13"}, "Known: rdf11, rdf12"),
        ({"format": "jsonld", "profile": "rdf12"}, "turtle, ntriples, nquads, trig"),
        ({"part": "mapping"}, "frameworks, mappings, study, registers, provenance"),
    ],
)
def test_what_there_is_not_is_refused_with_what_there_is(embedded_store: Store, asked: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        export(embedded_store, io.BytesIO(), **asked)
