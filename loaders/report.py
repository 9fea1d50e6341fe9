"""What a load took, what it refused, and why: one line a problem, with its place."""

from __future__ import annotations

import difflib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

SHOWN = 20
"""Problems shown on a screen; a report file has all."""

SHEET = ", sheet "
"""What stands between a file and its sheet, where a file has sheets."""

_LONGEST = 200  # comparing longer texts takes minutes


Severity: TypeAlias = Literal["error", "warning"]
"""An error stops a load, or leaves a row out; a warning does neither."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong, with its place: file, row (1 is the header), column, the rule, the value and a hint."""

    file: str
    rule: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    hint: str = ""
    severity: Severity = "error"

    @property
    def sheet(self) -> str | None:
        """The sheet, where the file is a spreadsheet."""
        return self.file.partition(SHEET)[2] or None

    @property
    def place(self) -> str:
        """The file, row and column as one text."""
        where = self.file
        if self.row is not None:
            where += f", row {self.row}"
        if self.column is not None:
            where += f", column {self.column}"
        return where

    def __str__(self) -> str:
        value = "" if self.value is None else f": {_short(self.value)!r}"
        hint = f" {self.hint}" if self.hint else ""
        return f"{self.place}: {self.rule}{value}.{hint}"


@dataclass(slots=True)
class LoadReport:
    """The account of one load: rows by file, problems, and what the graph got.

    Of `rows` (by file, or sheet of a file) those counted in `refused` were left out. `changed` counts, by file of a
    register that was loaded, the rows that told the graph something new of what they are about: a rating that was not
    there, a place of which it said something else, or nothing; the other rows changed nothing. `nodes` and
    `relationships` count what was sent, by label and by type; `missing_ends` lists relationships that could not be
    made, each with the end that is not in the graph.
    """

    rows: dict[str, int] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    nodes: Counter[str] = field(default_factory=Counter)
    relationships: Counter[str] = field(default_factory=Counter)
    missing_ends: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def errors(self) -> list[Problem]:
        """The problems that stop a load."""
        return [problem for problem in self.problems if problem.severity == "error"]

    @property
    def ok(self) -> bool:
        """Whether everything was taken."""
        return not self.errors and not self.missing_ends

    @property
    def counts(self) -> dict[str, int]:
        """Rows read, taken and refused; and, where files of registers were loaded, those that changed something."""
        read, refused = sum(self.rows.values()), self.refused.total()
        counts = {"read": read, "taken": read - refused, "refused": refused}
        if self.changed:
            changed = self.changed.total()
            of_registers = sum(self.taken_of(file) for file in self.changed)
            counts |= {"changed": changed, "unchanged": of_registers - changed}
        return counts

    def taken_of(self, file: str) -> int:
        """Give how many rows of a file were taken, those of all its sheets together."""
        return sum(self.rows[name] for name in self._sheets(file)) - self.refused_of(file)

    def refused_of(self, file: str) -> int:
        """Give how many rows of a file were not taken, those of all its sheets together."""
        return sum(self.refused[name] for name in self._sheets(file))

    def _sheets(self, file: str) -> list[str]:
        return [name for name in self.rows if name == file or name.startswith(file + SHEET)]

    def add(self, problem: Problem) -> None:
        """Add a problem."""
        self.problems.append(problem)

    def as_dict(self) -> dict[str, object]:
        """Give the report as plain values, for JSON."""
        return {
            "ok": self.ok,
            "rows": self.rows,
            "refused": dict(self.refused),
            "changed": dict(self.changed),
            "counts": self.counts,
            "problems": [
                {
                    "file": p.file.partition(SHEET)[0],
                    "sheet": p.sheet,
                    "row": p.row,
                    "column": p.column,
                    "rule": p.rule,
                    "value": p.value,
                    "hint": p.hint,
                    "severity": p.severity,
                }
                for p in self.problems
            ],
            "nodes": dict(sorted(self.nodes.items())),
            "relationships": dict(sorted(self.relationships.items())),
            "missing_ends": self.missing_ends,
            "notes": self.notes,
        }

    def to_json(self) -> str:
        """Give the report as JSON."""
        text = json.dumps(self.as_dict(), ensure_ascii=False, indent=2) + "\n"
        return text.encode("utf-8", "backslashreplace").decode()  # a file's name may hold what UTF-8 cannot

    def to_tsv(self) -> str:
        """Give the problems as a table, one a line, to open in a spreadsheet."""
        cells: list[list[object]] = [
            [p.file.partition(SHEET)[0], p.sheet, p.row, p.column, p.severity, p.rule, p.value, p.hint]
            for p in self.problems
        ]
        header: list[object] = ["file", "sheet", "row", "column", "severity", "rule", "value", "hint"]
        lines = ("\t".join("" if c is None else " ".join(str(c).split()) for c in line) for line in [header, *cells])
        return "\n".join(lines) + "\n"

    def summary(self) -> str:
        """Say in a few lines what was taken and what was not."""
        counts = self.counts
        rows = counts["read"]
        told = [f"{counts[name]:,} {name}" for name in ("taken", "changed", "unchanged", "refused") if name in counts]
        lines = [
            f"{rows:,} row{'s' * (rows != 1)} read from {len(self.rows)} file{'s' * (len(self.rows) != 1)}"
            + (f" ({', '.join(told)})" if self.refused.total() or self.changed else "")
            + f"; {sum(self.nodes.values()):,} nodes, {sum(self.relationships.values()):,} relationships."
        ]
        return "\n".join([*lines, *self.notes, *_grouped(self.problems), *self._not_made()])

    def to_table(self, on_screen: Callable[[Sequence[str], Sequence[Sequence[str]]], str]) -> str:
        """Say the same, with the problems as a table: one line for each kind of problem, with its first place.

        `on_screen` makes a table of heads and rows.
        """
        kinds = _kinds(self.problems)
        if not kinds:
            return self.summary()
        heads = ("kind", "file", "row", "column", "value", "what is wrong", "what to do", "times")
        first = [(alike[0], len(alike)) for alike in kinds[:SHOWN]]
        cells = [(p.severity, p.file, p.row, p.column, p.value, p.rule, p.hint, times) for p, times in first]
        table = on_screen(heads, [["" if cell is None else str(cell) for cell in line] for line in cells])
        more = [f"and {len(kinds) - SHOWN:,} more kinds of problem; --report FILE writes every one."]
        top = self.summary().split("\n")[0]
        under = [*(more if len(kinds) > SHOWN else []), *self._not_made()]
        return "\n".join([top, *self.notes, table.rstrip("\n") + "\n", *under])

    def _not_made(self) -> list[str]:
        lines = []
        if len(self.missing_ends) > SHOWN:
            lines.append(f"{len(self.missing_ends)} relationships could not be made; the first {SHOWN}:")
        return [*lines, *(f"not made: {what}" for what in self.missing_ends[:SHOWN])]


