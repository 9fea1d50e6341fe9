"""Records of the regulator's API: counted against the files by other means, and every trap that was seen in them."""

from __future__ import annotations

import copy
import gzip
import itertools
import json
import logging
import re
import traceback
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from checkout import ROOT
from dump import dump
from engines import Engine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qikg.graph.content import Content
from qikg.graph.merge import node_statements, relationship_statements
from qikg.graph.store import Store
from qikg.graph.writer import write
from qikg.loaders.cqc.api import read, recognises
from qikg.loaders.report import LoadReport
from qikg.ontology.ddl import ddl
from qikg.ontology.provenance import Load, Source
from qikg.ontology.registers import (
    Awarded,
    Inspected,
    Inspection,
    Location,
    Name,
    Named,
    Operates,
    Organisation,
    Rates,
    Rating,
    SucceededBy,
)

Json = Any
DATA = ROOT.parent / "shared" / "data" / "cqc" / "api-oldham-2025"
real = pytest.mark.skipif(not DATA.is_dir(), reason=f"the real records are not there: {DATA}")

INVENTED = "1-9999800001"


def record(identifier: str = INVENTED, **more: Json) -> dict[str, Json]:
    """A location that does not exist."""
    return {
        "locationId": identifier, "providerId": "1-9999900001", "organisationType": "Location",
        "type": "Social Care Org", "name": "Invented House", "registrationStatus": "Registered",
        "registrationDate": "2011-01-27", "careHome": "Y", "dormancy": "N", "postalCode": "ZZ99 1ZZ",
        "region": "North West", "localAuthority": "Nowhere", **more,
    }  # fmt: skip


def overall(value: str, day: str | None = None, link: str | None = None, **more: Json) -> dict[str, Json]:
    found = {"rating": value, "reportDate": day, "reportLinkId": link, **more}
    return {key: value for key, value in found.items() if value is not None}


class Loaded:
    """What was read of a file or folder."""

    def __init__(self, path: Path, *, strict: bool = False) -> None:
        self.report = LoadReport()
        self.contents = list(read(path, self.report, strict=strict))

    def of(self, kind: type[Any]) -> dict[str, Any]:
        """Give the nodes of a kind by id; a place that others point at is there without anything said of it."""
        nodes = [node for content in self.contents for node in content.nodes if isinstance(node, kind)]
        return {node.id: node for node in sorted(nodes, key=lambda node: len(node.model_fields_set))}

    def edges(self, kind: type[Any]) -> list[Any]:
        return [one for content in self.contents for one in content.relationships if isinstance(one, kind)]

    def pairs(self, kind: type[Any]) -> set[tuple[str, str]]:
        return {(one.start.id, one.end.id) for one in self.edges(kind)}

    @property
    def ratings(self) -> dict[str, Rating]:
        return self.of(Rating)

    @property
    def told(self) -> list[str]:
        return [f"{problem.severity}: {problem}" for problem in self.report.problems]

    @property
    def errors(self) -> list[str]:
        return [str(problem) for problem in self.report.errors]


@pytest.fixture
def load(tmp_path: Path) -> Any:
    """Read records from a file of their own each."""

    def read_them(*records: Json, strict: bool = False) -> Loaded:
        folder = tmp_path / f"records-{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        for number, one in enumerate(records, start=1):
            text = one if isinstance(one, str) else json.dumps(one, ensure_ascii=False)
            (folder / f"{number}.json").write_text(text, "utf-8")
        return Loaded(folder, strict=strict)

    return read_them


# --- the real records, counted by other means


def raw(folder: str) -> list[dict[str, Json]]:
    return [json.loads(path.read_text("utf-8")) for path in sorted((DATA / folder).glob("*.json"))]


@pytest.fixture(scope="module")
def oldham() -> Loaded:
    return Loaded(DATA)


@pytest.fixture(scope="module")
def locations() -> list[dict[str, Json]]:
    return raw("location_details")


def local(word: str) -> str:
    return re.sub("[^A-Z]+", "_", word.upper())


def printed_ratings(one: dict[str, Json]) -> set[tuple[str | None, str, str, str]]:
    """Every rating of a record before the single assessment framework: day, service as printed, question, value."""
    found: set[tuple[str | None, str, str, str]] = set()
    current = one.get("currentRatings", {})
    blocks = [(current, None)] + [(block, block["reportDate"]) for block in one.get("historicRatings", [])]
    for block, day in blocks:
        whole = block.get("overall")
        if whole:
            when = whole.get("reportDate", day)
            found.add((when, "", "OVERALL", local(whole["rating"])))
            for part in whole.get("keyQuestionRatings", []):
                found.add((part.get("reportDate", day), "", local(part["name"]), local(part["rating"])))
        for group in block.get("serviceRatings", []):
            when = group.get("reportDate", day)
            found.add((when, group["name"], "OVERALL", local(group["rating"])))
            for part in group.get("keyQuestionRatings", []):
                found.add((when, group["name"], local(part["name"]), local(part["rating"])))
    return found


@real
def test_the_real_folder_is_recognised_and_nothing_in_it_is_wrong(oldham: Loaded) -> None:
    assert recognises(DATA)
    assert oldham.told == []
    assert oldham.report.rows == {"api-oldham-2025": 451 + 20 + 1 + 451 + 20}  # records, and entries of two lists


