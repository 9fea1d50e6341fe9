"""Golden results on three real editions of CQC's ratings, worked out from the files alone.

Nothing here reads a query, a loader or the ontology's classes. The standard library reads the files; the lists of words
in `ontology/vocabularies/` say which word is which code and which score, and the heads of the questions say what is
asked.

    python tests/golden/registers/make_golden.py [CQC] [--out FOLDER]

CQC is the folder of the three files; without it, the one beside this checkout. The ratings that the packaged study
brings (`organisations_history.tsv`) are in every graph that is built, so they are counted here too.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import json
import re
import zipfile
from bisect import bisect_left
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

Value = str | int | float | bool | None | list[str]
Row = dict[str, Value]

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
CQC = ROOT.parent / "shared" / "data" / "cqc"
ENGLAND = "latest-ratings-england-overall-2021-02.csv.gz"
LINCOLNSHIRE = "latest-ratings-lincolnshire-2026-05.csv"
PROVIDERS = "latest-ratings-nhs-providers-2018-09-03.xlsx"
STUDY = ROOT / "evidence" / "williams-best-2022"
VOCABULARIES = ROOT / "ontology" / "vocabularies"

OVERALL = "CQC:OVERALL"
WHOLE_PLACE = "CQCSERVICE:OVERALL"
WEAKNESS = ("stated", "inferred", "undetermined")
"""From the best to the weakest."""
DIGEST_FROM = 100
"""Answers of more rows than this are kept as totals, a digest of their keys and the first rows."""
SHOWN = 50


# ---------------------------------------------------------------------------------------------------------- reading


def first_day(text: str) -> date:
    """First day that a partial date allows."""
    year, month, day = (*(int(part) for part in text.split("-")), 1, 1)[:3]
    return date(year, month, day)


def last_day(text: str) -> date:
    """Last day that a partial date allows."""
    year, month, day = (*(int(part) for part in text.split("-")), 0, 0)[:3]
    month = month or 12
    return date(year, month, day or monthrange(year, month)[1])


@dataclass(frozen=True)
class Words:
    """One list of words: codes and scores by word, without regard to case."""

    codes: dict[str, str]
    labels: dict[str, str]
    scores: dict[str, int]

    @classmethod
    def read(cls, name: str) -> Words:
        with (VOCABULARIES / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        codes = {word.lower(): row["code"] for row in rows for word in [row["label"], *row["words"].split("|")] if word}
        scores = {row["code"]: int(row["score"]) for row in rows if row["score"]}
        return cls(codes, {row["code"]: row["label"] for row in rows}, scores)


QUESTIONS, VALUES, SERVICES = (Words.read(f"cqc_{name}") for name in ("key_questions", "ratings", "service_groups"))


@dataclass(frozen=True)
class Rating:
    """One observation: what a place was given, for a service and a question, on a day."""

    place: str
    level: str
    service: str
    question: str
    value: str
    printed: str
    day: str | None
    """As known: a day, a month or a year; None where the register gives none."""
    edition: str
    """Of the newest file that has it; empty where only the study has."""
    status: str

    @property
    def id(self) -> str:
        parts = (self.service, self.question, self.value)
        return "/".join([self.place, self.day or "undated", *(part.partition(":")[2] for part in parts)])

    @property
    def in_register(self) -> bool:
        return bool(self.edition)

    @property
    def score(self) -> int | None:
        return VALUES.scores.get(self.value)

    @property
    def first(self) -> date:
        """First day that it may be of."""
        return first_day(self.day or "")

    @property
    def last(self) -> date:
        """Last day that it may be of."""
        return last_day(self.day or "")


@dataclass(frozen=True)
class Place:
    """What a register says of a location; of an organisation nothing but its code is known."""

    category: str
    region: str
    edition: str


def edition_of(name: str) -> str:
    """`2021-02`, from the file's name."""
    found = re.search(r"\d{4}-\d\d(-\d\d)?(?=\.)", name)
    if found is None:
        raise ValueError(f"{name}: no date in the file's name")
    return found.group()


