"""Mapping sets in SSSOM/TSV as others write them: prefixes, addresses, quotation marks, missing record ids."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaged_data import vocabulary

from qikg.graph.content import Content
from qikg.loaders import LoadReport
from qikg.loaders.mappings import mappings
from qikg.ontology.crosswalk import Mapping, MappingSet
from qikg.ontology.provenance import Source

HEADER = "subject_id\tpredicate_id\tobject_id\tmapping_justification"
ROW = "QUASER:LEAD\tskos:narrowMatch\tMUSIQ:ORG1\tsemapv:ManualMappingCuration"


def read(tmp_path: Path, text: str, report: LoadReport | None = None) -> Content:
    path = tmp_path / "mine.sssom.tsv"
    path.write_text(text, "utf-8")
    account = report or LoadReport()
    content = mappings(path, vocabulary().concepts, vocabulary().frameworks, account)
    assert report is not None or account.problems == []
    return content


def read_rows(tmp_path: Path, *rows: str, header: str = HEADER, head: str = "", name: str = "mine") -> list[Mapping]:
    text = "\n".join([f"#mapping_set_id: https://example.org/sets/{name}", *head.splitlines(), header, *rows]) + "\n"
    return [node for node in read(tmp_path, text).nodes if isinstance(node, Mapping)]


def the_set(content: Content) -> MappingSet:
    return next(node for node in content.nodes if isinstance(node, MappingSet))


@pytest.mark.parametrize(
    ("head", "subject", "predicate", "target"),
    [
        ("", "QUASER:LEAD", "skos:narrowMatch", "MUSIQ:ORG1"),
        ("#curie_map:\n#  Q: https://w3id.org/qikg/concept/quaser/", "Q:LEAD", "skos:narrowMatch", "MUSIQ:ORG1"),
        (
            "#curie_map:\n#  s: http://www.w3.org/2004/02/skos/core#",
            "https://w3id.org/qikg/concept/quaser/LEAD",
            "s:narrowMatch",
            "https://w3id.org/qikg/concept/musiq/ORG1",
        ),
        (
            "",
            "https://w3id.org/qikg/concept/quaser/LEAD",
            "http://www.w3.org/2004/02/skos/core#narrowMatch",
            "MUSIQ:ORG1",
        ),
        (
            "#curie_map:\n#  all: https://w3id.org/qikg/concept/",
            "all:quaser/LEAD",
            "skos:narrowMatch",
            "all:musiq/ORG1",
        ),
    ],
)
def test_concepts_and_predicates_are_known_by_any_prefix_or_address(
    tmp_path: Path, head: str, subject: str, predicate: str, target: str
) -> None:
    row = f"{subject}\t{predicate}\t{target}\tsemapv:ManualMappingCuration"
    [node] = read_rows(tmp_path, row, head=head)
    assert (node.subject_concept, node.predicate_id, node.object_concept) == (
        "QUASER:LEAD",
        "skos:narrowMatch",
        "MUSIQ:ORG1",
    )
    assert (node.subject_id, node.object_id) == (subject, target)


def test_row_without_a_record_id_gets_an_id_from_its_content(tmp_path: Path) -> None:
    [node] = read_rows(tmp_path, ROW)
    header = "mapping_justification\tconfidence\tsubject_id\tobject_id\tpredicate_id"
    [other] = read_rows(
        tmp_path, "semapv:ManualMappingCuration\t\tQUASER:LEAD\tMUSIQ:ORG1\tskos:narrowMatch", header=header
    )
    [address] = read_rows(tmp_path, ROW.replace("QUASER:LEAD", "https://w3id.org/qikg/concept/quaser/LEAD"))
    [changed] = read_rows(tmp_path, ROW.replace("narrow", "related"))
    assert node.id == other.id == address.id  # neither the order of the columns nor the spelling of a code matters
    assert changed.id != node.id
    assert node.iri is not None
    assert node.iri.endswith(node.id)


def test_records_of_two_prefixes_are_two_mappings(tmp_path: Path) -> None:
    head = "#curie_map:\n#  A: https://a.example/\n#  B: https://b.example/"
    rows = [f"{record}\t{ROW}" for record in ("A:1", "B:1", "https://c.example/1", "https://d.example/1", "1")]
    found = read_rows(tmp_path, *rows, header=f"record_id\t{HEADER}", head=head)
    assert len({node.id for node in found}) == 5
    assert [node.iri for node in found[:2]] == ["https://a.example/1", "https://b.example/1"]


def test_sets_of_two_publishers_with_one_last_part_are_two_sets(tmp_path: Path) -> None:
    sets = [
        the_set(read(tmp_path, f"#mapping_set_id: https://{host}/mappings/v1\n{HEADER}\n{ROW}\n")).id
        for host in ("a.example", "b.example")
    ]
    assert sets[0] != sets[1]
    assert all(identifier.startswith("v1-") for identifier in sets)


def test_quoted_cells_may_hold_tabs_line_breaks_and_quotation_marks(tmp_path: Path) -> None:
    [first, second] = read_rows(
        tmp_path,
        f'{ROW}\t"one\ttwo\nthree ""four"""',
        f'{ROW.replace("LEAD", "POL")}\t5" of paper',
        header=f"{HEADER}\tcomment",
    )
    assert first.comment == 'one\ttwo\nthree "four"'
    assert second.comment == '5" of paper'