@real
def test_the_first_content_is_the_source_with_its_licence(oldham: Loaded) -> None:
    first = oldham.contents[0]
    source, load = first.nodes

    assert first.publisher == "curated"
    assert isinstance(source, Source)
    assert isinstance(load, Load)
    assert re.fullmatch(r"cqc/api/2025-03-13-[0-9a-f]{8}", source.id)
    assert source.licence == (
        "Contains public sector information licensed under the Open Government Licence v3.0. © Care Quality Commission."
    )
    assert {content.as_of for content in oldham.contents} == {"2025-03-13"}


@real
def test_every_place_of_the_register_is_there(oldham: Loaded, locations: list[dict[str, Json]]) -> None:
    providers = raw("provider_details")
    places, organisations = (
        {code: node for code, node in oldham.of(kind).items() if "cqc_name" in node.model_fields_set}
        for kind in (Location, Organisation)
    )

    assert len(locations) == len(places) == 451
    assert {one["locationId"] for one in locations} == set(places)
    assert {one["providerId"] for one in providers} == set(organisations)
    for one in locations:
        place = places[one["locationId"]]
        assert (place.cqc_name, place.sector) == (one["name"].strip(), one["type"])
        assert place.care_home is (one["careHome"] == "Y")
        assert place.postcode_area == one["postalCode"].split()[0]
        primary = [part["name"] for part in one.get("inspectionCategories", []) if part.get("primary") == "true"]
        assert [place.category] == (primary or [None])
    kept = places
    assert Counter(one.registration for one in kept.values()) == {"Registered": 216, "Deregistered": 235}
    assert sum(one.registration_end is not None for one in kept.values()) == 235
    assert sum(one.beds is not None for one in kept.values()) == sum("numberOfBeds" in one for one in locations) == 434
    assert sum(one.ods_code is not None for one in kept.values()) == 252
    assert sum(one.icb is not None for one in kept.values()) == 448
    assert sum(place.brand is not None for place in places.values()) <= 112


@real
def test_no_code_makes_a_trust(oldham: Loaded) -> None:
    labels = {node.labels for content in oldham.contents for node in content.nodes if isinstance(node, Organisation)}

    assert labels == {("Provider",)}
    assert any(re.fullmatch("R..", end.id) for one in oldham.edges(Operates) for end in [one.start])


@real
def test_every_rating_printed_before_2024_is_there_once_and_no_other(
    oldham: Loaded, locations: list[dict[str, Json]]
) -> None:
    expected: Counter[tuple[str, str | None, str, str]] = Counter()
    for one in locations:
        for when, service, question, value in printed_ratings(one):
            expected[one["locationId"], when, question, value if service else f"{value}/whole"] += 1
    found: Counter[tuple[str, str | None, str, str]] = Counter()
    for rating in oldham.ratings.values():
        place, when, service, question, value = rating.id.split("/")
        if rating.percentage is None and rating.quality_statement is None and rating.assessed is None:
            if service in {"DENTAL", "CARE_HOMES", "GENERAL_PRACTICE"}:
                continue
            day = None if when == "undated" else when
            found[place, day, question, f"{value}/whole" if service == "OVERALL" else value] += 1

    assert found == expected


@real
def test_there_are_629_overall_ratings_and_those_of_both_blocks_are_one(
    oldham: Loaded, locations: list[dict[str, Json]]
) -> None:
    inside = [
        (one["locationId"], block["overall"].get("reportDate", block.get("reportDate")), block["overall"]["rating"])
        for one in locations
        for block in [one.get("currentRatings", {}), *one.get("historicRatings", [])]
        if "overall" in block
    ]
    loaded = [
        one for one in oldham.ratings.values() if (one.question, one.service) == ("CQC:OVERALL", "CQCSERVICE:OVERALL")
    ]

    assert len(inside) == 629
    assert len(loaded) == len(set(inside))
    assert all(one.in_register and one.value_printed for one in oldham.ratings.values())
    assert {one.end.id for one in oldham.edges(Rates)} <= set(oldham.of(Location))
    assert len(oldham.edges(Rates)) == len(oldham.ratings)


@real
def test_inherited_ratings_name_the_other_place_and_no_inspection_is_made_up_for_them(
    oldham: Loaded, locations: list[dict[str, Json]]
) -> None:
    current = [
        one["locationId"] for one in locations if '"organisationId"' in json.dumps(one.get("currentRatings", {}))
    ]
    historic = [
        one["locationId"] for one in locations if '"organisationId"' in json.dumps(one.get("historicRatings", []))
    ]
    inherited = {rating.id: rating for rating in oldham.ratings.values() if rating.inherited_from is not None}
    awarded = {one.end.id for one in oldham.edges(Awarded)}

    assert (len(current), len(historic)) == (12, 22)
    assert {one.split("/")[0] for one in inherited} == {*current, *historic}
    assert all(rating.inherited for rating in inherited.values())
    assert not awarded & set(inherited)
    assert {node.id for node in oldham.of(Inspection).values()} == {
        f"{one['locationId']}/{report['reportDate']}" for one in locations for report in one.get("reports", [])
    }
    for one in locations:  # the overall rating of a report is inherited where its key questions are
        whole = one.get("currentRatings", {}).get("overall", {})
        named = {part["organisationId"] for part in whole.get("keyQuestionRatings", [])
                 if part.get("reportLinkId") == whole.get("reportLinkId", "-") and "organisationId" in part}  # fmt: skip
        if named:
            rating = inherited[f"{one['locationId']}/{whole['reportDate']}/OVERALL/OVERALL/{local(whole['rating'])}"]
            assert {rating.inherited_from} == named


