"""Write a national file of ratings, laid out like the regulator's "Latest ratings" of 2026, with invented content.

    python scripts/make_national.py FOLDER [--rows 323000] [--seed 1] [--formats csv ods]

national-ratings-ROWS.csv     the sheet Locations: a header and ROWS rows of 28 columns, CRLF
national-ratings-ROWS.ods     README, Locations (the same rows), Providers (a row for every forty), padded as Excel pads
                              them: 16,384 columns and 1,048,576 rows by `repeated`, dates as text

SYNTHETIC: no organisation, person or rating in them is real. Ids are `1-99998…` (locations) and `1-99999…` (providers),
postcodes ZZ99, every name begins with "Synthetic" or "Invented". Proportions follow the national file of February 2021
(31,966 locations of 19,669 providers): 72 in 100 locations are social care with one service, 20 are practices with six
population groups, the rest hospitals with up to ten services; 323,000 rows hold about 32,000 locations. Of each 10,000
locations one has the same key twice with another rating, and one twice with another date.

The rows follow from the seed alone, so a second run gives the same bytes (of the ODS: with the same zlib). Rows are
written as they are made: memory does not grow with ROWS.
"""

from __future__ import annotations

import argparse
import csv
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

LOCATIONS = (
    "Location ID|Location ODS Code|Location Name|Care Home?|Location Type|Location Primary Inspection Category|"
    "Location Street Address|Location Address Line 2|Location City|Location Post Code|Location Local Authority|"
    "Location Region|Location NHS Region|Location ONSPD CCG Code|Location ONSPD CCG|Location Commissioning CCG Code|"
    "Location Commissioning CCG Name|Service / Population Group|Domain|Latest Rating|Publication Date|Report Type|"
    "Inherited Rating (Y/N)|URL|Provider ID|Provider Name|Brand ID|Brand Name"
).split("|")
PROVIDERS = (
    "Provider ID|Provider ODS Code|Provider Name|Provider Type|Provider Primary Inspection Category|"
    "Provider Street Address|Provider Address Line 2|Provider City|Provider Post Code|Provider Local Authority|"
    "Provider Region|Provider NHS Region|Service / Population Group|Domain|Latest Rating|Publication Date|Report Type|"
    "Inherited Rating (Y/N)|URL|Brand ID|Brand Name"
).split("|")
MOST_LOCATIONS = 100_000  # as many as `1-99998…` has ids

QUESTIONS = ("Safe", "Effective", "Caring", "Responsive", "Well-led", "Overall")
GROUPS = (
    "People whose circumstances may make them vulnerable",
    "People with long term conditions",
    "People experiencing poor mental health (including people with dementia)",
    "Working age people (including those recently retired and students)",
    "Families, children and young people",
    "Older people",
)
SERVICES = (
    "Surgery",
    "Diagnostic imaging",
    "Medical care (including older people's care)",
    "Outpatients",
    "Services for children & young people",
    "Critical care",
    "Urgent and emergency services",
    "End of life care",
    "Maternity",
)
PLACES = (  # local authority, region, NHS region
    ("Suffolk", "East of England", "East of England"),
    ("Redbridge", "London", "London"),
    ("Oldham", "North West", "North West"),
    ("Leeds", "Yorkshire and The Humber", "North East and Yorkshire"),
    ("Lincolnshire", "East Midlands", "Midlands"),
    ("Kent", "South East", "South East"),
    ("Devon", "South West", "South West"),
    ("Birmingham", "West Midlands", "Midlands"),
    ("Northumberland", "North East", "North East and Yorkshire"),
)
RATINGS = (("Good", 0.81), ("Requires improvement", 0.125), ("Outstanding", 0.05), ("Inadequate", 0.01))
REST = "Insufficient evidence to rate"
FIRST_DAY, DAYS = date(2014, 10, 1), 4290  # to 29 June 2026

_Chance = Callable[[], float]
Rating = tuple[str, str, str, str]
"""Service, key question, rating, publication date."""


