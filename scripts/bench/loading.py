"""How quickly a national ratings file is loaded: into the embedded store, into Neo4j, and as it grows."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import contenders
from alone import Measured, alone
from figures import in_turn, median, say, show, table, times
from files import ROOT, Wanted, new_store

import qikg

if TYPE_CHECKING:
    from servers import Server

Counts = dict[str, int]


def embedded(wanted: Wanted) -> None:
    """Load a national file into the embedded store, and the same file again."""
    path = wanted.national("csv")
    with new_store() as store:
        _build(store)
        first = alone(contenders.load, store, path)
        before = counts(store)
        second = alone(contenders.load, store, path)
        after = counts(store)
    made = table(
        f"{first.result['rows']:,} rows into the embedded store",
        *("load", "#seconds", "#of which deriving", "#engine, peak MB", "#client, peak MB", "goal"),
    )
    goal = "3 minutes, engine under 1,000 MB, client under 400 MB"
    for name, ran, aim in (("first", first, goal), ("the same file again", second, "faster, and nothing changes")):
        made.add_row(name, *_figures(ran), aim)
    same = "The second load changed nothing" if before == after else f"The second load CHANGED the graph: {after}"
    show(made, f"{same}: {_told(before)}.")


def neo4j(wanted: Wanted) -> None:
    """Load a national file into Neo4j, beside a bare loop of the driver that sends the same prepared rows."""
    path = wanted.national("csv")
    with tempfile.TemporaryDirectory() as folder:
        prepared = f"{folder}/prepared"
        pieces = alone(contenders.prepare, path, prepared).result
        found: list[tuple[Measured, Measured, Counts]] = []
        for _ in range(wanted.runs_or(1)):
            with measured_server() as server:
                if server is None:
                    return
                origin = server.origin
                _build(server.uri, server)
                ours = alone(contenders.load, server.uri, path, server.user, server.password)
                there = counts(server.uri, server)
            with measured_server() as server:
                assert server is not None
                _build(server.uri, server)
                bare = alone(contenders.bare_loop, server.uri, prepared, server.user, server.password)
            found.append((ours, bare, there))
    made = table(
        f"{ours.result['rows']:,} rows into an empty Neo4j (default flags, heap 2g, page cache 512m; {origin})",
        *("what", "#seconds", "#beside the bare loop", "goal"),
    )
    whole = median([one.result["seconds"] for one, _, _ in found])
    deriving = median([one.result["deriving"] for one, _, _ in found])
    sending = median([one.result["seconds"] for _, one, _ in found])
    made.add_row(f"the driver alone, {pieces} prepared pieces", f"{sending:.1f}", "")
    made.add_row("qikg: reading, validating, writing", f"{whole - deriving:.1f}", times(whole - deriving, sending),
                 "1.3 times")  # fmt: skip
    made.add_row("qikg: deriving, which the bare loop has not", f"{deriving:.1f}", "")
    made.add_row("qikg: the whole load", f"{whole:.1f}", times(whole, sending))
    show(made, f"Client: {max(one.peak for one, _, _ in found)} MB at most. {_told(found[-1][2])}.")


def growth(wanted: Wanted) -> None:
    """Load a third of the rows, and all of them: how the seconds a row grow."""
    sizes = (max(1, wanted.rows * 100 // 323), wanted.rows)
    runs = wanted.runs_or(3)
    files = [wanted.national("csv", rows) for rows in sizes]

    def loaded(path: Path) -> float:
        with new_store() as store:
            _build(store)
            seconds: float = alone(contenders.load, store, path).result["seconds"]
            return seconds

    small, large = (median(ran) for ran in in_turn(runs, *(lambda path=path: loaded(path) for path in files)))
    made = table(
        f"Growth, embedded store (median of {runs})",
        *("#rows", "#seconds", "#microseconds a row", "#ratio", "goal"),
    )
    made.add_row(f"{sizes[0]:,}", f"{small:.1f}", f"{1e6 * small / sizes[0]:.0f}")
    ratio = times(large / sizes[1], small / sizes[0])
    made.add_row(f"{sizes[1]:,}", f"{large:.1f}", f"{1e6 * large / sizes[1]:.0f}", ratio, "1.5 times")
    show(made)


@contextmanager
def measured_server() -> Iterator[Server | None]:
    """Give an empty Neo4j with default flags, or None and a word why there is none."""
    sys.path.insert(0, str(ROOT / "tests"))
    from servers import MEASURED, NoServer, neo4j_server

    try:
        with neo4j_server(MEASURED) as server:
            with server.driver() as driver, driver.session(database=server.database) as session:
                session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()
            yield server
    except NoServer as reason:
        say(f"Neo4j is left out: {reason}")
        yield None


def counts(store: str, server: Server | None = None) -> Counts:
    """Count the nodes of each label, and the relationships of each type."""
    with opened(store, server) as graph:
        found = [
            *graph.cypher("MATCH (n) UNWIND labels(n) AS name RETURN name, count(*) AS n ORDER BY name"),
            *graph.cypher("MATCH ()-[r]->() RETURN type(r) AS name, count(*) AS n ORDER BY name"),
        ]
    return {str(row["name"]): int(str(row["n"])) for row in found}


def opened(store: str, server: Server | None = None) -> qikg.Graph:
    """Open a graph: a folder, or a server's."""
    if server is None:
        return qikg.open(store)
    return qikg.open(store, user=server.user, password=server.password or None)


def _build(store: str, server: Server | None = None) -> None:
    with opened(store, server) as graph:
        graph.build()


def _figures(ran: Measured) -> tuple[str, ...]:
    seconds, deriving = ran.result["seconds"], ran.result["deriving"]
    return f"{seconds:.1f}", f"{deriving:.1f}", str(ran.result["engine"]), str(ran.peak)


def _told(found: Counts) -> str:
    told = ("Organisation", "Location", "Inspection", "Rating", "CURRENT_RATING", "CONFLICTS_WITH")
    return ", ".join(f"{found.get(name, 0):,} {name}" for name in told)
