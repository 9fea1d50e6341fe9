"""A graph as a folder for Neo4j's own import tool: compressed CSV with typed heads, its arguments, a README.

Each key label has a file, and each type of relationship one for every pair of labels that it joins; the id spaces of
the import are the key labels. It was tried with `neo4j-admin database import full` of Neo4j 5.26.29, whose rules stand
in the Operations Manual under "Import".
"""

from __future__ import annotations

import datetime
import gzip
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from io import TextIOWrapper
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from qikg.graph.merge import internal
from qikg.graph.store import Store, Value
from qikg.graph.walk import census, walk
from qikg.ontology.classes import NODES, RELATIONSHIPS, VERSION
from qikg.ontology.dates import PartialDate
from qikg.ontology.errors import QikgError, StoreError, UsageError
from qikg.ontology.model import Node, Relationship
from qikg.ontology.terms import ATTRIBUTION, LICENCE

ARGUMENTS = "import.args"
"""The file with the arguments of the import tool, its paths relative to the folder."""

BETWEEN = "\x1f"
"""What stands between the members of a list: a control character, which no file may hold that is loaded."""

_TYPES = {str: "string", int: "long", float: "double", bool: "boolean", datetime.date: "date"}


@dataclass(frozen=True, slots=True)
class Bulk:
    """What a folder holds."""

    nodes: int
    relationships: int


def new_folder(path: Path) -> Path:
    """Give the absolute path of a folder that can be made; raise UsageError where there is something already."""
    path = path.expanduser().resolve()
    if not path.parent.is_dir():
        raise UsageError(f"There is no folder {path.parent}.")
    if path.exists() and not path.is_dir():
        raise UsageError(f"{path} is a file. Name a folder that does not exist yet.")
    if path.exists() and any(path.iterdir()):
        raise UsageError(f"The folder {path} is not empty. Name one that is, or that does not exist yet.")
    return path


def write_bulk(store: Store, folder: Path) -> Bulk:
    """Write the whole graph of a store into a new folder, which takes its name only when all is written.

    The same graph gives the same bytes. Raises UsageError where the folder is not empty, QikgError where it cannot be
    written, StoreError where the graph holds what the ontology does not know: it would be lost.
    """
    folder = new_folder(folder)
    try:
        with TemporaryDirectory(prefix=f"{folder.name}.part-", dir=folder.parent) as beside:
            part = Path(beside, folder.name)  # readable for others, as the temporary folder is not
            part.mkdir()
            done = _fill(store, part)
            if folder.exists():
                folder.rmdir()
            part.rename(folder)
    except OSError as error:
        raise QikgError(f"{folder} cannot be written: {error.strerror or error}.") from error
    return done


@cache
def columns(cls: type[Node | Relationship]) -> Mapping[str, str]:
    """Give the columns of a class: each property that a load may store beside the id, with its type in the import.

    >>> columns(RELATIONSHIPS["OPERATES"])["since"], columns(RELATIONSHIPS["OPERATES"])["since_latest"]
    ('string', 'date')
    >>> columns(NODES["Concept"])["words"], columns(NODES["Concept"])["order"]
    ('string[]', 'long')
    """
    found: dict[str, str] = {}
    for one in cls.fields():
        if one.type is PartialDate:
            found |= dict(zip(one.properties, ("string", "date", "date"), strict=True))
        elif one.name != "id":
            found[one.name] = _TYPES[one.type] + ("" if one.cardinality == "single" else "[]")
    return found | dict.fromkeys(internal(cls), "string")


def node_head(label: str) -> str:
    """Give the head of the file of a key label.

    >>> node_head("Outcome")
    'id:ID(Outcome),sources:string[],label:string,rank_curated:string'
    """
    second = [":LABEL"] if NODES[label].also else []
    return ",".join([f"id:ID({label})", *second, *_typed(NODES[label])])


def relationship_head(kind: str, start: str, end: str) -> str:
    """Give the head of the file of a type of relationship between two key labels."""
    return ",".join([f":START_ID({start})", f":END_ID({end})", *_typed(RELATIONSHIPS[kind])])


def heads() -> Iterator[tuple[str, str]]:
    """Give the name and the head of every file that there can be."""
    for label in NODES:
        yield f"nodes/{label}.header.csv", node_head(label)
    for kind, cls in RELATIONSHIPS.items():
        for start, end in product(cls.starts, cls.ends):
            yield f"relationships/{start}-{kind}-{end}.header.csv", relationship_head(kind, start, end)


def _typed(cls: type[Node | Relationship]) -> list[str]:
    return [f"{column}:{type_}" for column, type_ in columns(cls).items()]


