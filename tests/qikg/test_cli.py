"""The command as a person uses it: what it prints where, how it ends, and how it says that something is wrong."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from checkout import ROOT

import qikg
from qikg.queries import packaged

pytestmark = pytest.mark.embedded
TEXT = ROOT / "../shared/sources/williams-best-2022.txt"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a store that the command has built; it is held open, so that its engine need not start each time."""
    folder = tmp_path_factory.mktemp("cli")
    built = _run(folder, "build")
    assert built.returncode == 0, built.stderr
    with qikg.open(folder / "store"):
        yield folder


def _run(
    folder: Path, *arguments: str, stdin: str | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "qikg", *arguments],
        cwd=folder,
        env={**os.environ, "QIKG_STORE": str(folder / "store"), "COLUMNS": "120", **environment},
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def test_building_again_says_the_same(home: Path) -> None:
    again = _run(home, "build")
    assert again.returncode == 0
    assert again.stdout == ""
    assert "1,699 nodes" in again.stderr or "nodes" in again.stderr
    assert "rows marked UNVERIFIED were left out" in again.stderr


@pytest.mark.parametrize("name", [name for name, question in packaged().items() if question.answerable is None])
def test_every_question_answers_as_a_table(home: Path, name: str) -> None:
    question = packaged()[name]
    options = [
        text
        for key, value in question.parameters.items()
        if value.required
        for text in (f"--{key.replace('_', '-')}", value.example)
    ]
    told = _run(home, "ask", name, *options)
    assert told.returncode == 0, told.stderr
    assert told.stderr == ""
    assert question.title in told.stdout
    assert "What this cannot tell:" in told.stdout
    assert max(map(len, told.stdout.splitlines())) <= 120


def test_csv_is_data_alone_and_its_notes_go_to_standard_error(home: Path) -> None:
    told = _run(home, "ask", "case-matrix", "--format", "csv", "--status", "stated")
    rows = list(csv.DictReader(io.StringIO(told.stdout)))
    assert len(rows) == 41
    assert "23 rows left out" in told.stderr


def test_json_and_json_lines_parse(home: Path) -> None:
    whole = json.loads(_run(home, "ask", "did-it-last", "--format", "json").stdout)
    lines = [json.loads(line) for line in _run(home, "ask", "did-it-last", "--format", "jsonl").stdout.splitlines()]
    assert whole["rows"] == lines
    assert len(lines) == 8


def test_an_answer_can_go_to_a_file(home: Path) -> None:
    told = _run(home, "ask", "case-matrix", "--format", "markdown", "--out", "matrix.md")
    assert told.stdout == ""
    assert "| Case 1 |" in (home / "matrix.md").read_text("utf-8")


def test_a_premise_can_be_left_out(home: Path) -> None:
    told = _run(home, "ask", "case-matrix", "--without-premise", "counts", "--format", "csv")
    values = [row["value"] for row in csv.DictReader(io.StringIO(told.stdout))]
    assert (values.count("present"), values.count("absent"), values.count("undetermined")) == (41, 0, 23)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["ask", "case-matrx"], 2, "Did you mean case-matrix?"),
        (["ask", "challenge-evidence"], 2, "For example --challenge QUASER:LEAD."),
        (["ask", "challenge-evidence", "--challenge", "LEADERSHIP"], 2, "is no challenge of this graph"),
        (["ask", "case-matrix", "--format", "xls"], 2, "Known: csv, json, jsonl, markdown, table."),
        (["ask", "case-matrix", "--out", "no/such/folder/x.csv"], 2, "cannot be written"),
        (["ask", "case-matrix", "--text", "paper.txt"], 2, "No such option"),
        (["load", "nothing-here.tsv"], 2, "does not exist"),
        (["load", "nothing-here.tsv", "--bulk", "."], 2, "is not empty"),
        (["load", "nothing-here.tsv", "--bulk", "new", "--store", "store"], 2, "opens no store"),
        (["check"], 2, "Name a file or folder to check"),
        (["check", "--text", "nothing-here.txt"], 2, "cannot be read"),
        (["cypher", "MATCH (n) DETACH DELETE n"], 1, "only queries that read"),
        (["cypher", "MATCH (n RETURN n"], 1, ""),
        (["cypher", "RETURN 1", "--param", "x"], 2, "is not of the form name=value"),
        (["store", "info", "--store", "bolt://127.0.0.1:1"], 1, "bolt://127.0.0.1:1"),
        (["store", "info", "--store", "bolt://neo4j:secret@127.0.0.1:1"], 2, "must not hold a user or a password"),
        (["queries", "show", "gap"], 2, "Did you mean gaps?"),
        (["frobnicate"], 2, "frobnicate"),
    ],
)
def test_wrong_use_is_said_in_a_line_or_two(home: Path, arguments: list[str], code: int, said: str) -> None:
    told = _run(home, *arguments)
    assert told.returncode == code, told.stderr
    assert said in told.stderr
    assert "Traceback" not in told.stderr
    assert "secret" not in told.stderr.replace("a user or a password", "")


