"""The folder for Neo4j's import tool: what is written is what the graph holds, and what the tool makes of it too."""

from __future__ import annotations

import csv
import datetime
import gzip
import io
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dump import Dump, dump
from engines import Engine
from hypothesis import given
from hypothesis import strategies as st
from servers import NoServer, imported

import qikg
from qikg.graph import Neo4jStore
from qikg.graph.bulk import ARGUMENTS, BETWEEN, Bulk, cell, columns, heads, write_bulk
from qikg.graph.content import Content
from qikg.graph.store import Scalar, Store, Value
from qikg.graph.writer import write
from qikg.loaders import load
from qikg.ontology.classes import NODES, RELATIONSHIPS
from qikg.ontology.crosswalk import Broader, Concept
from qikg.ontology.dates import PartialDate
from qikg.ontology.ddl import ddl
from qikg.ontology.errors import QikgError, StoreError, UsageError
from qikg.ontology.model import Node, Ref, Relationship
from qikg.ontology.registers import Location, Operates, Organisation, Rating
from qikg.ontology.terms import ATTRIBUTION

INVENTED = Path(__file__).parents[1] / "studies" / "invented-2026"

RATINGS = (
    "Location ID,Location Name,Care Home?,Service / Population Group,Domain,Latest Rating,Publication Date,"
    "Inherited Rating (Y/N),Provider ID,Provider Name"
)
FRAMEWORK = (
    "scheme\tcode\tparent_code\tlabel\tgloss\tsource_doi\n"
    'MINE\tMINE\t\tMy "own" framework, 🏥\t\t\nMINE\tMINE:A\tMINE\tFirst; with, all \'sorts\'\t\t\n'
)
MAPPINGS = (
    '#mapping_set_id: https://example.org/sets/mine\n#creator_label:\n#  - "A; B, C"\n#  - ""\n#creator_id: ""\n'
    '#mapping_set_title: ""\n'
    "subject_id\tpredicate_id\tobject_id\tmapping_justification\tconfidence\tauthor_label\tcomment\n"
    'QUASER:LEAD\tskos:closeMatch\tMINE:A\tsemapv:ManualMappingCuration\t0.35\tZoë|Max\t"Two\nlines, one ""mark"" \\"\n'
)

# --- values


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=BETWEEN))


@given(st.lists(texts, min_size=1))
def test_a_row_of_texts_is_read_back_by_the_csv_module(row: list[str]) -> None:
    written = ",".join(map(cell, row)) + "\n"

    assert list(csv.reader(io.StringIO(written, newline=""), strict=True)) == [row]


@given(st.lists(texts, min_size=1).filter(lambda members: members != [""]))
def test_a_list_is_read_back_with_all_of_its_members(members: list[str]) -> None:
    [[text]] = csv.reader(io.StringIO(cell(members), newline=""), strict=True)

    assert text.split(BETWEEN) == members


@given(st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.booleans() | st.dates())
def test_a_value_that_is_no_text_is_read_back_and_needs_no_quotation_marks(value: Scalar) -> None:
    assert not set(cell(value)) & set(' ",\n')
    assert of(cell(value), TYPES[type(value)]) == value


def test_nothing_is_told_from_an_empty_text() -> None:
    assert (cell(None), cell("")) == ("", '""')


@pytest.mark.parametrize("members", [[], [""], [f"a{BETWEEN}b"]])
def test_a_list_that_would_come_back_as_another_one_is_refused(members: list[Value]) -> None:
    with pytest.raises(StoreError, match="cannot say"):
        cell(members)


@pytest.mark.parametrize("cls", [*NODES.values(), *RELATIONSHIPS.values()], ids=lambda cls: cls.__name__)
def test_every_property_has_a_column_with_a_type_of_the_tool(cls: type[Node | Relationship]) -> None:
    properties = {name for field in cls.fields() for name in field.properties} - {"id"}

    assert properties <= columns(cls).keys()
    assert set(columns(cls).values()) <= {*TYPES.values(), "string[]"}


# --- the folder

