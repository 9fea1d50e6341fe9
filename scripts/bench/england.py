"""The regulator's own file of England, and the questions about ratings on a graph of national size."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import contenders
from alone import alone
from figures import in_turn, median, say, seconds, show, table
from files import ROOT, Wanted, new_store, until_ended
from loading import measured_server, opened

import qikg
from qikg.loaders import check
from qikg.queries import packaged


def england(wanted: Wanted) -> None:
    """Count what the regulator's file holds, and time the questions about ratings and trusts."""
    files = [wanted.national("csv")]
    if wanted.ratings is None or not wanted.ratings.exists():
        say("The regulator's own file is left out: name it with --ratings, or in QIKG_BENCH_RATINGS.")
    else:
        _count(wanted.ratings)
        files.append(wanted.ratings)
    _time_questions(files, wanted.runs_or(3))


def _count(path: Path) -> None:
    report = check([path])
    made = table("The regulator's own file", "what", "#number")
    made.add_row("rows", f"{sum(report.rows.values()):,}")
    for kind in ("Organisation", "Location", "Inspection", "Rating"):
        made.add_row(kind, f"{report.nodes[kind]:,}")
    errors, warnings = len(report.errors), len(report.problems) - len(report.errors)
    show(made, *report.notes, f"{errors:,} errors, {warnings:,} warnings.")


def _time_questions(files: list[Path], runs: int) -> None:
    asked = _asked()
    with new_store() as store, ExitStack() as stack:
        with qikg.open(store) as graph:
            graph.build()
        server = stack.enter_context(measured_server())
        if server is not None:
            with opened(server.uri, server) as graph:
                graph.build()
        for path in files:
            alone(contenders.load, store, path)
            if server is not None:
                alone(contenders.load, server.uri, path, server.user, server.password)
        made = table(
            f"Questions on a graph of national size (milliseconds, warm: median of {runs})",
            *("question", "#rows", "#embedded, cold", "#embedded, warm", "#Neo4j, first", "#Neo4j, warm"),
        )
        on_server = [""] * len(asked), [""] * len(asked)
        if server is not None:
            with opened(server.uri, server) as graph:
                for number, (name, given) in enumerate(asked):
                    on_server[0][number] = _milliseconds(graph, name, given)
                    on_server[1][number] = _warm(graph, name, given, runs)
        slowest = 0.0
        for number, (name, given) in enumerate(asked):
            until_ended(store)  # cold: the engine is started for this question alone
            with opened(store) as graph:
                cold = _milliseconds(graph, name, given)
                warm = _warm(graph, name, given, runs)
                rows = len(graph.ask(name, **given))
            slowest = max(slowest, float(cold.replace(",", "")))
            said = " ".join([name, *(f"--{key} {value}" for key, value in given.items())])
            made.add_row(said, f"{rows:,}", cold, warm, on_server[0][number], on_server[1][number])
    show(
        made,
        f"The graph: {' and '.join(path.name for path in files)}, beside the packaged data.",
        f"Goal: under 2,000 ms on the embedded store. The slowest took {slowest:,.0f} ms.",
    )


def _asked() -> list[tuple[str, dict[str, str]]]:
    """Give the questions of the two themes; those about one place are asked of a trust, and of a generated location."""
    asked: list[tuple[str, dict[str, str]]] = []
    for theme in ("ratings", "trusts"):
        for path in sorted((ROOT / "queries" / theme).glob("*.cypher")):
            required = [key for key, one in packaged()[path.stem].parameters.items() if one.required]
            places = [packaged()[path.stem].parameters["place"].example, "1-9999800017"] if required else []
            asked += [(path.stem, {"place": place}) for place in places] or [(path.stem, {})]
    return asked


def _milliseconds(graph: qikg.Graph, name: str, given: dict[str, str]) -> str:
    return f"{1000 * seconds(lambda: graph.ask(name, **given)):,.0f}"


def _warm(graph: qikg.Graph, name: str, given: dict[str, str], runs: int) -> str:
    (took,) = in_turn(runs, lambda: seconds(lambda: graph.ask(name, **given)))
    return f"{1000 * median(took):,.0f}"
