"""The site of a release: that every page is there, says what it must, and can be read by everybody."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache, partial
from html.parser import HTMLParser
from http.client import HTTPConnection
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
import rdf
import vnu
from checkout import ROOT
from engines import Engine
from pyoxigraph import NamedNode, RdfFormat, parse
from pyoxigraph import Store as Triples

from qikg.graph.content import Content
from qikg.graph.rdf.triples import Names
from qikg.graph.store import Store
from qikg.graph.walk import Edge
from qikg.graph.writer import write
from qikg.loaders import build
from qikg.ontology.classes import NODES, PARTS
from qikg.ontology.model import Ref
from qikg.ontology.provenance import Source
from qikg.ontology.registers import Inspected, Inspection, Organisation
from qikg.ontology.terms import ATTRIBUTION, UNREGISTERED
from qikg.release.curated import Curated, Thing, curated
from qikg.release.making import Released, release
from qikg.release.site.indexes import DATASET, ONTOLOGY_FILE
from qikg.release.site.terms import terms
from qikg.release.site.writing import pages_of, write_site

TEXT = ROOT / "../shared/sources/williams-best-2022.txt"
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
REQUESTS = {"img": "src", "script": "src", "iframe": "src", "link": "href", "source": "src", "object": "data"}


# On one engine: another test holds that the site is the same on both, to the byte.
@pytest.fixture(scope="module")
def released(embedded_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Released:
    """A release of the packaged graph."""
    with closing(embedded_engine.open()) as store:
        embedded_engine.ensure_packaged(store)
        return release(store, tmp_path_factory.mktemp("release") / "new")


@pytest.fixture
def packaged(embedded_engine: Engine) -> Iterator[Store]:
    """The packaged graph. Read only."""
    yield from embedded_engine.packaged()


class Page(HTMLParser):
    """What a test wants to know of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.ids: list[str] = []
        self.tags: Counter[str] = Counter()
        self.headings: list[int] = []
        self.heads_without_scope = 0
        self.language = ""
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags[tag] += 1
        if tag == "html":
            self.language = given.get("lang", "")
        if tag == "a":
            self.links.append(given["href"])
        if tag in REQUESTS and REQUESTS[tag] in given:
            self.loads.append(given[REQUESTS[tag]])
        if tag in HEADINGS:
            self.headings.append(int(tag[1]))
        if "id" in given:
            self.ids.append(given["id"])
        self.heads_without_scope += tag == "th" and given.get("scope") not in {"row", "col"}

    def handle_data(self, data: str) -> None:
        self.text += data


@cache
def page(path: Path) -> Page:
    return Page(path.read_text("utf-8"))


def site(released: Released) -> Path:
    return released.folder / "site"


def pages(released: Released) -> dict[str, Page]:
    found = sorted(site(released).rglob("*.html"))
    return {path.relative_to(site(released)).as_posix(): page(path) for path in found}


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder by a plain web server, on a free port of this machine; give its address."""
    handler = partial(_Quiet, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


def crawled(start: str) -> dict[str, Page | None]:
    """Follow every link within a site from its start page; give the pages, and None for each other file."""
    connection = HTTPConnection(urlsplit(start).netloc, timeout=30)
    found: dict[str, Page | None] = {}
    wanted, fragments = [start], set()
    while wanted:
        address = wanted.pop()
        connection.request("GET", urlsplit(address).path)
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200, address
        found[address] = seen = Page(body.decode()) if address.endswith(".html") else None
        for link in [*seen.links, *seen.loads] if seen else []:
            target, _, fragment = urljoin(address, link).partition("#")
            if urlsplit(target).netloc == urlsplit(start).netloc:
                fragments.add((target, fragment))
                if target not in found:
                    found[target] = None
                    wanted.append(target)
    for target, fragment in fragments:
        there = found[target]
        assert not fragment or (there is not None and fragment in there.ids), (target, fragment)
    return found


def test_every_link_within_the_site_leads_somewhere(released: Released) -> None:
    with served(released.folder) as address:
        found = crawled(f"{address}site/index.html")
    files = {path.relative_to(released.folder).as_posix() for path in site(released).rglob("*") if path.is_file()}
    assert {urlsplit(address).path[1:] for address in found} == files  # and nothing lies there that no link leads to


IDS = [
    "a", "A", "a:b", "a/b/c", "a%b", "%41", "é/è", "\U0001f600", "a.b", "..", "a//b", "CON", "end.", "x" * 300, "a b?c#d",
    'a"<b>&', "a\\b|c*", "a\tb", "\x85\x7f\ufdd0", "index.html", "a.html", "a.html/b",
]  # fmt: skip


@pytest.fixture(scope="module")
def awkward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of things with hard ids and texts, each of which points to the next."""
    refs = [Ref("Case", one) for one in IDS]
    things = {
        ref: Thing(
            ref, ("Case",), {"id": ref.id, "label": f"{ref.id} is <b>hard</b> & 'long'", "sources": [after.id]},
            (Edge("OF_CASE", after, None, {"sources": [after.id]}),),
        )
        for ref, after in zip(refs, [*refs[1:], refs[0]], strict=True)
    }  # fmt: skip
    folder = tmp_path_factory.mktemp("awkward")
    write_site(pages_of(Curated(things)), "0" * 64, folder)
    for name in (DATASET, ONTOLOGY_FILE):
        (folder / name).touch()
    return folder


