"""How quickly questions are answered on the packaged graph."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from figures import median, say, seconds, show, table
from files import ROOT, Wanted, new_store

import qikg
from qikg.queries import packaged


def questions(wanted: Wanted) -> None:
    """Time every question on the packaged graph, cold and warm, on each engine that can be had."""
    made = table("Questions on the packaged graph (milliseconds)", "question")
    names = [name for name, question in packaged().items() if question.answerable is None or name == "improvers"]
    times: dict[str, list[str]] = {name: [] for name in names}
    with ExitStack() as stack:
        for engine, address in stack.enter_context(_engines_to_ask()):
            made.add_column(f"{engine}, first", justify="right")
            made.add_column(f"{engine}, warm", justify="right")
            graph = stack.enter_context(qikg.open(address))
            graph.build()
            for name in names:
                given = {f"{k}_": v.example for k, v in packaged()[name].parameters.items() if v.required}
                took = [1000 * seconds(lambda: graph.ask(name, **given)) for _ in range(wanted.runs_or(5) + 1)]  # noqa: B023
                times[name] += [f"{took[0]:.0f}", f"{median(took[1:]):.0f}"]
    for name, cells in times.items():
        made.add_row(name, *cells)
    show(made, "Goal: warm under 100 ms on both engines.")


@contextmanager
def _engines_to_ask() -> Iterator[list[tuple[str, str]]]:
    sys.path.insert(0, str(ROOT / "tests"))
    from servers import NoServer, neo4j_server

    with new_store() as store, ExitStack() as stack:
        engines = [("embedded", store)]
        try:
            server = stack.enter_context(neo4j_server())
            engines.append(("Neo4j", server.uri))
        except NoServer as reason:
            say(f"Neo4j is left out: {reason}")
        yield engines