TYPES = {str: "string", int: "long", float: "double", bool: "boolean", datetime.date: "date"}
READERS: dict[str, Callable[[str], Value]] = {
    "string": str,
    "long": int,
    "double": float,
    "boolean": lambda text: text == "true",
    "date": datetime.date.fromisoformat,
    "string[]": lambda text: text.split(BETWEEN),
}


def of(text: str, kind: str) -> Value:
    """Read a field that is not empty, as the tool does."""
    return READERS[kind](text)


def rows_of(folder: Path, argument: str) -> tuple[str, list[dict[str, str]]]:
    """Give the label or type that an argument names, and the rows of its file by the columns of its head."""
    _, kind, files = argument.split("=")
    header, rows = ((folder / name) for name in files.split(","))
    [names] = csv.reader(header.open(encoding="utf-8", newline=""))
    with gzip.open(rows, "rt", encoding="utf-8", newline="") as file:
        return kind, [dict(zip(names, row, strict=True)) for row in csv.reader(file, strict=True)]


def properties_of(row: dict[str, str]) -> str:
    """Give the properties of a row as a dump has them."""
    named = ((*column.split(":"), text) for column, text in row.items() if text and not column.startswith(":"))
    typed = ((name, of(text, "string" if kind.startswith("ID(") else kind)) for name, kind, text in named)
    return repr(sorted((name, repr(value)) for name, value in typed))


def read_folder(folder: Path) -> Dump:
    """Give what a folder holds, as the tool would make it."""
    arguments = [line for line in (folder / ARGUMENTS).read_text("utf-8").splitlines() if line.count("=") == 2]
    nodes, edges, labels = [], [], {}
    for argument in arguments:
        kind, rows = rows_of(folder, argument)
        for row in rows:
            if argument.startswith("--nodes="):
                second = row.get(":LABEL")
                name = ":".join(sorted([kind, *(second.split(BETWEEN) if second else ())]))
                labels[kind, row[f"id:ID({kind})"]] = name
                nodes.append(f"{name} {properties_of(row)}")
    for argument in arguments:
        kind, rows = rows_of(folder, argument)
        for row in rows:
            if argument.startswith("--relationships="):
                (start, from_), (end, to) = list(row.items())[:2]
                start, end = start[len(":START_ID(") : -1], end[len(":END_ID(") : -1]
                edges.append(f"{labels[start, from_]} {from_} {kind} {labels[end, to]} {to} {properties_of(row)}")
    return sorted(nodes), sorted(edges)


def content(*things: Node | Relationship) -> Content:
    made = Content("2026")
    made.add(*things)
    return made


def concept(identifier: str, **more: object) -> Concept:
    values: dict[str, object] = {"label": "x", "notation": "X", "order": 1, "sources": ("s",), **more}
    return Concept.model_validate({"id": identifier, **values})


def test_the_folder_holds_what_the_graph_holds(embedded_store: Store, tmp_path: Path) -> None:
    embedded_store.define(ddl())
    first = concept("F:A", label='a, "b"\n\r\n🏥', words=("x;y", "", "z, w"), labels=("Challenge", "Factor"))
    write(
        embedded_store,
        content(
            *(first, concept("F:B", certainty=0.1), Broader(start=Ref("Concept", "F:A"), end=Ref("Concept", "F:B"), sources=("s", "t"))),
            Organisation(id="R1", label=" ", valid_from=PartialDate(text="2015-04"), sources=("s",)),
            Location(id="R101", sources=("s",)),
            Operates(start=Ref("Organisation", "R1"), end=Ref("Location", "R101"), sources=("s",)),
            Operates(start=Ref("Organisation", "R1"), end=Ref("Location", "R101"), since=PartialDate(text="2015"), sources=("s",)),
            Rating(id="r", question="CQC:SAFE", service="CQCSERVICE:OVERALL", value="CQCRATING:GOOD", score=3, sources=("s",)),
        ),
    )  # fmt: skip

    assert write_bulk(embedded_store, tmp_path / "bulk") == Bulk(5, 3)
    assert read_folder(tmp_path / "bulk") == dump(embedded_store)


