"""What was added, removed and changed between two graphs."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from graphs import Drawn, graphs
from hypothesis import given
from hypothesis import strategies as st

import qikg
from qikg.ontology.crosswalk import Concept, InFramework
from qikg.ontology.model import Ref
from qikg.release.changes import NO_PREVIOUS, as_json, in_words
from qikg.release.difference import Change, Difference, applied, difference
from qikg.release.snapshot import Edge, Snapshot


def snapshot(*drawn: Drawn) -> Snapshot:
    return Snapshot.of((n for one in drawn for n in one.nodes), (r for one in drawn for r in one.relationships))


@st.composite
def neighbours(draw: st.DrawFn) -> tuple[Snapshot, Snapshot]:
    """Give two graphs that have some things in common, some of them with other properties."""
    common, *others = (draw(graphs()) for _ in range(3))
    old, new = snapshot(common, others[0]), snapshot(common, others[1])
    nodes = {ref: dict(values) for ref, values in new.nodes.items()}
    for ref in draw(st.lists(st.sampled_from(sorted(nodes)), unique=True)):
        if names := sorted(nodes[ref].keys() - {"sources"}):
            del nodes[ref][draw(st.sampled_from(names))]
        nodes[ref]["sources"] = ["another"]
    return old, Snapshot(nodes, new.relationships)


@given(graphs())
def test_a_graph_does_not_differ_from_itself(drawn: Drawn) -> None:
    one = snapshot(drawn)
    assert not difference(one, one)
    assert "Nothing was added, removed or changed." in in_words(difference(one, one), "a", "b")


@given(neighbours())
def test_the_difference_applied_to_the_old_graph_gives_the_new_one(pair: tuple[Snapshot, Snapshot]) -> None:
    old, new = pair
    change = difference(old, new)
    assert applied(old, change) == new
    assert bool(change) == (old != new)


@given(neighbours())
def test_the_difference_comes_back_from_its_json(pair: tuple[Snapshot, Snapshot]) -> None:
    old, new = pair
    change = difference(old, new)
    again = Difference.of_json(as_json(change, "old", "new"))
    assert again == change
    assert again.titles == change.titles
    assert applied(old, again) == new


def concept(code: str, label: str, **more: object) -> Concept:
    return Concept.model_validate(
        {"id": code, "notation": code[2:], "label": label, "order": 1, "sources": ("s",), **more}
    )


OLD = Snapshot.of([concept("X:A", "Alpha", how_seen="in print"), concept("X:B", "Beta")], [])
NEW = Snapshot.of(
    [concept("X:A", "Alpha the second", definition="New."), *(concept(f"X:C{n:02}", f"Gamma {n}") for n in range(30))],
    [InFramework(start=Ref("Concept", "X:A"), end=Ref("Framework", "X"), sources=("s",))],
)


def test_a_change_is_told_by_property_with_the_old_and_the_new_value() -> None:
    change = difference(OLD, NEW)
    assert change.nodes.changed == {
        Ref("Concept", "X:A"): {
            "definition": Change(None, "New."),
            "how_seen": Change("in print", None),
            "label": Change("Alpha", "Alpha the second"),
        }
    }
    assert list(change.nodes.removed) == [Ref("Concept", "X:B")]
    assert list(change.relationships.added) == [
        Edge("IN_FRAMEWORK", Ref("Concept", "X:A"), Ref("Framework", "X"), None)
    ]


def test_words_begin_with_a_summary_and_count_what_they_leave_out() -> None:
    told = in_words(difference(OLD, NEW), "May", "June", shown=3)
    assert told.splitlines()[:4] == [
        "From May to June",
        "",
        "Nodes: 30 added, 1 removed, 1 changed.",
        "Relationships: 1 added, 0 removed, 0 changed.",
    ]
    assert "    Gamma 2 (X:C02)\n    and 27 more\n" in told
    assert '      label: was "Alpha", is "Alpha the second"' in told
    assert "      definition: was not known, is" in told
    assert "    from Alpha the second (X:A) to Framework X\n" in told


def test_json_is_json_even_for_infinite_numbers() -> None:
    old = Snapshot({Ref("Mapping", "m"): {"confidence": 0.5}})
    change = difference(old, Snapshot({Ref("Mapping", "m"): {"confidence": float("inf")}}))
    text = as_json(change, "a", "b")
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert Difference.of_json(text) == change


def test_without_a_previous_release_the_json_says_so() -> None:
    assert json.loads(as_json(None, None, "new"))["note"] == NO_PREVIOUS


def test_titles_do_not_decide_whether_two_differences_are_the_same() -> None:
    change = difference(OLD, NEW)
    assert dataclasses.replace(change, titles={}) == change


@pytest.mark.parametrize("name", ["missing.ttl", "notes.txt"])
def test_what_is_no_graph_is_refused_with_its_name(tmp_path: Path, name: str) -> None:
    (tmp_path / "notes.txt").write_text("x", "utf-8")
    with pytest.raises(qikg.UsageError, match=name):
        qikg.diff(tmp_path / name, tmp_path / name)


def test_rdf_that_is_cut_off_is_refused_with_the_place(tmp_path: Path) -> None:
    file = tmp_path / "cut.ttl"
    file.write_text("@prefix qikg: <https://w3id.org/qikg/ontology#> .\n<x> a qik", "utf-8")
    with pytest.raises(qikg.CheckFailed, match=r"cut\.ttl.*not well-formed"):
        qikg.diff(file, file)