def csv_rows(path: Path) -> list[dict[str, str]]:
    with (
        gzip.open(path, "rt", encoding="utf-8-sig", newline="")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8-sig", newline="")
    ) as file:
        return list(csv.DictReader(file))


def iso(text: str, *, month_first: bool) -> str | None:
    """`2018-08-14`, from `14/08/2018`, or from `08/14/2018` as a re-saved copy has it."""
    if not text:
        return None
    one, two, year = (int(part) for part in text.split("/"))
    return (date(year, one, two) if month_first else date(year, two, one)).isoformat()


SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def xlsx_rows(path: Path) -> list[dict[str, str]]:
    """The rows of the only sheet, numbers as they stand."""
    with zipfile.ZipFile(path) as package:
        strings = ElementTree.fromstring(package.read("xl/sharedStrings.xml"))
        sheet = ElementTree.fromstring(package.read("xl/worksheets/sheet1.xml"))
    words = ["".join(text.text or "" for text in item.iter(f"{SPREADSHEET}t")) for item in strings]
    rows = []
    for row in sheet.iter(f"{SPREADSHEET}row"):
        cells = {}
        for cell in row.iter(f"{SPREADSHEET}c"):
            value = cell.findtext(f"{SPREADSHEET}v")
            if value is not None:
                cells[cell.attrib["r"].rstrip("0123456789")] = words[int(value)] if cell.get("t") == "s" else value
        rows.append(cells)
    header, *body = rows
    return [{header[column]: value for column, value in row.items()} for row in body]


class Data:
    """The three files and the study's ratings."""

    def __init__(self, folder: Path) -> None:
        self.england = csv_rows(folder / ENGLAND)
        self.lincolnshire = csv_rows(folder / LINCOLNSHIRE)
        self.providers = xlsx_rows(folder / PROVIDERS)
        self.places: dict[str, Place] = {}
        """Locations, as the newest edition describes them."""
        observed: dict[str, Rating] = {}
        for rating in [*self._of_locations(), *self._of_providers(), *self._of_study()]:
            other = observed.get(rating.id, rating)
            newest = max(rating, other, key=lambda one: one.edition)
            status = "stated" if newest.in_register else min(rating.status, other.status, key=WEAKNESS.index)
            observed[rating.id] = replace(newest, status=status, printed=min(rating.printed, other.printed))
        self.ratings = list(observed.values())
        self.ended = self._ended()

    def _of_locations(self) -> Iterator[Rating]:
        for name, rows, month_first in ((ENGLAND, self.england, False), (LINCOLNSHIRE, self.lincolnshire, True)):
            edition = edition_of(name)
            for row in rows:
                place = row["Location ID"]
                known = Place(row["Location Primary Inspection Category"], row["Location Region"], edition)
                self.places[place] = max(known, self.places.get(place, known), key=lambda one: one.edition)
                day = iso(row["Publication Date"], month_first=month_first)
                yield self._rating(place, "location", row, row["Domain"], day, edition)

    def _of_providers(self) -> Iterator[Rating]:
        for row in self.providers:
            day = date(1899, 12, 30) + timedelta(days=int(row["Publication Date"]))
            edition = edition_of(PROVIDERS)
            yield self._rating(row["Provider ID"], "trust", row, row["Key Question"], day.isoformat(), edition)

    @staticmethod
    def _rating(place: str, level: str, row: dict[str, str], question: str, day: str | None, edition: str) -> Rating:
        printed = row["Latest Rating"]
        service = SERVICES.codes[row["Service / Population Group"].lower()]
        value = VALUES.codes[printed.lower()]
        return Rating(place, level, service, QUESTIONS.codes[question.lower()], value, printed, day, edition, "stated")

    @staticmethod
    def _of_study() -> Iterator[Rating]:
        """The ratings of the eight cases' places; all of them overall."""
        for row in Data._study("organisations_history"):
            if row["event_type"] == "rating":
                printed = row["overall_rating"]
                value = VALUES.codes[printed.lower()]
                level, status = row["level"], row["status"]
                yield Rating(row["code"], level, WHOLE_PLACE, OVERALL, value, printed, row["date"], "", status)

    @staticmethod
    def _ended() -> dict[str, date]:
        """Last day of those places that have ended; only the study knows any."""
        return {row["code"]: last_day(row["valid_to"]) for row in Data._study("organisations") if row["valid_to"]}

    @staticmethod
    def _study(name: str) -> list[dict[str, str]]:
        with (STUDY / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))

    # ------------------------------------------------------------------------------------------ what is newest

    @cached_property
    def whole(self) -> dict[tuple[str, str], list[Rating]]:
        """Ratings of a whole place by place and question."""
        found = defaultdict(list)
        for rating in self.ratings:
            if rating.service == WHOLE_PLACE:
                found[rating.place, rating.question].append(rating)
        return dict(found)

    @cached_property
    def current(self) -> dict[tuple[str, str], list[Rating]]:
        """The newest ratings of each whole place by place and question: two where those of one day differ."""
        return {key: newest(ratings) for key, ratings in self.whole.items()}

    def region(self, place: str) -> str | None:
        known = self.places.get(place)
        return known.region if known else None

    def kind(self, place: str) -> str | None:
        """What a place is compared by: the category of a location, that it is an NHS trust of an organisation.

        The code tells a trust: CQC keeps the three characters of ODS for trusts, and gives all others a `1-` code. The
        edition of providers says nothing else of them, so that the others have no kind.
        """
        if place in self.places:
            return self.places[place].category
        return "NHS trust" if re.fullmatch(r"[RT][A-Z0-9]{2}", place) else None


