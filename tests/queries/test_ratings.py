"""Questions about ratings, on two small invented editions of a register whose answers are worked out by hand."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from engines import Engine

from qikg.graph.store import Store
from qikg.loaders import load
from qikg.ontology.errors import NotLoaded
from qikg.queries import Answer, ask, packaged

HEADER = ("Location ID,Location Name,Care Home?,Location Type,Location Primary Inspection Category,Location Post Code,"
          "Location Local Authority,Location Region,Service / Population Group,Domain,Latest Rating,Publication Date,"
          "Report Type,Inherited Rating (Y/N),URL,Provider ID,Provider Name,Brand ID,Brand Name").split(",")  # fmt: skip
A, B, C = "1-9999800001", "1-9999800002", "1-9999800003"
REGIONS = {A: "London", B: "London", C: "South West"}


def _rows(*ratings: tuple[str, str, str, str]) -> list[list[str]]:
    return [
        [place, f"Home {place[-1]}", "Y", "Social Care Org", "Residential social care", "ZZ99 1AA", "Anywhere",
         REGIONS[place], "Overall", question, rating, day, "Location", "N", "", "1-9999900001", "Invented Ltd", "-", "-"]
        for place, question, rating, day in ratings
    ]  # fmt: skip


OLD = _rows(
    (A, "Overall", "Inadequate", "31/01/2018"),  # as many months before the rise as the next, and a day more
    (A, "Overall", "Inadequate", "01/02/2018"),
    (B, "Overall", "Good", "15/03/2018"),
    (C, "Overall", "Requires improvement", "20/04/2018"),
)
NEW = _rows(
    (A, "Overall", "Good", "30/06/2019"),
    (A, "Safe", "Requires improvement", "30/06/2019"),
    (A, "Caring", "Good", "30/06/2019"),
    (B, "Overall", "Good", "15/03/2018"),
    (C, "Overall", "Requires improvement", "13/07/2019"),
    (C, "Overall", "Good", "13/07/2019"),
    (C, "Safe", "Not Rated", ""),
)


def _file(folder: Path, name: str, rows: list[list[str]]) -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([HEADER, *rows])
    return path


@pytest.fixture(scope="module")
def rated(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The packaged graph with both editions beside it."""
    engine.wipe()
    folder = tmp_path_factory.mktemp("ratings")
    with closing(engine.open()) as store:
        load(store, [_file(folder, "old.csv", OLD), _file(folder, "new.csv", NEW)])
        yield store


def _ask(store: Store, name: str, **given: object) -> Answer:
    return ask(store, packaged()[name], given)  # type: ignore[arg-type]


def _of(answer: Answer, *columns: str) -> list[tuple[object, ...]]:
    invented = (row for row in answer if str(row["place"]).startswith("1-99998"))
    return [tuple(row[column] for column in columns) for row in invented]


def test_two_ratings_of_one_day_are_a_conflict(rated: Store) -> None:
    found = _of(_ask(rated, "conflicts"), "place", "date", "one", "other", "status")
    assert found == [(C, "2019-07-13", "Good", "Requires improvement", "stated")]


def test_who_improved_is_seen_over_two_editions(rated: Store) -> None:
    found = _of(_ask(rated, "improvers"), "place", "from_date", "to_date", "steps", "months")
    assert found == [(A, "2018-02-01", "2019-06-30", 2, 17), (C, "2018-04-20", "2019-07-13", 1, 15)]
    assert _of(_ask(rated, "improvers", steps=2, months=17), "place") == [(A,)]
    assert _of(_ask(rated, "improvers", steps=2, months=16), "place") == []


def test_a_weak_question_beside_a_good_overall_rating(rated: Store) -> None:
    found = _of(_ask(rated, "key-question-gaps"), "place", "kind", "question", "steps")
    assert found == [(A, "weak question", "CQC:SAFE", 1)]


def test_the_spread_counts_what_is_current_and_each_side_of_a_conflict(rated: Store) -> None:
    rows = [
        (row["group"], row["value"], row["places"], row["rated"])
        for row in _ask(rated, "distribution", question="CQC:OVERALL", by="region", region="London")
    ]
    assert rows == [("London", "CQCRATING:GOOD", 2, 2)]
    shares = [
        (row["group"], row["value"], row["places"], row["share"])
        for row in _ask(rated, "distribution", question="CQC:OVERALL", region="South West")
    ]
    assert shares == [(None, "CQCRATING:GOOD", 1, 0.5), (None, "CQCRATING:REQUIRES_IMPROVEMENT", 1, 0.5)]


def test_peers_on_a_day_are_those_rated_by_then(rated: Store) -> None:
    rows = [(row["value"], row["peers"], row["here"]) for row in _ask(rated, "peers", place=A)]
    assert rows == [("CQCRATING:GOOD", 3, True), ("CQCRATING:REQUIRES_IMPROVEMENT", 1, False)]
    rows = [(row["value"], row["peers"], row["here"]) for row in _ask(rated, "peers", place=A, date=datetime.date(2018, 12, 31))]
    assert rows == [
        ("CQCRATING:GOOD", 1, False),
        ("CQCRATING:REQUIRES_IMPROVEMENT", 1, False),
        ("CQCRATING:INADEQUATE", 1, True),
    ]


def test_a_trust_that_had_ended_is_no_peer(rated: Store) -> None:
    # RD7 was Inadequate until it ended on 30 September 2014; RQ8 ended in 2020.
    def counts(place: str, day: str | None = None) -> dict[object, object]:
        return {str(row["value"]).partition(":")[2]: row["peers"] for row in _ask(rated, "peers", place=place, date=day)}

    assert counts("RXR", "2014-08-01") == {"REQUIRES_IMPROVEMENT": 2, "INADEQUATE": 2}
    assert counts("RXR", "2014-12-31") == {"OUTSTANDING": 1, "REQUIRES_IMPROVEMENT": 3, "INADEQUATE": 1}
    assert counts("RXR") == {"GOOD": 4, "REQUIRES_IMPROVEMENT": 4}
    assert counts("RD7") == {"GOOD": 4, "REQUIRES_IMPROVEMENT": 4, "INADEQUATE": 1}


def test_an_undated_rating_is_the_newest_where_no_edition_as_late_has_one_with_a_date(rated: Store) -> None:
    found = rated.read("MATCH (r:Rating {id: $id}) OPTIONAL MATCH (r)<-[c:CURRENT_RATING]-() RETURN r.date AS d, c.key AS c",
                       {"id": f"{C}/undated/OVERALL/SAFE/NOT_RATED"})  # fmt: skip
    assert found.values == ((None, "CQC:SAFE"),)


def test_key_question_gaps_of_overall_ratings_alone_cannot_be_told(store: Store) -> None:
    from qikg.loaders import build

    build(store)
    with pytest.raises(NotLoaded, match="overall ratings alone"):
        _ask(store, "key-question-gaps")
