"""What is measured side by side of RDF: what qikg does, and the least that any program would do with the same rows.

Each function runs in a process of its own (`alone.py`), and gives what it counted. They import inside, so that none
pays for the libraries of another.
"""

from __future__ import annotations

import itertools
import json
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

Counted = dict[str, float]
SAMPLE = 60_000
"""Ratings that are converted, with their relationships."""


def conversion(store: str) -> Counted:
    """Turn nodes and relationships, held in memory, into triples, and drop them."""
    rows = _sample(store)
    started = time.perf_counter()
    done = sum(1 for _ in _triples(rows))
    return {"triples": done, "seconds": time.perf_counter() - started}


def serialisation(store: str) -> Counted:
    """Do the same, and write the triples as N-Triples to nowhere."""
    from pyoxigraph import RdfFormat, serialize

    rows = _sample(store)
    done = sum(1 for _ in _triples(rows))
    started = time.perf_counter()
    with Path(os.devnull).open("wb") as out:
        serialize(_triples(rows), out, format=RdfFormat.N_TRIPLES)
    return {"triples": done, "seconds": time.perf_counter() - started}


def rdflib_tenth(store: str) -> Counted:
    """Build a tenth of the triples as rdflib terms in an rdflib graph, and write them as N-Triples to nowhere."""
    from qikg.graph.rdf.export import added_to

    triples = list(_triples(_sample(store, SAMPLE // 10)))
    started = time.perf_counter()
    added_to(triples).serialize(os.devnull, format="nt", encoding="utf-8")
    return {"triples": len(triples), "seconds": time.perf_counter() - started}


def export(store: str, user: str = "", password: str = "") -> Counted:
    """Write the whole graph as N-Triples to nowhere."""
    import qikg

    with qikg.open(store, user=user or None, password=password or None) as graph, Path(os.devnull).open("wb") as out:
        started = time.perf_counter()
        done = graph.export(out, format="ntriples")
        return {"triples": done.triples, "seconds": time.perf_counter() - started}


def address(store: str, user: str, password: str) -> dict[str, str]:
    """Give where a store answers, with the user and the database: a server's, or the embedded engine's own."""
    if "://" in store:
        return {"uri": store, "user": user, "password": password, "database": "neo4j"}
    found = json.loads(Path(store, "server.json").read_text("utf-8"))
    database = Path(store, "current").read_text("utf-8").strip()
    return {"uri": f"bolt://127.0.0.1:{found['bolt_port']}", "user": "root", "password": found["password"],
            "database": database}  # fmt: skip


def bare_export(at: str) -> Counted:
    """Stream all nodes and relationships with the driver alone, each value a literal, to pyoxigraph."""
    import neo4j
    from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

    where = json.loads(at)
    base, done = "http://example.org/", 0

    def said(subject: Any, properties: dict[str, Any]) -> Iterator[Any]:
        for name, value in properties.items():
            for one in value if isinstance(value, list) else (value,):
                yield Triple(subject, NamedNode(base + name), Literal(str(one)))

    def triples(session: Any) -> Iterator[Any]:
        nonlocal done
        kind = NamedNode(base + "type")
        for labels, properties in session.run("MATCH (n) RETURN labels(n), properties(n)"):
            subject = NamedNode(base + str(hash(properties["id"])))
            for triple in itertools.chain((Triple(subject, kind, NamedNode(base + label)) for label in labels),
                                          said(subject, properties)):  # fmt: skip
                done += 1
                yield triple
        query = "MATCH (a)-[r]->(b) RETURN labels(a), a.id, type(r), labels(b), b.id, properties(r)"
        for number, (_, start, type_, _, end, properties) in enumerate(session.run(query)):
            subject = NamedNode(f"{base}{number}")
            ends = NamedNode(base + str(hash(start))), NamedNode(base + type_), NamedNode(base + str(hash(end)))
            yield Triple(*ends)
            for predicate, term in zip("abc", ends, strict=True):
                yield Triple(subject, NamedNode(base + predicate), term)
            done += 4
            for triple in said(subject, properties):
                done += 1
                yield triple

    credentials = (where["user"], where["password"]) if where["password"] else None
    with neo4j.GraphDatabase.driver(where["uri"], auth=credentials, notifications_min_severity="OFF") as driver:
        driver.verify_connectivity()
        started = time.perf_counter()
        with driver.session(database=where["database"]) as session, Path(os.devnull).open("wb") as out:
            serialize(triples(session), out, format=RdfFormat.N_TRIPLES)
        return {"triples": done, "seconds": time.perf_counter() - started}


def shapes(file: str) -> Counted:
    """Check a file by the shapes, as `qikg check` does."""
    from qikg.loaders import rdf
    from qikg.loaders.report import LoadReport
    from qikg.loaders.shapes import check_shapes

    report = LoadReport()
    triples = sum(1 for _ in rdf.quads(Path(file)))
    started = time.perf_counter()
    check_shapes(Path(file), report)
    assert report.ok, report.summary()
    assert not report.notes
    return {"triples": triples, "seconds": time.perf_counter() - started}


def _sample(store: str, most: int = SAMPLE) -> list[Any]:
    import qikg
    from qikg.graph.walk import walk

    with qikg.open(store) as graph:
        return list(itertools.islice(walk(graph.store, "Rating"), most))


def _triples(stops: Iterable[Any]) -> Iterator[Any]:
    from qikg.graph.rdf.triples import Names, stop_triples

    names = Names()
    return itertools.chain.from_iterable(stop_triples("Rating", stop, names) for stop in stops)
