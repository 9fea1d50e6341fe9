"""A small copy of the regulator's service that behaves badly on purpose; it runs on this machine."""

from __future__ import annotations

import json
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "0123456789abcdef-key"
Answer = tuple[int, dict[str, str], bytes]


class Api:
    """A small copy of the service: its records, who asked for what, and what goes wrong."""

    def __init__(self) -> None:
        self.locations = {f"1-99998000{number:02}": self.location(f"1-99998000{number:02}") for number in range(7)}
        self.providers = {"1-9999900001": {"providerId": "1-9999900001", "name": "Invented Ltd"}}
        self.changes: list[str] = []
        self.asked: list[str] = []
        self.agents: set[str | None] = set()
        self.per_page = 3
        self.wrong: dict[str, list[Answer | Callable[[], Answer]]] = {}
        """By path: what is answered instead, one after the other."""
        self.slow = 0.0
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @staticmethod
    def location(identifier: str, name: str = "Invented House") -> dict[str, Any]:
        contact = {
            "personGivenName": "Zebedee",
            "personFamilyName": "Quillfeather",
            "personRoles": ["Registered Manager"],
        }
        return {
            "locationId": identifier, "providerId": "1-9999900001", "organisationType": "Location", "name": name,
            "registrationDate": "2011-01-27", "regulatedActivities": [{"code": "RA1", "contacts": [contact]}],
        }  # fmt: skip

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/public/v1"

    def count(self) -> Counter[str]:
        return Counter(path.partition("?")[0] for path in self.asked)

    def handler(api) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.removeprefix("/public/v1")
                api.agents.add(self.headers.get("User-Agent"))
                status, headers, body = api.answer(path, self.headers.get("Ocp-Apim-Subscription-Key"),
                                                   self.headers.get("User-Agent"))  # fmt: skip
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments: object) -> None:
                pass

        return Handler

    def answer(self, path: str, key: str | None, agent: str | None) -> Answer:
        if agent is None or agent.startswith("Python-urllib"):
            return 403, {}, b"no user agent"
        if key != KEY:
            return 401, {}, b'{"statusCode": 401}'
        self.asked.append(path)
        time.sleep(self.slow)
        bare, _, query = path.partition("?")
        if self.wrong.get(bare):
            found = self.wrong[bare].pop(0)
            return found() if callable(found) else found
        parameters = dict(urllib.parse.parse_qsl(query))
        match bare.strip("/").split("/"):
            case ["locations"]:
                return self.page(
                    "locations", [{"locationId": one, "locationName": "x"} for one in self.locations], parameters
                )
            case ["providers"]:
                return self.page("providers", [{"providerId": one} for one in self.providers], parameters)
            case ["changes", kind]:
                return self.page("changes", self.changes if kind == "location" else [], parameters)
            case ["locations", one]:
                return self.record(self.locations.get(one), one)
            case ["providers", one]:
                return self.record(self.providers.get(one), one)
        return 404, {}, b"{}"

    def page(self, key: str, members: list[Any], parameters: dict[str, str]) -> Answer:
        number, size = int(parameters["page"]), self.per_page
        pages = -(-len(members) // size)
        part = members[(number - 1) * size : number * size]
        return ok({"total": len(members), "page": number, "totalPages": pages, key: part})

    def record(self, value: dict[str, Any] | None, identifier: str) -> Answer:
        if identifier != identifier.upper():
            return 400, {}, b'{"statusCode": 400}'
        return ok(value) if value is not None else (404, {}, b'{"statusCode": 404}')


def ok(value: object) -> Answer:
    return 200, {"Content-Type": "application/json"}, json.dumps(value).encode()