def newest(ratings: Sequence[Rating]) -> list[Rating]:
    """The newest of the dated ones; but what has no date, where only later editions than all of theirs have it."""
    dated = [rating for rating in ratings if rating.day]
    known = max((text for rating in dated for text in (rating.edition, str(rating.last))), default="")
    later = [rating for rating in ratings if not rating.day and rating.edition > known]
    if later:
        return [rating for rating in later if rating.edition == max(one.edition for one in later)]
    top = max(((rating.last, rating.first) for rating in dated), default=None)
    return [rating for rating in dated if (rating.last, rating.first) == top]


# -------------------------------------------------------------------------------------------------------- questions


def distribution(
    data: Data, *, question: str = "", level: str = "location", by: str = "", region: str = "", year: int = 0
) -> list[Row]:
    """How many places hold each rating now. From the newest ratings of whole places; ended places left out."""
    held: dict[tuple[str, str | None, str], dict[str, Rating]] = defaultdict(dict)
    rated: Counter[tuple[str, str | None]] = Counter()
    for (place, asked), ratings in data.current.items():
        for rating in ratings:
            if (
                rating.level != level
                or place in data.ended
                or (question and asked != question)
                or (region and data.region(place) != region)
                or (year and (rating.day or "")[:4] != str(year))
            ):
                continue
            group = {"region": data.region(place), "year": (rating.day or "")[:4] or None}.get(by)
            held[asked, group, rating.value][place] = rating
            rated[asked, group] += 1
    return [
        {
            "question": asked,
            "group": group,
            "value": value,
            "value_label": VALUES.labels[value],
            "places": len(places),
            "share": share(len(places), rated[asked, group]),
            "rated": rated[asked, group],
            "status": together(places.values()),
        }
        for (asked, group, value), places in sorted(held.items(), key=lambda item: [str(part) for part in item[0]])
    ]


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_between(one: date, other: date) -> int:
    """The least number of whole months that brings `one` to `other` or beyond."""
    return bisect_left(range(1200), other, key=lambda months: months_later(one, months))