def location_rows(seed: int) -> Iterator[list[str]]:
    """Give the rows of the sheet Locations, without end but for the ids: a caller takes as many as it wants."""
    chance = Random(seed).random  # the one method whose values no version of Python has changed
    providers = 0
    for n in range(MOST_LOCATIONS):
        if chance() < 0.615 or not providers:
            owner, providers = providers, providers + 1
        else:
            owner = int(chance() ** 1.5 * providers)  # a few providers have many locations
        kind = chance()
        if kind < 0.725:
            home = chance() < 0.64
            category = "Residential social care" if home else "Community based adult social care services"
            described = ("Y" if home else "N", "Social Care Org", category)
        elif kind < 0.93:
            described = ("N", "Primary Medical Services", "GP Practices")
        else:
            described = ("N", "Independent Healthcare Org", "Acute hospital - Independent specialist")
        own_id, place = f"1-99998{n:05d}", PLACES[int(chance() ** 1.5 * len(PLACES))]
        lead = [
            own_id, f"ZZ{n:05d}" if chance() < 0.55 else "", f"Synthetic {described[1]} {n}", *described,
            f"{n % 190 + 1} Made-up Street", "Unit 1" if chance() < 0.4 else "", "Nowhere-on-Sea", f"ZZ99 {n % 10}ZZ",
            *place, f"E38999{n % 190:03d}", f"NHS Invented CCG {n % 190}",
            *(("99A", "NHS INVENTED CCG") if chance() < 0.2 else ("", "")),
        ]  # fmt: skip
        brand = [f"BD99{owner % 90:02d}", f"BRAND Invented Group {owner % 90}"] if owner % 7 < 2 else ["-", "-"]
        tail = [
            "Location", "Y" if chance() < 0.044 else "N", f"http://www.cqc.org.uk/location/{own_id}",
            f"1-99999{owner:05d}", f"Invented Provider {owner} Limited", *brand,
        ]  # fmt: skip
        for rating in _ratings(n, kind, chance):
            yield [*lead, *rating, *tail]


def _ratings(n: int, kind: float, chance: _Chance) -> Iterator[Rating]:
    day = f"{FIRST_DAY + timedelta(int(chance() * DAYS)):%d/%m/%Y}"
    if kind < 0.725:
        new = chance() < 0.25  # assessed under the single assessment framework: a service group beside the whole
        if new and kind < 0.03:  # with several services, the location as a whole is not rated
            yield "Overall", "Overall", "Not Rated", ""
        else:
            yield from _block("Overall", day, chance)
        if new:
            yield from _block("Care Homes" if kind < 0.46 else "Homecare", day, chance)
    elif kind < 0.93:
        yield from _block("Overall", day, chance)
        whole = chance() < 0.14
        for group in GROUPS:
            yield from _block(group, day, chance) if whole else [(group, "Overall", _rating(chance), day)]
    else:
        yield from _block("Overall", day, chance)
        for service in SERVICES[: int(chance() ** 2 * 10)]:
            rows = list(_block(service, day, chance))
            if service == "Outpatients":  # 'Effective' is not judged there: half of these rows have no date
                rows[1] = (service, "Effective", "Not applicable", day if n % 2 else "")
            yield from rows
    if n % 10_000 == 17:
        yield "Overall", "Overall", "Requires improvement", day  # the same key with the same date, maybe another rating
    if n % 10_000 == 18:
        yield "Overall", "Overall", "Good", "01/10/2014"  # the same key with an older date


def _block(service: str, day: str, chance: _Chance) -> Iterator[Rating]:
    whole = _rating(chance)
    for question in QUESTIONS:
        yield service, question, whole if question == "Overall" or chance() < 0.75 else _rating(chance), day


def _rating(chance: _Chance) -> str:
    left = chance()
    for rating, share in RATINGS:
        left -= share
        if left < 0:
            return rating
    return REST


def provider_rows(seed: int) -> Iterator[list[str]]:
    """Give the rows of the sheet Providers, without end but for the ids."""
    chance = Random(seed + 1).random
    for n in range(MOST_LOCATIONS):
        lead = [
            f"1-99999{n:05d}", "", f"Invented Provider {n} Limited", "Social Care Org", "Residential social care",
            f"{n % 190 + 1} Imaginary Way", "", "Nowhere-on-Sea", "ZZ99 9ZZ", *PLACES[int(chance() * len(PLACES))],
        ]  # fmt: skip
        day = f"{FIRST_DAY + timedelta(int(chance() * DAYS)):%d/%m/%Y}"
        for rating in _block("Overall", day, chance):
            yield [*lead, *rating, "Provider", "N", f"http://www.cqc.org.uk/provider/{lead[0]}", "-", "-"]


# --- OpenDocument, padded as Excel writes it