def _kinds(problems: Iterable[Problem]) -> list[list[Problem]]:
    """Put the problems together that differ in row and value alone."""
    seen: dict[tuple[str, str | None, str, str], list[Problem]] = {}
    for problem in problems:
        seen.setdefault((problem.file, problem.column, problem.rule, problem.severity), []).append(problem)
    return list(seen.values())


def _grouped(problems: Iterable[Problem]) -> list[str]:
    """Say each kind of problem once: its first place in full, then how often, and where and with what else."""
    seen = _kinds(problems)
    shown = []
    for alike in seen[:SHOWN]:
        first, *others = alike
        line = f"{first.severity}: {first}"
        if others:
            rows = [str(p.row) for p in others if p.row is not None]
            values = [
                repr(value) for value in dict.fromkeys(p.value for p in others) if value not in {None, first.value}
            ]
            line += f" ({len(alike):,} times"
            line += f"; also in row{'s' * (len(rows) > 1)} {_some(rows)}" if rows else ""
            line += f"; also {_some(values)}" if values else ""
            line += ")"
        shown.append(line)
    if len(seen) > SHOWN:
        shown.append(f"and {len(seen) - SHOWN:,} more kinds of problem; --report FILE writes every one.")
    return shown


def _some(values: list[str], limit: int = 5) -> str:
    more = f" and {len(values) - limit:,} more" if len(values) > limit else ""
    return ", ".join(values[:limit]) + more


def _short(text: str, limit: int = 120) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def nearest(word: str, known: Iterable[str]) -> str:
    """Suggest the known word that looks most like the one given.

    >>> nearest("QUASER:LED", ["QUASER:LEAD", "QUASER:POL"])
    'Did you mean QUASER:LEAD?'
    """
    folded = {name.casefold(): name for name in known}
    match = difflib.get_close_matches(word[:_LONGEST].casefold(), folded, n=1, cutoff=0.5)
    return f"Did you mean {folded[match[0]]}?" if match else ""