def test_debug_shows_where_an_error_arose(home: Path) -> None:
    told = _run(home, "--debug", "ask", "challenge-evidence", "--challenge", "NO:THING")
    assert "Traceback" in told.stderr


def test_a_question_of_an_empty_store_names_the_command(tmp_path: Path) -> None:
    told = _run(tmp_path, "ask", "case-matrix")
    assert told.returncode == 1
    assert "Run `qikg build` first." in told.stderr


def test_a_graph_of_another_version_is_refused_until_it_is_built_anew(tmp_path: Path) -> None:
    assert _run(tmp_path, "build").returncode == 0
    from qikg.graph import open_store

    store = open_store(tmp_path / "store")
    store.write(lambda transaction: transaction.run("MATCH (o:Ontology) SET o.version = '0'"))
    store.close()
    told = _run(tmp_path, "ask", "case-matrix")
    assert (told.returncode, "version 0 of the ontology" in told.stderr) == (1, True)
    assert _run(tmp_path, "build").returncode == 0
    assert _run(tmp_path, "ask", "case-matrix").returncode == 0


def test_free_cypher_is_cut_at_its_limit_and_says_so(home: Path) -> None:
    told = _run(home, "cypher", "MATCH (n) RETURN n.id AS id", "--limit", "3", "--format", "csv")
    assert len(told.stdout.splitlines()) == 4
    assert "Cut after 3 rows" in told.stderr


def test_free_cypher_takes_parameters_and_standard_input(home: Path) -> None:
    query = "MATCH (c:Concept {id: $id}) RETURN c.label AS label, $n AS n"
    told = _run(home, "cypher", "-", "--param", "id=QUASER:LEAD", "--param", "n=3", "--format", "jsonl", stdin=query)
    assert json.loads(told.stdout) == {"label": "Leadership", "n": 3}


@pytest.mark.parametrize("what", ["ddl", "docs", "diagram"])
def test_what_the_ontology_derives_is_printed(home: Path, what: str) -> None:
    told = _run(home, "schema", what)
    assert told.returncode == 0
    assert "CodedItem" in told.stdout


def test_a_wrong_file_is_reported_whole_and_nothing_is_loaded(home: Path) -> None:
    bad = home / "bad.sssom.tsv"
    bad.write_text(
        "#mapping_set_id: https://example.org/bad\n"
        "subject_id\tpredicate_id\tobject_id\tmapping_justification\tconfidence\n"
        "QUASER:LEAD\tskos:closeMatch\tMUSIQ:ORG9\tsemapv:ManualMappingCuration\t0.5\n"
        "QUASER:LED\tskos:closMatch\tMUSIQ:ORG1\tsemapv:ManualMappingCuration\t7\n",
        "utf-8",
    )
    for verb in ("check", "load"):
        told = _run(home, verb, "bad.sssom.tsv", "--report", f"{verb}.json")
        assert told.returncode == 1
        report = json.loads((home / f"{verb}.json").read_text("utf-8"))
        found = {(p["row"], p["column"]) for p in report["problems"]}
        assert found == {(3, "object_id"), (4, "subject_id"), (4, "predicate_id"), (4, "confidence")}
    count = _run(home, "cypher", "MATCH (m:MappingSet) RETURN count(m) AS n", "--format", "jsonl")
    assert json.loads(count.stdout) == {"n": 1}


