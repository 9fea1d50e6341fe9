"""Fixtures: the stores, empty or holding the packaged graph, on the embedded engine and on a real Neo4j.

- `store`: an EMPTY store; the test runs once on each engine, as `test[embedded]` and `test[neo4j]`.
- `graph_store`: the built packaged graph, to be read only; once on each engine too. It is built once a run and engine.
- `embedded_store`, `neo4j_store`: an empty store of one engine, for what only that engine does.
- `engine` (also `embedded_engine`, `neo4j_engine`): the `Engine` behind them, with a driver of its own, and `wipe()`,
  which a property test calls before each example.
- `neo4j_uri`: the address of the real Neo4j.

Without a Neo4j its tests are skipped with the reason, or fail where NEO4J_TEST_REQUIRED=1. The last lines of a run say
how many tests ran on which engine; `build/engine-counts.json` holds the same for `.ci/run`.
"""

from __future__ import annotations

import json
import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import closing

import hypothesis
import pytest
from checkout import ROOT
from engines import ENGINES, Embedded, Engine, EngineName, RealNeo4j
from servers import NoServer, Server, ServerError, neo4j_server

from qikg.graph.store import Store

# A run in the background of a shell ignores Ctrl-C, and so would the processes that tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)

hypothesis.settings.register_profile("qikg", deadline=None, print_blob=True)
hypothesis.settings.load_profile("qikg")


@pytest.fixture(scope="session", autouse=True)
def _no_store_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test touches the graph of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QIKG_STORE", str(tmp_path_factory.mktemp("default") / "store"))
        yield


# --- engines


@pytest.fixture(scope="session")
def embedded_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The embedded engine, on a folder of this run."""
    with closing(Embedded(tmp_path_factory.mktemp("embedded") / "store")) as engine:
        yield engine


@pytest.fixture(scope="session")
def neo4j_test_server() -> Iterator[Server]:
    """The real Neo4j; without one the test is skipped, or fails where NEO4J_TEST_REQUIRED=1."""
    broken = os.environ.get("NEO4J_TEST_REQUIRED") == "1"
    try:
        with neo4j_server() as server:
            TALLY.neo4j = server.origin
            yield server
            return
    except NoServer as reason:
        trouble = f"NEO4J_TEST_REQUIRED=1, but there is {reason}" if broken else str(reason)
    except ServerError as error:
        trouble, broken = str(error), True
    TALLY.neo4j = trouble.splitlines()[0]
    if broken:
        pytest.fail(trouble, pytrace=False)
    pytest.skip(trouble)


@pytest.fixture(scope="session")
def neo4j_engine(neo4j_test_server: Server) -> Iterator[Engine]:
    """The real Neo4j as an engine; its graph is empty again when the run ends."""
    with closing(RealNeo4j(neo4j_test_server)) as engine:
        yield engine


@pytest.fixture(scope="session")
def neo4j_uri(neo4j_test_server: Server) -> str:
    """The address of the real Neo4j."""
    return neo4j_test_server.uri


@pytest.fixture(
    scope="session", params=[pytest.param(name, marks=getattr(pytest.mark, name)) for name in ENGINES], ids=ENGINES
)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn."""
    found = request.getfixturevalue(f"{request.param}_engine")
    assert isinstance(found, Engine)
    return found


# --- stores


@pytest.fixture
def store(engine: Engine) -> Iterator[Store]:
    """An empty store, on each engine in turn."""
    yield from engine.empty()


@pytest.fixture
def embedded_store(embedded_engine: Engine) -> Iterator[Store]:
    """An empty store on the embedded engine."""
    yield from embedded_engine.empty()


@pytest.fixture
def neo4j_store(neo4j_engine: Engine) -> Iterator[Store]:
    """An empty store on the real Neo4j."""
    yield from neo4j_engine.empty()


@pytest.fixture(scope="module")
def graph_store(engine: Engine) -> Iterator[Store]:
    """The packaged graph, on each engine in turn. Read only: the tests share it."""
    yield from engine.packaged()


@pytest.fixture(autouse=True)
def _packaged_is_there(request: pytest.FixtureRequest) -> None:
    """Build again what another test of the same module has wiped meanwhile."""
    if "graph_store" in request.fixturenames:
        request.getfixturevalue("engine").ensure_packaged(request.getfixturevalue("graph_store"))


# --- order and count


class Tally:
    """How many tests ran on which engine."""

    def __init__(self) -> None:
        self.ran: Counter[tuple[str, str]] = Counter()
        self.neo4j = ""


TALLY = Tally()


def engine_of(item: pytest.Item) -> tuple[EngineName, str] | None:
    """Give the engine of a test, and whether the other one has the same test (shared) or it has it alone (own)."""
    for name in ENGINES:
        if item.get_closest_marker(name) is not None:
            params = getattr(getattr(item, "callspec", None), "params", {})
            return name, "shared" if params.get("engine") == name else "own"
    return None


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark the tests of one engine, so that `-m "not neo4j"` leaves all of them out."""
    names = set(getattr(item, "fixturenames", ()))
    if "engine" not in names:
        if names & {"embedded_engine", "embedded_store"}:
            item.add_marker(pytest.mark.embedded)
        if names & {"neo4j_engine", "neo4j_store", "neo4j_uri", "neo4j_test_server"}:
            item.add_marker(pytest.mark.neo4j)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of the packaged graph side by side, so that it is built once an engine."""

    def turn(item: pytest.Item) -> tuple[int, bool]:
        where, names = engine_of(item), getattr(item, "fixturenames", ())
        return 0 if where is None else 1 + ENGINES.index(where[0]), "graph_store" not in names

    items.sort(key=turn)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Count a test that runs, whether it passes or not."""
    if (where := engine_of(item)) is not None:
        TALLY.ran[where] += 1
    return (yield)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests ran on which engine, and keep it for `.ci/run`; then each reason to skip, in one line."""
    counts = {name: {kind: TALLY.ran[name, kind] for kind in ("shared", "own")} for name in ENGINES}
    skips = terminalreporter.stats.get("skipped", ())
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in skips)
    for name, count in counts.items():
        total, note = count["shared"] + count["own"], ""
        if name == "neo4j" and TALLY.neo4j:
            skipped = reasons.pop(TALLY.neo4j, 0)
            note = f"; {skipped} skipped: {TALLY.neo4j}" if skipped else f" ({TALLY.neo4j})"
        terminalreporter.write_line(f"tests run on {name}: {total}, of which {count['shared']} on both engines{note}")
    for reason, times in reasons.items():
        terminalreporter.write_line(f"skipped {times}: {reason}")
    file = ROOT / "build" / "engine-counts.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps({**counts, "neo4j_is": TALLY.neo4j}, indent=1) + "\n", "utf-8")
