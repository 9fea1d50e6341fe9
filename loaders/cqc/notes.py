"""Counts what is odd in many records, so that a report says each thing once, with its first place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from qikg.loaders.report import LoadReport, Problem

LONGEST = 1_000
"""Characters of a text. No name or word of the register is near it, and the ids made of them are indexed."""

Severity = Literal["error", "warning"]


class _Kind(NamedTuple):
    rule: str
    column: str
    value: str | None
    hint: str
    severity: Severity


@dataclass(slots=True)
class Notes:
    """What was noted while records were read; `tell` puts it into the report."""

    report: LoadReport
    _seen: dict[_Kind, tuple[str, int | None, int]] = field(default_factory=dict)

    def add(
        self, file: str, column: str, rule: str, value: str | None = None, hint: str = "",
        severity: Severity = "warning", row: int | None = None,
    ) -> None:  # fmt: skip
        """Note something at a place: a file (with the record where it has several), the column or path inside, a row.

        With `row`, the same thing in several rows is noted once, with the first of them.
        """
        kind = _Kind(rule, column, None if value is None else value[:LONGEST], hint, severity)
        first, at, count = self._seen.get(kind, (file, row, 0))
        self._seen[kind] = (first, at, count + 1)

    def tell(self) -> None:
        """Report everything noted: each thing once, with how often."""
        for kind, (file, row, count) in self._seen.items():
            rule = f"{kind.rule} ({count:,} times)" if count > 1 else kind.rule
            self.report.add(Problem(file, rule, row, kind.column, kind.value, kind.hint, kind.severity))
        self._seen.clear()