@real
def test_inspections_have_their_reports_and_gave_the_ratings_of_those(
    oldham: Loaded, locations: list[dict[str, Json]]
) -> None:
    inspections = oldham.of(Inspection)
    reports = {report["linkId"]: report for one in locations for report in one.get("reports", [])}

    assert len(inspections) == 788
    assert {link for one in inspections.values() for link in one.report_ids} == set(reports)
    assert sum(one.first_visit is not None for one in inspections.values()) == 777
    assert {one.start.id for one in oldham.edges(Inspected)} == set(inspections)
    for one in oldham.edges(Awarded):
        assert one.start.id == "/".join(one.end.id.split("/")[:2])


@real
def test_successions_are_stated_from_both_ends_and_are_one_edge_a_pair(
    oldham: Loaded, locations: list[dict[str, Json]]
) -> None:
    pairs = set()
    for one in locations:
        for related in one["relationships"]:
            pair = (related["relatedLocationId"], one["locationId"])
            pairs.add(pair if related["type"] == "HSCA Predecessor" else pair[::-1])
    stated = [one for one in oldham.edges(SucceededBy) if one.start.label == "Location"]

    assert {(one.start.id, one.end.id) for one in stated} == pairs
    assert len(pairs) == 134
    assert {one.cqc_reason for one in stated} == {
        "New Provider", "Location Move", "Legal Entity Change", "NHS Transfer", "Partnership Change"
    }  # fmt: skip
    assert len(oldham.pairs(SucceededBy)) == 134 + 2


@real
def test_providers_and_locations_are_joined_from_both_ends_and_dangling_ends_are_there(
    oldham: Loaded, locations: list[dict[str, Json]]
) -> None:
    pairs = {(one["providerId"], one["locationId"]) for one in locations}
    pairs |= {(one["providerId"], location) for one in raw("provider_details") for location in one["locationIds"]}
    nodes = {node.pointer for content in oldham.contents for node in content.nodes}

    assert oldham.pairs(Operates) == pairs
    assert {one.since for one in oldham.edges(Operates)} == {None}
    assert len({provider for provider, _ in pairs}) == 341 + 20 - 17
    assert all(
        end in nodes for content in oldham.contents for one in content.relationships for end in (one.start, one.end)
    )


@real
def test_the_new_assessments_are_read_with_scores_and_percentages(
    oldham: Loaded, locations: list[dict[str, Json]]
) -> None:
    assessed = [one for one in locations if "assessment" in one]
    statements = [one for one in oldham.ratings.values() if one.quality_statement is not None]
    questions = [one for one in oldham.ratings.values() if one.percentage is not None]

    assert len(assessed) == 4
    assert len(statements) == 132
    assert {one.quality_statement for one in statements} == {f"CQCQS:{number}" for number in range(1, 34)}
    assert Counter(one.score for one in statements) == {3: 98, 2: 1, None: 33}
    assert {one.value for one in statements if one.score is None} == {"CQCRATING:REGULATIONS_MET"}
    assert Counter(one.percentage for one in questions) == {75.0: 14, 70.0: 1}
    assert "1-569934227/2024-05-10/GENERAL_PRACTICE/OVERALL/GOOD" in oldham.ratings
    assert "1-569934227/2019-05-21/OLDER_PEOPLE/OVERALL/GOOD" in oldham.ratings  # stale, and kept
    dental = [one for one in oldham.ratings if one.startswith("1-16561595022/2024-11-18/DENTAL/") and "/QS" not in one]
    assert sorted(one.split("/")[3] for one in dental) == ["CARING", "EFFECTIVE", "RESPONSIVE", "SAFE", "WELL_LED"]
    carried = oldham.ratings["1-5203053560/2024-09-17/CARE_HOMES/EFFECTIVE/GOOD"]
    assert carried.assessed is False


@real
def test_names_are_observations_of_an_edition(oldham: Loaded, locations: list[dict[str, Json]]) -> None:
    names = oldham.of(Name)
    expected = {
        (one["locationId"], one[key].strip()) for one in locations for key in ("name", "alsoKnownAs") if key in one
    }

    assert {(one.id.split("/")[0], one.name) for one in names.values()} >= expected
    assert {one.edition for one in names.values()} == {"2025-03-13"}
    assert {one.end.id for one in oldham.edges(Named)} == set(names)


@real
def test_no_narrative_is_copied(oldham: Loaded, locations: list[dict[str, Json]]) -> None:
    held = shown(oldham)
    prose = re.findall(r'"(?:commentary|narrative|overallPeopleExperience)": "([^"\\]{60,})', json.dumps(locations))

    assert len(prose) > 50
    assert not [text for text in prose if text[:60] in held]


