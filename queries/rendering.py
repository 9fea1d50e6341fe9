"""Answers as text: a table for a screen, Markdown, HTML, CSV, JSON and JSON Lines."""

from __future__ import annotations

import csv
import datetime
import html
import io
import json
import re
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from qikg.graph.store import Value

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from qikg.queries.answer import Answer, Row
    from qikg.queries.head import Matrix

WIDE = 120
"""Characters a line where the output is no terminal."""

LONG_WORD = 24
"""Characters of a word beyond which it may be broken to make a table fit."""

GAPS = (3, 2)
"""Characters between columns: the second where the first would leave too little room for words."""

LEGEND = "X present, x present by inference, – absent, ? undetermined; a number counts excerpts."
_STUDY_ID = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)*/)")


def to_table(answer: Answer, *, width: int | None = None) -> str:
    """Give a table that a person can read, with what is known of it underneath."""
    from rich.text import Text

    width = width or _width()
    columns, lines, prefix = _grid(answer)
    above = _printed([Text(answer.question.title), Text(answer.question.question)], width)
    below = _printed(map(Text, _under(answer, prefix)), width)
    return above + (on_screen([c.replace("_", " ") for c in columns], lines, width=width) if lines else "") + below


def on_screen(heads: Sequence[str], lines: Sequence[Sequence[str]], *, width: int | None = None) -> str:
    """Give rows as a table that is as wide as the screen; each row downwards where no word would fit otherwise."""
    width = width or _width()
    return _printed([_across(heads, lines, width) or _downwards(heads, lines)], width)


def _printed(things: Iterable[RenderableType], width: int) -> str:
    from rich.console import Console

    out = io.StringIO()
    Console(file=out, width=width, highlight=False, legacy_windows=False).print(*things, sep="\n")
    return "".join(line.rstrip() + "\n" for line in out.getvalue().removesuffix("\n").split("\n"))


def to_markdown(answer: Answer) -> str:
    """Give a Markdown table of the shown columns, with the notes under it."""
    columns, lines, prefix = _grid(answer)

    def row(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"

    head = [f"**{answer.question.title}**", "", answer.question.question, ""]
    body = [row([c.replace("_", " ") for c in columns]), row(["---"] * len(columns)), *(row(line) for line in lines)]
    notes = [line for note in _under(answer, prefix) for line in ("", note)]
    return "\n".join([*head, *(body if lines else []), *notes]) + "\n"


def to_html(answer: Answer) -> str:
    """Give an HTML table of the shown columns, with the notes under it; everything is escaped."""
    columns, lines, prefix = _grid(answer)
    cells = "".join(f"<th scope='col'>{html.escape(c.replace('_', ' '))}</th>" for c in columns)
    body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in line) + "</tr>" for line in lines)
    notes = "".join(f"<p>{html.escape(note)}</p>" for note in _under(answer, prefix))
    caption = f"{html.escape(answer.question.title)}. {html.escape(answer.question.question)}"
    return f"<table><caption>{caption}</caption><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>{notes}"


def to_csv(answer: Answer) -> str:
    """Give all columns as CSV with a header; members of a list are joined by ` | `."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(answer.columns)
    for row in answer:
        writer.writerow([_text(row[column]) for column in answer.columns])
    return out.getvalue()


def to_json(answer: Answer) -> str:
    """Give question, parameters, rows, notes and what the answer cannot tell as one JSON object."""
    whole = {
        "question": answer.question.name,
        "parameters": answer.parameters,
        "columns": list(answer.columns),
        "rows": answer.to_dicts(),
        "notes": list(answer.notes),
        "cannot_tell": answer.question.cannot_tell,
    }
    return json.dumps(whole, ensure_ascii=False, indent=2, default=_plain) + "\n"


def to_jsonl(answer: Answer) -> str:
    """Give one JSON object a row, a line each."""
    return "".join(json.dumps(row, ensure_ascii=False, default=_plain) + "\n" for row in answer)


FORMATS: Mapping[str, Callable[[Answer], str]] = MappingProxyType(
    {"table": to_table, "csv": to_csv, "json": to_json, "jsonl": to_jsonl, "markdown": to_markdown}
)
"""Formats by name: what the command's `--format` offers."""


def _across(heads: Sequence[str], lines: Sequence[Sequence[str]], width: int) -> Table | None:
    """Give a table with a column for each head; nothing where it would break words to fit."""
    from rich import box
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    for gap in GAPS:
        widths = _widths(heads, lines, width - gap * len(heads) - 1)
        if sum(widths) + gap * (len(heads) - 1) + 2 <= width:  # the frame is a space on either side
            break
    else:
        return None
    broken = any(cell_len(part) > widths[place] or "\n" in cell for line in lines for place, cell in enumerate(line)
                 for part in cell.split("\n"))  # fmt: skip
    table = Table(box=box.SIMPLE_HEAD, leading=1 if broken else 0, padding=(0, 1, 0, gap - 2), pad_edge=False)
    for head, column_width in zip(heads, widths, strict=True):
        table.add_column(Text(head), width=column_width, overflow="fold")
    for line in lines:
        table.add_row(*(Text(cell) for cell in line))
    return table


