"""The curated data of the ontology: frameworks, code lists and mappings, held against what is known of them."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from checkout import ROOT

from qikg.graph.content import Content
from qikg.loaders.loading import packaged
from qikg.loaders.report import LoadReport
from qikg.ontology.classes import LABELS, NODES, RELATIONSHIPS
from qikg.ontology.crosswalk import Affects, Concept, Mapping, Revises
from qikg.ontology.model import INFERRED, STATED
from qikg.ontology.terms import NO_TERM_FOUND, concept

ONTOLOGY = ROOT / "ontology"
Row = dict[str, str]


def read(path: str) -> list[Row]:
    with (ONTOLOGY / path).open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))  # the metadata of an SSSOM file
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


INDEX = read("frameworks.tsv")
LISTS = {row["list"]: ("vocabularies/" if row["kind"] == "codes" else "frameworks/") + row["list"] for row in INDEX}
# Each file once: several frameworks may stand in one.
CODES = [row | {"file": path} for path in LISTS.values() for row in read(path)]
PARENTS = {row["code"]: row["parent_code"] for row in CODES}
PREFIXES = {row["code"]: row for row in INDEX}
VOCABULARIES = sorted(path.name for path in (ONTOLOGY / "vocabularies").glob("*.tsv"))
PROVENANCE = read("frameworks/provenance.tsv")
EFFECTS = read("frameworks/musiq_relations.tsv")
CROSSWALK = read("mappings/quaser-musiq-cfir.sssom.tsv")


@pytest.fixture(scope="module")
def content() -> Content:
    report = LoadReport()
    content = packaged(report)
    assert not report.errors
    return content


def of(prefix: str) -> list[str]:
    """Give the codes of a framework, without the framework itself."""
    return [code for code in PARENTS if code.startswith(f"{prefix}:")]


def kinds(prefix: str) -> Counter[str]:
    """Count a framework's groups, and its other codes by whether they stand right below a group."""
    groups = set(PREFIXES[prefix]["groups"].split("|"))
    counts: Counter[str] = Counter()
    for code in of(prefix):
        if code in groups:
            counts["group" if PARENTS[code] == prefix else "group below a group"] += 1
        else:
            counts["below a group" if PARENTS[code] in groups else "below another"] += 1
    return counts


# --- codes


def test_every_file_is_listed_and_every_listed_file_is_there() -> None:
    beside = {"frameworks/musiq_relations.tsv", "frameworks/provenance.tsv"}
    there = {str(path.relative_to(ONTOLOGY)) for part in ("frameworks", "vocabularies")
             for path in (ONTOLOGY / part).glob("*.tsv")}  # fmt: skip
    data = {str(path.relative_to(ONTOLOGY)) for path in ONTOLOGY.rglob("*.tsv")} - {"packaged.tsv"}

    assert there - beside == set(LISTS.values())
    assert {row["path"] for row in read("packaged.tsv")} == data


def test_no_code_stands_twice_in_all_files() -> None:
    assert [code for code, count in Counter(row["code"] for row in CODES).items() if count > 1] == []


def test_no_two_concepts_share_an_address() -> None:
    addresses = Counter(concept(code) for code in PARENTS if ":" in code)

    assert [address for address, count in addresses.items() if count > 1] == []


def test_codes_are_words_that_every_syntax_can_carry() -> None:
    assert [code for code in PARENTS if not re.fullmatch(r"[A-Za-z0-9]+(:[A-Za-z0-9_.\-]*[A-Za-z0-9_])?", code)] == []


def test_the_prefix_of_every_code_is_a_framework_of_the_index() -> None:
    assert {code.partition(":")[0] for code in PARENTS} == set(PREFIXES)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_framework_stands_in_its_own_file_without_a_parent(prefix: str) -> None:
    assert PARENTS[prefix] == ""
    assert all(PARENTS[code] for code in of(prefix))
    rows = [row for row in CODES if row["code"].partition(":")[0] == prefix]
    assert {row["file"] for row in rows} == {LISTS[PREFIXES[prefix]["list"]]}
    assert {row["scheme"] for row in rows if "scheme" in row} <= {PREFIXES[prefix]["scheme"]}