@real
def test_pieces_are_small_and_every_thing_can_be_written(oldham: Loaded) -> None:
    for content in oldham.contents:
        assert len(content.nodes) + len(content.relationships) < 6_000
        node_statements(content.nodes, content.as_of, content.publisher)
        relationship_statements(content.relationships, content.as_of, content.publisher)


# --- traps, on invented records


def test_a_key_question_is_known_by_its_name_and_not_by_its_place(load: Any) -> None:
    parts = [{"name": name, "rating": value} for name, value in (("Well-led", "Inadequate"), ("Safe", "Good"))]
    found = load(
        record(
            historicRatings=[{"reportDate": "2015-04-30", "overall": {"rating": "Good", "keyQuestionRatings": parts}}]
        )
    )

    assert set(found.ratings) == {
        f"{INVENTED}/2015-04-30/OVERALL/OVERALL/GOOD",
        f"{INVENTED}/2015-04-30/OVERALL/WELL_LED/INADEQUATE",
        f"{INVENTED}/2015-04-30/OVERALL/SAFE/GOOD",
    }
    assert found.told == []


def test_a_day_that_is_only_in_the_reports_is_found_by_the_report_and_else_there_is_none(load: Any) -> None:
    reports = [{"linkId": "a", "reportDate": "2019-01-07", "firstVisitDate": "2018-12-05"}]
    found = load(
        record(reports=reports, currentRatings={"overall": overall("Good", link="a")}),
        record("1-9999800002", reports=reports, currentRatings={"overall": overall("No published rating")}),
    )

    assert set(found.ratings) == {
        f"{INVENTED}/2019-01-07/OVERALL/OVERALL/GOOD", "1-9999800002/undated/OVERALL/OVERALL/NO_PUBLISHED_RATING"
    }  # fmt: skip
    assert found.pairs(Awarded) == {(f"{INVENTED}/2019-01-07", f"{INVENTED}/2019-01-07/OVERALL/OVERALL/GOOD")}
    inspection = found.of(Inspection)[f"{INVENTED}/2019-01-07"]
    assert (inspection.report_ids, str(inspection.first_visit)) == (("a",), "2018-12-05")


def test_a_rating_of_a_report_that_is_not_listed_has_no_inspection(load: Any) -> None:
    found = load(record(currentRatings={"overall": overall("Good", "2019-01-07", "elsewhere")}))

    assert len(found.pairs(Rates)) == 1
    assert not found.edges(Awarded)
    assert not found.of(Inspection)


def test_use_of_resources_is_a_question_of_its_own(load: Any) -> None:
    resources = {
        "organisationId": INVENTED, "useOfResourcesRating": "Requires improvement", "summary": "Prose",
        "reportDate": "2019-02-01", "reportLinkId": "u",
    }  # fmt: skip
    found = load(record(currentRatings={"overall": overall("Good", "2019-01-07", useOfResources=resources)}))
    rating = found.ratings[f"{INVENTED}/2019-02-01/OVERALL/USE_OF_RESOURCES/REQUIRES_IMPROVEMENT"]

    assert (rating.question, rating.inherited_from) == ("CQC:USE_OF_RESOURCES", None)


def test_objects_of_nulls_are_no_ratings(load: Any) -> None:
    nothing = {"rating": None, "reportDate": None, "keyQuestionRatings": None, "organisationId": None}
    block = {"overall": nothing, "serviceRatings": [{"name": None, "rating": None}, None], "reportDate": None}
    found = load(
        record(currentRatings=block, historicRatings=[block, None], reports=None, relationships=[{"type": None}],
               assessment=[{"ratings": {"overall": [], "asgRatings": [{"name": None, "rating": ""}]}}]),
        record("1-9999800002", currentRatings={}, historicRatings=[], relationships=[], reports=[]),
    )  # fmt: skip

    assert found.ratings == {}
    assert found.told == []


def test_absent_is_not_no_and_nought_is_a_number(load: Any) -> None:
    found = load(record(numberOfBeds="0", brandName="-"), {"locationId": "1-9999800002", "careHome": None})
    full, bare = (found.of(Location)[code] for code in (INVENTED, "1-9999800002"))
    kept = found.of(Location)

    assert (full.care_home, full.brand, kept[INVENTED].beds, kept[INVENTED].dormant) == (True, None, 0, False)
    assert (bare.care_home, bare.cqc_name, kept["1-9999800002"].beds, kept["1-9999800002"].dormant) == (None,) * 4


def test_dates_are_read_as_the_change_feed_has_them(load: Any) -> None:
    found = load(
        record(registrationDate=None, deregistrationDate="20230201"), record("1-9999800002", registrationDate="soon")
    )
    kept = found.of(Location)

    assert (kept[INVENTED].registration_start, str(kept[INVENTED].registration_end)) == (None, "2023-02-01")
    assert [line for line in found.told if "registrationDate" in line and "'soon'" in line]


