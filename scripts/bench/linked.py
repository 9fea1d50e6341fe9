"""How quickly the graph goes out as RDF and comes back, beside the least that a program would do with the same rows."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import contenders_rdf
from alone import Measured, alone
from contenders import load
from figures import in_turn, median, show, table, times
from files import Wanted, new_store
from loading import measured_server, opened

import qikg


def convert(wanted: Wanted) -> None:
    """Turn what stands in a store into triples, without the store; and a tenth of it by rdflib."""
    with new_store() as store:
        _filled(store, wanted)
        runs = wanted.runs_or(3)
        ours, bare, rdflib = in_turn(
            runs,
            lambda: alone(contenders_rdf.conversion, store),
            lambda: alone(contenders_rdf.serialisation, store),
            lambda: alone(contenders_rdf.rdflib_tenth, store),
        )
    columns = ("what", "#triples", "#triples a second", "#MB", "goal")
    made = table(f"Conversion to triples, no store (median of {runs})", *columns)
    speeds = {name: median([one.result["triples"] / one.result["seconds"] for one in some])
              for name, some in (("ours", ours), ("bare", bare), ("rdflib", rdflib))}  # fmt: skip
    for name, some, told, goal in (
        ("ours", ours, "qikg: rows to triples", "300,000"),
        ("bare", bare, "qikg: rows to triples, written as N-Triples by pyoxigraph", ""),
        ("rdflib", rdflib, "rdflib: a tenth of them built and written", ""),
    ):
        triples, most = some[0].result["triples"], max(one.peak for one in some)
        made.add_row(told, f"{triples:,}", f"{speeds[name]:,.0f}", str(most), goal)
    show(made, f"Beside rdflib: {times(speeds['bare'], speeds['rdflib'])} as fast (goal: 5 times or better).")


def export(wanted: Wanted) -> None:
    """Write a national graph as N-Triples, beside a bare loop over the same rows; then read it back."""
    with new_store() as store:
        first = _filled(store, wanted)
        _exported("the embedded engine", store, wanted)
        with tempfile.TemporaryDirectory() as folder, new_store() as other:
            file = Path(folder, "graph.nt")
            with opened(store) as graph:
                graph.export(file, format="ntriples", part="registers")
            with opened(other) as graph:
                graph.build()
            back = alone(load, other, file)
    made = table("Read back into the embedded store", "what", "#seconds", "#beside", "#client, peak MB", "goal")
    made.add_row("the register's file", f"{first.result['seconds']:.1f}", "", str(first.peak))
    made.add_row("the export of what it became", f"{back.result['seconds']:.1f}",
                 times(back.result["seconds"], first.result["seconds"]), str(back.peak), "2 times")  # fmt: skip
    show(made)
    with measured_server() as server:
        if server is not None:
            with opened(server.uri, server) as graph:
                graph.build()
            alone(load, server.uri, wanted.national("csv"), server.user, server.password)
            _exported("Neo4j", server.uri, wanted, server.user, server.password)


def shapes(wanted: Wanted) -> None:
    """Check the packaged graph by its shapes."""
    with new_store() as store, tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "graph.ttl")
        with opened(store) as graph:
            graph.build()
            graph.export(file)
        ran = [alone(contenders_rdf.shapes, file) for _ in range(wanted.runs_or(3))]
    made = table("SHACL over the packaged graph", "#triples", "#seconds", "#MB", "goal")
    made.add_row(f"{ran[0].result['triples']:,}", f"{median([one.result['seconds'] for one in ran]):.1f}",
                 str(max(one.peak for one in ran)), "10 s")  # fmt: skip
    show(made)


def _filled(store: str, wanted: Wanted) -> Measured:
    with opened(store) as graph:
        graph.build()
    return alone(load, store, wanted.national("csv"))


def _exported(where: str, store: str, wanted: Wanted, user: str = "", password: str = "") -> None:
    runs = wanted.runs_or(1)
    with qikg.open(store, user=user or None, password=password or None) as graph:
        graph.store.read("RETURN 1")  # an engine that runs has an address
        address = json.dumps(contenders_rdf.address(store, user, password))
        ours, bare = in_turn(
            runs,
            lambda: alone(contenders_rdf.export, store, user, password),
            lambda: alone(contenders_rdf.bare_export, address),
        )
    columns = ("what", "#triples", "#seconds", "#for the same rows", "#triples a second", "#client, peak MB", "goal")
    made = table(f"Export to N-Triples from {where} (median of {runs})", *columns)
    ran = [median([one.result["seconds"] for one in some]) for some in (ours, bare)]
    for name, some, seconds, ratio, goal in (
        ("a bare loop: rows over Bolt, handed to pyoxigraph", bare, ran[1], "", ""),
        ("qikg export", ours, ran[0], times(ran[0], ran[1]), "1.3 times, 400 MB"),
    ):
        triples = some[0].result["triples"]
        made.add_row(name, f"{triples:,}", f"{seconds:.1f}", ratio, f"{triples / seconds:,.0f}",
                     str(max(one.peak for one in some)), goal)  # fmt: skip
    show(made)
