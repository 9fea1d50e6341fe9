"""Measures what the project promises and prints it as tables; each ratio is of figures from one run, side by side."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import commands
import england
import linked
import loading
import questions
import reading
from files import Wanted

PARTS: Mapping[str, Callable[[Wanted], None]] = {
    "commands": commands.commands,
    "demo": commands.demo,
    "questions": questions.questions,
    "registers-read": reading.csv,
    "registers-ods": reading.spreadsheet,
    "registers-load": loading.embedded,
    "registers-neo4j": loading.neo4j,
    "registers-growth": loading.growth,
    "registers-england": england.england,
    "rdf-convert": linked.convert,
    "rdf-export": linked.export,
    "rdf-shapes": linked.shapes,
}


def main() -> None:
    """Run all parts, or those whose names begin with one that is given."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("only", nargs="*", help=f"parts, or how their names begin: {', '.join(PARTS)}")
    parser.add_argument("--runs", type=int, help="runs of each thing, whose median is printed; else each part's own")
    parser.add_argument("--rows", type=int, default=323_000, help="rows of the generated ratings file")
    parser.add_argument("--seed", type=int, default=1, help="what the generated file follows from")
    parser.add_argument(
        "--ratings",
        type=Path,
        default=os.environ.get("QIKG_BENCH_RATINGS"),
        help="the regulator's own file of England; else QIKG_BENCH_RATINGS",
    )
    given = parser.parse_args()
    wanted = Wanted(given.runs, given.rows, given.seed, given.ratings)
    chosen = {part for part in PARTS if not given.only or part.startswith(tuple(given.only))}
    if lost := [only for only in given.only if not any(part.startswith(only) for part in PARTS)]:
        parser.error(f"no part begins with {', '.join(lost)}. There are: {', '.join(PARTS)}.")
    for part, measure in PARTS.items():
        if part in chosen:
            measure(wanted)


if __name__ == "__main__":
    main()