def cell(value: Value) -> str:
    r"""Give a value as a field of the CSV, empty where there is none.

    Text is always in quotation marks: the tool takes "" for an empty text, and an empty field for none.

    >>> cell('a "b" c'), cell(["a", "", "b"]), cell(""), cell(None), cell(True), cell(0.5)
    ('"a ""b"" c"', '"a\x1f\x1fb"', '""', '', 'true', '0.5')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"  # as Java reads them
    if isinstance(value, list | tuple):
        return cell(_joined(value))
    return str(value)


def _joined(values: Sequence[Value]) -> str:
    """Put the members of a list together; raise StoreError for a list that would come back as another one."""
    members = [one if isinstance(one, str) else cell(one) for one in values]
    text = BETWEEN.join(members)
    if text.split(BETWEEN) != members or not text:
        raise StoreError(f"The graph holds the list {list(values)!r}, which the CSV of the import tool cannot say.")
    return text


@dataclass
class _Table:
    """The rows of a key label, or of a type of relationship that joins two key labels, in a file beside their head."""

    place: Literal["nodes", "relationships"]
    kind: str
    name: str
    cls: type[Node | Relationship]
    file: TextIOWrapper
    known: frozenset[str]
    rows: int = 0
    breaks: bool = False
    """Whether some text in it has a line break."""

    @classmethod
    def new(
        cls, folder: Path, files: ExitStack, place: Literal["nodes", "relationships"], kind: str, name: str, head: str
    ) -> _Table:
        """Write the head, and open the file for the rows."""
        of = NODES[kind] if place == "nodes" else RELATIONSHIPS[kind]
        _write(folder / place / f"{name}.header.csv", head + "\n")
        raw = files.enter_context((folder / place / f"{name}.csv.gz").open("wb"))
        # Without a name and a time in it, so that the same rows give the same bytes.
        packed = files.enter_context(gzip.GzipFile("", "wb", 6, raw, mtime=0))
        file = files.enter_context(TextIOWrapper(packed, "utf-8", newline=""))
        return cls(place, kind, name, of, file, frozenset((*columns(of), *(("id",) if place == "nodes" else ()))))

    @property
    def argument(self) -> str:
        """What tells the import tool of it."""
        return f"--{self.place}={self.kind}={self.place}/{self.name}.header.csv,{self.place}/{self.name}.csv.gz"

    def add(self, *first: Value, properties: Mapping[str, Value]) -> None:
        """Write one row: what identifies it, then its properties in the order of the columns."""
        if strange := properties.keys() - self.known:
            raise StoreError(f"The ontology does not know {min(strange)} of {self.kind}; an import would lose it.")
        row = ",".join([*map(cell, first), *(cell(properties.get(name)) for name in columns(self.cls))])
        self.rows += 1
        self.breaks = self.breaks or "\n" in row or "\r" in row
        self.file.write(row + "\n")


def _fill(store: Store, folder: Path) -> Bulk:
    for place in ("nodes", "relationships"):
        (folder / place).mkdir()
    before = labels, types = census(store)
    tables = [table for label in sorted(filter(None, labels)) for table in _of_label(store, label, folder)]
    written: tuple[Counter[str], Counter[str]] = Counter(), Counter()
    for table in tables:
        written[table.place == "relationships"][table.kind] += table.rows
    if written != before:
        raise StoreError("The graph holds what the ontology does not know, or it was changed meanwhile.")
    done = Bulk(labels.total(), types.total())
    settings = ["--array-delimiter=U+001F", "--bad-tolerance=0"]
    if any(table.breaks for table in tables):
        settings.append("--multiline-fields=true")  # four times as slow, so only where it must be
    arguments = [*settings, *sorted(table.argument for table in tables)]
    _write(folder / ARGUMENTS, "\n".join(arguments) + "\n")
    _write(folder / "README.md", _readme(done, _licences(store)))
    return done


def _of_label(store: Store, label: str, folder: Path) -> list[_Table]:
    """Write all nodes with a key label, and all relationships that start from them."""
    second = bool(NODES[label].also)
    joins: dict[tuple[str, str], _Table] = {}
    with ExitStack() as files:
        nodes = _Table.new(folder, files, "nodes", label, label, node_head(label))
        for labels, properties, starting in walk(store, label):
            identifier, others = properties["id"], sorted(set(labels) - {label}) or None
            nodes.add(*(identifier, others)[: 1 + second], properties=properties)
            for kind, end, _, own in starting:
                if (kind, end.label) not in joins:
                    name, head = f"{label}-{kind}-{end.label}", relationship_head(kind, label, end.label)
                    joins[kind, end.label] = _Table.new(folder, files, "relationships", kind, name, head)
                joins[kind, end.label].add(identifier, end.id, properties=own)
    return [nodes, *joins.values()]


def _write(file: Path, text: str) -> None:
    file.write_text(text, "utf-8", newline="\n")  # the same bytes on every system


def _licences(store: Store) -> Iterator[str]:
    """Give the lines to print with the data: ours, then what the sources of loaded files say of themselves."""
    yield from ATTRIBUTION
    rows = store.stream(
        "MATCH (s:Source) WHERE s.licence IS NOT NULL AND NOT coalesce(s.packaged, false) "
        "RETURN DISTINCT s.licence AS licence"
    )
    yield from sorted({" ".join(str(row["licence"]).split()) for row in rows} - set(ATTRIBUTION))


def _readme(done: Bulk, licences: Iterable[str]) -> str:
    lines = "\n>\n".join(f"> {line}" for line in licences)
    return f"""\
# A graph of qikg, for Neo4j's own import tool

{done.nodes:,} nodes and {done.relationships:,} relationships, made with version {VERSION} of the ontology.
They need Neo4j 5.26 or later.

**The import replaces a whole database: what is in it now is lost.**

1. Stop the server: `neo4j stop`.
2. In this folder, as the user that the server runs as (after `full` stands the name of the database):

   ```sh
   neo4j-admin database import full neo4j --overwrite-destination=true @{ARGUMENTS}
   ```

3. Start the server: `neo4j start`. An import makes no constraints and no indexes; this makes them, and changes nothing
   else:

   ```sh
   qikg store repair --store bolt://localhost:7687
   ```

In `nodes` there are two files for each label, in `relationships` two for each type with the labels that it joins: the
head with names and types of the columns, and the rows. Between the members of a list stands the character U+001F.

## Licences

The curated data are under CC BY 4.0 ({LICENCE}). Print these lines with the data:

{lines}
"""