def test_regions_have_one_name_and_an_unknown_one_is_kept_and_counted(load: Any) -> None:
    found = load(
        record(region="East"), record("1-9999800002", region="Yorkshire & Humberside"),
        record("1-9999800003", region="North Wset"), record("1-9999800004", region="North Wset"),
    )  # fmt: skip

    assert [place.region for place in found.of(Location).values()] == [
        "East of England", "Yorkshire and The Humber", "North Wset", "North Wset"
    ]  # fmt: skip
    assert len(found.told) == 1
    assert "(2 times)" in found.told[0]
    assert "Did you mean North West?" in found.told[0]


def test_words_never_seen_are_kept_as_printed_and_counted(load: Any) -> None:
    groups = [{"name": "brandnew", "rating": "Quite good", "reportDate": "2026-01-02"},
              {"name": "odd", "rating": "Good", "reportDate": "2026-01-02"},
              {"name": "old", "rating": "Good", "reportDate": "2026-01-02"}]  # fmt: skip
    areas = [{"inspectionAreaId": "brandnew", "inspectionAreaName": "Brand-new service"},
             {"inspectionAreaId": "odd", "inspectionAreaName": "Critical care"}]  # fmt: skip
    found = load(record(currentRatings={"serviceRatings": groups}, inspectionAreas=areas))

    assert set(found.ratings) == {
        f"{INVENTED}/2026-01-02/BRAND_NEW_SERVICE/OVERALL/QUITE_GOOD",
        f"{INVENTED}/2026-01-02/CRITICAL_CARE/OVERALL/GOOD",
        f"{INVENTED}/2026-01-02/OLDER_PEOPLE/OVERALL/GOOD",
    }
    assert len(found.told) == 2
    assert all(line.startswith("warning") for line in found.told)


def test_quality_statements_of_one_question_and_score_stay_apart(load: Any) -> None:
    parts = [{"qualityStatementId": str(number), "name": "x", "status": "Assessed",
              "qualityStatementscore": "3 - Evidence shows a good standard of care"} for number in (1, 2, 99)]  # fmt: skip
    question = {"name": "Safe", "rating": "Good", "percentageScore": "75", "status": "Assessed", "topicareas": parts}
    one = {"name": "Care Homes", "rating": "", "keyQuestionRatings": [question]}
    plan = {"assessmentPlanPublishedDateTime": "2024-09-17 15:19:48", "ratings": {"asgRatings": [one]}}
    found = load(record(assessment=[plan]))
    base = f"{INVENTED}/2024-09-17/CARE_HOMES"

    assert set(found.ratings) == {
        f"{base}/SAFE/GOOD",
        f"{base}/QS1/SCORE_3",
        f"{base}/QS2/SCORE_3",
        f"{base}/QS99/SCORE_3",
    }
    rating = found.ratings[f"{base}/QS2/SCORE_3"]
    assert (rating.question, rating.quality_statement, rating.score) == ("CQC:SAFE", "CQCQS:2", 3)
    assert rating.value_printed == "3 - Evidence shows a good standard of care"
    assert found.ratings[f"{base}/SAFE/GOOD"].percentage == 75.0
    assert len(found.told) == 1


def test_an_id_in_lower_case_is_an_error_with_a_hint(load: Any) -> None:
    found = load(
        record("rdu50"), record("1-9999800002", providerId="rdu", relationships=[{"relatedLocationId": "rdu01"}])
    )

    assert set(found.of(Location)) == {"1-9999800002"}
    assert len(found.errors) == 3
    assert all("upper case" in line for line in found.errors)
    assert "Did you mean RDU50?" in found.errors[0]
    assert not found.edges(Operates)


def test_the_same_id_with_two_types_is_observed_twice_with_a_warning(load: Any) -> None:
    first = record(currentRatings={"overall": overall("Good", "2015-01-01")})
    second = record(
        type="Primary Dental Care", name="Other House", currentRatings={"overall": overall("Inadequate", "2016-01-01")}
    )
    found = load(first, second, first)

    assert len(found.ratings) == 2
    assert {name.name for name in found.of(Name).values()} == {"Invented House", "Other House"}
    assert len(found.told) == 1
    assert "Social Care Org, Primary Dental Care" in found.told[0]


def test_the_same_id_for_a_location_and_a_provider_is_both(load: Any) -> None:
    found = load(record("RDU50"), {"providerId": "RDU50", "name": "A trust"})

    assert "RDU50" in found.of(Location)
    assert "RDU50" in found.of(Organisation)
    assert len(found.told) == 1


def test_a_relationship_of_another_type_or_to_itself_is_no_succession(load: Any) -> None:
    relationships = [
        {"relatedLocationId": INVENTED, "type": "HSCA Successor"},
        {"relatedLocationId": "1-9999800002", "type": "Dual Registered"},
        {"relatedLocationId": "1-9999800003", "type": "hsca predecessor", "reason": "Location Move"},
    ]
    found = load(record(relationships=relationships))

    assert found.pairs(SucceededBy) == {("1-9999800003", INVENTED)}
    assert len(found.told) == 2


# --- files