def test_every_parent_exists_and_only_quality_statements_stand_under_another_list() -> None:
    assert {parent for parent in PARENTS.values() if parent} - set(PARENTS) == set()
    across = {(code.partition(":")[0], parent.partition(":")[0]) for code, parent in PARENTS.items() if parent}

    assert {pair for pair in across if pair[0] != pair[1]} == {("CQCQS", "CQC")}


def test_the_way_up_from_every_code_ends_at_a_framework() -> None:
    for code in PARENTS:
        way = [code]
        while PARENTS[way[-1]]:
            assert PARENTS[way[-1]] not in way, f"a circle: {' -> '.join(way)}"
            way.append(PARENTS[way[-1]])
        assert way[-1] in PREFIXES


@pytest.mark.parametrize("prefix", PREFIXES)
def test_the_index_uses_labels_and_codes_that_exist(prefix: str) -> None:
    row = PREFIXES[prefix]
    groups = [code for code in row["groups"].split("|") if code]

    assert row["concept_label"] in LABELS
    assert issubclass(LABELS[row["concept_label"]], Concept)
    assert not row["group_label"] or issubclass(LABELS[row["group_label"]], Concept)
    assert set(groups) <= set(of(prefix))
    assert len(groups) == len(set(groups))
    assert not row["revises"] or row["revises"] in PREFIXES
    assert (row["doi"] == "") is (row["doi_status"] == "")


def test_every_code_has_a_label_and_no_two_siblings_share_one() -> None:
    labels = Counter((row["parent_code"], row["label"].casefold()) for row in CODES)

    assert [row["code"] for row in CODES if not row["label"]] == []
    assert [pair for pair, count in labels.items() if count > 1] == []


def test_texts_have_no_blanks_around_them() -> None:
    for row in (*CODES, *INDEX, *PROVENANCE, *EFFECTS, *CROSSWALK):
        assert all(value == value.strip() for value in row.values()), row


# --- provenance


def test_every_code_of_a_framework_says_how_sure_it_is_once() -> None:
    frameworks = {row["code"] for row in CODES if row["file"].startswith("frameworks/")}
    told = Counter(row["code"] for row in PROVENANCE)

    assert set(told) == frameworks
    assert set(told.values()) == {1}
    assert all(0 < float(row["certainty"]) <= 1 for row in PROVENANCE)


def test_the_four_labels_from_memory_are_the_least_sure_of_musiq() -> None:
    sure = {row["code"]: float(row["certainty"]) for row in PROVENANCE if row["code"].startswith("MUSIQ:")}

    assert {code for code, value in sure.items() if value == min(sure.values())} == {
        "MUSIQ:TEAM4", "MUSIQ:TEAM8", "MUSIQ:MISC1", "MUSIQ:MISC2"
    }  # fmt: skip
    assert min(sure.values()) == 0.88


# --- counts, as shared facts about the publications have them


def test_quaser_has_eight_challenges_and_six_of_them_are_those_of_2008() -> None:
    eight, six = ({code.partition(":")[2] for code in of(prefix)} for prefix in ("QUASER", "OFQ"))

    assert len(eight) == 8
    assert eight - six == {"LEAD", "EXT"}
    assert six < eight


def test_musiq_has_25_factors_on_6_levels() -> None:
    assert kinds("MUSIQ") == {"group": 6, "below a group": 25}
    levels = Counter(PARENTS[code].partition(":")[2] for code in of("MUSIQ") if PARENTS[code] != "MUSIQ")
    assert levels == {"ENV": 2, "ORG": 5, "SUP": 3, "MIC": 4, "TEAM": 9, "MISC": 2}


def test_musiq_of_2018_has_3_types_of_context_and_3_new_factors() -> None:
    assert kinds("MUSIQ2") == {"group": 3, "below another": 3}  # the new factors stand beside the types


