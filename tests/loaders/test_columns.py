"""Every column of every packaged file is in the graph, or in `not_loaded.tsv` with the reason.

It is proved by perturbation: a cell of the column is changed in a copy of the data, in a way that the loader accepts,
and what is read must then differ. Which bytes were read (hashes, counts of rows) does not count as a difference.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from functools import cache
from itertools import chain, islice, zip_longest
from pathlib import Path
from random import Random

import pytest
from packaged_data import STUDY, Facts, Sheet, copy_of, facts, vocabulary

from qikg.graph.content import Content
from qikg.loaders.frameworks import frameworks
from qikg.loaders.loading import AS_OF
from qikg.loaders.mappings import mappings
from qikg.loaders.packaged import ONTOLOGY, packaged_sources
from qikg.loaders.report import LoadReport
from qikg.loaders.studies.study import study
from qikg.loaders.tables import Row, Table, read_table

NOT_LOADED = Path(__file__).parents[2] / "loaders" / "not_loaded.tsv"
CHECKED = "a difference is an error"
TRIES = 40
"""Changes of a column that are tried before it counts as not loaded."""
FEW = 4
"""As many of a column that is listed as not loaded must all change nothing."""
RANDOM = Random(20261123)

# Positions in the text mean something only together: the three are moved to another place together.
TOGETHER = ("start", "end", "sha256", "line_start", "line_end", "quote_start", "quote_end")


@cache
def listed() -> dict[tuple[str, str], str]:
    return {(row["file"], row["column"]): row["reason"] for row in Sheet.read(NOT_LOADED).dicts()}


def listed_names() -> set[tuple[str, str]]:
    return {(file.rpartition("/")[2], column) for file, column in listed()}


def read_study(folder: Path, report: LoadReport) -> Content:
    return study(folder, vocabulary().concepts, vocabulary().frameworks, report, packaged=True)


def read_frameworks(folder: Path, report: LoadReport) -> Content:
    return frameworks(folder, packaged_sources(folder), AS_OF, report)


MAPPINGS = "mappings/quaser-musiq-cfir.sssom.tsv"


def read_mappings(folder: Path, report: LoadReport) -> Content:
    source = packaged_sources(folder)[MAPPINGS]
    return mappings(folder / MAPPINGS, vocabulary().concepts, vocabulary().frameworks, report, source=source)


Reader = Callable[[Path, LoadReport], Content]


class Copy:
    """A copy of a packaged folder, with what is read from it unspoilt."""

    def __init__(self, folder: Path, read: Reader, to: Path) -> None:
        self.folder = copy_of(folder, to)
        self.read = read
        self.before = self.facts()
        self._marked: dict[str, frozenset[str]] = {}

    def facts(self) -> Facts | None:
        """What is read; None where the loader does not accept it."""
        report = LoadReport()
        content = self.read(self.folder, report)
        return None if report.errors else facts(content)

    def marked(self, path: str) -> frozenset[str]:
        """The columns of a file whose cells are found again, word for word, in what is read.

        Many are tried in one reading: each gets a mark of its own, and those that a mark makes invalid are left out.
        """
        if path not in self._marked:
            sheet = Sheet.read(self.folder / path)
            marks = {
                column: mark for place, column in enumerate(sheet.header) if (mark := mark_for(sheet, column, place))
            }
            while marks:
                changed = sheet
                for column, (row, text) in marks.items():
                    changed = changed.with_cell(row, column, text)
                with self.restored([path]):
                    changed.write(self.folder / path)
                    report = LoadReport()
                    content = self.read(self.folder, report)
                if not report.errors:
                    break
                wrong = {problem.column for problem in report.errors} | {"case", "code", sheet.header[0]}
                marks = (
                    {column: mark for column, mark in marks.items() if column not in wrong}
                    if wrong & marks.keys()
                    else {}
                )
            said = repr(facts(content)) if marks else ""
            self._marked[path] = frozenset(column for column, (_, text) in marks.items() if repr(text)[1:-1] in said)
        return self._marked[path]

    def changes(self, sheets: Mapping[str, Sheet]) -> bool | None:
        """Whether another content of some files is read as something else; None where it is refused."""
        with self.restored(sheets):
            for path, sheet in sheets.items():
                sheet.write(self.folder / path)
            return self.differs()

    def differs(self) -> bool | None:
        """Whether what is read now is something else; None where it is refused."""
        after = self.facts()
        return None if after is None else after != self.before

    @contextmanager
    def restored(self, paths: Iterable[str]) -> Iterator[None]:
        """Give files their bytes back after a `with` block."""
        originals = {path: (self.folder / path).read_bytes() for path in paths}
        try:
            yield
        finally:
            for path, original in originals.items():
                (self.folder / path).write_bytes(original)


@pytest.fixture(scope="module", autouse=True)
def _unchanged_tables_are_read_once() -> Iterator[None]:
    """A perturbation changes a file or two of thirty: the others need not be parsed hundreds of times."""
    tables: dict[tuple[Path, bytes], Table[Row]] = {}

    def read(path: Path, model: type[Row], report: LoadReport) -> Table[Row]:
        key = (path, path.read_bytes() if path.exists() else b"")
        if key in tables:
            return tables[key]
        own = LoadReport()
        table = read_table(path, model, own)
        if own.problems:
            report.problems += own.problems
        else:
            tables[key] = table
        return table

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("qikg.loaders.studies.study.read_table", read)
        patch.setattr("qikg.loaders.frameworks.read_table", read)
        yield


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Copy]:
    @cache
    def copied(kind: str) -> Copy:
        folder, read = {
            "study": (STUDY, read_study),
            "frameworks": (ONTOLOGY, read_frameworks),
            "mappings": (ONTOLOGY, read_mappings),
        }[kind]
        return Copy(folder, read, tmp_path_factory.mktemp(kind) / "copy")

    return copied


def mark_for(sheet: Sheet, column: str, place: int) -> tuple[int, str] | None:
    """A row and a value that stands nowhere else in the data."""
    filled = [row for row, cell in enumerate(sheet.column(column)) if cell]
    row = filled[place % len(filled)] if filled else 0
    cell = sheet.column(column)[row]
    if cell.isdigit():
        return row, str(7700000 + place)
    if re.fullmatch(r"0\.[0-9]+", cell):
        return row, f"0.77{place:03}1"
    return (row, f"{cell} (mark {place})") if cell else None


def other_values(sheet: Sheet, column: str) -> Iterator[Sheet]:
    """Copies with one cell of a column changed, in rows from all over the file."""
    cells = sheet.column(column)
    found = [cell for cell in dict.fromkeys(cells) if cell]
    found += sheet.column("code")[1:4] if column == "parent_code" else []
    for row in sorted(RANDOM.sample(range(len(cells)), len(cells)), key=lambda row: not cells[row]):
        yield from (sheet.with_cell(row, column, other) for other in found[:4] if other != cells[row])
        yield from (sheet.with_cell(row, column, other) for other in reworded(cells[row]))
        yield sheet.with_cell(row, column, "")


def reworded(cell: str) -> Iterator[str]:
    yield f"{cell} (changed)"
    if not cell:
        yield "1"
    if re.fullmatch(r"[0-9]+|0\.[0-9]+", cell):
        yield str(int(cell) + 1) if cell.isdigit() else str(float(cell) / 2)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell):
        yield f"{cell[:-2]}{(int(cell[-2:]) % 28) + 1:02}"
    for words in (("yes", "no"), ("stated", "inferred")):
        yield from (word for word in words if cell in words and word != cell)
    if "|" in cell:
        yield cell.rpartition("|")[0]


def swapped(sheet: Sheet, column: str) -> Iterator[Sheet]:
    """Copies with the cells of two rows swapped; of a position, with all that goes with it."""
    columns = [name for name in TOGETHER if name in sheet.header] if column in TOGETHER[:2] else [column]
    places = [sheet.header.index(name) for name in columns]
    numbers = range(len(sheet.rows))
    pairs = [(one, one + 1) for one in numbers[:-1]] + [(one, other) for one in numbers for other in numbers[one + 2 :]]
    near, far = RANDOM.sample(pairs[: len(numbers) - 1], len(numbers) - 1), RANDOM.sample(pairs, min(len(pairs), 99))
    for first, second in chain.from_iterable(zip(near, far, strict=False)):
        if any(sheet.rows[first][p] != sheet.rows[second][p] for p in places):
            rows = [list(cells) for cells in sheet.rows]
            for p in places:
                rows[first][p], rows[second][p] = rows[second][p], rows[first][p]
            yield Sheet(sheet.header, rows)


def everywhere(folder: Path, path: str, column: str) -> Iterator[dict[str, Sheet]]:
    """Whole folders in which a value that other files repeat is changed in all of them."""
    sheet = Sheet.read(folder / path)
    sheets = {
        one.relative_to(folder).as_posix(): Sheet.read(one)
        for one in folder.rglob("*.tsv")
        if "mappings" not in one.parts
    }
    if column in TOGETHER[2:] and path == "spans.tsv":
        # what is copied beside a position: changed wherever that position stands
        *_, row = sheet.rows
        start, end, old = (row[sheet.header.index(name)] for name in ("start", "end", column))
        new = str(int(old) + 1) if old.isdigit() else old[::-1]
        for one in sheets.values():
            if {"start", "end", column} <= set(one.header):
                at = [one.header.index(name) for name in ("start", "end", column)]
                for cells in one.rows:
                    if (cells[at[0]], cells[at[1]]) == (start, end):
                        cells[at[2]] = new
        yield sheets
    elif column in {sheet.header[0], "scheme"} and (path, column) not in listed_names():
        old = sheet.column(column)[-1]
        for one in sheets.values():
            for cells in one.rows:
                cells[:] = ["|".join(renamed(part, old) for part in cell.split("|")) for cell in cells]
        yield sheets


def renamed(text: str, old: str) -> str:
    """A name, or what begins with it as its prefix, renamed."""
    return f"{old}x{text.removeprefix(old)}" if text == old or text.startswith(f"{old}:") else text


def followed(folder: Path, path: str, changed: Sheet) -> dict[str, Sheet]:
    """Files with the copies that other files keep of a changed one brought up to date, as an editor would."""
    if path == "item_stakeholders.tsv":
        items = Sheet.read(folder / "coded_items.tsv")
        groups: dict[str, list[str]] = {}
        for row in changed.dicts():
            groups.setdefault(row["item_id"], []).append(row["group_id"])
        return {
            path: changed,
            "coded_items.tsv": items.filled("stakeholder_groups", lambda row: "|".join(groups.get(row["item_id"], []))),
        }
    if path == "claim_spans.tsv":
        claims = Sheet.read(folder / "claims.tsv")
        spans: dict[str, list[dict[str, str]]] = {}
        for row in changed.dicts():
            spans.setdefault(row["claim_id"], []).append(row)
        first = {claim: of_claim[0] for claim, of_claim in spans.items()}
        claims = claims.filled("start", lambda row: first.get(row["claim_id"], row)["start"])
        claims = claims.filled("end", lambda row: first.get(row["claim_id"], row)["end"])
        return {
            path: changed,
            "claims.tsv": claims.filled("span_count", lambda row: str(len(spans.get(row["claim_id"], [])))),
        }
    if path == "organisations.tsv":
        levels = {row["code"]: row["level"] for row in changed.dicts()}
        history = Sheet.read(folder / "organisations_history.tsv")
        return {
            path: changed,
            "organisations_history.tsv": history.filled("level", lambda row: levels.get(row["code"], row["level"])),
        }
    if path == "frameworks/provenance.tsv":
        schemes = {row["code"]: row["scheme"] for row in Sheet.read(folder / "frameworks.tsv").dicts()}
        prefix = {row["code"]: row["code"].partition(":")[0] for row in changed.dicts()}
        return {
            path: changed.filled("scheme", lambda row: schemes.get(prefix[row["code"]], row["scheme"])),
            "packaged.tsv": Sheet.read(folder / "packaged.tsv"),
        }
    return {path: changed}


def outcomes(copy: Copy, path: str, column: str, tries: int) -> Iterator[bool | None]:
    """What changes of a column lead to: another content, the same, or an error."""
    if tries == TRIES and column in copy.marked(path):
        yield True
    for folder in everywhere(copy.folder, path, column):
        yield copy.changes(folder)
    sheet = Sheet.read(copy.folder / path)
    in_turn = chain.from_iterable(zip_longest(swapped(sheet, column), other_values(sheet, column)))
    for changed in islice(filter(None, in_turn), tries):
        yield copy.changes({path: changed})
        if len(kept := followed(copy.folder, path, changed)) > 1:
            yield copy.changes(kept)


def tables() -> list[tuple[str, str, str]]:
    """Every column of every tab-separated packaged file but mappings: kind of reader, path in its folder, column."""
    found = [("study", path.name, column) for path in sorted(STUDY.glob("*.tsv")) for column in Sheet.read(path).header]
    lists = [ONTOLOGY / "packaged.tsv", ONTOLOGY / "frameworks.tsv"]
    lists += sorted([*ONTOLOGY.glob("frameworks/*.tsv"), *ONTOLOGY.glob("vocabularies/*.tsv")])
    for path in lists:
        name = path.relative_to(ONTOLOGY).as_posix()
        found += [("frameworks", name, column) for column in Sheet.read(path).header]
    return found


def fields(value: object, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every value of a JSON file, by its place."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from fields(inner, (*place, name))
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        for number, inner in enumerate(value):
            yield from fields(inner, (*place, number))
    else:
        yield place


RECORD = json.loads((STUDY / "study.json").read_text("utf-8"))
# of the entries of a list all names but once
PLACES = list({tuple(part for part in place if isinstance(part, str)): place for place in fields(RECORD)}.values())
METADATA = [line for line in (ONTOLOGY / MAPPINGS).read_text("utf-8").splitlines() if line.startswith("#")]
SLOTS = (ONTOLOGY / MAPPINGS).read_text("utf-8").splitlines()[len(METADATA)].split("\t")


def judge(file: str, column: str, outcomes: Callable[[int], Iterator[bool | None]]) -> None:
    """Fail unless a column is in the graph, or listed as not loaded with a reason that is true."""
    reason = listed().get((file, column))
    seen = outcomes(TRIES if reason is None else FEW)
    if reason is None:
        assert any(seen), f"nothing of {file}, column {column}, is in the graph, and not_loaded.tsv does not say why"
    elif CHECKED in reason:
        assert None in seen, f"not_loaded.tsv says that a difference in {file}, column {column}, is an error"
    else:
        assert not any(seen), f"{file}, column {column}, is in the graph: it is no column for not_loaded.tsv"


@pytest.mark.parametrize(("kind", "path", "column"), tables(), ids=str)
def test_column_is_in_the_graph_or_listed_as_not_loaded(
    copies: Callable[[str], Copy], kind: str, path: str, column: str
) -> None:
    judge(shown_as(kind, path), column, lambda tries: outcomes(copies(kind), path, column, tries))


@pytest.mark.parametrize("place", PLACES, ids=lambda place: ".".join(map(str, place)))
def test_field_of_study_json_is_in_the_graph_or_listed_as_not_loaded(
    copies: Callable[[str], Copy], place: tuple[str | int, ...]
) -> None:
    copy = copies("study")
    column = ".".join(str(part) for part in place if not isinstance(part, int))

    def outcomes(tries: int) -> Iterator[bool | None]:
        with copy.restored(["study.json"]):
            for changed in other_json(RECORD, place):
                (copy.folder / "study.json").write_text(json.dumps(changed), "utf-8")
                yield copy.differs()

    judge(shown_as("study", "study.json"), column, outcomes)


def other_json(record: object, place: tuple[str | int, ...]) -> Iterator[object]:
    """Copies of a JSON value with another value at a place."""
    if not place:
        assert isinstance(record, str | int | list)
        yield from ([*record, "changed"],) if isinstance(record, list) else ()
        yield from (
            (not record,) if isinstance(record, bool) else (record + 5, record - 5) if isinstance(record, int) else ()
        )
        yield from (f"{record} (changed)", "f" * 64, "2001-01-01", "another-study") if isinstance(record, str) else ()
        return
    first, *rest = place
    for inner in other_json(record[first], tuple(rest)):  # type: ignore[index]
        changed = deepcopy(record)
        changed[first] = inner  # type: ignore[index]
        yield changed


@pytest.mark.parametrize("slot", SLOTS)
def test_slot_of_the_mappings_is_in_the_graph(copies: Callable[[str], Copy], slot: str) -> None:
    copy, place = copies("mappings"), SLOTS.index(slot)
    lines = (copy.folder / MAPPINGS).read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines[len(METADATA) + 1 :]]
    values = [value for value in dict.fromkeys(cells[place] for cells in rows) if value]

    def outcomes(tries: int) -> Iterator[bool | None]:
        for row in range(tries):
            for other in (f"{rows[row][place]} (changed)", *values[:3], "0.125"):
                changed = [list(cells) for cells in rows]
                changed[row][place] = other
                with copy.restored([MAPPINGS]):
                    text = "\n".join([*METADATA, "\t".join(SLOTS), *("\t".join(cells) for cells in changed)])
                    (copy.folder / MAPPINGS).write_text(text + "\n", "utf-8")
                    yield copy.differs()

    judge(f"ontology/{MAPPINGS}", slot, outcomes)


@pytest.mark.parametrize(
    "line", [line for line in METADATA if not line.endswith(":")], ids=lambda line: line[1:30].strip()
)
def test_metadata_of_the_mappings_is_in_the_graph(copies: Callable[[str], Copy], line: str) -> None:
    copy = copies("mappings")
    changed = f'{line[:-1]}9"' if line.endswith('"') else f"{line}/changed" if "map" not in line else f"{line}changed"
    with copy.restored([MAPPINGS]):
        text = (copy.folder / MAPPINGS).read_text("utf-8")
        unused = (
            "  " in line
        )  # prefixes of our own addresses: only those of frameworks without a mapping can be changed
        (copy.folder / MAPPINGS).write_text(
            text.replace(f"{line}\n", f"{line}\n#  X: {changed}\n" if unused else f"{changed}\n"), "utf-8"
        )
        assert copy.differs()


def test_every_packaged_file_has_its_columns_tested() -> None:
    tested = {shown_as(kind, path) for kind, path, _ in tables()} | {f"ontology/{MAPPINGS}"}
    tested |= {shown_as("study", "study.json")}
    tested.add("ontology/same_ratings.tsv")  # test_registers.py: the ends and the words of the edge that a row makes
    packaged = {f"ontology/{path}" for path in packaged_sources()} | {"ontology/packaged.tsv"}
    packaged |= {
        f"evidence/{path.relative_to(STUDY.parent).as_posix()}"
        for path in STUDY.parent.rglob("*.*")
        if path.suffix in {".tsv", ".json"}
    }
    assert tested == packaged


def test_not_loaded_names_columns_that_exist_and_gives_a_reason_for_each() -> None:
    known = {(shown_as(kind, path), column) for kind, path, column in tables()}
    names = {".".join(str(part) for part in place if not isinstance(part, int)) for place in fields(RECORD)}
    known |= {(shown_as("study", "study.json"), name) for name in names}
    assert set(listed()) <= known
    assert all(len(reason.split()) > 4 for reason in listed().values())


def shown_as(kind: str, path: str) -> str:
    """The name of a file in `not_loaded.tsv`: its path in the package."""
    return f"evidence/{STUDY.name}/{path}" if kind == "study" else f"ontology/{path}"