def test_a_broken_file_is_named_with_its_place_and_the_rest_is_loaded(load: Any) -> None:
    broken = ('{"locationId": "1-9999800007", "name": "cut o', '{\n "locationId": oops\n}', "")
    found = load(*broken, *(record(f"1-99998001{number:02}") for number in range(20)))

    assert len(found.of(Location)) == 20
    assert len(found.errors) == 3
    assert "1.json, row 1" in found.errors[0]
    assert "cut off" in found.errors[0]
    assert "2.json, row 2, column character 16" in found.errors[1]
    assert "the file is empty" in found.errors[2]


def test_strict_takes_nothing_where_something_is_broken_and_all_where_nothing_is(load: Any) -> None:
    broken, whole = load(record(), "{", strict=True), load(record(), strict=True)

    assert broken.contents == []
    assert len(broken.errors) == 1
    assert len(whole.of(Location)) == 1


@pytest.mark.parametrize("text", ['{"a": 1}', '"text"', "3", "null", "[1, null]", '{"statusCode": 404}', "[]", "{}"])
def test_json_that_is_no_record_is_reported(load: Any, text: str) -> None:
    found = load(text)

    assert found.errors
    assert all(isinstance(node, Source | Load) for content in found.contents for node in content.nodes)


@pytest.mark.parametrize("name", ["all.json", "all.json.gz"])
@pytest.mark.parametrize("lines", [False, True])
def test_a_file_may_hold_many_records(tmp_path: Path, name: str, lines: bool) -> None:
    records = [record(f"1-99998{number:05}", name=f"House {number} " + "Ü" * 900) for number in range(3_000)]
    text = (
        "\n".join(map(json.dumps, records)) if lines else "\ufeff" + json.dumps(records, indent=2, ensure_ascii=False)
    )
    path = tmp_path / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    found = Loaded(path)

    assert recognises(path)
    assert found.told == []
    assert len(found.of(Location)) == 3_000
    assert found.report.rows == {name: 3_000}


