"""Asking: parameters are checked before they reach the store, filters count what they leave out."""

from __future__ import annotations

import datetime

import pytest

from qikg.graph.store import Store
from qikg.ontology.errors import NotLoaded, UsageError
from qikg.queries import Answer, ask, packaged


def _ask(store: Store, name: str, **given: object) -> Answer:
    status, reach = given.pop("status", None), given.pop("reach", None)
    return ask(store, packaged()[name], given, status=status, reach=reach)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("challenge-evidence", {}, "needs challenge"),
        ("challenge-evidence", {"challenge": "QUASER:LED"}, "Did you mean QUASER:LEAD?"),
        ("challenge-evidence", {"challenge": "MUSIQ:ORG1"}, "is a concept, but not a challenge"),
        ("challenge-evidence", {"chalenge": "QUASER:LEAD"}, "Did you mean challenge?"),
        ("evidence-for-concept", {"concept": "quaser:lead"}, "Did you mean QUASER:LEAD?"),
        ("gaps", {"from": "QUASER", "to": "CFIR"}, "Did you mean CFIR"),
        ("trajectory", {"place": "RXQ"}, "no organisation or location"),
        ("did-it-last", {"looked": "14/06/2017"}, "is not a day like 2017-06-14"),
        ("claims-checked", {"result": "agree"}, "Did you mean agrees?"),
        ("case-matrix", {"without_premise": ["count"]}, "Did you mean counts?"),
        ("case-matrix", {"study": "williams-2022"}, "Did you mean williams-best-2022?"),
        ("case-matrix", {"status": "certain"}, "Known: inferred, stated, undetermined"),
        ("case-matrix", {"reach": "same"}, "cannot be filtered by reach"),
        ("challenge-to-factors", {"reach": "far"}, "Known: carries, near, possible, related, same"),
    ],
)
def test_a_wrong_parameter_is_refused_with_the_nearest_right_one(
    graph_store: Store, name: str, given: dict[str, object], said: str
) -> None:
    with pytest.raises(UsageError) as failure:
        _ask(graph_store, name, **given)
    assert said in str(failure.value)


def test_cypher_in_a_parameter_stays_a_value(graph_store: Store) -> None:
    with pytest.raises(UsageError):
        _ask(graph_store, "challenge-evidence", challenge="QUASER:LEAD'}) DETACH DELETE c //")
    assert len(_ask(graph_store, "case-matrix")) == 64


def test_a_question_without_its_data_names_the_command(store: Store) -> None:
    with pytest.raises(NotLoaded, match="Run `qikg build` first"):
        _ask(store, "case-matrix")


def test_status_keeps_what_is_known_so_well_and_counts_the_rest(graph_store: Store) -> None:
    answer = _ask(graph_store, "case-matrix", status="stated")
    assert len(answer) == 41
    assert {row["status"] for row in answer} == {"stated"}
    assert any("23 rows left out by --status stated: 15 inferred, 8 undetermined" in note for note in answer.notes)


def test_reach_keeps_the_rows_that_say_there_is_no_counterpart(graph_store: Store) -> None:
    answer = _ask(graph_store, "challenge-to-factors", challenge="QUASER:POL", reach="possible")
    assert [row["verdict"] for row in answer] == ["judged: no close term"]
    assert any("5 rows left out by --reach possible: 5 related" in note for note in answer.notes)


def test_a_concept_can_be_judged_to_have_no_close_term_and_have_a_weaker_match(graph_store: Store) -> None:
    verdicts = {row["verdict"] for row in _ask(graph_store, "challenge-to-factors", challenge="QUASER:POL")}
    assert verdicts == {"mapped", "judged: no close term"}


def test_a_mapping_read_backwards_turns_narrow_into_broad(graph_store: Store) -> None:
    outward = {row["other"]: row for row in _ask(graph_store, "concept-mappings", concept="QUASER:LEAD")}
    inward = {row["other"]: row for row in _ask(graph_store, "concept-mappings", concept="MUSIQ:ORG1")}
    assert (outward["MUSIQ:ORG1"]["predicate"], outward["MUSIQ:ORG1"]["reach"]) == ("skos:narrowMatch", "possible")
    assert (inward["QUASER:LEAD"]["predicate"], inward["QUASER:LEAD"]["reach"]) == ("skos:broadMatch", "carries")


def test_undetermined_cells_are_neither_present_nor_absent(graph_store: Store) -> None:
    for row in _ask(graph_store, "challenge-coverage"):
        assert int(str(row["present"])) + int(str(row["absent"])) + int(str(row["undetermined"])) == 8


def test_a_mention_is_never_counted_as_an_excerpt(graph_store: Store) -> None:
    coverage = {row["challenge"]: row for row in _ask(graph_store, "challenge-coverage")}
    assert (coverage["QUASER:POL"]["excerpts"], coverage["QUASER:POL"]["mentions"]) == (2, 2)
    assert sum(int(str(row["excerpts"])) for row in coverage.values()) == 26


def test_a_challenge_without_initiative_keeps_its_row(graph_store: Store) -> None:
    rows = [row for row in _ask(graph_store, "initiatives-by-challenge") if row["challenge"] == "QUASER:EMO"]
    assert [row["initiative"] for row in rows] == [None]


def test_an_inconsistency_that_involves_nothing_keeps_its_row(graph_store: Store) -> None:
    rows = {str(row["inconsistency"]): row for row in _ask(graph_store, "inconsistencies")}
    assert rows["williams-best-2022/INC14"]["involves"] == []


def test_a_case_with_two_registrations_gives_one_row_an_excerpt(graph_store: Store) -> None:
    rows = _ask(graph_store, "challenge-evidence", challenge="QUASER:LEAD")
    assert len({row["item"] for row in rows}) == len(rows) == 4
    case4 = next(row for row in rows if row["case"] == "williams-best-2022/case-4")
    assert case4["places"] == ["RD750", "RDU50"]


def test_a_rating_given_before_the_acquisition_is_not_the_successors(graph_store: Store) -> None:
    rows = _ask(graph_store, "trajectory", place="RD7")
    assert not [row for row in rows if row["place"] == "RDU" and str(row["date"]) < "2014-10-01"]


def test_what_comes_by_way_of_a_trust_is_never_better_than_inferred(graph_store: Store) -> None:
    assert {row["status"] for row in _ask(graph_store, "did-it-last")} == {"inferred"}


def test_the_day_looked_from_can_be_chosen(graph_store: Store) -> None:
    answer = _ask(graph_store, "did-it-last", looked=datetime.date(2015, 12, 31))
    case1 = answer[0]
    assert (case1["in_force"], case1["in_force_date"]) == ("Requires improvement", "2015-12-03")


def test_both_runs_print_the_same(graph_store: Store) -> None:
    for question in (question for question in packaged().values() if question.answerable is None):
        given = {key: value.example for key, value in question.parameters.items() if value.required}
        assert str(ask(graph_store, question, given)) == str(ask(graph_store, question, given))