def test_the_packaged_graph_is_the_same_in_the_folder(graph_store: Store, tmp_path: Path) -> None:
    write_bulk(graph_store, tmp_path / "bulk")

    assert read_folder(tmp_path / "bulk") == dump(graph_store)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_graph_gives_the_same_bytes_on_both_engines(
    embedded_engine: Engine, neo4j_engine: Engine, tmp_path: Path
) -> None:
    for engine in (embedded_engine, neo4j_engine):
        for store in engine.packaged():
            write_bulk(store, tmp_path / engine.name)

    assert bytes_of(tmp_path / "embedded") == bytes_of(tmp_path / "neo4j")


def test_every_file_is_named_once_by_a_path_inside_the_folder(graph_store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "bulk"
    write_bulk(graph_store, folder)
    lines = (folder / ARGUMENTS).read_text("utf-8").splitlines()
    named = [name for line in lines if line.count("=") == 2 for name in line.split("=")[2].split(",")]

    assert sorted([*named, ARGUMENTS, "README.md"]) == sorted(bytes_of(folder))


def test_line_breaks_are_told_to_the_tool_only_where_there_are_some(embedded_store: Store, tmp_path: Path) -> None:
    """They make the import four times as slow."""
    for name, label, told in (("one", "a b", False), ("two", "a\nb", True)):
        write(embedded_store, content(concept(f"F:{name}", label=label)))
        write_bulk(embedded_store, tmp_path / name)
        assert ("--multiline-fields=true" in (tmp_path / name / ARGUMENTS).read_text("utf-8")) is told


def test_the_readme_has_the_lines_that_go_with_the_data(embedded_store: Store, tmp_path: Path) -> None:
    write_bulk(embedded_store, tmp_path / "bulk")
    text = (tmp_path / "bulk" / "README.md").read_text("utf-8")

    assert [line.removeprefix("> ") for line in text.splitlines() if line.startswith("> ")] == list(ATTRIBUTION)


# --- all or nothing


def test_a_folder_that_is_empty_is_filled(embedded_store: Store, tmp_path: Path) -> None:
    (tmp_path / "bulk").mkdir()
    write_bulk(embedded_store, tmp_path / "bulk")

    assert (tmp_path / "bulk" / ARGUMENTS).exists()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "bulk").mkdir()
    (tmp_path / "bulk" / "mine.txt").write_text("x")
    with pytest.raises(UsageError, match="is not empty"):
        qikg.load(INVENTED, bulk=tmp_path / "bulk")
    with pytest.raises(UsageError, match="is a file"):
        qikg.load(INVENTED, bulk=tmp_path / "bulk" / "mine.txt")
    with pytest.raises(UsageError, match="There is no folder"):
        qikg.load(INVENTED, bulk=tmp_path / "no" / "bulk")

    assert bytes_of(tmp_path) == {"bulk/mine.txt": b"x"}


