"""The engines under test: one graph each, which the tests share one after the other."""

from __future__ import annotations

import http.client
import json
from abc import ABC, abstractmethod
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Literal

import neo4j
from servers import Server

from qikg.graph import EmbeddedStore, Neo4jStore
from qikg.graph.store import Store

EngineName = Literal["embedded", "neo4j"]
ENGINES: tuple[EngineName, ...] = ("embedded", "neo4j")


def build_packaged(store: Store) -> None:
    """Build the packaged graph into a store: the one place in the tests that says how."""
    from qikg.loaders import build

    build(store)


class Engine(ABC):
    """A running engine with one graph."""

    name: EngineName

    def __init__(self) -> None:
        self.holds: Literal["anything", "packaged"] = "anything"

    @abstractmethod
    def open(self) -> Store:
        """Open the graph as a user does; the caller closes it."""

    @property
    @abstractmethod
    def environment(self) -> dict[str, str]:
        """The variables by which a process of its own finds the graph."""

    @abstractmethod
    def connect(self) -> tuple[neo4j.Driver, str]:
        """Give a driver with all rights, which stays open, and the name of the database; no code of ours in between."""

    @abstractmethod
    def wipe(self) -> None:
        """Make the graph empty: no node, no constraint, no index."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the engine."""

    def empty(self) -> Iterator[Store]:
        """Open an empty store, and close it afterwards."""
        self.wipe()
        with closing(self.open()) as store:
            yield store

    def packaged(self) -> Iterator[Store]:
        """Open a store that holds the packaged graph, and close it afterwards."""
        with closing(self.open()) as store:
            self.ensure_packaged(store)
            yield store

    def ensure_packaged(self, store: Store) -> None:
        """Build the packaged graph unless it is there."""
        if self.holds != "packaged":
            self.wipe()
            build_packaged(store)
            self.holds = "packaged"


class RealNeo4j(Engine):
    """A real Neo4j."""

    name = "neo4j"

    def __init__(self, server: Server) -> None:
        super().__init__()
        self._server = server
        self._driver = server.driver()

    def open(self) -> Store:
        """Open the graph as a user does."""
        server = self._server
        return Neo4jStore(server.uri, server.user, server.password, server.database)

    @property
    def environment(self) -> dict[str, str]:
        """The server's address, user, password and database."""
        server = self._server
        return {
            "QIKG_STORE": server.uri,
            "QIKG_USER": server.user,
            "QIKG_PASSWORD": server.password,
            "QIKG_DATABASE": server.database,
        }

    def connect(self) -> tuple[neo4j.Driver, str]:
        """Give the driver and the database."""
        return self._driver, self._server.database

    def wipe(self) -> None:
        """Delete all nodes, constraints and indexes but Neo4j's own."""
        with self._driver.session(database=self._server.database) as session:
            session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()
            for name in session.run("SHOW CONSTRAINTS YIELD name").value():
                session.run(f"DROP CONSTRAINT `{name}` IF EXISTS").consume()
            for name in session.run("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name").value():
                session.run(f"DROP INDEX `{name}` IF EXISTS").consume()
        self.holds = "anything"

    def close(self) -> None:
        """Leave the graph empty."""
        self.wipe()
        self._driver.close()


class Embedded(Engine):
    """The embedded engine on a folder; the store that is open here keeps it alive between the tests."""

    name = "embedded"

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._store = EmbeddedStore(folder)
        self._drivers: dict[int, neo4j.Driver] = {}

    def open(self) -> Store:
        """Open the graph as a user does."""
        return EmbeddedStore(self._folder)

    @property
    def environment(self) -> dict[str, str]:
        """The folder."""
        return {"QIKG_STORE": str(self._folder)}

    def connect(self) -> tuple[neo4j.Driver, str]:
        """Connect as the engine's own user to the database that is current; a killed engine has a new port."""
        address = self._address()
        port, password = int(address["bolt_port"]), str(address["password"])
        if port not in self._drivers:
            self._drivers[port] = neo4j.GraphDatabase.driver(
                f"bolt://127.0.0.1:{port}", auth=("root", password), notifications_min_severity="OFF"
            )
        return self._drivers[port], self._current()

    def wipe(self) -> None:
        """Take a new database, and drop the old one: its types and declared properties go too."""
        old = self._current()
        for kept in self._store.kept.iterdir():  # what was loaded, which a build would load again
            kept.unlink()
        with self._store.replacement():
            pass
        address = self._address()
        token = b64encode(f"root:{address['password']}".encode()).decode()
        with closing(http.client.HTTPConnection("127.0.0.1", int(address["http_port"]))) as connection:
            command = json.dumps({"command": f"drop database {old}"})
            connection.request("POST", "/api/v1/server", command, {"Authorization": f"Basic {token}"})
            answer = connection.getresponse().read()
        assert json.loads(answer) == {"result": "ok"}, answer
        self.holds = "anything"

    def close(self) -> None:
        """Let the engine end."""
        for driver in self._drivers.values():
            driver.close()
        self._store.close()

    def _current(self) -> str:
        return (self._folder / "current").read_text("utf-8").strip()

    def _address(self) -> dict[str, str | int | float]:
        found: dict[str, str | int | float] = json.loads((self._folder / "server.json").read_text("utf-8"))
        return found