def improvers(
    data: Data, *, steps: int = 1, months: int = 36, question: str = OVERALL, level: str = ""
) -> list[Row]:
    """Who rose. Any two dated ratings of a whole place for one question; the largest rise, of these the quickest."""
    rows: list[Row] = []
    for (place, asked), ratings in sorted(data.whole.items()):
        dated = [rating for rating in ratings if rating.day and rating.score]
        if asked != question or (level and dated and dated[0].level != level):
            continue
        rises = []
        for one, other in ((one, other) for one in dated for other in dated):
            rise, apart = (other.score or 0) - (one.score or 0), months_between(one.first, other.last)
            if one.last < other.first and rise >= steps and apart <= months:
                rises.append((-rise, other.last - one.first, one, other))
        if not rises:
            continue
        best = min(rises, key=lambda rise: rise[:2])
        if sum(rise[:2] == best[:2] for rise in rises) > 1:
            raise ValueError(f"{place}: two rises are as large and as quick; the head does not settle which is given")
        one, other = best[2:]
        rows.append(
            {
                "place": place,
                "level": one.level,
                "from_rating": one.printed,
                "from_date": one.day,
                "to_rating": other.printed,
                "to_date": other.day,
                "steps": -best[0],
                "months": months_between(one.first, other.last),
                "question": asked,
                "status": weaker(one, other),
            }
        )
    return rows


def weaker(*ratings: Rating) -> str:
    return max((rating.status for rating in ratings), key=WEAKNESS.index)


def share(part: int, whole: int) -> float:
    """To six places: an answer rounds to fewer, and halves in either direction."""
    return round(part / whole, 6)


def together(ratings: Iterable[Rating]) -> str:
    """How a count of ratings is known."""
    return "stated" if all(rating.status == "stated" for rating in ratings) else "inferred"


def peers(data: Data, *, place: str, question: str = OVERALL, day: str = "") -> list[Row]:
    """How all places of a kind were rated on a day. Who had ended by then holds nothing; the place itself stays."""
    kind = data.kind(place)
    on = date.fromisoformat(day) if day else None
    level = "location" if place in data.places else "trust"
    held: dict[str, dict[str, Rating]] = defaultdict(dict)
    for (other, asked), ratings in data.whole.items():
        ended = data.ended.get(other)
        if asked != question or ratings[0].level != level or (kind is not None and data.kind(other) != kind):
            continue
        if other != place and ended and (on is None or ended < on):
            continue
        for rating in newest([one for one in ratings if one.day and (on is None or one.last <= on)]):
            held[rating.value][other] = rating
    of_kind = sum(map(len, held.values()))
    rows: list[Row] = []
    for value, places in sorted(held.items()):
        row: Row = {"kind": kind} if level == "location" else {}
        row |= {
            "value": value,
            "value_label": VALUES.labels[value],
            "peers": len(places),
            "share": share(len(places), of_kind),
            "here": place in places,
        }
        if place in places:
            row |= {"date": places[place].day, "status": places[place].status}
        else:
            row["status"] = together(places.values())
        rows.append(row)
    return rows


def key_question_gaps(data: Data, *, question: str = "", region: str = "", level: str = "") -> list[Row]:
    """Well rated overall with a weak question, or the reverse, by the newest of each."""
    rows: list[Row] = []
    for (place, asked), ratings in sorted(data.current.items()):
        if asked == OVERALL or (question and asked != question) or (region and data.region(place) != region):
            continue
        for one, whole in ((one, whole) for one in ratings for whole in data.current.get((place, OVERALL), [])):
            if one.score is None or whole.score is None or (level and one.level != level):
                continue
            if (one.score >= GOOD) == (whole.score >= GOOD):
                continue
            rows.append(
                {
                    "place": place,
                    "level": one.level,
                    "kind": "weak question" if whole.score >= GOOD else "strong question",
                    "question": asked,
                    "question_rating": one.printed,
                    "question_date": one.day,
                    "overall_rating": whole.printed,
                    "overall_date": whole.day,
                    "steps": abs(one.score - whole.score),
                    "status": weaker(one, whole),
                }
            )
    return rows


GOOD = VALUES.scores["CQCRATING:GOOD"]


