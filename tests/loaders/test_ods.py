"""The NHS Organisation Data Service: its reports, its records, who succeeded whom, and its interface."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from checkout import ROOT
from dump import dump
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qikg.graph.content import Content
from qikg.graph.merge import rank
from qikg.graph.store import Store
from qikg.graph.writer import write
from qikg.loaders.ods import fetching as ods_fetch
from qikg.loaders.ods import reports as ods
from qikg.loaders.report import LoadReport, Problem
from qikg.ontology.ddl import ddl
from qikg.ontology.errors import UsageError
from qikg.ontology.model import Node, Relationship
from qikg.ontology.provenance import Load, Source
from qikg.ontology.registers import Location, Name, Organisation, SucceededBy

DATA = ROOT.parent / "shared" / "data" / "ods"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the registers' files are not beside the checkout")

ORGANISATIONS = (
    "ods_code,org_name,status,org_record_class,is_ref_only,primary_role_id,role_ids,is_nhs_trust,is_foundation_trust,"
    "valid_from,valid_to,is_current,legal_start_date,legal_end_date,post_code,town,county,country,last_change_date,"
    "source_path"
)
SUCCESSIONS = "predecessor_code,successor_code,legal_start_date,source_code,source_direction"
MERGED = (
    'RQ8,MID ESSEX,Active,RC1,False,RO197,"RO197,RO7",True,False,1995-04-01,9999-12-31,True,1995-04-01,2020-03-31,'
    "CM1 7ET,CHELMSFORD,,ENGLAND,2025-11-28,RQ8.json"
)
UNIT = (
    "CAB,A UNIT,Inactive,RC1,True,RO111,RO111,False,False,1991-04-01,1993-03-31,False,,,S44 5BL,CHESTERFIELD,,ENGLAND,"
    "2013-05-08,CAB.json"
)


def trust(code: str, name: str, opened: str, closed: str = "", *, width: int = 27) -> str:
    """Give a row of a list of trusts."""
    cells = [code, name, "Y58", "QUY", "HEADQUARTERS", "1 A STREET", "", "BRISTOL", "", "BS1 3NU", opened, closed]
    cells += ["", "", "", "", "", "0117 923 0000", "", "", "", "1", "", "K", "", "", ""]
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL if width == 27 else csv.QUOTE_MINIMAL).writerow(cells[:width])
    return out.getvalue().strip()


def lines(tmp_path: Path, *rows: str, name: str = "x.csv", end: str = "\r\n") -> Path:
    path = tmp_path / name
    path.write_bytes((end.join(rows) + end).encode())
    return path


def record(code: str = "RRP", **changes: Any) -> dict[str, Any]:
    organisation: dict[str, object] = {
        "Name": "AN NHS TRUST",
        "Date": [
            {"Type": "Operational", "Start": "2001-04-01"},
            {"Type": "Legal", "Start": "2001-04-01", "End": "2024-10-31"},
        ],
        "OrgId": {"root": "2.16", "assigningAuthorityName": "HSCIC", "extension": code},
        "Status": "Active",
        "LastChangeDate": "2026-04-01",
        "orgRecordClass": "RC1",
        "GeoLoc": {"Location": {"AddrLn1": "BLOCK B2", "Town": "LONDON", "PostCode": "N15 3TH", "UPRN": 100023151098}},
        "Contacts": {"Contact": [{"type": "tel", "value": "020 8702 3000"}]},
        "Roles": {"Role": [{"id": "RO197", "uniqueRoleId": 1, "primaryRole": True, "Status": "Active"}]},
        "Succs": {
            "Succ": [
                {
                    "Date": [{"Type": "Legal", "Start": "2024-11-01"}],
                    "Type": "Successor",
                    "Target": {"OrgId": {"extension": "G6V2S"}, "PrimaryRoleId": {"id": "RO197"}},
                }
            ]
        },
    }
    organisation.update(changes)
    return {"Organisation": {key: value for key, value in organisation.items() if value is not None}}


def saved(tmp_path: Path, value: object, name: str = "x.json") -> Path:
    path = tmp_path / name
    path.write_text(json.dumps(value), "utf-8")
    return path


@dataclasses.dataclass
class Read:
    """What a file gives, put together."""

    contents: list[Content]
    report: LoadReport

    @classmethod
    def of(cls, path: Path, *, strict: bool = False) -> Read:
        report = LoadReport()
        return cls(list(ods.read(path, report, strict=strict)), report)

    def nodes(self, kind: type[Node]) -> list[Any]:
        return [node for content in self.contents for node in content.nodes if isinstance(node, kind)]

    def edges(self, kind: type[Relationship]) -> list[Any]:
        return [edge for content in self.contents for edge in content.relationships if isinstance(edge, kind)]

    def organisations(self) -> dict[str, dict[str, object]]:
        """Give the organisations, what each publisher says put together."""
        found: dict[str, dict[str, object]] = {}
        for node in self.nodes(Organisation):
            one = found.setdefault(node.id, {"labels": set()})
            one["labels"] |= set(node.labels)  # type: ignore[operator]
            for name in ("sources", "labels", "id"):
                assert getattr(node, name) is not None
            for name, value in node.properties().items():
                if value not in (None, []) and not name.endswith(("_earliest", "_latest")):
                    one[name] = value
        return found

    @property
    def source(self) -> Source:
        (source,) = self.nodes(Source)
        assert isinstance(source, Source)
        return source


def the_problem(path: Path) -> Problem:
    problems = Read.of(path).report.problems
    assert len(problems) == 1, [str(one) for one in problems]
    return problems[0]


# --- the files at hand


@needs_data
@pytest.mark.parametrize(
    ("name", "source", "rows", "organisations", "names", "successions"),
    [
        ("etr-2026-07-08.csv", "ods/etr/2026-06-30-50c34139", 274, 274, 274, 0),
        ("etr-2022-resaved-24-columns.csv", "ods/etr/2020-03-26-8a365fa9", 227, 227, 227, 0),
        ("organisations-2026-08.csv", "ods/organisations/2026-07-21-b3f15944", 668, 668, 668, 0),
        ("successions-2026-08.csv", "ods/successions/2026-07-01-4df62df8", 453, 608, 0, 450),
        ("ord", "ods/ord/2026-04-10-d22f0ebe", 12, 12, 12, 9),
    ],
)
def test_all_rows_of_the_files_at_hand_are_read(
    name: str, source: str, rows: int, organisations: int, names: int, successions: int
) -> None:
    read = Read.of(DATA / name)
    assert read.source.id == source
    assert (read.source.rows, len(read.organisations())) == (rows, organisations)
    assert (len(read.nodes(Name)), len(read.edges(SucceededBy))) == (names, successions)
    assert read.report.ok
    assert read.source.licence == (
        "Contains public sector information licensed under the Open Government Licence v3.0. "
        "© NHS England (Organisation Data Service)."
    )
    assert read.contents[0].publisher == "curated"
    assert len(read.nodes(Load)) == 1


@needs_data
def test_every_file_at_hand_is_recognised_and_those_of_the_other_regulator_are_not() -> None:
    assert all(ods.recognises(path) for path in [*DATA.iterdir(), *(DATA / "ord").iterdir()])
    cqc = [
        path for path in (DATA.parent / "cqc").iterdir() if path.name != "latest-ratings-england-overall-2021-02.csv.gz"
    ]
    assert not any(ods.recognises(path) for path in cqc)


@needs_data
def test_a_trust_is_told_by_its_roles_and_not_by_its_code() -> None:
    read = Read.of(DATA / "organisations-2026-08.csv").organisations()
    assert Counter(label for one in read.values() for label in one["labels"]) == {"Trust": 546, "Body": 122}  # type: ignore[attr-defined]
    assert read["TAF"]["labels"] == {"Trust"}  # a care trust: RO107, and no RO197
    assert read["TAF"]["ods_roles"] == ["RO107", "RO24", "RO57"]
    assert read["G6V2S"]["labels"] == read["K0N6A"]["labels"] == {"Trust"}
    assert read["RCKDR"]["labels"] == {"Body"}


@needs_data
def test_legal_and_operational_dates_are_kept_apart() -> None:
    read = Read.of(DATA / "organisations-2026-08.csv").organisations()
    merged = read["RQ8"]
    assert (merged["ods_active"], merged["legal_end"], merged.get("operational_end")) == (True, "2020-03-31", None)
    assert merged["operational_start"] == "1995-04-01"
    active = [one for one in read.values() if one["ods_active"]]
    assert (len(active), sum("legal_end" in one for one in active)) == (248, 46)
    assert sum(bool(one.get("ods_ref_only")) for one in read.values()) == 391


@needs_data
def test_a_list_of_trusts_does_not_say_of_which_kind_its_dates_are() -> None:
    old, new = (
        Read.of(DATA / name).organisations() for name in ("etr-2022-resaved-24-columns.csv", "etr-2026-07-08.csv")
    )
    assert "etr_close" not in old["RQ8"]
    assert (new["RQ8"]["etr_close"], "legal_end" in new["RQ8"]) == ("2020-03-31", False)
    assert new["RQ8"]["postcode_area"] == "CM1"


@needs_data
def test_the_three_names_of_a_trust_over_the_editions(tmp_path: Path) -> None:
    older = lines(
        tmp_path,
        trust("RA7", "UNIVERSITY HOSPITALS BRISTOL NHS FOUNDATION TRUST", "19910401"),
        trust("R1X", "X", "19910401", "20180331"),
    )
    names: dict[str, str] = {}
    for path in (older, DATA / "etr-2022-resaved-24-columns.csv", DATA / "etr-2026-07-08.csv"):
        names |= {n.edition: n.name for n in Read.of(path).nodes(Name) if n.id.startswith("RA7/")}
    assert names == {
        "2018-03-31": "UNIVERSITY HOSPITALS BRISTOL NHS FOUNDATION TRUST",
        "2020-03-26": "UNIVERSITY HOSPITALS BRISTOL AND WESTON NHS FOUNDATION TRUST",
        "2026-06-30": "BRISTOL NHS FOUNDATION TRUST",
    }


@needs_data
def test_successions_are_one_a_pair_with_the_later_date_and_what_each_end_says() -> None:
    pairs = {(e.start.id, e.end.id): e for e in Read.of(DATA / "successions-2026-08.csv").edges(SucceededBy)}
    both = pairs["R1E", "RRE"]
    assert [str(day) for day in (both.legal_date, both.legal_date_predecessor, both.legal_date_successor)] == [
        "2018-06-01", "2018-06-01", "2018-05-31",
    ]  # fmt: skip
    assert str(pairs["RQ8", "RAJ"].legal_date) == "2020-04-01"
    assert pairs["RQ8", "RAJ"].legal_date_predecessor is None
    demergers = Counter(start for start, _ in pairs)
    assert sum(count > 1 for count in demergers.values()) == 23
    assert ("RCKDR", "RTF") in pairs  # a site
    assert (both.date, both.reason, both.status) == (None, None, None)  # another publisher's


@needs_data
def test_a_site_is_a_location_and_one_that_was_succeeded_an_organisation_too() -> None:
    read = Read.of(DATA / "organisations-2026-08.csv")
    assert {site.id: site.ods_name for site in read.nodes(Location)}["RCKDR"] == "HEXHAM GENERAL HOSPITAL"
    assert len(read.nodes(Location)) == 5
    assert read.organisations()["RCKDR"]["ods_record_class"] == "RC2"


@needs_data
def test_no_contact_and_no_street_is_kept() -> None:
    for path in DATA.iterdir():
        read = Read.of(path)
        values = json.dumps(
            [
                node.model_dump(mode="json", exclude={"sha256", "id", "sources"})
                for c in read.contents
                for node in c.nodes
                if not isinstance(node, Load)
            ]
        )
        assert not re.search(r"\d{4,} ?\d{5,}|HTTP|WWW\.|[A-Z] (STREET|ROAD)\"", values)


# --- how a file may look


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("width", [24, 27])
def test_a_list_of_trusts_may_be_saved_again(tmp_path: Path, end: str, width: int) -> None:
    rows = [trust("RA7", "A, B", "19910401", width=width), trust("G6V2S", "C", "20241101", "20260630", width=width)]
    path = lines(tmp_path, *rows, end=end)
    assert ods.recognises(path)
    read = Read.of(path)
    assert not read.report.problems
    assert read.source.edition == "2026-06-30"
    assert read.organisations()["RA7"] == {
        "labels": {"Trust"}, "ods_name": "A, B", "postcode_area": "BS1", "etr_open": "1991-04-01",
    }  # fmt: skip


def test_a_trust_that_is_announced_does_not_make_the_edition(tmp_path: Path) -> None:
    path = lines(
        tmp_path,
        trust("K0N6A", "ONLINE", "20260601"),
        trust("RNK", "T", "19940401", "20260331"),
        trust("RX1", "N", "20260401"),
    )
    read = Read.of(path)
    assert read.source.edition == "2026-04-01"
    (problem,) = read.report.problems
    assert (
        str(problem)
        == "x.csv, row 1, column open_date: a date after 2026-04-01, the date of the file: '2026-06-01'. K0N6A is announced."
    )
    assert problem.severity == "warning"
    assert read.organisations()["K0N6A"]["etr_open"] == "2026-06-01"


def test_a_bom_and_dates_saved_again_by_a_spreadsheet(tmp_path: Path) -> None:
    again = (
        MERGED.replace("1995-04-01", "01/04/1995")
        .replace("2020-03-31", "31/03/2020")
        .replace("2025-11-28", "28/11/2025")
    )
    read = Read.of(lines(tmp_path, "\ufeff" + ORGANISATIONS, again))
    assert not read.report.problems
    assert read.organisations()["RQ8"]["legal_end"] == "2020-03-31"
    assert read.source.edition == "2025-11-28"


@pytest.mark.parametrize(
    ("header", "row", "place", "rule", "hint"),
    [
        ("", trust("rx1", "T", "19910401"), "row 2, column organisation_code", "an ODS code is in upper case", "RX1"),
        ("", trust("1-1234567", "T", "19910401"), "column organisation_code", "not an ODS code", "RTX"),
        ("", trust("RX1", "", "19910401"), "column name", "the cell is empty", ""),
        ("", trust("RX1", "T", "19911301"), "column open_date", "no such day in the calendar", ""),
        ("", trust("RX1", "T", ""), "column open_date", "the cell is empty", ""),
        ("", trust("RX1", "T", "19910401", "29990101"), "column close_date", "a date that cannot be", "year"),
        ("", trust("RX1", "T\x07", "19910401"), "column name", "a control character", "Delete"),
        ("", trust("RX1", "T", "19910401", width=23), "row 2", "the row has not 24 or 27 cells", "comma"),
        ("", trust("RA7", "T", "19910401"), "row 2, column organisation_code", "the code stands twice", "row 1"),
        (ORGANISATIONS, MERGED.replace("Active", "Open"), "row 3, column status", "not one of the known", "Inactive"),
        (ORGANISATIONS, MERGED.replace("RO7", "Trust"), "column role_ids", "not the code of a role", "RO197"),
        (ORGANISATIONS, MERGED.replace("RC1", "1"), "column org_record_class", "not a class of records", "RC2"),
        (ORGANISATIONS, MERGED.replace("RC1,False", "RC1,no"), "column is_ref_only", "neither true nor false", ""),
        (ORGANISATIONS, MERGED.replace("2020-03-31", "soon"), "column legal_end_date", "not a date", ""),
        (ORGANISATIONS, MERGED + ",more", "row 3", "the row has not 20 cells", ""),
        (ORGANISATIONS, MERGED[:40], "row 3", "no well-formed CSV|mark that is not closed", ""),
        (SUCCESSIONS, "RQ8,RQ8,2020-04-01,RQ8,Successor", "column successor_code", "that succeeds itself", ""),
        (SUCCESSIONS, "RQ8,RAJ,2020-04-01,RQ8,Predecessor", "column source_code", "not the code of the successor", ""),
        (SUCCESSIONS, "RQ8,RAJ,2020-04-01,RQ8,Both", "column source_direction", "not one of the known", "Predecessor"),
        (SUCCESSIONS, "RQ8,,2020-04-01,RQ8,Successor", "column successor_code", "the cell is empty", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_reported_with_its_place_and_left_out(
    tmp_path: Path, header: str, row: str, place: str, rule: str, hint: str
) -> None:
    first = {
        "": trust("RA7", "FIRST", "19910401"),
        ORGANISATIONS: UNIT,
        SUCCESSIONS: "R1E,RRE,2018-06-01,RRE,Predecessor",
    }
    path = lines(tmp_path, *filter(None, (header, first[header], row)))
    assert ods.recognises(path)
    problem = the_problem(path)
    assert place in problem.place
    assert re.search(rule, problem.rule)
    assert hint in problem.hint
    assert problem.severity == "error"
    read = Read.of(path)
    if "CSV" not in problem.rule and "closed" not in problem.rule:
        assert read.source.rows == 2
        assert len(read.organisations()) == (2 if header == SUCCESSIONS else 1)
    assert Read.of(path, strict=True).contents == []


def test_a_first_row_without_its_open_date_is_not_lost_in_silence(tmp_path: Path) -> None:
    problem = the_problem(lines(tmp_path, trust("RX1", "T", ""), trust("RA7", "T", "19910401")))
    assert problem.rule == "rows above the first trust that are no trusts"


@pytest.mark.parametrize("raw", [b"", b"\0\1", b"{", b"[]", b"a,b\n1,2\n", b"<html>", b"PK\x03\x04", b"\xff\xfea"])
def test_other_files_are_not_recognised_and_never_break_the_reader(tmp_path: Path, raw: bytes) -> None:
    for name in ("x.csv", "x.json"):
        path = tmp_path / name
        path.write_bytes(raw)
        assert not ods.recognises(path)
        read = Read.of(path)
        assert (read.contents, read.report.ok) == ([], False)
    read = Read.of(tmp_path / "missing.csv")
    assert read.report.problems[0].rule == "the file cannot be read"


# --- records of ORD


def test_a_record_gives_a_trust_and_its_succession(tmp_path: Path) -> None:
    path = saved(tmp_path, record())
    assert ods.recognises(path)
    assert ods.recognises(tmp_path)
    read = Read.of(path)
    assert not read.report.problems
    assert read.source.edition == "2026-04-01"
    assert read.organisations() == {
        "RRP": {
            "labels": {"Trust"}, "ods_name": "AN NHS TRUST", "postcode_area": "N15", "town": "LONDON",
            "ods_active": True, "ods_roles": ["RO197"], "ods_record_class": "RC1", "ods_ref_only": False,
            "legal_start": "2001-04-01", "legal_end": "2024-10-31", "operational_start": "2001-04-01",
        },
        "G6V2S": {"labels": {"Trust"}},
    }  # fmt: skip
    (edge,) = read.edges(SucceededBy)
    assert (edge.start.id, edge.end.id, str(edge.legal_date_predecessor)) == ("RRP", "G6V2S", "2024-11-01")
    assert edge.legal_date_successor is None


def test_one_element_may_stand_by_itself_and_a_boolean_be_a_word(tmp_path: Path) -> None:
    plain = record()["Organisation"]
    alone = record(
        Date={"Type": "Operational", "Start": "2001-04-01"},
        Roles={"Role": plain["Roles"]["Role"][0]},
        Succs={"Succ": {**plain["Succs"]["Succ"][0], "Date": {"Type": "Legal", "Start": "2024-11-01"}}},
        refOnly="true",
    )
    read = Read.of(saved(tmp_path, alone))
    assert not read.report.problems
    one = read.organisations()["RRP"]
    assert (one["ods_ref_only"], one["ods_roles"], one["operational_start"]) == (True, ["RO197"], "2001-04-01")
    assert str(read.edges(SucceededBy)[0].legal_date) == "2024-11-01"


def test_absent_sections_are_no_error(tmp_path: Path) -> None:
    read = Read.of(saved(tmp_path, {"Organisation": {"OrgId": {"extension": "RTX"}, "Name": "T"}}))
    assert (read.report.problems, read.source.edition, read.source.id[:16]) == ([], None, "ods/ord/undated-")
    assert read.organisations()["RTX"] == {"labels": {"Body"}, "ods_name": "T", "ods_ref_only": False}
    assert [name.id for name in read.nodes(Name)] == ["RTX/T/undated"]


def test_a_site_of_a_record_is_a_location_only(tmp_path: Path) -> None:
    site = record("RTXBU", orgRecordClass="RC2", Succs=None, Roles={"Role": {"id": "RO198"}})
    read = Read.of(saved(tmp_path, site))
    assert ([one.id for one in read.nodes(Location)], read.organisations()) == (["RTXBU"], {})


@pytest.mark.parametrize(
    ("value", "column", "rule"),
    [
        ({"Organisations": [{"Name": "T", "OrgId": "RTX"}]}, None, "this is a page of a list, not a record"),
        ({"locationId": "1-1"}, None, "this is no record of ORD"),
        ([record()], None, "this is no record of ORD"),
        ({"Organisation": [1]}, "Organisation", "not a group of named values"),
        (record("rtx"), "Organisation.OrgId.extension", "an ODS code is in upper case"),
        (record(OrgId=None), "Organisation.OrgId.extension", "the cell is empty"),
        (record(OrgId="RTX"), "Organisation.OrgId", "not a group of named values"),
        (record(Name=["T"]), "Organisation.Name", "not a text"),
        (record(refOnly="maybe"), "Organisation.refOnly", "neither true nor false"),
        (record(Date=[{"Type": "Legal", "Start": "2020-02-30"}]), "Organisation.Date[0].Start", "no such day"),
        (record(Date=[{"Type": "Legal", "Start": {}}]), "Organisation.Date[0].Start", "not a date"),
        (record(Succs={"Succ": [{"Type": "Successor"}]}), "Organisation.Succs.Succ[0].Target.OrgId.extension", "empty"),
        (record(Succs={"Succ": [{"Target": {"OrgId": {"extension": "R1"}}}]}), "Organisation.Succs.Succ[0].Type", "empty"),
        (record(Name="a\ud800"), "Organisation.Name", "a control character"),
    ],
)  # fmt: skip
def test_what_is_no_right_record_is_reported(tmp_path: Path, value: object, column: str | None, rule: str) -> None:
    saved(tmp_path, record("RA9", Succs=None), "0.json")
    problem = the_problem(saved(tmp_path, value, "1.json").parent)
    assert (problem.file, problem.column) == ("1.json", column)
    assert rule in problem.rule
    read = Read.of(tmp_path)
    assert (list(read.organisations()), read.source.rows) == (["RA9"], 2)
    assert Read.of(tmp_path, strict=True).contents == []
    assert Read.of(tmp_path / "1.json").contents == []


def test_a_page_of_a_list_is_recognised_so_that_it_can_be_reported(tmp_path: Path) -> None:
    assert ods.recognises(saved(tmp_path, {"Organisations": [{"Name": "T", "OrgId": "RTX"}]}))


def test_a_record_cut_off_and_one_that_stands_twice(tmp_path: Path) -> None:
    saved(tmp_path, record("RA9", Succs=None), "0.json")
    saved(tmp_path, record("RA9", Succs=None), "1.json")
    (tmp_path / "2.json").write_text(json.dumps(record())[:300])
    (tmp_path / "3.json").write_text("[" * 100_000)
    rules = [problem.rule[:21] for problem in Read.of(tmp_path).report.problems]
    assert rules == ["the code stands twice", "this is not JSON (Unt", "this is not JSON (nes"]


# --- one graph, whatever the order


def model(contents: Iterable[Content]) -> dict[tuple[object, ...], Any]:
    """Merge as graph/merge.py says it is done, in plain Python: the facts of the graph."""
    facts: dict[tuple[object, ...], Any] = {}
    for content in contents:
        for thing in (*content.nodes, *content.relationships):
            what: tuple[object, ...]
            if isinstance(thing, Node):
                what = (type(thing).__name__, thing.id)
                facts.setdefault((*what, "labels"), set()).update(thing.labels)
            else:
                assert isinstance(thing, Relationship)
                what = (thing.type, thing.start, thing.end, thing.key)
            facts.setdefault((*what, "sources"), set()).update(thing.sources)
            values = thing.properties()
            newest: dict[str, dict[str, Any]] = {}
            for field in type(thing).fields():
                for name in field.properties if field.name not in {"id", "sources"} else ():
                    value, at = values[name], (*what, name)
                    if field.prop.merge == "newest" and field.prop.publisher == content.publisher:
                        if content.publisher == "curated":
                            newest.setdefault("all", {})[name] = value
                        elif field.name in thing.model_fields_set:
                            newest.setdefault(field.name, {})[name] = value
                    elif field.prop.merge == "same":
                        facts[at] = value
                    elif field.prop.merge in {"least", "greatest"} and value is not None:
                        better = min if field.prop.merge == "least" else max
                        facts[at] = better(facts.get(at, value), value)
            for group, of_group in newest.items():
                at = (*what, "rank", group)
                if (mine := rank(of_group, content.as_of, thing.sources)) > facts.get(at, ""):
                    facts[at] = mine
                    facts |= {(*what, name): value for name, value in of_group.items()}
    return facts


@needs_data
def test_files_in_any_order_give_one_graph_in_a_model() -> None:
    files = {path.name: Read.of(path).contents for path in sorted(DATA.iterdir())}
    orders = list(permutations(files))
    first, *others = [orders[0], *random.Random(20261123).sample(orders, 6), orders[-1]]
    one = model(content for name in first for content in files[name])
    for order in others:
        assert model(content for name in (*order, order[0]) for content in files[name]) == one
    assert one["Organisation", "RQ8", "legal_end"] == "2020-03-31"
    assert one["Organisation", "RQ8", "etr_close"] == "2020-03-31"
    assert one["Organisation", "RA7", "ods_name"] == "BRISTOL NHS FOUNDATION TRUST"
    assert one["Organisation", "TAF", "labels"] == {"Trust"}


@pytest.fixture
def handful(tmp_path: Path) -> dict[str, list[Content]]:
    """A few rows of each report, and two records that tell one succession a day apart."""
    successor = record(
        "G6V2S",
        Succs={"Succ": {"Date": {"Type": "Legal", "Start": "2024-10-31"}, "Type": "Predecessor", "Target": {"OrgId": {"extension": "RRP"}}}},
        LastChangeDate="2025-01-01",
    )  # fmt: skip
    return {
        "list of 2018": Read.of(lines(tmp_path, trust("RQ8", "OLD", "19950401"), trust("RX1", "X", "19950401", "20180331"))).contents,
        "list of 2026": Read.of(lines(tmp_path, trust("RQ8", "MID ESSEX", "19950401", "20200331"), trust("RX2", "X", "20260501"))).contents,
        "organisations": Read.of(lines(tmp_path, ORGANISATIONS, MERGED, UNIT)).contents,
        "successions": Read.of(lines(tmp_path, SUCCESSIONS, "RQ8,RAJ,2020-04-01,RAJ,Predecessor", "RRP,G6V2S,2026-07-01,RRP,Successor")).contents,
        "predecessor": Read.of(saved(tmp_path, record(), "a.json")).contents,
        "successor": Read.of(saved(tmp_path, successor, "b.json")).contents,
    }  # fmt: skip


def test_a_handful_in_any_order_gives_one_graph(store: Store, handful: dict[str, list[Content]]) -> None:
    store.define(ddl())
    seen = []
    for order in (list(handful), list(reversed(handful)), random.Random(1).sample(list(handful), len(handful))):
        store.write(lambda transaction: transaction.run("MATCH (n) DETACH DELETE n", {}))
        for name in (*order, order[0]):
            for content in handful[name]:
                assert not write(store, content).missing_ends
        seen.append(dump(store))
    assert seen[1] == seen[0]
    assert seen[2] == seen[0]
    (merged,) = store.read(
        "MATCH (a:Trust {id: 'RQ8'})-[r:SUCCEEDED_BY]->(b) RETURN a.ods_name AS name, a.legal_end AS legal, "
        "a.etr_close AS closed, toString(r.legal_date_latest) AS day, b.id AS successor"
    )
    assert dict(merged) == {
        "name": "MID ESSEX", "legal": "2020-03-31", "closed": "2020-03-31", "day": "2020-04-01", "successor": "RAJ",
    }  # fmt: skip
    (told,) = store.read(
        "MATCH (:Organisation {id: 'RRP'})-[r:SUCCEEDED_BY]->(:Organisation {id: 'G6V2S'}) "
        "RETURN r.legal_date AS day, r.legal_date_predecessor AS one, r.legal_date_successor AS other"
    )
    assert dict(told) == {"day": "2026-07-01", "one": "2026-07-01", "other": "2024-10-31"}
    names = store.read(
        "MATCH (:Organisation {id: 'RQ8'})-[:NAMED]->(n:Name) RETURN DISTINCT n.name AS name ORDER BY name"
    )
    assert [row["name"] for row in names] == ["MID ESSEX", "OLD"]


# --- damaged files


SEEDS = {
    "etr.csv": "\r\n".join([trust("RA7", "A, B", "19910401"), trust("K0N6A", "C", "20260601", "20260630")]).encode(),
    "organisations.csv": f"{ORGANISATIONS}\n{MERGED}\n{UNIT}\n".encode(),
    "successions.csv": f"{SUCCESSIONS}\nRQ8,RAJ,2020-04-01,RAJ,Predecessor\n".encode(),
    "record.json": json.dumps(record(), indent=1).encode(),
}


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(sorted(SEEDS)),
    cuts=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 8), st.binary(max_size=3) | st.sampled_from([b",", b'"', b"\n", b"}", b"9"])),
        min_size=1, max_size=4,
    ),
)  # fmt: skip
def test_a_damaged_file_is_reported_or_read_and_never_a_traceback(
    tmp_path: Path, name: str, cuts: Sequence[tuple[float, int, bytes]]
) -> None:
    raw = SEEDS[name]
    for where, length, put in cuts:
        at = int(where * len(raw))
        raw = raw[:at] + put + raw[at + length :]
    path = tmp_path / name
    path.write_bytes(raw)
    ods.recognises(path)
    for strict in (True, False):
        read = Read.of(path, strict=strict)
        assert read.contents or not read.report.ok
        if strict:
            assert not (read.contents and read.report.errors)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "Type", "Date", "Start", "OrgId"]), inner, max_size=2),
    max_leaves=5,
)  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=st.sampled_from([*record()["Organisation"], "refOnly"]), value=JSON)
def test_a_record_with_anything_in_a_section_is_reported_or_read(tmp_path: Path, key: str, value: object) -> None:
    changes: dict[str, Any] = {key: value}
    read = Read.of(saved(tmp_path, record(**changes)))
    assert read.contents or not read.report.ok


# --- fetching, from a server that misbehaves


class Service:
    """A stand-in for the interface, on this machine; `plan` has the answers of an address, one after the other."""

    def __init__(self) -> None:
        self.plan: dict[str, list[Callable[[BaseHTTPRequestHandler], None]]] = {}
        self.asked: list[str] = []
        self.agents: set[str] = set()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        address = handler.path.removeprefix("/ORD/2-0-0/")
        self.asked.append(address)
        self.agents.add(handler.headers["User-Agent"])
        steps = self.plan.get(address)
        if not steps:
            says(404)(handler)
        else:
            (steps.pop(0) if len(steps) > 1 else steps[0])(handler)


def says(
    status: int = 200, value: object = None, *, cut: int = 0, wait: float = 0, **headers: str
) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        body = json.dumps(value).encode()
        time.sleep(wait)
        handler.send_response(status)
        for name, text in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), text)
        handler.end_headers()
        handler.wfile.write(body[: len(body) - cut])

    return answer


@contextmanager
def running(service: Service) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                service.answer(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/ORD/2-0-0"
        finally:
            server.shutdown()
            thread.join()


@dataclasses.dataclass
class Fetching:
    service: Service
    base_url: str
    waits: list[float]

    def __call__(self, codes: Iterable[str] | None, folder: Path, **options: Any) -> ods_fetch.Fetched:
        options = {"timeout": 5.0, "tries": 4, "pause": 0.0, **options}
        return ods_fetch.fetch(codes, folder, base_url=self.base_url, sleep=self.waits.append, **options)

    @property
    def long_waits(self) -> list[float]:
        return [wait for wait in self.waits if wait]


@pytest.fixture
def fetching() -> Iterator[Fetching]:
    service = Service()
    with running(service) as base_url:
        yield Fetching(service, base_url, [])


def test_records_are_fetched_with_a_name_and_kept_without_contacts(tmp_path: Path, fetching: Fetching) -> None:
    fetching.service.plan["organisations/RRP"] = [says(value=record())]
    result = fetching(["RRP", "RRP", "NONE", "rtx", "../x"], tmp_path)
    assert (result.fetched, result.absent, sorted(result.failed)) == (["RRP"], ["NONE"], ["../x", "rtx"])
    assert fetching.service.asked == ["organisations/RRP", "organisations/NONE"]
    assert next(iter(fetching.service.agents)).startswith("qikg/")
    assert [path.name for path in tmp_path.iterdir()] == ["RRP.json"]
    assert "Contact" not in (tmp_path / "RRP.json").read_text()
    assert Read.of(tmp_path).organisations()["RRP"]["ods_name"] == "AN NHS TRUST"


@pytest.mark.parametrize(
    ("first", "waits"),
    [
        ([says(429, Retry_After="7")], [7.0]),
        ([says(500), says(503), says(502)], [1.0, 2.0, 4.0]),
        ([says(value=record(), cut=50, Connection="close")], [1.0]),
        ([says(value="cut off")], [1.0]),
        ([says(value=record("RA9"))], [1.0]),
    ],
)
def test_an_answer_that_is_none_is_asked_for_again(
    tmp_path: Path, fetching: Fetching, first: list[Callable[[BaseHTTPRequestHandler], None]], waits: list[float]
) -> None:
    fetching.service.plan["organisations/RRP"] = [*first, says(value=record())]
    assert fetching(["RRP"], tmp_path).fetched == ["RRP"]
    assert fetching.long_waits == waits


def test_a_slow_answer_is_not_waited_for(tmp_path: Path, fetching: Fetching) -> None:
    fetching.service.plan["organisations/RRP"] = [says(value=record(), wait=1.0), says(value=record())]
    assert fetching(["RRP"], tmp_path, timeout=0.2).fetched == ["RRP"]


def test_what_fails_is_named_and_a_service_out_of_order_is_left_alone(tmp_path: Path, fetching: Fetching) -> None:
    codes = [f"R{n:02}" for n in range(8)]
    fetching.service.plan |= {f"organisations/{code}": [says(500)] for code in codes}
    result = fetching(codes, tmp_path, tries=2)
    assert (sorted(result.failed), result.left, result.ok) == (codes[:5], codes[5:], False)
    assert result.failed["R00"] == "the service answers 500 (Internal Server Error), 2 times"
    assert not list(tmp_path.iterdir())


def test_a_service_that_asks_for_an_hour_and_one_that_is_not_there(tmp_path: Path, fetching: Fetching) -> None:
    fetching.service.plan["organisations/RRP"] = [says(429, Retry_After="3600")]
    assert "it asks to wait 3,600 seconds" in fetching(["RRP"], tmp_path).failed["RRP"]
    gone = ods_fetch.fetch(["RRP"], tmp_path, base_url="http://127.0.0.1:9", tries=1)
    assert "no answer" in gone.failed["RRP"]
    with pytest.raises(UsageError):
        ods_fetch.fetch(["RRP"], tmp_path, base_url="file:///etc")


def test_it_goes_on_where_it_stopped(tmp_path: Path, fetching: Fetching) -> None:
    fetching.service.plan |= {f"organisations/{code}": [says(value=record(code))] for code in ("RRP", "RA9", "TAF")}
    fetching(["RRP", "RA9"], tmp_path)
    (tmp_path / "RA9.json").write_text("{")  # written by another program, and cut off
    fetching.service.asked.clear()
    result = fetching(["RRP", "RA9", "TAF"], tmp_path)
    assert (result.kept, result.fetched) == (["RRP"], ["RA9", "TAF"])
    assert fetching.service.asked == ["organisations/RA9", "organisations/TAF"]


def test_lists_are_read_page_by_page_from_offset_one(
    tmp_path: Path, fetching: Fetching, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ods_fetch, "LIMIT", 2)

    def page(*codes: str, total: int) -> Callable[[BaseHTTPRequestHandler], None]:
        return says(value={"Organisations": [{"OrgId": code} for code in codes]}, X_Total_Count=str(total))

    listed = "organisations?PrimaryRoleId={}&Limit=2&Offset={}"
    fetching.service.plan = {
        listed.format("RO197", 1): [page("RRP", "RA9", total=3)],
        listed.format("RO197", 3): [says(500), page("TAF", total=3)],
        listed.format("RO107", 1): [page("RTX", total=2)],
        listed.format("RO107", 2): [page(total=2)],
        **{f"organisations/{code}": [says(value=record(code))] for code in ("RRP", "RA9", "TAF", "RTX")},
    }
    result = fetching(None, tmp_path)
    assert result.fetched == ["RRP", "RA9", "TAF", "RTX"]
    assert list(result.failed.values()) == ["1 codes, where the service says 2"]
