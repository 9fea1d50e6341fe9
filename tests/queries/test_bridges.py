"""How far evidence crosses mappings of a user's own: facing, chains of two sets, denial and duplicates."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from engines import Engine

from qikg.graph.store import Store
from qikg.loaders import load
from qikg.queries import ask, packaged

HEAD = """#mapping_set_id: https://example.org/mappings/{name}
#curie_map:
#  QUASER: https://w3id.org/qikg/concept/quaser/
#  MUSIQ: https://w3id.org/qikg/concept/musiq/
#  PARIHS: https://w3id.org/qikg/concept/parihs/
#  FRAMEWORK: https://w3id.org/qikg/framework/
record_id\tsubject_id\tpredicate_modifier\tpredicate_id\tobject_id\tmapping_justification\tobject_source\tconfidence\treviewer_id
"""
ROWS = {
    "mine": [
        "m:1\tQUASER:LEAD\t\tskos:exactMatch\tPARIHS:E\tsemapv:ManualMappingCuration\t\t0.9\t",
        "m:2\tPARIHS:E1\t\tskos:narrowMatch\tQUASER:CULT\tsemapv:ManualMappingCuration\t\t\t",
        "m:3\tQUASER:EMO\tNot\tskos:exactMatch\tPARIHS:E2\tsemapv:ManualMappingCuration\t\t0.8\t",
        "m:4\tQUASER:LEAD\t\tskos:relatedMatch\tMUSIQ:ORG1\tsemapv:ManualMappingCuration\t\t0.99\tme",
        "m:5\tQUASER:EXT\t\tskos:closeMatch\tsssom:NoTermFound\tsemapv:ManualMappingCuration\tFRAMEWORK:PARIHS\t0.5\t",
    ],
    "theirs": ["t:1\tQUASER:LEAD\t\tskos:closeMatch\tPARIHS:E\tsemapv:ManualMappingCuration\t\t0.95\t"],
}


def _id(name: str, record: str) -> str:
    """Give the id of a mapping of a set whose address is not ours: the set's name with a hash of its address."""
    address = f"https://example.org/mappings/{name}"
    return f"{name}-{hashlib.sha256(address.encode()).hexdigest()[:8]}/{record}"


@pytest.fixture(scope="module")
def mapped(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The packaged graph with two mapping sets of users beside it."""
    engine.wipe()
    engine.holds = "anything"
    folder = tmp_path_factory.mktemp("mappings")
    paths: list[Path] = []
    for name, rows in ROWS.items():
        path = folder / f"{name}.sssom.tsv"
        path.write_text(HEAD.format(name=name) + "\n".join(rows) + "\n", "utf-8")
        paths.append(path)
    with closing(engine.open()) as store:
        load(store, paths)
        yield store


def test_an_exact_match_makes_evidence_the_same(mapped: Store) -> None:
    rows = ask(mapped, packaged()["evidence-for-concept"], {"concept": "PARIHS:E"})
    assert [(row["reach"], row["mapping"]) for row in rows] == [("same", _id("mine", "m:1"))] * 4


def test_one_excerpt_stands_in_one_row_however_many_mappings_reach_it(mapped: Store) -> None:
    rows = ask(mapped, packaged()["evidence-for-concept"], {"concept": "PARIHS:E"})
    assert {str(row["other_mappings"]) for row in rows} == {str([_id("theirs", "t:1")])}
    assert "4 distinct excerpts; 0 distinct mentions." in rows.notes


def test_a_narrow_match_stored_the_other_way_carries(mapped: Store) -> None:
    # PARIHS:E1 has the narrower QUASER:CULT: what holds of culture is an instance of the broader PARIHS:E1.
    rows = ask(mapped, packaged()["evidence-for-concept"], {"concept": "PARIHS:E1"})
    assert {(row["reach"], row["predicate"], row["confidence"]) for row in rows} == {
        ("carries", "skos:broadMatch", None)
    }


def test_a_denied_mapping_carries_nothing(mapped: Store) -> None:
    rows = ask(mapped, packaged()["evidence-for-concept"], {"concept": "PARIHS:E2"})
    assert [row["item"] for row in rows] == [None]
    listed = ask(mapped, packaged()["concept-mappings"], {"concept": "QUASER:EMO"})
    assert [(row["verdict"], row["reach"]) for row in listed if row["mapping"] == _id("mine", "m:3")] == [
        ("denied", None)
    ]


def test_the_furthest_reach_comes_first_whatever_the_confidence(mapped: Store) -> None:
    rows = ask(mapped, packaged()["evidence-for-concept"], {"concept": "MUSIQ:ORG1"})
    led = [row for row in rows if row["coded_as"] == "QUASER:LEAD"]
    assert {(row["reach"], row["mapping"]) for row in led} == {("possible", "quaser-musiq-cfir/XW001")}
    assert {str(row["other_mappings"]) for row in led} == {str([_id("mine", "m:4")])}


def test_a_reviewed_row_says_so(mapped: Store) -> None:
    rows = ask(mapped, packaged()["concept-mappings"], {"concept": "QUASER:LEAD"})
    assert {row["mapping"]: row["review"] for row in rows}[_id("mine", "m:4")] == "reviewed"


def test_no_close_term_in_one_framework_says_nothing_of_another(mapped: Store) -> None:
    rows = ask(mapped, packaged()["gaps"], {"from": "QUASER", "to": "PARIHS"})
    verdicts = {row["concept"]: row["verdict"] for row in rows}
    assert verdicts["QUASER:EXT"] == "judged: no close term"
    assert verdicts["QUASER:EDU"] == "not yet judged"
    assert "QUASER:LEAD" not in verdicts
    assert "QUASER:CULT" not in verdicts


def test_an_item_translates_as_far_as_its_best_bridge(mapped: Store) -> None:
    rows = ask(mapped, packaged()["translate-coding"], {"to": "PARIHS"})
    said = {(row["coded_as"], row["translates"], row["verdict"], row["reach"], row["mapping"]) for row in rows}
    assert said >= {
        ("QUASER:LEAD", "yes", "mapped", "same", _id("mine", "m:1")),
        ("QUASER:CULT", "yes", "mapped", "carries", _id("mine", "m:2")),
        ("QUASER:EXT", "no", "judged: no close term", None, _id("mine", "m:5")),
        # A denied mapping says nothing of the rest of the framework.
        ("QUASER:EMO", "undetermined", "not yet judged", None, None),
    }
    assert "26 distinct excerpts; 7 distinct excerpts that translate" in rows.notes[0]


def test_two_mappings_of_one_step_are_two_chains_and_one_pair(mapped: Store) -> None:
    rows = [
        row
        for row in ask(mapped, packaged()["triangulate"], {"challenge": "QUASER:LEAD"})
        if row["factor"] == "MUSIQ:ORG1"
    ]
    assert [(row["first_mapping"], row["reach"], row["weakest_link"]) for row in rows] == [
        (_id("mine", "m:4"), "related", "quaser-musiq-cfir/XW113"),
        ("quaser-musiq-cfir/XW001", "related", "quaser-musiq-cfir/XW113"),
    ]
    assert {row["pair"] for row in rows} == {"QUASER:LEAD > CFIR2:IV.R.A"}
