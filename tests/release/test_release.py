"""The folder of a release: what is in it, that it is the same each time, and what happens to what was there."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
import rdf
import yaml
from checkout import ROOT
from disks import small_disk
from engines import Engine
from pyoxigraph import NamedNode, RdfFormat, parse
from pyoxigraph import Store as Triples
from trees import tree

import qikg
from qikg.graph.rdf.export import export
from qikg.graph.store import Store
from qikg.loaders import build, load
from qikg.ontology.classes import PARTS
from qikg.ontology.owl import owl
from qikg.ontology.terms import ATTRIBUTION, BASE, PREFIXES, UNREGISTERED
from qikg.release.difference import Difference, applied
from qikg.release.making import Released, release
from qikg.release.snapshot import read

STUDY = ROOT / "tests" / "studies" / "invented-2026"
NAMES = "".join(f"PREFIX {name}: <{address}>\n" for name, address in PREFIXES.items()) + (
    "PREFIX dcat: <http://www.w3.org/ns/dcat#>\nPREFIX spdx: <http://spdx.org/rdf/terms#>\n"
)


def asked(folder: Path, query: str, file: str = "description.ttl") -> list[tuple[str, ...]]:
    """Ask a file of a release in SPARQL; terms come as their values."""
    store = Triples()
    store.load(path=folder / file, format=RdfFormat.from_extension(file.rpartition(".")[2]))
    rows = store.query(NAMES + query)
    return [tuple("" if one is None else one.value for one in row) for row in rows]  # type: ignore[union-attr]


def pairs(rows: list[tuple[str, ...]]) -> dict[str, str]:
    return {row[0]: row[1] for row in rows}


# --- the same each time


def test_two_builds_in_two_processes_give_the_same_bytes(tmp_path: Path) -> None:
    for seed in ("1", "2"):
        folder = tmp_path / seed
        folder.mkdir()
        environment = {**os.environ, "PYTHONHASHSEED": seed, "QIKG_STORE": str(folder / "store")}
        for command in (["build"], ["release", "new"]):
            subprocess.run(
                [sys.executable, "-m", "qikg", *command], cwd=folder, env=environment, check=True, timeout=300
            )
    one, other = tree(tmp_path / "1" / "new"), tree(tmp_path / "2" / "new")
    assert one == other
    assert len(one) > 3_000


def test_the_engine_does_not_show(released: Released, embedded_engine: Engine, tmp_path: Path) -> None:
    with closing(embedded_engine.open()) as store:
        embedded_engine.ensure_packaged(store)
        other = release(store, tmp_path / "new")
    assert tree(released.folder) == tree(other.folder)


# --- what is in it


def test_both_rdf_files_hold_what_an_export_holds(released: Released, graph_store: Store, tmp_path: Path) -> None:
    export(graph_store, tmp_path / "graph.nt", format="ntriples")
    wanted = rdf.canonical(parse(path=tmp_path / "graph.nt"))
    for name in ("graph.ttl", "graph.nq"):
        assert rdf.canonical(parse(path=released.folder / name)) == wanted, name


def test_the_hash_is_that_of_the_canonical_file_and_names_the_release(released: Released) -> None:
    digest = sha256((released.folder / "graph.nq").read_bytes()).hexdigest()
    assert released.sha256 == digest
    assert released.version == digest[:16]
    for name in ("README.md", "CITATION.cff", "receipt.json", "receipt.ttl"):
        assert digest in (released.folder / name).read_text("utf-8"), name


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum")
def test_sha256sum_finds_every_file_as_it_was_written(released: Released) -> None:
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=released.folder, check=True)
    lines = (released.folder / "SHA256SUMS").read_text("utf-8").splitlines()
    assert {line.partition("  ")[2] for line in lines} == tree(released.folder).keys() - {"SHA256SUMS"}


def test_ontology_shapes_and_context_are_those_of_the_commands(released: Released) -> None:
    from qikg.ontology.context import context
    from qikg.ontology.shacl import shacl

    made = {"ontology.ttl": owl().serialize(), "shapes.ttl": shacl().serialize(), "context.jsonld": context()}
    for name, wanted in made.items():
        assert (released.folder / name).read_text("utf-8") == wanted, name


def test_void_counts_are_those_of_the_graph(released: Released) -> None:
    def counted(query: str) -> set[tuple[str, ...]]:
        return set(asked(released.folder, query, "graph.nq"))

    def told(query: str) -> set[tuple[str, ...]]:
        return set(asked(released.folder, query.replace("DATASET", f"<{BASE}>")))

    assert told("SELECT ?n { DATASET void:triples ?n }") == counted("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    classes = told("SELECT ?c ?n { DATASET void:classPartition [ void:class ?c ; void:entities ?n ] }")
    assert classes == counted("SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c")
    properties = told("SELECT ?p ?n { DATASET void:propertyPartition [ void:property ?p ; void:triples ?n ] }")
    assert properties == counted("SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p")
    assert told("SELECT ?n { DATASET void:classes ?n }") == {(str(len(classes)),)}
    assert told("SELECT ?n { DATASET void:properties ?n }") == {(str(len(properties)),)}
    assert told("SELECT ?a { DATASET void:uriSpace ?a }") == {(BASE,)}
    assert told("SELECT ?v { DATASET void:vocabulary ?v }") == {(address,) for address in PREFIXES.values()}


def test_every_part_is_a_subset_and_together_they_are_the_graph(released: Released) -> None:
    query = f"SELECT ?t ?n ?e {{ <{BASE}> void:subset [ dcterms:title ?t ; void:triples ?n ; void:entities ?e ] }}"
    parts = asked(released.folder, query)
    told = json.loads((released.folder / "receipt.json").read_text("utf-8"))
    assert {title for title, *_ in parts} == {f"The part {part}" for part in PARTS}
    assert sum(int(entities) for *_, entities in parts) == sum(told["nodes"].values())
    own = asked(released.folder, f"SELECT ?p ?o {{ VALUES ?s {{ <{BASE}> <{BASE}ontology> }} ?s ?p ?o }}", "graph.nq")
    assert sum(int(triples) for _, triples, _ in parts) + len(own) == released.triples


def test_every_mapping_set_is_a_linkset_with_its_matches(released: Released) -> None:
    match = """?m a qikg:Mapping ; owl:annotatedSource ?s ; owl:annotatedProperty ?p ; owl:annotatedTarget ?o
               FILTER NOT EXISTS { ?m sssom:predicate_modifier ?not } FILTER (?o != sssom:NoTermFound)"""
    whole = asked(released.folder, f"SELECT (COUNT(*) AS ?n) {{ {match} }}", "graph.nq")
    assert asked(released.folder, "SELECT ?n { ?s a void:Linkset ; dcterms:source ?set ; void:triples ?n }") == whole
    # The framework of a concept by its address, as it may be in others too.
    framework = 'REPLACE(STR({}), "^.*/concept/([^/]*)/.*$", "$1")'
    stated = asked(
        released.folder,
        f"""SELECT ?from ?p ?to (COUNT(*) AS ?n) {{ {match} BIND ({framework.format("?s")} AS ?from)
            BIND ({framework.format("?o")} AS ?to) }} GROUP BY ?from ?p ?to""",
        "graph.nq",
    )
    told = asked(
        released.folder,
        """SELECT ?from ?p ?to ?n { ?whole dcterms:source ?set ; void:subset [ void:subjectsTarget ?from ;
           void:linkPredicate ?p ; void:objectsTarget ?to ; void:triples ?n ] }""",
    )
    assert {(a.rpartition("/")[2].lower(), p, b.rpartition("/")[2].lower(), n) for a, p, b, n in told} == set(stated)
    targets = asked(released.folder, "SELECT DISTINCT ?t { ?whole dcterms:source ?set ; void:target ?t }")
    known = asked(released.folder, "SELECT ?f { ?f a qikg:Framework }", "graph.nq")
    assert set(targets) <= set(known)
    assert len(targets) == len({one for start, _, end, _ in told for one in (start, end)})


def test_every_file_of_data_is_a_distribution_with_its_size_and_checksum(released: Released) -> None:
    query = """SELECT ?url ?type ?size ?sum ?licence { ?d dcat:distribution [ dcat:downloadURL ?url ; dcat:mediaType ?type ;
               dcat:byteSize ?size ; spdx:checksum [ spdx:checksumValue ?sum ; spdx:algorithm ?a ] ; dcterms:license ?licence ] }"""
    rows = asked(released.folder, query)
    files = {}
    for url, media_type, size, digest, licence in rows:
        name = url.removeprefix(f"{BASE}release/{released.version}/")
        content = (released.folder / name).read_bytes()
        assert (int(size), digest) == (len(content), sha256(content).hexdigest()), name
        assert media_type.startswith("https://www.iana.org/assignments/media-types/")
        assert licence == "https://creativecommons.org/licenses/by/4.0/"
        files[name] = media_type.removeprefix("https://www.iana.org/assignments/media-types/")
    others = {"SHA256SUMS", "README.md", "CITATION.cff", "description.ttl"}
    assert files.keys() == {path.name for path in released.folder.iterdir() if path.is_file()} - others
    assert (files["graph.ttl"], files["graph.nq"], files["context.jsonld"]) == (
        "text/turtle", "application/n-quads", "application/ld+json",
    )  # fmt: skip
    assert {url.rpartition("/")[2] for (url,) in asked(released.folder, f"SELECT ?d {{ <{BASE}> void:dataDump ?d }}")} == {
        "graph.ttl", "graph.nq",
    }  # fmt: skip


def test_every_example_resource_is_a_thing_of_the_graph(released: Released) -> None:
    graph = Triples()
    graph.bulk_load(path=released.folder / "graph.nq", format=RdfFormat.N_QUADS)
    examples = asked(released.folder, f"SELECT ?e {{ <{BASE}> void:exampleResource ?e }}")
    assert len(examples) == len(json.loads((released.folder / "receipt.json").read_text("utf-8"))["nodes"])
    assert all(next(graph.quads_for_pattern(NamedNode(one), None, None), None) for (one,) in examples)


def test_the_receipt_tells_sources_with_hashes_and_counts_as_the_graph_has_them(
    released: Released, graph_store: Store
) -> None:
    told = json.loads((released.folder / "receipt.json").read_text("utf-8"))
    nodes = {str(row["label"]): row["n"] for label in told["nodes"] for row in graph_store.read(
        f"MATCH (n:`{label}`) RETURN '{label}' AS label, count(n) AS n")}  # fmt: skip
    assert told["nodes"] == nodes
    assert sum(told["nodes"].values()) == graph_store.read("MATCH (n) RETURN count(n) AS n").values[0][0]
    assert sum(told["relationships"].values()) == graph_store.read("MATCH ()-[r]->() RETURN count(r) AS n").values[0][0]
    cases = next(one for one in told["sources"] if one["title"].startswith("cases.tsv"))
    assert cases["sha256"] == sha256((ROOT / "evidence/williams-best-2022/cases.tsv").read_bytes()).hexdigest()
    assert (cases["edition"], cases["licence"]) == ("2026-11-23", "CC BY 4.0")
    assert [load["loader"] for load in cases["loads"]]
    assert sum(len(one["loads"]) for one in told["sources"]) == told["nodes"]["Load"]
    assert told["software"]["qikg"] == qikg.__version__
    refused = graph_store.read("MATCH (l:Load) RETURN sum(l.refused) AS n").values[0][0]
    assert told["refused"]["refused"] == refused


def test_the_receipt_as_prov_tells_the_same(released: Released) -> None:
    told = json.loads((released.folder / "receipt.json").read_text("utf-8"))
    used = asked(released.folder, "SELECT ?id ?sum { ?making prov:used ?s . ?s dcterms:identifier ?id OPTIONAL { ?s qikg:sha256 ?sum } "
                 "FILTER EXISTS { ?making prov:wasAssociatedWith ?agent } }", "receipt.ttl")  # fmt: skip
    assert sorted(used) == sorted((one["id"], one.get("sha256", "")) for one in told["sources"])
    counts = pairs(
        asked(
            released.folder, "SELECT ?l ?n { ?making dcterms:hasPart [ rdfs:label ?l ; rdf:value ?n ] }", "receipt.ttl"
        )
    )
    assert counts["nodes: Case"] == str(told["nodes"]["Case"])
    assert counts["relationships: CODED_AS"] == str(told["relationships"]["CODED_AS"])
    versions = asked(
        released.folder, "SELECT ?l ?v { ?agent dcterms:hasPart [ rdfs:label ?l ; owl:versionInfo ?v ] }", "receipt.ttl"
    )
    assert pairs(versions) == told["software"]


def test_the_citation_names_version_date_licences_and_the_study(released: Released) -> None:
    told = yaml.safe_load((released.folder / "CITATION.cff").read_text("utf-8"))
    assert told["cff-version"] == "1.2.0"
    assert (told["type"], told["version"]) == ("dataset", released.version)
    assert str(told["date-released"]) == "2026-11-23"
    assert told["license"] == ["CC-BY-4.0", "OGL-UK-3.0"]
    assert told["authors"]
    assert [one["doi"] for one in told["references"]] == ["10.3390/ijerph19020747"]


def test_the_readme_names_every_file_the_licences_and_that_the_base_is_not_registered(released: Released) -> None:
    text = (released.folder / "README.md").read_text("utf-8")
    names = {f"{path.name}/" if path.name == "site" else path.name for path in released.folder.iterdir()}
    assert all(f"`{name}" in text for name in names)
    assert all(line in text for line in [*ATTRIBUTION, UNREGISTERED])


def test_without_a_release_before_the_changes_say_so(released: Released) -> None:
    assert "no previous release given" in (released.folder / "changes.txt").read_text("utf-8")
    assert json.loads((released.folder / "changes.json").read_text("utf-8"))["note"] == "no previous release given"


def test_what_the_ontology_does_not_know_is_told_and_not_released(store: Store, tmp_path: Path) -> None:
    build(store)
    store.write(lambda transaction: transaction.run(
        "MATCH (c:Case {id: 'williams-best-2022/case-1'}) SET c.colour = 'mauve' CREATE (c)-[:LIKES]->(:Stranger {id: 'x'})"
    ))  # fmt: skip
    done = release(store, tmp_path / "new")
    told = {"nodes without a known label": 1, "property colour of Case": 1, "relationships LIKES": 1}
    assert done.left_out == told
    assert json.loads((done.folder / "receipt.json").read_text("utf-8"))["left_out"] == told
    pages = "".join(file.read_text("utf-8") for file in (done.folder / "site" / "case").rglob("case-1.*"))
    assert "mauve" not in pages
    assert "LIKES" not in pages


# --- changes, and the way back


def test_changes_since_a_release_lead_from_that_one_to_this(embedded_store: Store, tmp_path: Path) -> None:
    build(embedded_store)
    old = release(embedded_store, tmp_path / "old")
    load(embedded_store, [STUDY])
    new = release(embedded_store, tmp_path / "new", since=old.folder)
    assert new.change
    text = (new.folder / "changes.json").read_text("utf-8")
    assert (json.loads(text)["from"], json.loads(text)["to"]) == (old.version, new.version)
    assert applied(read(old.folder), Difference.of_json(text)) == read(new.folder)
    assert "Nodes: " in (new.folder / "changes.txt").read_text("utf-8")
    with (STUDY / "cases.tsv").open(encoding="utf-8") as file:
        cases = len(list(csv.DictReader(file, delimiter="\t")))
    assert f"  Case: {cases}\n" in (new.folder / "changes.txt").read_text("utf-8")


def test_a_release_is_loaded_again_as_the_same_graph(released: Released, embedded_store: Store, tmp_path: Path) -> None:
    load(embedded_store, [released.folder / "graph.nq"])
    assert release(embedded_store, tmp_path / "again").sha256 == released.sha256


# --- what was there


def test_a_folder_that_is_no_release_is_refused_and_left(graph_store: Store, tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("years of work", "utf-8")
    with pytest.raises(qikg.UsageError, match="no release"):
        release(graph_store, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_a_release_that_holds_somebodys_file_is_refused(released: Released, graph_store: Store, tmp_path: Path) -> None:
    shutil.copytree(released.folder, tmp_path / "copy")
    (tmp_path / "copy" / "site" / "notes.txt").write_text("mine", "utf-8")
    with pytest.raises(qikg.UsageError, match=r"site/notes\.txt"):
        release(graph_store, tmp_path / "copy")
    assert (tmp_path / "copy" / "site" / "notes.txt").exists()


def test_a_file_and_a_missing_parent_are_refused(graph_store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(qikg.UsageError, match="is a file"):
        release(graph_store, tmp_path / "file")
    with pytest.raises(qikg.UsageError, match="no folder"):
        release(graph_store, tmp_path / "nowhere" / "new")
    with pytest.raises(qikg.UsageError, match="--since"):
        release(graph_store, tmp_path / "new", since=tmp_path)


def test_a_release_takes_the_place_of_an_older_one_whole(
    released: Released, graph_store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "new"
    shutil.copytree(released.folder, folder)
    (folder / "graph.ttl").write_text("spoilt", "utf-8")
    release(graph_store, folder)
    assert tree(folder) == tree(released.folder)
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_a_full_disk_leaves_the_old_release(released: Released, graph_store: Store, tmp_path: Path) -> None:
    with small_disk(tmp_path, 64) as disk:
        shutil.copytree(released.folder, disk / "new")
        before = tree(disk / "new")
        with pytest.raises(qikg.QikgError, match=r"(?s)cannot be written.*as it was"):
            release(graph_store, disk / "new")
        assert tree(disk / "new") == before
        assert [path.name for path in disk.iterdir()] == ["new"]


def test_an_interrupt_leaves_the_old_release(
    released: Released, engine: Engine, graph_store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "new"
    shutil.copytree(released.folder, folder)
    before = tree(folder)
    command = [sys.executable, "-m", "qikg", "release", "new"]
    process = subprocess.Popen(command, cwd=tmp_path, env={**os.environ, **engine.environment}, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob(".new.*/new/site/case")) and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert tree(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["new"]