def test_cfir_of_2022_has_48_constructs_and_19_subconstructs_in_5_domains_and_2_subdomains() -> None:
    assert kinds("CFIR2") == {
        "group": 5, "group below a group": 2, "below a group": 48, "below another": 19
    }  # fmt: skip


def test_cfir_of_2009_has_26_constructs_and_13_subconstructs_in_5_domains() -> None:
    assert kinds("CFIR1") == {"group": 5, "below a group": 26, "below another": 13}


def test_parihs_has_3_elements_and_11_sub_elements() -> None:
    tops = [code for code in of("PARIHS") if PARENTS[code] == "PARIHS"]

    assert len(tops) == 3
    assert len(of("PARIHS")) == 14


def test_i_parihs_has_41_elements_groups_included() -> None:
    assert len(of("iPARIHS")) == 41


def test_the_other_frameworks_have_what_their_authors_list() -> None:
    assert [len(of(prefix)) for prefix in ("PSP", "SH", "OUT")] == [4, 3, 3]


def test_33_quality_statements_stand_under_the_five_key_questions() -> None:
    parents = Counter(PARENTS[code] for code in of("CQCQS"))

    assert len(of("CQCQS")) == 33
    assert set(parents) == {"CQC:SAFE", "CQC:EFFECTIVE", "CQC:CARING", "CQC:RESPONSIVE", "CQC:WELL_LED"}
    assert set(parents) < set(of("CQC"))


def test_four_ratings_have_a_rank_and_the_best_is_four() -> None:
    ranked = [row for row in read("vocabularies/cqc_ratings.tsv") if row["score"]]

    assert {row["code"].partition(":")[2]: row["score"] for row in ranked} == {
        "OUTSTANDING": "4", "GOOD": "3", "REQUIRES_IMPROVEMENT": "2", "INADEQUATE": "1"
    }  # fmt: skip


@pytest.mark.parametrize("name", VOCABULARIES)
def test_no_word_of_a_code_list_stands_for_two_codes(name: str) -> None:
    meant: dict[str, set[str]] = defaultdict(set)
    for row in read(f"vocabularies/{name}"):
        if row["parent_code"]:
            for word in (row["label"], row["code"].partition(":")[2], *row["words"].split("|")):
                if word:
                    meant[word.casefold()].add(row["code"])

    assert {word: codes for word, codes in meant.items() if len(codes) > 1} == {}


# --- effects


def test_ten_effects_are_marked_unverified_and_none_of_them_is_loaded(content: Content) -> None:
    marked = [row for row in EFFECTS if row["basis"].startswith("UNVERIFIED")]
    loaded = [one for one in content.relationships if isinstance(one, Affects)]

    assert (len(EFFECTS), len(marked), len(loaded)) == (48, 10, 38)
    assert not any((one.basis or "").startswith("UNVERIFIED") for one in loaded)
    pairs = {(row["subject"], row["object"]) for row in marked}
    assert not pairs & {(one.start.id, one.end.id) for one in loaded}


def test_effects_are_of_codes_that_exist() -> None:
    ends = {row["subject"] for row in EFFECTS} | {row["object"] for row in EFFECTS if ":" in row["object"]}

    assert ends - set(PARENTS) == set()
    assert all(0 < float(row["certainty"]) <= 1 for row in EFFECTS)


def test_only_what_was_measured_is_stated(content: Content) -> None:
    for one in content.relationships:
        if isinstance(one, Affects):
            assert one.status == (STATED if (one.basis or "").startswith("empirical") else INFERRED)


# --- the crosswalk


def test_the_crosswalk_has_217_rows_numbered_through() -> None:
    assert [row["record_id"] for row in CROSSWALK] == [f"MAPPING:XW{number:03}" for number in range(1, 218)]


def test_the_crosswalk_claims_no_exact_match() -> None:
    assert Counter(row["predicate_id"] for row in CROSSWALK) == {
        "skos:closeMatch": 62,
        "skos:relatedMatch": 102,
        "skos:narrowMatch": 48,
        "skos:broadMatch": 5,
    }


