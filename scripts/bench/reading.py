"""How quickly a national ratings file is read and validated, as CSV and as a spreadsheet."""

from __future__ import annotations

import contenders
from alone import Measured, alone
from figures import in_turn, median, show, table, times
from files import Wanted


def csv(wanted: Wanted) -> None:
    """Read, validate and make nodes of a CSV file, beside the csv module and beside a pydantic model a row."""
    path, runs = wanted.national("csv"), wanted.runs_or(3)
    bare, model, ours = in_turn(
        runs,
        lambda: alone(contenders.csv_module, path),
        lambda: alone(contenders.pydantic_model, path),
        lambda: alone(contenders.ratings, path),
    )
    rows = ours[0].result["rows"]
    made = table(
        f"A ratings file as CSV, {rows:,} rows, {path.stat().st_size >> 20} MB (processor time, median of {runs})",
        *("what", "#seconds", "#rows a second", "#beside the csv module", "#beside a model a row", "goal"),
    )
    of_csv, of_model = median([one.cpu for one in bare]), median([one.cpu for one in model])
    validating = median([one.result["validating"] for one in ours])
    making = median([one.result["making"] for one in ours])
    for what, seconds, goal in (
        ("the csv module, nothing done", of_csv, ""),
        ("the csv module and a pydantic model a row", of_model, ""),
        ("qikg: reading and validating (first pass)", validating, "100,000 rows a second"),
        ("qikg: reading again, making nodes", making, ""),
        ("qikg: both, as `qikg check` does", validating + making, ""),
    ):
        made.add_row(
            what, f"{seconds:.2f}", f"{rows / seconds:,.0f}", times(seconds, of_csv), times(seconds, of_model), goal
        )
    show(made, f"Peak memory of the process that made the nodes: {max(one.peak for one in ours)} MB.")


def spreadsheet(wanted: Wanted) -> None:
    """Read a spreadsheet, beside a library and beside parses that do nothing."""
    path, runs = wanted.national("ods"), wanted.runs_or(1)
    names = {
        "qikg: every sheet, typed": contenders.our_reader,
        "python-calamine": contenders.calamine,
        "expat, empty handlers": contenders.expat,
        "ElementTree.iterparse, rows cleared": contenders.iterparse,
    }
    found: list[list[Measured]] = in_turn(runs, *(lambda one=one: alone(one, path) for one in names.values()))
    seconds = {name: median([one.cpu for one in ran]) for name, ran in zip(names, found, strict=True)}
    ours, *others = names
    best = min(others, key=lambda name: seconds[name])
    streams = [name for name in others if name != "python-calamine"]
    best_stream = min(streams, key=lambda name: seconds[name])
    made = table(
        f"The same rows as .ods, {path.stat().st_size / 1e6:.1f} MB (processor time, each alone, median of {runs})",
        *("what", "#seconds", "#peak MB", "#qikg beside it", "goal"),
    )
    for name, ran in zip(names, found, strict=True):
        goals = ["under 500 MB"] if name == ours else []
        goals += ["at most 2 times"] if name == best else []
        beside = "" if name == ours else times(seconds[ours], seconds[name])
        made.add_row(name, f"{seconds[name]:.1f}", str(max(one.peak for one in ran)), beside, ", ".join(goals))
    show(made, f"The best is {best}; of those that stream, {best_stream}.")
