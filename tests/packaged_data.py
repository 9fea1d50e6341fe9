"""Copies of the packaged files that a test may spoil, and their content without the hashes of the files."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from qikg.graph.content import Content
from qikg.loaders.loading import Vocabulary, packaged, vocabulary_of
from qikg.loaders.packaged import EVIDENCE
from qikg.loaders.report import LoadReport
from qikg.ontology.provenance import Load, Loaded, Source

STUDY = EVIDENCE / "williams-best-2022"

Facts = frozenset[tuple[str, ...]]


@cache
def vocabulary() -> Vocabulary:
    """The packaged codes, which files may point at."""
    return vocabulary_of(packaged(LoadReport()))


def copy_of(folder: Path, to: Path) -> Path:
    """Copy a folder's files, without code."""
    shutil.copytree(folder, to, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return to


def facts(content: Content) -> Facts:
    """Everything that a content says, as a set; which bytes it was read from is left out."""
    said: set[tuple[str, ...]] = set()
    for node in content.nodes:
        if isinstance(node, Load):
            continue
        properties = {
            name: value
            for name, value in node.properties().items()
            if name not in _OF_BYTES or not isinstance(node, Source)
        }
        said.add((*node.pointer, *node.labels, repr(properties), repr(node.sources)))
    for one in content.relationships:
        if isinstance(one, Loaded):
            continue
        said.add((one.type, *one.start, *one.end, str(one.key), repr(one.properties()), repr(one.sources)))
    return frozenset(said)


_OF_BYTES = ("sha256", "rows")


def count(content: Content, label: str) -> int:
    """Count the different nodes with a label."""
    return len({node.id for node in content.nodes if label in {type(node).__name__, *node.labels}})


@dataclass(slots=True)
class Sheet:
    """A tab-separated file as rows of text."""

    header: list[str]
    rows: list[list[str]]

    @classmethod
    def read(cls, path: Path) -> Sheet:
        """Read a file by the standard library alone."""
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return cls(header, rows)

    def write(self, path: Path) -> None:
        """Write it back."""
        path.write_text("\n".join("\t".join(row) for row in [self.header, *self.rows]) + "\n", "utf-8")

    def column(self, name: str) -> list[str]:
        """The cells of a column."""
        place = self.header.index(name)
        return [row[place] for row in self.rows]

    def dicts(self) -> Iterator[dict[str, str]]:
        """Each row by column."""
        return (dict(zip(self.header, row, strict=True)) for row in self.rows)

    def with_cell(self, row: int, name: str, text: str) -> Sheet:
        """A copy with one cell changed."""
        rows = [list(cells) for cells in self.rows]
        rows[row][self.header.index(name)] = text
        return Sheet(self.header, rows)

    def filled(self, name: str, cell: Callable[[dict[str, str]], str]) -> Sheet:
        """A copy with a column worked out anew from each row."""
        place = self.header.index(name)
        rows = [
            [cell(dict(zip(self.header, cells, strict=True))) if at == place else old for at, old in enumerate(cells)]
            for cells in self.rows
        ]
        return Sheet(self.header, rows)


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a file, each by column."""
    return list(Sheet.read(path).dicts())


def edit_json(path: Path, **changes: object) -> None:
    """Change fields of a JSON file; None deletes one."""
    read = json.loads(path.read_text("utf-8"))
    for name, value in changes.items():
        if value is None:
            del read[name]
        else:
            read[name] = value
    path.write_text(json.dumps(read, ensure_ascii=False), "utf-8")