def _downwards(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> Table:
    """Give each row as lines of its own, a head and its cell on each: for a screen too narrow for all columns."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    for line in lines:
        table.add_row()
        for head, cell in zip(heads, line, strict=True):
            table.add_row(Text(head), Text(cell))
    table.add_row()
    return table


def _widths(heads: Sequence[str], lines: Sequence[Sequence[str]], room: int) -> list[int]:
    """Share out the characters of a line: each column gets its longest word, long texts get what is left."""
    from rich.cells import cell_len  # an emoji is two characters wide

    least, most = [], []
    for place, head in enumerate(heads):
        parts = [part for line in lines for part in line[place].split("\n")]
        words = [word for part in [head, *parts] for word in part.split()]
        least.append(min(LONG_WORD, max(map(cell_len, words), default=1)))
        most.append(max(least[-1], max(map(cell_len, [*parts, head if len(head) < 12 else ""]), default=1)))
    left = room - sum(least)
    while left > 0 and (open_columns := [p for p in range(len(heads)) if least[p] < most[p]]):
        # The column whose text would take the most lines gets the next character.
        widest = max(open_columns, key=lambda p: most[p] / least[p])
        least[widest] += 1
        left -= 1
    return least


def _grid(answer: Answer) -> tuple[list[str], list[list[str]], str]:
    """Give the shown columns, their cells, and the beginning that all ids shared and that was left out."""
    if answer.question.matrix is not None:
        columns, lines = _matrix(answer, answer.question.matrix)
        return columns, lines, ""
    extra = [column for column in answer.columns if column not in answer.question.columns]
    columns = [*(answer.question.show or answer.columns), *(extra if answer.question.show else [])]
    ids = {c for c in columns if c in answer.question.columns and answer.question.columns[c].type in {"id", "ids"}}
    prefixes = {column: _shared_prefix(answer, column) if column in ids else "" for column in columns}
    described = answer.question.columns
    spoken = {column for column in columns if column in described and described[column].type in {"text", "texts"}}
    lines = [
        [_spoken(_shown(row[c], prefixes[c])) if c in spoken else _shown(row[c], prefixes[c]) for c in columns]
        for row in answer
    ]
    return columns, lines, ", ".join(sorted(set(prefixes.values()) - {""}))


def _shared_prefix(answer: Answer, column: str) -> str:
    parts = [str(part) for row in answer for part in _parts(row[column])]
    found = {match[1] if (match := _STUDY_ID.match(part)) else "" for part in parts}
    return found.pop() if len(found) == 1 else ""


def _matrix(answer: Answer, matrix: Matrix) -> tuple[list[str], list[list[str]]]:
    across = answer.across or tuple(dict.fromkeys(str(row[matrix.column]) for row in answer))
    down: dict[str, dict[str, str]] = {}
    for row in answer:
        down.setdefault(str(row[matrix.row]), {})[str(row[matrix.column])] = _mark(row, matrix)
    lines = [[name, *(cells.get(column, "") for column in across)] for name, cells in down.items()]
    return [matrix.row.removesuffix("_label"), *across], lines


def _mark(row: Row, matrix: Matrix) -> str:
    value, status, count = row[matrix.value], row[matrix.status], row[matrix.count]
    mark = {"present": "X" if status == "stated" else "x", "absent": "–"}.get(str(value), "?")
    return f"{mark} {count}" if count else mark


def _under(answer: Answer, prefix: str) -> list[str]:
    count = len(answer)
    notes = [f"{count} row{'s' * (count != 1)}."]
    if answer.question.matrix is not None:
        notes[0] = f"{count} cell{'s' * (count != 1)}. {LEGEND}"
    if prefix:
        notes.append(f"Ids are shown without what they begin with: {prefix}")
    return [*notes, *answer.notes, f"What this cannot tell: {answer.question.cannot_tell.strip()}"]


def _parts(value: Value) -> Sequence[Value]:
    if value is None:
        return ()
    return value if isinstance(value, Sequence) and not isinstance(value, str) else (value,)


def _shown(value: Value, prefix: str = "") -> str:
    return "\n".join(_scalar(part).removeprefix(prefix) for part in _parts(value))


def _spoken(text: str) -> str:
    """Write a word of the data files, such as `author_mention`, as people write it."""
    return "\n".join(
        part.replace("_", " ") if re.fullmatch("[a-z]+(_[a-z]+)+", part) else part for part in text.split("\n")
    )


def _text(value: Value) -> str:
    return " | ".join(_scalar(part) for part in _parts(value))


def _scalar(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _plain(value: object) -> object:
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    raise TypeError(f"{value!r} cannot be written as JSON")


def _width() -> int:
    return shutil.get_terminal_size((WIDE, 24)).columns
