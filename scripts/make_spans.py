"""Write spans.tsv of a study: one row for each stretch of the study's text that any of its tables points to.

    python scripts/make_spans.py TEXT [STUDY]

TEXT is the study's text file, STUDY its folder (default: evidence/williams-best-2022). Positions, lines, hashes and
quote ends that the tables give are checked against the text; what they lack is worked out from it. Every fault is
printed with its file and row, nothing is written, and the exit status is 1. The result depends on nothing else, so a
second run gives the same bytes.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from qikg.loaders.studies.skeleton import skeleton_hash, skeleton_letters

COLUMNS = [
    *("start", "end", "line_start", "line_end", "sha256"),
    *("skeleton_sha256", "skeleton_length", "quote_start", "quote_end"),
]
QUOTE_WORDS = 6
OUTPUT = "spans.tsv"
STUDY = Path(__file__).resolve().parent.parent / "evidence" / "williams-best-2022"

Row = dict[str, str]


def quote_ends(span: str) -> tuple[str, str]:
    """First and last words of a span, a third of its words each but one to six, with white space as one blank.

    Marks that stand alone, such as the dots of a cut, go with the words and are not counted.
    """
    tokens = span.split()
    words = [place for place, token in enumerate(tokens) if re.search(r"\w", token)]
    count = max(1, min(QUOTE_WORDS, len(words) // 3))
    return " ".join(tokens[: words[count - 1] + 1]), " ".join(tokens[words[-count] :])


def describe(text: str, start: int, end: int) -> Row:
    """Everything that spans.tsv says of text[start:end]."""
    span = text[start:end]
    quote_start, quote_end = quote_ends(span)
    return {
        "start": str(start),
        "end": str(end),
        "line_start": str(text.count("\n", 0, start) + 1),
        "line_end": str(text.count("\n", 0, end - 1) + 1),
        "sha256": sha256(span.encode()).hexdigest(),
        "skeleton_sha256": skeleton_hash(span),
        "skeleton_length": str(len(skeleton_letters(span))),
        "quote_start": quote_start,
        "quote_end": quote_end,
    }


def faults(text: str, given: Row, span: Row) -> Iterator[str]:
    """What a row of a table says of its span that the text does not bear out."""
    for column in ("line_start", "line_end", "sha256"):
        if given.get(column) and given[column] != span[column]:
            yield f"{column} is {given[column]}, the text gives {span[column]}"
    words = " ".join(text[int(span["start"]) : int(span["end"])].split())
    if not words.startswith(given.get("quote_start", "")):
        yield "the span does not begin with quote_start"
    if not words.endswith(given.get("quote_end", "")):
        yield "the span does not end with quote_end"


def spans_of(text: str, tables: Iterable[tuple[str, list[Row]]]) -> tuple[list[Row], list[str]]:
    """Rows of spans.tsv in order of start and end, and the faults found on the way."""
    spans: dict[tuple[int, int], Row] = {}
    quoted: dict[tuple[int, int], str] = {}
    problems: list[str] = []
    for name, rows in tables:
        for number, row in enumerate(rows, 2):
            if not row.get("start"):
                continue
            where = f"{name}:{number}"
            place = start, end = int(row["start"]), int(row["end"])
            if not (0 <= start < end <= len(text) and re.search(r"\w", text[start:end])):
                problems.append(f"{where}: no words at {start} to {end} of a text of {len(text)} code points")
                continue
            span = spans.setdefault(place, describe(text, start, end))
            problems += [f"{where}: {fault}" for fault in faults(text, row, span)]
            if row.get("quote_start"):
                ends = {"quote_start": row["quote_start"], "quote_end": row["quote_end"]}
                if place in quoted and ends.items() - span.items():
                    problems.append(f"{where}: other quote ends than {quoted[place]}")
                quoted.setdefault(place, where)
                span.update(ends)
    return [spans[place] for place in sorted(spans)], problems


def read_tables(study: Path) -> Iterator[tuple[str, list[Row]]]:
    """Name and rows of every table of the study but the one that is written here."""
    for path in sorted(study.glob("*.tsv")):
        if path.name != OUTPUT:
            with path.open(encoding="utf-8", newline="") as lines:
                yield path.name, list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def main(arguments: list[str]) -> int:
    if len(arguments) not in (1, 2):
        print(__doc__, file=sys.stderr)
        return 2
    content = Path(arguments[0]).read_bytes()
    study = Path(arguments[1]) if len(arguments) == 2 else STUDY
    expected = json.loads((study / "study.json").read_text(encoding="utf-8"))["text"]["sha256"]
    if sha256(content).hexdigest() != expected:
        print(f"{arguments[0]}: not the text of this study, whose SHA-256 is {expected} (study.json)", file=sys.stderr)
        return 1
    rows, problems = spans_of(content.decode("utf-8"), read_tables(study))
    if problems:
        print("\n".join(problems), file=sys.stderr)
        return 1
    lines = ["\t".join(COLUMNS), *("\t".join(row[column] for column in COLUMNS) for row in rows)]
    (study / OUTPUT).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    print(f"{study / OUTPUT}: {len(rows)} spans")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