def test_a_list_that_is_cut_off_gives_what_came_before(tmp_path: Path) -> None:
    text = json.dumps([record(f"1-99998{number:05}") for number in range(50)], indent=1)
    path = tmp_path / "cut.json"
    path.write_text(text[: len(text) * 2 // 3])
    found = Loaded(path)

    assert len(found.of(Location)) == 33
    assert len(found.errors) == 1
    assert "cut off" in found.errors[0]
    assert f"row {path.read_text().count(chr(10)) + 1}" in found.errors[0]


def test_a_packed_file_that_is_cut_off_or_none_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(json.dumps([record()]).encode())[:-20])
    (tmp_path / "b.json.gz").write_bytes(b"no gzip")
    (tmp_path / "c.json").write_bytes(json.dumps(record(name="Caf\u00e9"), ensure_ascii=False).encode("latin-1"))
    found = Loaded(tmp_path)

    assert len(found.errors) == 3
    assert "not text in UTF-8" in found.errors[2]


def test_a_page_that_lists_places_gives_their_names(load: Any) -> None:
    entries = [{"locationId": INVENTED, "locationName": "Invented House", "postalCode": "ZZ99 1ZZ"}]
    page = {"total": 1, "page": 1, "nextPageUri": None, "locations": entries}
    providers = {"total": 1, "providers": [{"providerId": "RDU", "providerName": "A trust"}]}
    found = load(page, providers)

    assert set(found.of(Location)) == {INVENTED}
    assert found.of(Organisation)["RDU"].labels == ("Provider",)
    assert {name.name for name in found.of(Name).values()} == {"Invented House", "A trust"}
    assert found.told == []


def test_what_has_no_records_is_not_recognised(tmp_path: Path) -> None:
    for name, text in (
        ("a.json", '{"a": 1}'), ("b.tsv", "locationId\tx"), ("c.json", 'text with "locationId": 1'), ("d.json", "")
    ):  # fmt: skip
        (tmp_path / name).write_text(text)
        assert not recognises(tmp_path / name)
    assert not recognises(tmp_path)
    assert not recognises(tmp_path / "absent.json")
    (tmp_path / "e.json").write_text(json.dumps(record()))
    assert recognises(tmp_path)
    (tmp_path / "study.json").write_text("{}")
    assert not recognises(tmp_path)


def test_the_edition_is_the_newest_day_inside_but_for_slips_of_the_pen(load: Any) -> None:
    reports = [{"linkId": "a", "reportDate": "2024-02-30"}, {"linkId": "b", "reportDate": "2201-01-01"},
               {"linkId": "c", "reportDate": "2024-02-03"}]  # fmt: skip

    assert {content.as_of for content in load(record(reports=reports)).contents} == {"2024-02-03"}


# --- people

PEOPLE = ("Fictional", "Invented-Smythe", "Zebedee", "Quillfeather")


def peopled() -> dict[str, Json]:
    """A record in which people stand wherever the register has them."""
    first, family, other, last = PEOPLE
    contact = {
        "personTitle": "Dr",
        "personGivenName": first,
        "personFamilyName": family,
        "personRoles": ["Registered Manager"],
    }
    activity = {"code": "RA1", "name": "Personal care", "contacts": [contact], "nominatedIndividual": contact}
    question = {
        "name": "Safe",
        "rating": "Good",
        "commentary": f"{last} said",
        "narrative": f"{last} said",
        "percentageScore": "75",
    }
    one = {"name": "Homecare", "rating": "Good", "overallPeopleExperience": last, "keyQuestionRatings": [question]}
    return record(
        regulatedActivities=[activity], contacts=[contact], partners=[other], mainPartnerName=other,
        registeredManager=f"{family}, {first}", registeredManagerAbsentDate="2025-03-20",
        currentRatings={"overall": overall("Good", "2019-01-07", useOfResources={"summary": f"{last} said"})},
        assessment=[{"ratings": {"asgRatings": [one]}}],
    )  # fmt: skip


def shown(found: Loaded) -> str:
    """All that a load gives or says."""
    return "\n".join(
        [*(repr(thing) for content in found.contents for thing in (*content.nodes, *content.relationships)),
         found.report.to_json(), found.report.to_tsv(), found.report.summary()]
    )  # fmt: skip


def test_no_name_of_a_person_leaves_the_decoder(load: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    one = peopled()
    text = json.dumps(one)
    wrong = copy.deepcopy(one) | {"locationId": "1-9999800002", "region": ["x"], "type": {"personGivenName": PEOPLE[0]},
                                  "relationships": "x", "reports": [7], "numberOfBeds": "many"}  # fmt: skip
    found = load(one, wrong, text[:-200], text[: text.index("RA1")] + "\x00", text.replace('"ZZ99 1ZZ"', "ZZ"))

    assert len(found.of(Location)) == 2
    assert len(found.errors) == 3
    held = shown(found) + caplog.text
    assert not [name for name in PEOPLE if name in held]


def test_no_name_of_a_person_stands_in_an_exception(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.json").write_text(json.dumps(peopled())[:-50])
    (tmp_path / "b.json").write_text(json.dumps(peopled()))

    def fails(*arguments: object) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr("qikg.loaders.cqc.api.see_blocks", fails)
    with pytest.raises(RuntimeError) as caught:
        Loaded(tmp_path)
    told = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())

    assert "out of order" in told
    assert not [name for name in PEOPLE if name in told]


# --- whatever comes

junk = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just([]), st.just({}),
    st.sampled_from(["", " ", "x" * 2_000, "\x07", "\ud800", "2024-02-30", "rdu50", "1/2", "../..", [None], [[]], [{}]]),
)  # fmt: skip


def places_of(value: Json) -> list[tuple[Json, Json]]:
    """Every spot of a JSON value at which something else can be put."""
    if isinstance(value, dict):
        own = [(value, key) for key in value]
        return own + [spot for one in value.values() for spot in places_of(one)]
    if isinstance(value, list):
        return [(value, index) for index in range(len(value))] + [spot for one in value for spot in places_of(one)]
    return []


def full() -> dict[str, Json]:
    """An invented record with every kind of block."""
    parts = [
        {"name": "Safe", "rating": "Good", "reportDate": "2019-01-07", "reportLinkId": "a", "organisationId": "RDU50"}
    ]
    statement = {
        "qualityStatementId": "3",
        "status": "Assessed",
        "qualityStatementscore": "2 - Evidence shows some shortfalls",
    }
    question = {
        "name": "Caring",
        "rating": "Good",
        "percentageScore": "70",
        "status": "Assessed",
        "topicareas": [statement],
    }
    whole = overall(
        "Good", "2019-01-07", "a", keyQuestionRatings=parts, useOfResources={"useOfResourcesRating": "Good"}
    )
    return record(
        alsoKnownAs="The House", numberOfBeds="12", odsCode="P85612", inspectionCategories=[{"name": "Dentists", "primary": "true"}],
        currentRatings={"overall": whole, "serviceRatings": [{"name": "old", "rating": "Good", "reportDate": "2019-01-07"}]},
        historicRatings=[{"reportLinkId": "b", "reportDate": "2015-04-30", "overall": {"rating": "Good"}}],
        reports=[{"linkId": "a", "reportDate": "2019-01-07", "firstVisitDate": "2018-12-05"}],
        relationships=[{"relatedLocationId": "RDU01", "relatedLocationName": "Y", "type": "HSCA Successor", "reason": "NHS Transfer"}],
        inspectionAreas=[{"inspectionAreaId": "old", "inspectionAreaName": "Older people"}],
        assessment=[{"assessmentPlanPublishedDateTime": "2024-09-17 15:19:48", "ratings": {
            "overall": [{"rating": "Good"}], "asgRatings": [{"name": "Dental", "rating": "", "keyQuestionRatings": [question]}]}}],
    )  # fmt: skip


@given(data=st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_record_however_odd_ends_in_a_traceback(tmp_path: Path, data: st.DataObject) -> None:
    one = full()
    for _ in range(data.draw(st.integers(1, 4))):
        spots = places_of(one)
        holder, key = spots[data.draw(st.integers(0, len(spots) - 1))]
        if data.draw(st.booleans()) and isinstance(holder, dict):
            del holder[key]
        else:
            holder[key] = copy.deepcopy(data.draw(junk))
        if not one:
            break
    text = json.dumps(one)
    if data.draw(st.integers(0, 4)) == 0:
        text = text[: data.draw(st.integers(0, len(text)))]
    path = tmp_path / "one.json"
    path.write_text(text)
    found = Loaded(path)

    found.report.summary()
    for content in found.contents:
        node_statements(content.nodes, content.as_of, content.publisher)
        relationship_statements(content.relationships, content.as_of, content.publisher)
        for node in content.nodes:
            node.id.encode()  # nothing that UTF-8 cannot carry
    assert len(found.contents) >= 1


def test_a_record_nested_without_end_is_reported(load: Any) -> None:
    found = load('{"locationId": "1-9999800001", "reports": ' + "[" * 100_000, record("1-9999800002"))

    assert len(found.errors) == 1
    assert set(found.of(Location)) == {"1-9999800002"}


# --- in the graph


def pieces(*paths: Path) -> list[list[Content]]:
    return [list(read(path, LoadReport())) for path in paths]


def put(store: Store, contents: Iterable[Content]) -> None:
    for content in contents:
        assert write(store, content).missing_ends == []


@pytest.fixture
def handful(tmp_path: Path) -> list[Path]:
    """Three loads that speak of each other: a location and its successor, their provider, a newer state of the first."""
    older = full() | {
        "relationships": [{"relatedLocationId": "1-9999800002", "type": "HSCA Successor", "reason": "NHS Transfer"}]
    }
    newer = record(name="New House", registrationStatus="Deregistered", deregistrationDate="2024-12-01",
                   historicRatings=[{"reportLinkId": "b", "reportDate": "2015-04-30", "overall": {"rating": "Good"}}])  # fmt: skip
    successor = record("1-9999800002", registrationDate="2024-11-30",
                       relationships=[{"relatedLocationId": INVENTED, "type": "HSCA Predecessor"}])  # fmt: skip
    provider = {"providerId": "1-9999900001", "name": "Invented Ltd", "type": "Social Care Org", "registrationDate": "2010-10-01",
                "locationIds": [INVENTED, "1-9999800002"]}  # fmt: skip
    paths = [tmp_path / f"{number}.json" for number in range(3)]
    for path, records in zip(paths, ([older, provider], [successor], [newer]), strict=True):
        path.write_text(json.dumps(records))
    return paths


def test_loads_give_one_graph_in_any_order_and_any_number_of_times(
    store: Store, engine: Engine, handful: list[Path]
) -> None:
    loads = pieces(*handful)
    dumps = []
    for order in itertools.islice(itertools.permutations(range(3)), 0, 6, 2):
        engine.wipe()
        engine.holds = "anything"
        store.define(ddl())
        for number in order:
            put(store, loads[number])
        put(store, loads[order[0]])
        dumps.append(dump(store))

    assert dumps[0] == dumps[1] == dumps[2]
    [row] = store.read(
        "MATCH (l:Location {id: $id}) RETURN l.cqc_name AS name, l.registration AS status, l.beds AS beds",
        {"id": INVENTED},
    )
    assert row == {"name": "New House", "status": "Deregistered", "beds": None}
    [row] = store.read(
        "MATCH (:Location)-[r:SUCCEEDED_BY]->(:Location) RETURN count(r) AS edges, min(r.cqc_reason) AS reason"
    )
    assert row == {"edges": 1, "reason": "NHS Transfer"}
    [row] = store.read("MATCH (r:Rating {id: $id}) RETURN r.in_register AS stated, r.edition_first AS first, r.edition_last AS last",
                       {"id": f"{INVENTED}/2015-04-30/OVERALL/OVERALL/GOOD"})  # fmt: skip
    assert row == {"stated": True, "first": "2024-09-17", "last": "2024-12-01"}


def test_what_a_study_says_of_a_rating_stays_beside_what_the_register_says(
    store: Store, engine: Engine, tmp_path: Path
) -> None:
    identifier = f"{INVENTED}/2015-04-30/OVERALL/OVERALL/GOOD"
    study = Content("2026-11-23")
    study.add(
        Rating.model_validate(
            {"id": identifier, "date": {"text": "2015-04-30"}, "question": "CQC:OVERALL", "service": "CQCSERVICE:OVERALL",
             "value": "CQCRATING:GOOD", "value_printed": "Good", "score": 3, "status": "inferred", "sources": ("study",)}
        )
    )  # fmt: skip
    path = tmp_path / "one.json"
    block = {"reportDate": "2015-04-30", "organisationId": "1-9999800009", "overall": {"rating": "Good"}}
    path.write_text(json.dumps(record(historicRatings=[block])))
    [loaded] = pieces(path)
    dumps = []
    for order in ([study, *loaded], [*loaded, study]):
        engine.wipe()
        engine.holds = "anything"
        store.define(ddl())
        put(store, order)
        dumps.append(dump(store))
    [row] = store.read(
        "MATCH (r:Rating {id: $id}) RETURN r.status AS status, r.in_register AS stated, r.inherited_from AS of",
        {"id": identifier},
    )

    assert dumps[0] == dumps[1]
    assert row == {"status": "inferred", "stated": True, "of": "1-9999800009"}


def things(contents: Iterable[Content]) -> list[str]:
    return [repr(thing) for content in contents for thing in (*content.nodes, *content.relationships)]


def test_reading_twice_gives_the_same(handful: list[Path]) -> None:
    first, second = pieces(handful[0]), pieces(handful[0])

    assert things(first[0]) == things(second[0])
