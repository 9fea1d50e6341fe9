"""Files of several registers about the same places: any order gives one graph, and no name of a person is anywhere."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator
from contextlib import closing
from itertools import permutations
from pathlib import Path
from random import Random

import pytest
from checkout import ROOT
from dump import dump
from engines import Engine
from spreadsheets import cell as ods_cell
from spreadsheets import ods
from spreadsheets import row as ods_row

from qikg.graph.store import Store
from qikg.loaders import check, load

OLDHAM = ROOT.parent / "shared" / "data" / "cqc" / "api-oldham-2025"
PERSON = ("Zebedee", "Quillfeather", "Thistlewood")

RATINGS = """Location ID,Location Name,Location Region,Service / Population Group,Domain,Latest Rating,Publication Date,Provider ID
RDU50,Wexham Park,South East,Overall,Overall,Outstanding,26/09/2014,RDU
1-100000001,House,London,Overall,Overall,Good,14/08/2018,1-200000001
"""
NEWER = """This data was produced on 19 August 2026
Name,Also known as,Postcode,Service types,Date of latest check,Provider name,Local authority,Region,CQC Location ID,CQC Provider ID
New House,The House,OL1 4JU,Nursing homes,14/Apr/2022 - 00:00,Owner Ltd,Oldham,East,1-100000001,1-200000001
"""
TRUSTS = '"RDU","FRIMLEY HEALTH NHS FOUNDATION TRUST","Y57","QNQ","","","","","","GU16 7UJ","20050401","","","","","","","","","","","0","","","","",""\r\n'
SUCCESSIONS = """predecessor_code,successor_code,legal_start_date,source_code,source_direction
RD7,RDU,2014-10-01,RD7,Successor
"""


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    texts = {"ratings.csv": RATINGS, "directory.csv": NEWER, "etr.csv": TRUSTS, "successions.csv": SUCCESSIONS}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8", newline="")
    record = {
        "locationId": "1-100000001", "providerId": "1-200000001", "name": "House", "type": "Social Care Org",
        "registrationStatus": "Registered", "registrationDate": "2011-01-27", "numberOfBeds": "24", "careHome": "Y",
        "region": "Yorkshire & Humberside", "localAuthority": "Oldham",
        "regulatedActivities": [{"name": "Personal care", "contacts": [
            {"personTitle": "Mr", "personGivenName": PERSON[0], "personFamilyName": PERSON[1]}]}],
        "currentRatings": {"overall": {"rating": "Good", "reportDate": "2018-08-14", "reportLinkId": "a"}},
    }  # fmt: skip
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "one.json").write_text(json.dumps(record), "utf-8")
    columns = [
        *("Location ID", "Location HSCA start date", "Location Name", "Care homes beds", "Provider ID"),
        *("Registered manager (note; any)", "Provider Nominated Individual Name", "Provider Main Partner Name (note; any)"),
    ]
    cells = ["1-100000001", "27/01/2011", "House", "22", "1-200000001", f"{PERSON[2]}, {PERSON[0]}", PERSON[1], PERSON[2]]
    rows = "".join(ods_row(*map(ods_cell, line)) for line in (columns, cells))
    ods(tmp_path / "active.ods", {"HSCA_Active_Locations": rows})
    return [tmp_path / name for name in (*texts, "records", "active.ods")]


@pytest.fixture
def fresh(engine: Engine) -> Iterator[Store]:
    engine.wipe()
    with closing(engine.open()) as store:
        yield store


def test_files_of_all_registers_in_any_order_give_one_graph(engine: Engine, files: list[Path]) -> None:
    orders = list(permutations(files))
    dumps = []
    for order in [orders[0], *Random(20261124).sample(orders, 3), orders[-1]]:
        engine.wipe()
        with closing(engine.open()) as store:
            for path in (*order, order[0]):
                assert load(store, [path]).ok
            dumps.append(dump(store))
    for one in dumps[1:]:
        assert sorted(set(one[0]) ^ set(dumps[0][0])) == []
        assert sorted(set(one[1]) ^ set(dumps[0][1])) == []
        assert one == dumps[0]
    with closing(engine.open()) as store:
        found = store.read(
            "MATCH (l:Location {id: '1-100000001'})<-[:OPERATES]-(o:Organisation) RETURN l.cqc_name AS name, l.beds AS beds, "
            "l.region AS region, l.regulated_activities AS activities, o.id AS provider"
        )
        # the name and region of the newest edition; the beds of the file without a day are older than the record's
        assert list(found) == [
            {"name": "New House", "beds": 24, "region": "East of England", "activities": ["Personal care"],
             "provider": "1-200000001"}
        ]  # fmt: skip
        names = store.read("MATCH (:Location {id: '1-100000001'})-[:NAMED]->(n:Name) RETURN DISTINCT n.name AS name ORDER BY name")
        assert [row["name"] for row in names] == ["House", "New House", "The House"]


def test_no_name_of_a_person_is_in_the_store_the_log_or_a_report(
    fresh: Store, files: list[Path], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    report = load(fresh, files)
    held = repr(dump(fresh)) + caplog.text + report.to_json() + report.to_tsv() + report.summary()
    assert "New House" in held
    assert not [name for name in PERSON if name in held]


def test_of_451_records_of_which_three_are_broken_448_are_taken(tmp_path: Path) -> None:
    if not OLDHAM.is_dir():
        pytest.skip(f"{OLDHAM.name} is not beside this checkout")
    folder = shutil.copytree(OLDHAM / "location_details", tmp_path / "records")
    for number, path in enumerate(sorted(folder.iterdir())[100:103]):
        path.chmod(0o600)
        path.write_text(["", path.read_text("utf-8")[:-100], '"no record"'][number], "utf-8")
    report = check([folder])
    assert report.counts == {"read": 451, "taken": 448, "refused": 3}
    assert len(report.errors) == 3
