"""CQC's care directories without ratings of key questions: what a location is, in every file that tells of it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from checkout import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spreadsheets import cell as ods_cell
from spreadsheets import ods
from spreadsheets import row as ods_row

from qikg.graph.content import Content
from qikg.loaders.cqc.directory import BOOK
from qikg.loaders.files import Kind, recognise
from qikg.loaders.report import LoadReport
from qikg.loaders.spreadsheets.layouts import layouts
from qikg.loaders.spreadsheets.sheets import open_sheets
from qikg.ontology.classes import NODES, RELATIONSHIPS
from qikg.ontology.model import Node
from qikg.ontology.registers import DualRegisteredWith, Inspection, Location, Name, Operates, Organisation, Rating

SYNTHETIC = ROOT.parent / "shared" / "data" / "cqc" / "synthetic-hsca-active-locations.ods"

CSV = (
    "Name,Also known as,Address,Postcode,Phone number,Service's website (if available),Service types,"
    "Date of latest check,Specialisms/services,Provider name,Local authority,Region,Location URL,"
    "CQC Location ID (for office use only),CQC Provider ID (for office use only)"
)
PREAMBLE = "CQC Locations data\r\n,,,\r\nThis data was produced on 19 August 2026,,\r\n\r\n"
ROW = (
    'Park House,The Park,"1 Any Street, Town",OL1 4JU,1610000000,http://x.example,Homecare agencies|Nursing homes,'
    "14/Apr/2022 - 00:00,Dementia|Older People,Owner Ltd,Oldham,Yorkshire & Humberside,http://www.cqc.org.uk/location/"
    "1-100000001,1-100000001,1-200000001"
)
DEACTIVATED = (
    "Location ID,Location ODS Code,Location Name,Location Status,Location HSCA start date,Location HSCA End Date,"
    "Care home?,Care homes beds at point location de-activated,Location Type/Sector,Location Latest Overall Rating,"
    "Publication Date,Inherited Rating (Y/N),Brand ID,Brand Name,Provider ID,Provider Name,Registered manager (note; any)"
)


@dataclass(frozen=True)
class Reading:
    contents: list[Content]
    report: LoadReport

    def of(self, kind: type[Node]) -> dict[str, Node]:
        nodes = [node for content in self.contents for node in content.nodes if isinstance(node, kind)]
        return {node.id: node for node in sorted(nodes, key=lambda node: len(node.model_fields_set))}

    @property
    def locations(self) -> dict[str, Location]:
        return self.of(Location)  # type: ignore[return-value]

    @property
    def organisations(self) -> dict[str, Organisation]:
        return self.of(Organisation)  # type: ignore[return-value]

    @property
    def ratings(self) -> dict[str, Rating]:
        return self.of(Rating)  # type: ignore[return-value]

    @property
    def said(self) -> str:
        return "\n".join(map(str, self.report.problems))

    @property
    def edition(self) -> str:
        return self.contents[0].as_of


def reading(path: Path, *, strict: bool = False) -> Reading:
    report = LoadReport()
    return Reading(list(BOOK.read(path, report, strict=strict)), report)


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str, name: str = "directory.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode())
        return path

    return write


# --- the directory with filters


@pytest.fixture(scope="module")
def active() -> Reading:
    if not SYNTHETIC.is_file():
        pytest.skip(f"{SYNTHETIC.name} is not beside this checkout")
    return reading(SYNTHETIC)


def test_the_spreadsheet_of_active_locations_is_known_by_its_content(active: Reading, tmp_path: Path) -> None:
    copy = tmp_path / "anything.bin"
    copy.write_bytes(SYNTHETIC.read_bytes())
    assert recognise(copy).kind is Kind.CQC_DIRECTORY


def test_every_location_and_provider_of_it_is_there(active: Reading) -> None:
    with open_sheets(SYNTHETIC) as book:
        rows = next(list(sheet.rows) for sheet in book if sheet.name != "README")
    header = [str(cell) for cell in rows[0][1]]
    ids = [cells[header.index("Location ID")] for _, cells in rows[1:]]
    assert set(active.locations) == set(ids)
    assert set(active.organisations) == {cells[header.index("Provider ID")] for _, cells in rows[1:]}
    assert active.report.counts == {"read": len(ids), "taken": len(ids), "refused": 0}
    assert active.report.errors == []


def test_the_edition_is_the_day_that_the_file_says(active: Reading) -> None:
    assert active.edition == "2021-05-04"


def test_a_location_has_what_its_row_says(active: Reading) -> None:
    place = active.locations["1-9999800000"]
    assert place.cqc_name == "Synthetic  Care Home 00 (St Nowhere's)"  # both blanks
    assert (place.sector, place.category) == ("Social Care Org", "Residential social care")
    assert (place.directorate, place.region, place.local_authority) == ("Adult social care", "East of England", "Suffolk")
    assert (place.care_home, place.dormant, place.beds) == (True, False, 12)
    assert (place.postcode_area, place.brand) == ("ZZ99", "BRAND Invented Group")
    assert str(place.registration_start) == "2010-10-01"
    assert place.regulated_activities == (
        "Accommodation for persons who require nursing or personal care", "Treatment of disease, disorder or injury",
    )  # fmt: skip
    assert place.service_types == ("Care home service with nursing", "Care home service without nursing")
    assert place.specialisms == ("Dementia", "Older People")


def test_a_provider_has_what_its_columns_say(active: Reading) -> None:
    provider = active.organisations["1-9999900000"]
    assert provider.cqc_name == "Invented Care & Sons 00 Limited"
    assert (provider.ownership, provider.provider_type) == ("Organisation", "Social Care Org")
    assert (provider.companies_house_number, provider.cqc_postcode_area) == ("99990000", "ZZ99")
    assert str(provider.registration_start) == "2010-10-01"


def test_a_dash_is_no_brand_and_a_place_without_a_rating_has_none(active: Reading) -> None:
    assert active.locations["1-9999800001"].brand is None
    assert not [one for one in active.ratings if one.startswith("1-9999800000/")]


def test_an_inherited_rating_is_an_observation_without_an_inspection(active: Reading) -> None:
    rating = active.ratings["1-9999800001/2017-02-04/OVERALL/OVERALL/GOOD"]
    assert (rating.inherited, rating.value_printed, rating.score) == (True, "Good", 3)
    assert "1-9999800001/2017-02-04" not in active.of(Inspection)


def test_no_name_of_a_person_is_read(active: Reading) -> None:
    said = repr(active.contents) + active.report.to_json()
    for person in ("Fictional, Person", "Invented, Nominee", "Invented, Partner"):
        assert person not in said


# --- the plain list


def test_the_plain_list_is_read_below_its_preamble(written: Callable[[str], Path]) -> None:
    path = written(f"\ufeff{PREAMBLE}{CSV}\r\n{ROW}\r\n\r\n")
    assert recognise(path).kind is Kind.CQC_DIRECTORY
    read = reading(path)
    place = read.locations["1-100000001"]
    assert read.edition == "2026-08-19"
    assert (place.cqc_name, place.postcode_area, place.local_authority) == ("Park House", "OL1", "Oldham")
    assert place.region == "Yorkshire and The Humber"  # as the other files name it
    assert place.service_names == ("Homecare agencies", "Nursing homes")
    assert place.specialisms == ("Dementia", "Older People")
    assert str(place.latest_check) == "2022-04-14"
    assert {node.name for node in read.of(Name).values()} == {"Park House", "The Park", "Owner Ltd"}  # type: ignore[attr-defined]
    assert read.ratings == {}
    assert "sector" not in place.model_fields_set  # it has no such column: nothing is said of it


def test_a_copy_without_a_header_is_known_by_its_width(written: Callable[[str], Path]) -> None:
    read = reading(written(f"{ROW}\n{ROW.replace('1-100000001', '1-100000002')}\n"))
    assert set(read.locations) == {"1-100000001", "1-100000002"}


@pytest.mark.parametrize("day", ["16/11/2015 - 00:00", "16/Nov/2015 - 00:00", "2015-11-16", "20151116"])
def test_dates_of_all_editions_are_read(written: Callable[[str], Path], day: str) -> None:
    read = reading(written(f"{CSV}\n{ROW.replace('14/Apr/2022 - 00:00', day)}\n"))
    assert str(read.locations["1-100000001"].latest_check) == "2015-11-16"


def test_a_region_that_nobody_knows_is_kept_and_told(written: Callable[[str], Path]) -> None:
    read = reading(written(f"{CSV}\n{ROW.replace('Yorkshire & Humberside', 'Yorkshre and The Humber')}\n"))
    assert read.locations["1-100000001"].region == "Yorkshre and The Humber"
    assert "Did you mean Yorkshire and The Humber?" in read.said


def test_a_row_with_a_wrong_date_or_id_is_left_out_and_named(written: Callable[[str], Path]) -> None:
    wrong = ROW.replace("14/Apr/2022 - 00:00", "soon"), ROW.replace(",1-100000001,", ",l-100000001,")
    read = reading(written("\n".join([CSV, ROW, *wrong])))
    assert [error.row for error in read.report.errors] == [3, 4]
    assert read.report.counts == {"read": 3, "taken": 1, "refused": 2}
    assert reading(written("\n".join([CSV, ROW, *wrong])), strict=True).contents == []


def test_a_place_without_a_provider_is_a_place(written: Callable[[str], Path]) -> None:
    read = reading(written(f"{CSV}\n{ROW.removesuffix('1-200000001')}\n"))
    assert set(read.locations) == {"1-100000001"}
    assert read.organisations == {}
    assert [problem.severity for problem in read.report.problems] == ["warning"]


def test_a_control_character_costs_the_value_and_not_the_row(written: Callable[[str], Path]) -> None:
    read = reading(written(f"{CSV}\n{ROW.replace('Park House', 'Park' + chr(11) + 'House')}\n"))
    assert read.locations["1-100000001"].cqc_name is None
    assert "U+000B" in read.said


# --- locations that were deactivated, and dual registrations


def test_a_deactivated_location_has_its_last_day_and_its_last_rating(written: Callable[[str], Path]) -> None:
    line = (
        "1-100000001,VN001,Old House,Inactive,01/10/2010,31/03/2019,Y,24,Social Care Org,Good,14/08/2018,N,-,-,"
        '1-200000001,Owner Ltd,"Invented, Manager"'
    )
    read = reading(written(f"Notice above,\n{DEACTIVATED}\n{line}\n"))
    place = read.locations["1-100000001"]
    assert (place.registration, place.beds, place.ods_code, place.brand) == ("Inactive", 24, "VN001", None)
    assert (str(place.registration_start), str(place.registration_end)) == ("2010-10-01", "2019-03-31")
    assert set(read.ratings) == {"1-100000001/2018-08-14/OVERALL/OVERALL/GOOD"}
    assert set(read.of(Inspection)) == {"1-100000001/2018-08-14"}
    assert "Manager" not in repr(read.contents) + read.said


def dual_registrations(path: Path) -> Path:
    first = ["Location ID", "Location HSCA start date", "Location Name", "Provider ID", "Location Dual Registered"]
    dual = [
        *("Location ID", "Location Name", "Provider ID", "Linked Organisation ID", "Linked Organisation Name"),
        *("Relationship", "Relationship Start Date", "Primary ID"),
    ]
    pair = [
        *("1-100000001", "House", "1-200000001", "1-100000002", "House again", "Dual Registration", "01/04/2015"),
        "1-100000001",
    ]
    sheets = {
        "HSCA_Active_Locations": [first, ["1-100000001", "01/10/2010", "House", "1-200000001", "Y"]],
        "Dual_Registration_Locations": [dual, pair, [*pair[:3], "1-100000001", *pair[4:]]],
    }
    ods(path, {name: "".join(ods_row(*map(ods_cell, line)) for line in lines) for name, lines in sheets.items()})
    return path


def test_dual_registrations_join_two_locations(tmp_path: Path) -> None:
    read = reading(dual_registrations(tmp_path / "active.ods"))
    (pair,) = [
        one for content in read.contents for one in content.relationships if isinstance(one, DualRegisteredWith)
    ]
    assert (pair.start.id, pair.end.id, pair.relation, pair.primary, str(pair.since)) == (
        "1-100000001", "1-100000002", "Dual Registration", "1-100000001", "2015-04-01",
    )  # fmt: skip
    assert read.locations["1-100000001"].dual_registered is True
    assert "no other registration" in read.said  # the row that links a place with itself


def test_the_provider_operates_the_location(written: Callable[[str], Path]) -> None:
    read = reading(written(f"{CSV}\n{ROW}\n"))
    (operates,) = [one for content in read.contents for one in content.relationships if isinstance(one, Operates)]
    assert (operates.start.id, operates.end.id) == ("1-200000001", "1-100000001")


# --- every column


@pytest.mark.parametrize("layout", layouts())
def test_every_column_becomes_something_or_has_a_reason(layout: str) -> None:
    for column in layouts()[layout].columns:
        assert (column.becomes is None) != (column.reason is None), column.id
        if column.becomes is not None:
            assert not column.personal, column.id
            of, _, name = column.becomes.partition(".")
            cls = NODES.get(of) or RELATIONSHIPS[of]
            assert name in {"start", "end", *(field.name for field in cls.fields())}, column.id


@pytest.mark.parametrize(
    "column", [one for one in layouts()["active-locations"].columns if one.becomes and one.matched_by == "whole"],
    ids=lambda column: column.id,
)  # fmt: skip
def test_a_column_that_becomes_something_makes_a_difference(column: object, written: Callable[[str], Path]) -> None:
    others = {
        "Location ID": "1-100000001", "Location HSCA start date": "01/10/2010", "Location Name": "House",
        "Provider ID": "1-200000001", "Publication Date": "14/08/2018", "Location Latest Overall Rating": "Good",
    }  # fmt: skip
    values = {
        "id": "1-100000009", "registration_start": "02/10/2010", "date": "15/08/2018", "value": "Outstanding",
        "dormant": "Y", "care_home": "Y", "dual_registered": "Y", "inherited": "Y", "beds": "77",
        "postcode_area": "OL9 9ZZ", "cqc_postcode_area": "OL9 9ZZ", "region": "London",
    }  # fmt: skip
    header, becomes = column.header, column.becomes  # type: ignore[attr-defined]

    def facts(cells: dict[str, str]) -> str:
        read = reading(written(",".join(cells) + "\n" + ",".join(cells.values()) + "\n"))
        assert read.report.errors == []
        return repr([(content.nodes, content.relationships) for content in read.contents[1:]])

    before = facts({header: "", **others})
    cells = {header: "", **others}
    assert facts(cells | {header: values.get(becomes.partition(".")[2], "Something else")}) != before


@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    cells=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=12), min_size=15, max_size=15)
)
def test_whatever_a_row_holds_it_is_taken_or_named(tmp_path: Path, cells: list[str]) -> None:
    path = tmp_path / "any.csv"
    quoted = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    path.write_text(f"{CSV}\n{ROW}\n{quoted}\n", "utf-8", newline="")
    report = LoadReport()
    taken = [node.id for content in BOOK.read(path, report) for node in content.nodes if isinstance(node, Location)]
    counts = report.counts
    assert counts["read"] == counts["taken"] + counts["refused"]
    assert len(taken) == counts["taken"]
    assert bool(counts["refused"]) == bool(report.errors)


def test_the_newest_of_two_days_that_a_file_says_is_not_the_future(written: Callable[[str], Path]) -> None:
    path = written(f"This data was produced on 19 August 2999\n{CSV}\n{ROW}\n")
    assert reading(path).edition == "2022-04-14"
    assert datetime.date.fromisoformat(reading(path).edition) < datetime.date.today()
