"""What the packaged data become, counted against the files as the standard library reads them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import TypeVar

import pytest
import yaml
from packaged_data import STUDY, Sheet, count, rows

from qikg.graph.content import Content
from qikg.loaders.loading import packaged
from qikg.loaders.packaged import ONTOLOGY
from qikg.loaders.report import LoadReport
from qikg.ontology.crosswalk import Affects, Concept, Framework, InFramework, Mapping, MappingSet, Outcome
from qikg.ontology.evidence import (
    AboutCase,
    AboutConcept,
    Assertion,
    CandidateGrid,
    Cell,
    Claim,
    CodedAs,
    CodedItem,
    Document,
    Inconsistency,
    Involves,
    LeavesBlank,
    PrintedAt,
    Span,
    Study,
)
from qikg.ontology.model import INFERRED, STATED, UNDETERMINED, Node, Relationship
from qikg.ontology.registers import Rating, RegulatoryAction, SucceededBy

N = TypeVar("N", bound=Node)
R = TypeVar("R", bound=Relationship)
SET = ONTOLOGY / "mappings" / "quaser-musiq-cfir.sssom.tsv"


@pytest.fixture(scope="module")
def report() -> LoadReport:
    return LoadReport()


@pytest.fixture(scope="module")
def content(report: LoadReport) -> Content:
    return packaged(report)


def nodes(content: Content, cls: type[N]) -> list[N]:
    return [node for node in content.nodes if isinstance(node, cls)]


def edges(content: Content, cls: type[R]) -> list[R]:
    return [one for one in content.relationships if isinstance(one, cls)]


def local(identifiers: Iterable[str]) -> set[str]:
    return {identifier.removeprefix(f"{STUDY.name}/") for identifier in identifiers}


def test_packaged_data_have_no_problem(content: Content, report: LoadReport) -> None:
    assert content.nodes
    assert report.problems == []


def test_every_packaged_file_is_read_with_all_its_rows(content: Content, report: LoadReport) -> None:
    files = [*STUDY.glob("*.tsv"), *ONTOLOGY.glob("frameworks/*.tsv"), *ONTOLOGY.glob("vocabularies/*.tsv")]
    assert {path.name: report.rows.get(path.name) for path in files} == {
        path.name: len(Sheet.read(path).rows) for path in files
    }


def test_no_two_rows_say_different_things_of_one_node_or_relationship(content: Content) -> None:
    said: dict[object, set[str]] = {}
    for node in content.nodes:
        said.setdefault(node.pointer, set()).add(repr(node.properties()))
    for one in content.relationships:
        said.setdefault((one.type, one.start, one.end, one.key), set()).add(repr(one.properties()))
    assert [key for key, values in said.items() if len(values) > 1] == []


def test_every_relationship_has_its_ends(content: Content) -> None:
    there = {node.pointer for node in content.nodes}
    assert [one for one in content.relationships if not {one.start, one.end} <= there] == []


# --- Table 4


def test_table_4_is_64_assertions_as_its_file_has_them(content: Content) -> None:
    cells = {row["cell_id"]: row for row in rows(STUDY / "table4_cells.tsv")}
    found = {local([node.id]).pop(): node for node in nodes(content, Assertion)}
    assert len(found) == 64
    assert {name: (node.value, node.status) for name, node in found.items()} == {
        name: (row["value"], row["status"]) for name, row in cells.items()
    }


def test_52_cells_are_present_of_which_41_are_stated_4_absent_and_8_undetermined(content: Content) -> None:
    found = Counter((node.value, node.status) for node in nodes(content, Assertion))
    assert found == {
        ("present", STATED): 41,
        ("present", INFERRED): 11,
        ("absent", INFERRED): 4,
        ("undetermined", UNDETERMINED): 8,
    }


def test_an_undetermined_cell_is_never_filled_in(content: Content) -> None:
    open_cells = {node.id for node in nodes(content, Assertion) if node.status == UNDETERMINED}
    assert local(open_cells) == {
        "T4-4-EMO", "T4-4-PHYS", "T4-4-STRUCT", "T4-7-EMO", "T4-7-PHYS", "T4-7-STRUCT", "T4-8-EMO", "T4-8-PHYS",
    }  # fmt: skip
    assert {node.value for node in nodes(content, Assertion) if node.id in open_cells} == {UNDETERMINED}


def test_every_assertion_is_about_one_case_and_one_challenge(content: Content) -> None:
    about_case = {one.start.id: one.end.id for one in edges(content, AboutCase) if one.start.label == "Assertion"}
    about_concept = {one.start.id: one.end.id for one in edges(content, AboutConcept) if one.start.label == "Assertion"}
    pairs = {(about_case[node.id], about_concept[node.id]) for node in nodes(content, Assertion)}
    assert len(pairs) == 64


def test_candidate_grids_are_no_findings_and_leave_cells_blank(content: Content) -> None:
    grids = nodes(content, CandidateGrid)
    assert len(grids) == 10
    assert sum(bool(grid.fits_discussion) for grid in grids) == 4
    blank = Counter(one.start.id for one in edges(content, LeavesBlank))
    printed = {
        row["grid_id"]: sum(len(row[f"blanks_case_{case}"].split("|")) for case in "478")
        for row in rows(STUDY / "table4_candidate_grids.tsv")
    }
    assert {local([grid]).pop(): number for grid, number in blank.items()} == printed
    assert set(printed.values()) == {6}


# --- items, claims, inconsistencies, places


def test_28_coded_items_are_26_excerpts_and_2_author_mentions(content: Content) -> None:
    assert count(content, "CodedItem") == 28
    assert count(content, "Excerpt") == 26
    mentions = [node for node in nodes(content, CodedItem) if "AuthorMention" in node.labels]
    assert local(node.id for node in mentions) == {"P2", "P3"}
    assert all("Excerpt" not in node.labels for node in mentions)


def test_every_item_is_coded_once_by_the_authors(content: Content) -> None:
    coded = edges(content, CodedAs)
    assert len({one.start for one in coded}) == len(coded) == 28
    assert {one.coder for one in coded} == {"authors"}


def test_27_claims_are_kept_with_how_they_fared(content: Content) -> None:
    fared = Counter(row["check_result"] for row in rows(STUDY / "claims.tsv"))
    assert len(nodes(content, Claim)) == 27
    assert Counter(node.check_result for node in nodes(content, Claim)) == fared


def test_15_inconsistencies_point_at_all_that_they_concern(content: Content) -> None:
    wanted = {
        (row["inconsistency_id"], name.partition(":")[2] or name)
        for row in rows(STUDY / "inconsistencies.tsv")
        for column in ("claims", "cells", "items", "challenges")
        for name in row[column].split("|")
        if name
    }
    found = {
        (local([one.start.id]).pop(), one.end.id.rpartition("/")[2].rpartition(":")[2])
        for one in edges(content, Involves)
    }
    assert len(nodes(content, Inconsistency)) == 15
    assert found == wanted


def test_cells_of_tables_2_and_3_keep_what_is_printed(content: Content) -> None:
    printed = {row["cell_id"]: row["printed"] for row in rows(STUDY / "table2_cells.tsv")}
    printed |= {row["date_id"]: row["printed"] for row in rows(STUDY / "table3_dates.tsv")}
    assert {local([node.id]).pop(): node.printed for node in nodes(content, Cell)} == printed
    assert len(printed) == 52


def test_an_open_column_of_table_3_has_candidates_and_no_column(content: Content) -> None:
    open_cells = [node for node in nodes(content, Cell) if node.status == UNDETERMINED]
    assert len(open_cells) == sum(row["status"] == "open" for row in rows(STUDY / "table3_dates.tsv")) > 0
    assert all(node.column is None and len(node.column_options) == 2 for node in open_cells)


def test_every_span_lies_in_the_text_and_everything_printed_has_one(content: Content) -> None:
    [document] = nodes(content, Document)
    described = json.loads((STUDY / "study.json").read_text("utf-8"))["text"]
    assert (document.sha256, document.length) == (described["sha256"], described["code_points"])
    spans = nodes(content, Span)
    assert len(spans) == len(rows(STUDY / "spans.tsv"))
    assert all(0 <= span.start < span.end <= document.length for span in spans)
    starts = {one.start for one in edges(content, PrintedAt)}
    for cls in (CodedItem, Claim):
        assert {node.pointer for node in nodes(content, cls)} <= starts


def test_of_the_words_of_a_span_only_its_ends_are_kept(content: Content) -> None:
    for node in nodes(content, Span):
        for quoted in (node.quote_start or "", node.quote_end or ""):
            assert len([word for word in quoted.split() if re.search(r"\w", word)]) <= 6, node.id


def test_a_reported_identifier_is_not_published(content: Content) -> None:
    [study] = nodes(content, Study)
    reported = json.loads((STUDY / "study.json").read_text("utf-8"))["reported_identifiers"]
    everything = repr([node.properties() for node in content.nodes])
    assert len(reported) == 2
    assert study.doi == "10.3390/ijerph19020747"
    assert not any(f"'{one['value']}'" in everything for one in reported)


# --- the public record


def test_every_event_is_a_rating_an_action_or_a_succession(content: Content) -> None:
    events = rows(STUDY / "organisations_history.tsv")
    kinds = Counter(row["event_type"] for row in events)
    ratings = {name for node in nodes(content, Rating) for name in node.event_id}
    actions = {node.id for node in nodes(content, RegulatoryAction)}
    mergers = {name for one in edges(content, SucceededBy) for name in one.event_id}
    assert ratings | actions | mergers == {row["event_id"] for row in events}
    assert (len(ratings), len(mergers)) == (kinds["rating"], kinds["merger"])
    assert len(actions) == len(events) - kinds["rating"] - kinds["merger"]


# --- frameworks and mappings


def test_every_code_of_every_framework_is_a_concept_or_a_framework(content: Content) -> None:
    lists = [ONTOLOGY / "frameworks" / name for name in (
        "quaser.tsv", "organising_for_quality_2008.tsv", "musiq2012.tsv", "musiq2018_reed.tsv", "cfir2022.tsv",
        "cfir2009.tsv", "parihs.tsv", "other_context_frameworks.tsv",
    )]  # fmt: skip
    lists += sorted((ONTOLOGY / "vocabularies").glob("*.tsv"))
    codes = [row for path in lists for row in rows(path)]
    assert {node.id for node in nodes(content, Concept)} == {row["code"] for row in codes if row["parent_code"]}
    assert {node.id for node in nodes(content, Framework)} == {row["code"] for row in codes if not row["parent_code"]}
    belongs = {(one.start.id, one.end.id) for one in edges(content, InFramework)}
    assert belongs == {(row["code"], row["code"].partition(":")[0]) for row in codes if row["parent_code"]}


@pytest.mark.parametrize(
    ("label", "number"),
    [("Challenge", 8 + 6), ("Factor", 25 + 3), ("Level", 6 + 3), ("Construct", 48 + 19 + 26 + 13), ("Domain", 7 + 5)],
)
def test_concepts_have_the_labels_of_their_kind(content: Content, label: str, number: int) -> None:
    assert count(content, label) == number


def test_rows_marked_unverified_are_left_out_and_38_effects_remain(content: Content, report: LoadReport) -> None:
    effects = rows(ONTOLOGY / "frameworks" / "musiq_relations.tsv")
    kept = [row for row in effects if not row["basis"].startswith("UNVERIFIED")]
    found = edges(content, Affects)
    assert len(found) == len(kept) == 38
    assert not any((one.basis or "").startswith("UNVERIFIED") for one in found)
    ends = {row["object"] for row in kept if ":" not in row["object"]}
    assert {node.id for node in nodes(content, Outcome)} == {f"OUTCOME:{name}" for name in ends}
    assert "musiq_relations.tsv: 10 rows marked UNVERIFIED were left out, as they must be." in report.notes


def mapping_file() -> tuple[dict[str, object], list[dict[str, str]]]:
    lines = SET.read_text("utf-8").splitlines()
    head = [line[1:] for line in lines if line.startswith("#")]
    header, *body = (line.split("\t") for line in lines if not line.startswith("#"))
    return yaml.safe_load("\n".join(head)), [dict(zip(header, cells, strict=True)) for cells in body]


def test_217_mappings_keep_every_slot_of_their_row(content: Content) -> None:
    _, written = mapping_file()
    found = {node.record_id: node for node in nodes(content, Mapping)}
    assert len(found) == len(written) == 217
    for row in written:
        node = found[row["record_id"]]
        kept = {slot: getattr(node, slot) for slot in row}
        kept["confidence"] = "" if node.confidence is None else f"{node.confidence:g}"
        assert {slot: value or "" for slot, value in kept.items()} == row


def test_the_mapping_set_keeps_every_metadata_slot(content: Content) -> None:
    metadata, _ = mapping_file()
    [found] = nodes(content, MappingSet)
    assert (found.iri, found.title, found.version, found.description, found.licence, found.sssom_version) == tuple(
        metadata[slot]
        for slot in (
            "mapping_set_id", "mapping_set_title", "mapping_set_version", "mapping_set_description", "license",
            "sssom_version",
        )
    )  # fmt: skip
    curies = metadata["curie_map"]
    assert isinstance(curies, dict)
    assert set(found.curie_map) == {f"{prefix}={address}" for prefix, address in curies.items()}


def test_32_mappings_say_that_no_term_was_found_and_in_which_framework(content: Content) -> None:
    nothing = [node for node in nodes(content, Mapping) if node.object_id == "sssom:NoTermFound"]
    assert len(nothing) == 32
    assert all(node.object_concept is None and node.judged_framework for node in nothing)


def test_one_mapping_alone_is_stated_the_others_are_this_projects_reading(content: Content) -> None:
    assert Counter(node.status for node in nodes(content, Mapping)) == {INFERRED: 216, STATED: 1}
    assert not any(node.reviewed for node in nodes(content, Mapping))


def test_a_missing_confidence_stays_absent(content: Content) -> None:
    _, written = mapping_file()
    absent = sum(not row["confidence"] for row in written)
    assert sum(node.confidence is None for node in nodes(content, Mapping)) == absent