@pytest.mark.parametrize(
    "strange",
    [
        "CREATE (:Stranger)",
        "MATCH (c:Concept {id: 'F:A'}) CREATE (c)-[:STRANGE]->(c)",
        "MATCH (c:Concept {id: 'F:A'}) SET c.strange = 1",
    ],
)
def test_what_would_be_lost_stops_it_and_leaves_nothing(embedded_store: Store, tmp_path: Path, strange: str) -> None:
    write(embedded_store, content(concept("F:A")))
    embedded_store.write(lambda transaction: transaction.run(strange))
    with pytest.raises(StoreError, match="does not know"):
        write_bulk(embedded_store, tmp_path / "bulk")

    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_named(
    embedded_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(QikgError, match=r"bulk cannot be written: No space left on device\."):
        write_bulk(embedded_store, tmp_path / "bulk")

    assert not list(tmp_path.iterdir())


# --- the import


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two editions of a care directory, a framework, a mapping set and a study."""
    folder = tmp_path_factory.mktemp("files")
    rows = [
        (place, name, question, rating, day)
        for place, name in (("1-100000001", '"House, ""The Old"" 🏥; and more"'), ("1-100000002", "'Œuvre' \\"))
        for question in ("Safe", "Overall")
        for rating, day in (("Good", "14/08/2018"), ("Inadequate", "14/08/2018"), ("Outstanding", "21/03/2020"))
    ]
    for name, wanted in (("older.csv", "2018"), ("newer.csv", "")):
        lines = (
            f"{place},{label},Y,Overall,{question},{rating},{day},N,1-200000001,Owner Ltd"
            for place, label, question, rating, day in rows
            if wanted in day
        )
        (folder / name).write_text("\n".join([RATINGS, *lines]) + "\n", "utf-8")
    (folder / "mine.tsv").write_text(FRAMEWORK, "utf-8")
    (folder / "mine.sssom.tsv").write_text(MAPPINGS, "utf-8")
    return [folder / "older.csv", folder / "newer.csv", folder / "mine.tsv", folder / "mine.sssom.tsv", INVENTED]


@pytest.fixture(scope="module")
def folder(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of these files, at another place than it was made at."""
    made = tmp_path_factory.mktemp("bulk") / "made"
    report = qikg.load(*files, bulk=made)
    assert report.ok, report.summary()
    return made.rename(made.with_name("moved folder"))


def commands(folder: Path) -> list[list[str]]:
    """Give the commands that the README of a folder tells, as words."""
    text = (folder / "README.md").read_text("utf-8")
    return [shlex.split(part.partition("```")[0]) for part in text.split("```sh")[1:]]


@pytest.fixture(scope="module")
def from_folder(folder: Path, neo4j_engine: Engine) -> Iterator[Store]:
    """A Neo4j of its own that has imported the folder by the command of its README."""
    (program, *arguments), _ = commands(folder)
    assert program == "neo4j-admin"
    try:
        with imported(folder, arguments) as server, Neo4jStore(server.uri) as store:
            yield store
    except NoServer as reason:
        pytest.skip(str(reason))


def test_the_import_gives_the_graph_of_an_ordinary_load(
    from_folder: Store, neo4j_store: Store, files: list[Path]
) -> None:
    assert load(neo4j_store, files).ok
    assert dump(from_folder) == dump(neo4j_store)


@pytest.mark.parametrize(
    "thing",
    [
        "(n:Mapping) WHERE n.comment = 'Two\\nlines, one \"mark\" \\\\'",
        "(n:Location) WHERE n.cqc_name = 'House, \"The Old\" 🏥; and more'",
        "(n:MappingSet) WHERE n.title = '' AND n.creator_label = ['', 'A; B, C'] AND n.creator_id IS NULL",
        "(:Rating)-[n:CONFLICTS_WITH]->(:Rating)",
        "(:Concept)-[n:CLOSE_MATCH]->(:Concept:Element) WHERE n.confidence = 0.35",
        "(:Inspection)-[n:AWARDED]->(r:Rating) WHERE r.date_latest = date('2020-03-21') AND r.in_register",
    ],
)
def test_what_is_easily_lost_on_the_way_is_in_the_import(from_folder: Store, thing: str) -> None:
    assert from_folder.read(f"MATCH {thing} RETURN count(n) > 0 AS found").values == ((True,),)


def test_the_second_command_makes_the_constraints_and_indexes_and_changes_nothing_else(
    from_folder: Store, folder: Path, neo4j_store: Store
) -> None:
    def schema(store: Store) -> list[str]:
        rows = store.read("SHOW INDEXES YIELD name, type, labelsOrTypes, properties, owningConstraint, state")
        return sorted(str(row) for row in rows if row["type"] != "LOOKUP")

    before = dump(from_folder)
    assert schema(from_folder) == []
    _, (program, *arguments) = commands(folder)
    assert (program, arguments[-1]) == ("qikg", "bolt://localhost:7687")
    command = [sys.executable, "-m", "qikg", *arguments[:-1], from_folder.address]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    neo4j_store.define(ddl())
    assert "made the index rating_id on Rating.id" in done.stderr
    assert schema(from_folder) == schema(neo4j_store)
    assert dump(from_folder) == before
    assert from_folder.repair() == []


def test_the_heads_that_are_printed_are_those_that_are_written(folder: Path) -> None:
    printed = dict(heads())
    written = {f"{path.parent.name}/{path.name}": path.read_text("utf-8") for path in folder.glob("*/*.header.csv")}
    assert len(written) > 50
    assert {name: f"{printed[name]}\n" for name in written} == written