def test_row_numbers_count_lines_also_after_a_cell_of_two_lines(tmp_path: Path) -> None:
    report = LoadReport()
    text = (
        f'#mapping_set_id: https://example.org/x\n{HEADER}\tcomment\n{ROW}\t"a\nb"\n{ROW.replace("LEAD", "LEDA")}\t\n'
    )
    read(tmp_path, text, report)
    assert [problem.row for problem in report.problems] == [5]


def test_negated_mapping_keeps_its_modifier(tmp_path: Path) -> None:
    [node] = read_rows(tmp_path, f"{ROW}\tNot", header=f"{HEADER}\tpredicate_modifier")
    assert node.predicate_modifier == "Not"


def test_no_term_found_is_known_by_its_address_too(tmp_path: Path) -> None:
    row = "QUASER:LEAD\tskos:closeMatch\thttps://w3id.org/sssom/NoTermFound\tsemapv:ManualMappingCuration\tMUSIQ"
    [node] = read_rows(tmp_path, row, header=f"{HEADER}\tobject_source")
    assert (node.object_concept, node.judged_framework) == (None, "MUSIQ")


def test_slot_of_the_metadata_holds_for_all_rows_without_a_column_of_it(tmp_path: Path) -> None:
    row = "QUASER:LEAD\tskos:closeMatch\tsssom:NoTermFound\tsemapv:ManualMappingCuration"
    [node] = read_rows(
        tmp_path, row, head="#object_source: https://w3id.org/qikg/framework/MUSIQ\n#mapping_date: 2026-01-02"
    )
    assert node.judged_framework == "MUSIQ"
    assert node.other == ("mapping_date=2026-01-02",)


@pytest.mark.parametrize("confidence", ["", "0", "0.5", "1"])
def test_missing_confidence_stays_absent_and_zero_is_a_confidence(tmp_path: Path, confidence: str) -> None:
    [node] = read_rows(tmp_path, f"{ROW}\t{confidence}", header=f"{HEADER}\tconfidence")
    assert node.confidence == (float(confidence) if confidence else None)


def test_reviewer_makes_a_mapping_reviewed_and_lists_keep_every_member(tmp_path: Path) -> None:
    header = f"{HEADER}\treviewer_label\tauthor_label\tmapping_tool"
    [node] = read_rows(tmp_path, f"{ROW}\tB. Bee\tA. Ay| C. Sea\ttool 1", header=header)
    assert node.reviewed
    assert node.author_label == ("A. Ay", "C. Sea")
    assert node.other == ("mapping_tool=tool 1",)


def test_version_is_the_text_that_stands_there(tmp_path: Path) -> None:
    content = read(tmp_path, f"#mapping_set_id: https://example.org/x\n#mapping_set_version: 1.10\n{HEADER}\n{ROW}\n")
    assert the_set(content).version == "1.10"
    assert content.as_of == "1.10"
    assert next(node for node in content.nodes if isinstance(node, Source)).edition == "1.10"


def test_unknown_metadata_is_kept_and_warned_of(tmp_path: Path) -> None:
    report = LoadReport()
    content = read(
        tmp_path, f"#mapping_set_id: https://example.org/x\n#mapping_set_titel: T\n{HEADER}\n{ROW}\n", report
    )
    [warning] = report.problems
    assert (warning.severity, report.ok) == ("warning", True)
    assert warning.hint == "Did you mean mapping_set_title? It is kept as it is."
    assert the_set(content).other == ("mapping_set_titel=T",)