def test_32_rows_say_that_no_term_was_found_and_in_which_framework() -> None:
    rows = [row for row in CROSSWALK if NO_TERM_FOUND in (row["subject_id"], row["object_id"])]

    assert len(rows) == 32
    assert {row["predicate_id"] for row in rows} == {"skos:closeMatch"}
    assert all(row["object_source"] for row in rows)


def test_the_rows_map_concepts_that_exist_under_the_labels_that_they_have() -> None:
    labels = {row["code"]: row["label"] for row in CODES}
    for row in CROSSWALK:
        for side in ("subject", "object"):
            code = row[f"{side}_id"]
            if code != NO_TERM_FOUND:
                assert labels[code] == row[f"{side}_label"], row["record_id"]
                assert row[f"{side}_source"] == f"FRAMEWORK:{code.partition(':')[0]}", row["record_id"]


def test_no_pair_is_mapped_twice() -> None:
    pairs = Counter((row["subject_id"], row["object_id"], row["object_source"]) for row in CROSSWALK)

    assert [pair for pair, count in pairs.items() if count > 1] == []


def test_every_mapping_has_a_confidence_and_a_basis_and_one_was_seen_in_a_publication(content: Content) -> None:
    mappings = [node for node in content.nodes if isinstance(node, Mapping)]

    assert all(node.confidence is not None and 0 < node.confidence <= 1 for node in mappings)
    assert Counter(node.basis for node in mappings) == {
        "own reading": 153,
        "publication (pair seen)": 1,
        "publication (inferred: one pCAT item coded to both)": 16,
        "published file exists; pair not seen by us": 47,
    }
    assert [node.record_id for node in mappings if node.status == STATED] == [
        node.record_id for node in mappings if node.basis == "publication (pair seen)"
    ]


def test_of_25_factors_of_musiq_12_have_a_narrow_match_from_quaser() -> None:
    narrow = {row["object_id"] for row in CROSSWALK
              if row["predicate_id"] == "skos:narrowMatch" and row["subject_id"].startswith("QUASER:")}  # fmt: skip

    assert len(narrow & {code for code in of("MUSIQ") if PARENTS[code] != "MUSIQ"}) == 12


# --- all that is packaged, against the classes


def test_revisions_are_those_of_the_index(content: Content) -> None:
    loaded = {(one.start.id, one.end.id) for one in content.relationships if isinstance(one, Revises)}

    assert loaded == {(row["code"], row["revises"]) for row in INDEX if row["revises"]}


def test_every_packaged_value_is_a_word_of_its_vocabulary_or_a_code_of_its_list(content: Content) -> None:
    for thing in (*content.nodes, *content.relationships):
        for field in type(thing).fields():
            value = getattr(thing, field.name)
            if field.prop.vocabulary and value is not None:
                assert value in field.prop.vocabulary, (thing, field.name)
            if field.prop.concepts and value is not None:
                assert value in of(field.prop.concepts), (thing, field.name)


def test_every_code_list_that_a_property_names_exists() -> None:
    lists = {field.prop.concepts for cls in NODES.values() for field in cls.fields()} - {""}

    assert lists <= set(PREFIXES)


def test_every_packaged_relationship_joins_what_its_class_says(content: Content) -> None:
    for one in content.relationships:
        cls = RELATIONSHIPS[one.type]
        assert one.start.label in cls.starts, one
        assert one.end.label in cls.ends, one


def test_the_data_are_text_with_unix_line_ends() -> None:
    for path in ONTOLOGY.rglob("*.tsv"):
        raw = path.read_bytes()
        assert b"\r" not in raw, path
        assert raw.endswith(b"\n") and not raw.endswith(b"\n\n"), path  # noqa: PT018
        assert not raw.startswith(b"\xef\xbb\xbf"), path
        assert_one_width(path)


def assert_one_width(path: Path) -> None:
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert len({line.count("\t") for line in lines}) == 1, path