def test_pages_of_hard_ids_are_found_by_a_plain_web_server(awkward: Path) -> None:
    with served(awkward) as address:
        found = crawled(f"{address}index.html")
    cases = [one for where, one in found.items() if one and "/case/" in where]
    assert {one.text.partition("Address: ")[2].partition("The same")[0].strip() for one in cases} == {
        Names().iri(Ref("Case", one)).value for one in IDS
    }


def test_no_page_runs_a_script_or_asks_for_anything_from_elsewhere(released: Released) -> None:
    for path, one in pages(released).items():
        assert not one.tags["script"], path
        assert not [address for address in one.loads if urlsplit(address).netloc or address.startswith("/")], path
        assert not re.search(r"\son\w+=|style=", (site(released) / path).read_text("utf-8").partition("<main")[0]), path
    assert not re.search(r"url\(|@import", (site(released) / "style.css").read_text("utf-8"))


def test_every_page_is_built_for_everybody(released: Released) -> None:
    for path, one in pages(released).items():
        assert one.language == "en", path
        assert one.headings[0] == 1, path
        assert one.headings.count(1) == 1, path
        assert all(after <= before + 1 for before, after in zip(one.headings, one.headings[1:], strict=False)), path
        assert one.tags["table"] == one.tags["caption"], path
        assert not one.heads_without_scope, path
        assert one.links[0] == "#main", path
        assert "main" in one.ids, path
        assert one.tags["title"] == 1, path
        assert len(one.ids) == len(set(one.ids)), path


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_stands_out_from_its_ground(released: Released) -> None:
    style = (site(released) / "style.css").read_text("utf-8")
    pairs = set()
    for rule in re.findall(r"\{([^}]*)\}", style):
        colours = dict(re.findall(r"(?<![-\w])(color|background): (#[0-9a-f]{6})", rule))
        if "color" in colours:
            pairs.add((colours["color"], colours["background"]))
    grounds = set(re.findall(r"background: (#[0-9a-f]{6})", style))
    links = {colour for colour, _ in pairs}
    assert len(pairs) >= 4
    for colour, ground in pairs | {(colour, ground) for colour in links for ground in grounds}:
        lighter, darker = sorted((luminance(colour), luminance(ground)), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (colour, ground)


def test_the_pages_are_valid_html(released: Released, awkward: Path) -> None:
    assert vnu.problems(site(released), awkward) == ""
    assert vnu.problems(site(released) / "style.css") == ""


def test_what_has_a_page_is_what_the_rule_says(released: Released, packaged: Store) -> None:
    wanted = set()
    for label in NODES:
        for row in packaged.read(
            "MATCH (n) WHERE $label IN labels(n) RETURN n.id AS id, n.sources AS sources", {"label": label}
        ):
            sources = row["sources"]
            assert isinstance(sources, list)
            if label not in PARTS["registers"] or any(str(one).startswith("williams-best-2022/") for one in sources):
                wanted.add(Ref(label, str(row["id"])))
    part = curated(packaged, NODES)
    assert part.things.keys() == wanted
    assert len(pages(released)) == len(wanted) + 2 + len({ref.label for ref in wanted})


def test_the_turtle_files_together_are_the_curated_part_of_the_graph(released: Released) -> None:
    told = [quad for file in site(released).rglob("*/*.ttl") for quad in parse(path=file, format=RdfFormat.TURTLE)]
    whole = rdf.canonical(parse(path=released.folder / "graph.nq"))
    ours = rdf.canonical(told)
    # Of the packaged graph everything is curated, but what an export says of itself and what follows of other things.
    left = {
        quad
        for quad in whole - ours
        if quad.subject not in {NamedNode("https://w3id.org/qikg/"), NamedNode("https://w3id.org/qikg/ontology")}
    }
    assert not left
    assert ours <= whole


def test_a_page_says_what_the_graph_does_and_how_it_is_known(released: Released) -> None:
    case = pages(released)["case/williams-best-2022/case-4.html"].text
    for words in ("Case 4", "https://w3id.org/qikg/case/williams-best-2022/case-4", "465,000", "Identified as", "inferred",
                  "Wexham Park Hospital", "case_trusts.tsv", "What points to it"):  # fmt: skip
        assert words in case, words
    rating = next(one.text for path, one in pages(released).items() if path.startswith("rating/"))
    assert re.search(r"How it is known: (stated|inferred|undetermined)\.", rating)


def test_every_status_and_every_source_of_the_graph_is_on_its_page(released: Released) -> None:
    graph = Triples()
    graph.bulk_load(path=released.folder / "graph.nq", format=RdfFormat.N_QUADS)
    query = """PREFIX qikg: <https://w3id.org/qikg/ontology#> PREFIX prov: <http://www.w3.org/ns/prov#>
        PREFIX dcterms: <http://purl.org/dc/terms/> SELECT ?thing ?status { ?thing dcterms:identifier ?id ; qikg:status ?status }"""
    by_address = {
        found[1]: one
        for one in pages(released).values()
        if (found := re.search(r"Address: (\S+?)The same as data", one.text.replace("\n", "")))
    }
    rows = list(graph.query(query))  # type: ignore[arg-type]
    assert len(rows) > 200
    for row in rows:
        assert f"How it is known: {row['status'].value}." in by_address[row["thing"].value].text
    assert all("Sources" in one.text for one in by_address.values())


def test_no_words_of_the_studys_text_are_in_the_site(released: Released, packaged: Store) -> None:
    if not TEXT.exists():
        pytest.skip("the text of the study is not here")
    text = TEXT.read_text("utf-8")
    whole = " ".join(" ".join(one.text for one in pages(released).values()).split())
    whole += " ".join(" ".join(file.read_text("utf-8").split()) for file in site(released).rglob("*.ttl"))
    spans = packaged.read("MATCH (s:Span) RETURN s.start AS start, s.end AS end ORDER BY start, end")
    seen = 0
    for row in spans:
        words = " ".join(text[int(str(row["start"])) : int(str(row["end"]))].split())
        if len(words.split()) > 20:
            seen += 1
            assert words not in whole, words[:60]
    assert seen > 50


def test_the_terms_of_the_ontology_have_an_anchor_each(released: Released) -> None:
    text = (released.folder / "ontology.ttl").read_text("utf-8")
    ours = {quad.subject.value.partition("#")[2] for quad in parse(text, format=RdfFormat.TURTLE)
            if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith("https://w3id.org/qikg/ontology#")}  # fmt: skip
    ids = set(pages(released)["ontology.html"].ids)
    assert terms().keys() <= ids
    assert ours <= ids


def test_the_start_page_has_licences_the_hash_and_the_word_about_the_base(released: Released) -> None:
    text = pages(released)["index.html"].text
    assert all(line in text for line in [*ATTRIBUTION, UNREGISTERED, released.sha256])


def test_what_the_registers_alone_state_has_no_page_and_is_counted(store: Store) -> None:
    build(store)
    source = Source(id="cqc/directory/2026-11", sources=("cqc/directory/2026-11",), edition="2026-11")
    content = Content("2026-11")
    content.add(
        source,
        Organisation(id="RZZ", label="Somewhere", sources=(source.id,)),
    )
    content.add(Inspection(id="RZZ/1", sources=(source.id,)))
    content.add(Inspected(start=Ref("Inspection", "RZZ/1"), end=Ref("Organisation", "RTX"), sources=(source.id,)))
    write(store, content)
    part = curated(store, NODES)
    assert Ref("Organisation", "RTX") in part.things
    assert Ref("Organisation", "RZZ") not in part.things
    assert Ref("Inspection", "RZZ/1") not in part.things
    assert Ref("Source", source.id) in part.things
    html = pages_of(part).html(part.things[Ref("Organisation", "RTX")]).decode()
    assert "From things of the registers that have no page here: 1 of class Inspection (inspected)." in html