def conflicts(data: Data, *, place: str = "") -> list[Row]:
    """Two observations of one place, service and question on one day that differ; each pair once."""
    of_day = defaultdict(list)
    for rating in data.ratings:
        if rating.day and len(rating.day) == len("2018-08-14") and (not place or rating.place == place):
            of_day[rating.place, rating.day, rating.service, rating.question].append(rating)
    return [
        {
            "place": one.place,
            "level": one.level,
            "date": one.day,
            "service": one.service,
            "question": one.question,
            "ratings": sorted([one.id, other.id]),
            "status": weaker(one, other),
        }
        for _, ratings in sorted(of_day.items())
        for one, other in combinations(sorted(ratings, key=lambda rating: rating.id), 2)
    ]


# ---------------------------------------------------------------------------------------------------------- writing


@dataclass(frozen=True)
class Golden:
    """One file: an answer for one set of parameters. `totals` are the columns that a long answer is counted by."""

    question: str
    parameters: dict[str, str]
    key: tuple[str, ...]
    rows: list[Row]
    totals: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        parts = [f"{name}-{value}".replace(":", "_").replace(" ", "_") for name, value in self.parameters.items()]
        return "--".join([self.question, *parts]) + ".json"

    def text(self) -> str:
        """JSON with one row a line, so that a change shows as the row that changed."""
        rows = sorted(self.rows, key=self.key_of)
        head: dict[str, object] = {
            "question": self.question,
            "parameters": self.parameters,
            "key": list(self.key),
            "ordered": False,
            "row_count": len(rows),
        }
        if len(rows) > DIGEST_FROM:
            counts = Counter(self.line(row, self.totals) for row in rows)
            head["totals_by"] = list(self.totals)
            head["totals"] = [[*json.loads(line), times] for line, times in sorted(counts.items())]
            head["keys_sha256"] = hashlib.sha256("\n".join(map(self.key_of, rows)).encode()).hexdigest()
            rows = rows[:SHOWN]
        lines = [f" {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}," for name, value in head.items()]
        body = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in rows)
        return "{\n" + "\n".join(lines) + f'\n "rows": [\n{body}\n ]\n}}\n'

    def key_of(self, row: Row) -> str:
        return self.line(row, self.key)

    @staticmethod
    def line(row: Row, columns: Iterable[str]) -> str:
        return json.dumps([row[column] for column in columns], ensure_ascii=False)


def all_golden(data: Data) -> Iterator[Golden]:
    """Every answer that is written, with the columns that identify its rows."""

    def ask(question: str, rows: Callable[..., list[Row]], key: str, totals: str = "") -> Callable[..., Golden]:
        def golden(**parameters: str) -> Golden:
            asked = {"day" if name == "date" else name: value for name, value in parameters.items()}
            numbers = {name: int(value) for name, value in asked.items() if name in ("steps", "months", "year")}
            answer = rows(data, **asked | numbers)
            return Golden(question, parameters, tuple(key.split()), answer, tuple(totals.split()))

        return golden

    spread = ask("distribution", distribution, "question group value")
    yield spread()
    yield spread(question=OVERALL, by="region")
    yield spread(question=OVERALL, by="year", region="East Midlands")
    yield spread(by="region", year="2019")
    yield spread(level="trust")
    yield spread(question="CQC:WELL_LED", level="trust", by="year")
    rises = ask("improvers", improvers, "place", "level from_rating to_rating steps")
    yield rises()
    yield rises(steps="2")
    yield rises(steps="2", months="120", level="location")
    yield rises(months="26", level="trust")
    yield rises(question="CQC:WELL_LED")
    beside = ask("peers", peers, "value")
    yield beside(place="RXR")
    yield beside(place="RXR", date="2016-12-31")
    yield beside(place="RTX", question="CQC:WELL_LED", date="2017-06-14")
    yield beside(place="RTXBU", date="2019-12-31")
    yield beside(place="RQ8")
    yield beside(place="1-102643363")
    gaps = ask("key-question-gaps", key_question_gaps, "place question", "level kind question steps")
    yield gaps()
    yield gaps(question="CQC:SAFE", level="trust")
    yield gaps(question="CQC:CARING", region="East Midlands")
    contradict = ask("conflicts", conflicts, "ratings")
    yield contradict()
    yield contradict(place="1-543895080")


