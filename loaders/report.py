"""What a load took, what it refused, and why: one line a problem, with its place."""

from __future__ import annotations

import difflib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

SHOWN = 20
"""Problems shown on a screen; a report file has all."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong, with its place: file, row (1 is the header), column, the rule, the value and a hint."""

    file: str
    rule: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    hint: str = ""
    severity: Literal["error", "warning"] = "error"

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
        value = "" if self.value is None else f" {self.value!r}"
        hint = f" {self.hint}" if self.hint else ""
        return f"{self.place}: {self.rule}{':' if value else '.'}{value}{hint}"


@dataclass(slots=True)
class LoadReport:
    """The account of one load: rows by file, problems, and what the graph got.

    `nodes` and `relationships` count what was sent, by label and by type; `missing_ends` lists relationships that
    could not be made, each with the end that is not in the graph.
    """

    rows: dict[str, int] = field(default_factory=dict)
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

    def add(self, problem: Problem) -> None:
        """Add a problem."""
        self.problems.append(problem)

    def as_dict(self) -> dict[str, object]:
        """Give the report as plain values, for JSON."""
        return {
            "ok": self.ok,
            "rows": self.rows,
            "problems": [
                {
                    "file": p.file,
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
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=2) + "\n"

    def summary(self) -> str:
        """Say in a few lines what was taken and what was not."""
        rows = sum(self.rows.values())
        lines = [
            f"{rows:,} rows read from {len(self.rows)} files; "
            f"{sum(self.nodes.values()):,} nodes, {sum(self.relationships.values()):,} relationships."
        ]
        lines += self.notes
        lines += [f"{kind}: {problem}" for kind, problem in _grouped(self.problems)]
        if len(self.missing_ends) > SHOWN:
            lines.append(f"{len(self.missing_ends)} relationships could not be made; the first {SHOWN}:")
        lines += [f"not made: {what}" for what in self.missing_ends[:SHOWN]]
        return "\n".join(lines)


def _grouped(problems: Iterable[Problem]) -> list[tuple[str, str]]:
    seen: dict[tuple[str, str | None, str, str | None], list[Problem]] = {}
    for problem in problems:
        seen.setdefault((problem.file, problem.column, problem.rule, problem.value), []).append(problem)
    shown: list[tuple[str, str]] = []
    for alike in list(seen.values())[:SHOWN]:
        more = "" if len(alike) == 1 else f" ({len(alike)} times; rows {', '.join(str(p.row) for p in alike[:5])} …)"
        shown.append((alike[0].severity, f"{alike[0]}{more}"))
    if len(seen) > SHOWN:
        shown.append(("and", f"{len(seen) - SHOWN} more kinds of problem; --report FILE writes all of them"))
    return shown


def nearest(word: str, known: Iterable[str]) -> str:
    """Suggest the known word that looks most like the one given.

    >>> nearest("QUASER:LED", ["QUASER:LEAD", "QUASER:POL"])
    'Did you mean QUASER:LEAD?'
    """
    folded = {name.casefold(): name for name in known}
    match = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.5)
    return f"Did you mean {folded[match[0]]}?" if match else ""