RATINGS = (
    "Location ID,Location Name,Service / Population Group,Domain,Latest Rating,Publication Date,"
    "Inherited Rating (Y/N),Provider ID,Provider Name\n"
    "1-100000001,House,Overall,Safe,Good,14/08/2018,N,1-200000001,Owner Ltd\n"
    "no code,House,Overall,Safe,Good,14/08/2018,N,1-200000001,Owner Ltd\n"
)


@pytest.mark.parametrize(("strict", "locations"), [((), 1), (("--strict",), 0)])
def test_a_load_can_write_a_folder_for_neo4j_instead_of_a_store(
    tmp_path: Path, strict: tuple[str, ...], locations: int
) -> None:
    (tmp_path / "ratings.csv").write_text(RATINGS, "utf-8")
    options = ("--bulk", "for-neo4j", "--report", "report.json", *strict)
    told = _run(tmp_path, "load", "ratings.csv", *options, QIKG_STORE="bolt://127.0.0.1:1")

    assert (told.returncode, told.stdout) == (1, "")  # one row is not right
    assert "for-neo4j/README.md has the commands" in told.stderr
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert [problem["row"] for problem in report["problems"]] == [3]
    assert report["nodes"].get("Location", 0) == locations
    assert sorted(path.name for path in tmp_path.iterdir()) == ["for-neo4j", "ratings.csv", "report.json"]


def test_a_wrong_file_makes_no_folder_for_neo4j(tmp_path: Path) -> None:
    (tmp_path / "bad.tsv").write_text("scheme\tcode\tparent_code\tlabel\tgloss\tsource_doi\nM\tM:A\tM\t\t\t\n", "utf-8")
    told = _run(tmp_path, "load", "bad.tsv", "--bulk", "for-neo4j")

    assert (told.returncode, "Nothing was loaded" in told.stderr) == (1, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.tsv"]


def test_a_store_is_wiped_only_when_told_so(tmp_path: Path) -> None:
    assert _run(tmp_path, "build").returncode == 0
    assert _run(tmp_path, "store", "wipe", stdin="n\n").returncode == 1
    assert _run(tmp_path, "ask", "case-matrix").returncode == 0
    assert _run(tmp_path, "store", "wipe", "--yes").returncode == 0
    assert _run(tmp_path, "ask", "case-matrix").returncode == 1


def test_repairing_a_sound_store_harms_nothing(home: Path) -> None:
    assert _run(home, "store", "repair").returncode == 0
    assert _run(home, "ask", "case-matrix").returncode == 0


@pytest.mark.skipif(not TEXT.exists(), reason="the paper's text is not beside the checkout")
def test_the_anchors_hold_in_the_papers_text(home: Path) -> None:
    told = _run(home, "check", "--text", str(TEXT))
    assert told.returncode == 0
    assert "180 passages: 180 found" in told.stdout


@pytest.mark.skipif(not TEXT.exists(), reason="the paper's text is not beside the checkout")
def test_a_reflowed_copy_is_anchored_again_and_shows_its_words(home: Path) -> None:
    copy = home / "copy.txt"
    copy.write_text(" ".join(TEXT.read_text("utf-8").split()), "utf-8")
    checked = _run(home, "check", "--text", "copy.txt", "--report", "anchors.json")
    assert "another copy" in checked.stdout
    assert "180 moved" in checked.stdout
    told = _run(
        home, "ask", "challenge-evidence", "--challenge", "QUASER:EMO", "--text", "copy.txt", "--format", "json"
    )
    rows = json.loads(told.stdout)["rows"]
    assert all(row["words"].startswith(row["quote_start"].split()[0]) for row in rows)


@pytest.mark.skipif(not TEXT.exists(), reason="the paper's text is not beside the checkout")
def test_nothing_of_the_text_is_kept_in_the_store(home: Path) -> None:
    _run(home, "ask", "challenge-evidence", "--challenge", "QUASER:EMO", "--text", str(TEXT))
    passage = "they were too scared to share"
    text = TEXT.read_text("utf-8")
    words = passage if passage in text else text[26250:26300]
    for path in (home / "store").rglob("*"):
        if path.is_file():
            assert words.encode() not in path.read_bytes(), path
