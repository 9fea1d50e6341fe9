"""Where the pages of things lie, and the rules that lead there from their addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes, urlsplit

import pytest
from graphs import IDS
from hypothesis import example, given
from hypothesis import strategies as st

from qikg.graph.rdf.triples import Names
from qikg.ontology.model import Ref
from qikg.ontology.terms import BASE
from qikg.release.site.paths import ENDINGS, Place, places
from qikg.release.site.redirects import HOST, redirects

VERSION = "0123456789abcdef"
AWKWARD = [
    "a:b", "a%b", "%41", "é", "\U0001f600", "a.b", "CON", "x/nul.txt", "end.", ".hidden", "A", "a", "x" * 300, "a b", "a?b",
    "a#b", "a~b", "~3A", 'a"b', "<a>", "a|b*", "a\\b", "a+b", "a&b=c;d", "a\tb", "x", "x.html", "x.html/y", "X/y", "(a)", "$1",
    "a'b", "[x]", "{y}", "^", "é?è", "a,b", "index", "classes",
]  # fmt: skip


def named(identifiers: Sequence[str]) -> dict[Ref, str]:
    """Give the addresses of cases with these ids."""
    return {ref: Names().iri(ref).value for ref in (Ref("Case", one) for one in identifiers)}


class Service:
    """What a service for persistent addresses does with the rules: as much of Apache's mod_rewrite as they use.

    That Apache itself does the same was tried by hand, with 2.4.71 and the ids above.
    """

    def __init__(self, rules: str) -> None:
        self.lines = [line.split() for line in rules.splitlines() if line.startswith("Rewrite")]

    def location(self, address: str, accept: str) -> str | None:
        """Give where a GET of an address is sent to; None where no rule fits."""
        # Apache matches the bytes of the decoded path.
        path = unquote_to_bytes(urlsplit(address).path.removeprefix(urlsplit(BASE).path)).decode("latin-1")
        for _ in range(1_000):
            again = False
            conditions: list[bool] = []
            for kind, *words in self.lines:
                if kind == "RewriteCond":
                    conditions.append(self.holds(words[0], " ".join(words[1:]), accept))
                elif kind == "RewriteRule":
                    found, holds = re.search(words[0], path), all(conditions)
                    conditions = []
                    flags = words[2].strip("[]").split(",")
                    if not found or not holds or words[1] == "-":
                        continue
                    target = re.sub(r"\$(\d)", lambda number, found=found: found[int(number[1])], words[1])  # type: ignore[misc]
                    if "N" in flags:
                        path, again = target, True
                        break
                    assert "R=303" in flags
                    return quote(target.replace("%{ENV:HOST}", HOST), safe="/:$~")
            if not again:
                return None
        pytest.fail(f"The rules go round for ever with {address}.")

    @staticmethod
    def holds(what: str, pattern: str, accept: str) -> bool:
        assert what == "%{HTTP_ACCEPT}"
        found = re.search(pattern.removeprefix("!"), accept) is not None
        return found != pattern.startswith("!")


def check_rules(addresses: Mapping[Ref, str], found: Mapping[Ref, Place]) -> None:
    service = Service(redirects(addresses, found, VERSION))
    for ref, address in addresses.items():
        stem = f"{HOST}/site/{found[ref].stem}"
        assert service.location(address, "text/html") == f"{stem}.html", ref
        assert service.location(address, "text/turtle") == f"{stem}.ttl", ref


def test_rules_lead_from_awkward_addresses_to_the_pages() -> None:
    addresses = named(AWKWARD)
    check_rules(addresses, places(addresses))


# What Apache does to an address before any rule sees it cannot be undone: it resolves "." and "..", and joins slashes.
REACHABLE = IDS.filter(lambda one: not {"", ".", ".."} & set(one.split("/")))


@given(st.lists(REACHABLE, unique=True, min_size=1, max_size=5))
@example(AWKWARD)
def test_rules_lead_from_every_address_to_its_page(identifiers: list[str]) -> None:
    addresses = named(identifiers)
    check_rules(addresses, places(addresses))


def legal_on_windows(path: str) -> Iterator[bool]:
    for name in path.split("/"):
        yield not set(name) & set('<>:"\\|?*') and min(map(ord, name)) >= 32
        yield name[-1] not in ". "
        yield name.split(".")[0].upper() not in {"CON", "PRN", "AUX", "NUL", *(f"{d}{n}" for d in ("COM", "LPT") for n in range(10))}  # fmt: skip
        yield len(name.encode()) <= 255


@given(st.lists(IDS | st.sampled_from(AWKWARD), unique=True, min_size=1))
@example(AWKWARD)
def test_no_two_files_clash_and_every_name_is_legal_everywhere(identifiers: list[str]) -> None:
    found = places(named(identifiers))
    files = [place.stem + ending for place in found.values() for ending in ENDINGS]
    folders = {parent.as_posix() for file in files for parent in Path(file).parents}
    assert all(all(legal_on_windows(file)) for file in files)
    assert all(quote(file) == file for file in files)  # what a browser asks for is the name on the disk
    assert len({file.casefold() for file in files}) == len(files)
    assert not {file.casefold() for file in files} & {folder.casefold() for folder in folders}
    assert len({folder.casefold() for folder in folders}) == len(folders)
    assert max(map(len, files)) <= 200


def test_an_address_of_others_has_a_page_and_no_rule() -> None:
    ref = Ref("Mapping", "set/one")
    found = places({ref: "https://example.com/mappings#1"})
    assert found[ref].stem == "mapping/set/one"
    assert "set/one" not in redirects({ref: "https://example.com/mappings#1"}, found, VERSION)


@pytest.mark.parametrize(
    ("accept", "ending"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
        ("text/turtle", "ttl"),
        ("text/turtle, application/rdf+xml;q=0.9, */*;q=0.1", "ttl"),
        ("text/turtle;q=1.0, text/html;q=0.5", "ttl"),
        ("text/html, text/turtle;q=0.9", "html"),
        ("text/turtle;q=0, */*", "html"),
        ("*/*", "html"),
        ("", "html"),
    ],
)
def test_the_header_accept_decides_between_page_and_turtle(accept: str, ending: str) -> None:
    addresses = named(["a"])
    service = Service(redirects(addresses, places(addresses), VERSION))
    assert service.location(addresses[Ref("Case", "a")], accept) == f"{HOST}/site/case/a.{ending}"
    assert service.location(f"{BASE}ontology#Case", accept) == f"{HOST}/site/ontology.{ending}"


def test_files_of_the_release_and_the_base_have_rules_and_what_is_unknown_has_none() -> None:
    addresses = named(["a"])
    service = Service(redirects(addresses, places(addresses), VERSION))
    assert service.location(f"{BASE}release/{VERSION}/graph.nq", "*/*") == f"{HOST}/graph.nq"
    assert service.location(BASE, "text/html") == f"{HOST}/site/index.html"
    assert service.location(BASE, "text/turtle") == f"{HOST}/site/dataset.ttl"
    assert service.location(f"{BASE}nothing/a", "text/html") is None