def checks(data: Data) -> list[tuple[str, object, object]]:
    """What is known of the files from elsewhere."""
    of_england = Counter(row["Latest Rating"] for row in data.england)
    keys = Counter((row["Location ID"], row["Service / Population Group"]) for row in data.england)
    provider_keys = Counter(
        (row["Provider ID"], row["Service / Population Group"], row["Key Question"]) for row in data.providers
    )
    undated = {rating.place for rating in data.ratings if not rating.day and rating.service == WHOLE_PLACE}
    eight = {code: data.whole[code, OVERALL] for code in ("RTX", "RXR", "RGT", "RDU", "RA7", "RF4", "RR8", "RQ8")}
    in_2018 = {
        code: [(rating.value.partition(":")[2], rating.day) for rating in ratings if rating.edition == "2018-09-03"]
        for code, ratings in eight.items()
    }
    return [
        ("England, rows", len(data.england), 74184),
        ("England, ratings", [of_england[VALUES.labels[f"CQCRATING:{value}"]] for value in (
            "GOOD", "REQUIRES_IMPROVEMENT", "OUTSTANDING", "INADEQUATE", "INSUFFICIENT_EVIDENCE_TO_RATE")],
         [62893, 6720, 3881, 616, 74]),
        ("England, locations", len({row["Location ID"] for row in data.england}), 31966),
        ("England, keys that stand twice", sorted(key for key, times in keys.items() if times > 1),
         [("1-543895080", "People with long term conditions"), ("1-7453047569", "Overall"), ("RX601", "Overall")]),
        ("Lincolnshire, rows", len(data.lincolnshire), 4159),
        ("Lincolnshire, undated", sum(not row["Publication Date"] for row in data.lincolnshire), 60),
        ("… places whose whole rating has no date, and those of them that an earlier edition rates",
         [len(undated), sum(any(one.day for one in data.whole[place, OVERALL]) for place in undated)],
         [25, 5]),
        ("providers, rows", len(data.providers), 7930),
        ("providers", len({row["Provider ID"] for row in data.providers}), 246),
        ("providers, rows of those with a 1- code",
         sum(row["Provider ID"].startswith("1-") for row in data.providers), 588),
        ("providers, keys that stand twice",
         [sum(times > 1 for times in provider_keys.values()), {key[0] for key, n in provider_keys.items() if n > 1}],
         [12, {"RXE"}]),
        ("the eight trusts in 2018", in_2018, {
            "RTX": [("GOOD", "2017-02-09")], "RXR": [("GOOD", "2017-01-04")], "RGT": [("GOOD", "2017-01-18")],
            "RDU": [("OUTSTANDING", "2014-09-26")], "RA7": [("OUTSTANDING", "2017-03-02")],
            "RF4": [("REQUIRES_IMPROVEMENT", "2018-06-22")], "RR8": [("GOOD", "2016-09-27")],
            "RQ8": [("GOOD", "2016-12-01")]}),
    ]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the golden results on the registers' files.")
    parser.add_argument("cqc", nargs="?", type=Path, default=CQC)
    parser.add_argument("--out", type=Path, default=HERE)
    options = parser.parse_args()
    data = Data(options.cqc)
    wrong = 0
    for what, ours, theirs in checks(data):
        wrong += ours != theirs
        print(f"{'ok ' if ours == theirs else 'BAD'} {what}: {ours}" + ("" if ours == theirs else f", not {theirs}"))
    written = set()
    for golden in all_golden(data):
        repeated = [key for key, times in Counter(map(golden.key_of, golden.rows)).items() if times > 1]
        if repeated:
            print(f"    {golden.file}: more than one row for {repeated}")
        (options.out / golden.file).write_text(golden.text(), encoding="utf-8", newline="\n")
        written.add(golden.file)
        print(f"    {len(golden.rows):4} rows  {golden.file}")
    for path in sorted(options.out.glob("*.json")):
        if path.name not in written:
            print(f"    no longer made: {path.name}")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