COLUMNS, STYLED, ROWS = 16_384, 130, 1_048_576
SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (("table", "table"), ("office", "office"), ("text", "text"), ("style", "style"))
)
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TYPE = "application/vnd.oasis.opendocument.spreadsheet"
STYLES = f'{DECLARATION}<office:document-styles {SPACES} office:version="1.2"/>'
MANIFEST = (
    f'{DECLARATION}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{TYPE}"/>'
    '<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
README = (
    "Latest ratings of locations and providers",
    "Source: CQC database as at 01 July 2026 (layout imitated; all content is SYNTHETIC)",
    "SYNTHETIC TEST DATA: no organisation, person or rating in this file is real",
)


def content(sheets: Iterable[tuple[str, Iterable[list[str]]]]) -> Iterator[str]:
    """Give the text of content.xml, a row at a time."""
    yield f'{DECLARATION}<office:document-content {SPACES} office:version="1.2"><office:body><office:spreadsheet>'
    for name, rows in sheets:
        yield (
            f'<table:table table:name="{name}" table:style-name="ta1"><table:table-column table:style-name="co1" '
            f'table:number-columns-repeated="{COLUMNS}" table:default-cell-style-name="ce1"/>'
        )
        used = 0
        for used, row in enumerate(rows, start=1):  # noqa: B007 - the last number is wanted
            yield _row(row)
        yield (
            f'<table:table-row table:number-rows-repeated="{ROWS - used}" table:style-name="ro1">'
            f'<table:table-cell table:number-columns-repeated="{COLUMNS}"/></table:table-row></table:table>'
        )
    yield "</office:spreadsheet></office:body></office:document-content>"


def _row(cells: list[str]) -> str:
    parts: list[str] = []
    gap = 0
    for cell in cells:
        if not cell:
            gap += 1
            continue
        parts += (
            _empty(gap, ' table:style-name="ce19"'),
            '<table:table-cell office:value-type="string" table:style-name="ce19"><text:p>',
            escape(cell),
            "</text:p></table:table-cell>",
        )
        gap = 0
    parts += _empty(gap + STYLED - len(cells), ' table:style-name="ce19"'), _empty(COLUMNS - STYLED, "")
    return f'<table:table-row table:style-name="ro1">{"".join(parts)}</table:table-row>'


def _empty(count: int, style: str) -> str:
    repeated = f' table:number-columns-repeated="{count}"' if count > 1 else ""
    return f"<table:table-cell{repeated}{style}/>" if count else ""


def write_ods(path: Path, rows: int, seed: int) -> None:
    """Write the spreadsheet; its content is packed as it is made."""
    sheets = (
        ("README", ([line] for line in README)),
        ("Locations", (row for some in ([LOCATIONS], islice(location_rows(seed), rows)) for row in some)),
        ("Providers", (row for some in ([PROVIDERS], islice(provider_rows(seed), rows // 40)) for row in some)),
    )
    with zipfile.ZipFile(path, "w") as archive:
        parts: dict[str, Iterable[str]] = {
            "mimetype": [TYPE],
            "styles.xml": [STYLES],
            "content.xml": content(sheets),
            "META-INF/manifest.xml": [MANIFEST],
        }
        for name, text in parts.items():  # fixed time stamps; mimetype first and stored, as the standard asks
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            with archive.open(info, "w", force_zip64=name == "content.xml" and rows > 400_000) as member:
                for some in text:
                    member.write(some.encode())


def write_csv(path: Path, rows: int, seed: int) -> None:
    """Write the sheet Locations as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(LOCATIONS)
        writer.writerows(islice(location_rows(seed), rows))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Write a national file of ratings with invented content.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=323_000, help="rating rows of the sheet Locations")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--formats", nargs="+", choices=["csv", "ods"], default=["csv", "ods"])
    options = parser.parse_args(arguments)
    if not 1 <= options.rows < ROWS:
        parser.error(f"--rows must be from 1 to {ROWS - 1:,}: a sheet has no more.")
    if sum(1 for _ in islice(location_rows(options.seed), options.rows)) < options.rows:
        parser.error(f"--rows is more than {MOST_LOCATIONS:,} locations give.")
    options.folder.mkdir(parents=True, exist_ok=True)
    for kind in options.formats:
        path = options.folder / f"national-ratings-{options.rows}.{kind}"
        (write_ods if kind == "ods" else write_csv)(path, options.rows, options.seed)
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
