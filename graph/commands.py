"""The command interface of the embedded engine (HTTP on loopback), for what Bolt cannot do: SQL, databases, users."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

from qikg.graph.failures import FULL_DISK
from qikg.graph.store import Value
from qikg.ontology.errors import QueryError, StoreError, StoreUnavailable


def settings(time_limit: float) -> list[str]:
    """Give the SQL that sets what every database of qikg has; `time_limit` in seconds, 0 for none."""
    values = {
        "indexCompactionMinPagesSchedule": 0,  # a kill during a compaction can break a unique index (26.10.2)
        "txWalFlush": 2,  # fsync at commit
        "command.timeout": round(time_limit * 1000),  # the only limit that queries over Bolt obey
    }
    return [_setting(key, value) for key, value in values.items()]


def _setting(key: str, value: int) -> str:
    return f"ALTER DATABASE `arcadedb.{key}` {value}"


class Commands:
    """The engine's command interface, as its root user."""

    def __init__(self, port: int, root_password: str) -> None:
        self._port = port
        token = base64.b64encode(f"root:{root_password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {token}", "Content-Type": "application/json"}

    def run(
        self, database: str, language: str, text: str, parameters: Mapping[str, Value] | None = None
    ) -> list[dict[str, Value]]:
        """Run one command in `language` ("sql" or "opencypher") and give its rows, dates as text.

        Raises QueryError with the engine's own words.
        """
        body: dict[str, Value] = {"language": language, "command": text}
        if parameters:
            body["params"] = dict(parameters)
        result = self._post(f"/api/v1/command/{database}", body)["result"]
        return [dict(row) for row in result] if isinstance(result, list) else []

    def create_database(self, name: str, time_limit: float) -> None:
        """Make an empty database with the settings of qikg."""
        self._post("/api/v1/server", {"command": f"create database {name}"})
        for setting in settings(time_limit):
            self.run(name, "sql", setting)

    def limit(self, database: str, time_limit: float) -> None:
        """Set the time limit in seconds, 0 for none, of each query that begins from now on."""
        self.run(database, "sql", _setting("command.timeout", round(time_limit * 1000)))

    def _post(self, path: str, body: Mapping[str, Value]) -> dict[str, Value]:
        import http.client

        connection = http.client.HTTPConnection("127.0.0.1", self._port)
        try:
            connection.request("POST", path, json.dumps(body), self._headers)
            response = connection.getresponse()
            status, answer = response.status, json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise StoreUnavailable(f"The embedded graph engine does not answer ({error}).") from error
        finally:
            connection.close()
        if status != http.client.OK:
            said = str(answer.get("detail") or answer.get("error") or status)
            if any(mark in said for mark in FULL_DISK):
                raise StoreError(f"The disk of the store is full; free some room and run the same again. ({said})")
            raise QueryError(said)
        return dict(answer)
