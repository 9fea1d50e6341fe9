"""ROBOT, which judges OWL ontologies: what it says of a file, by a chain of its commands in one Java."""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path
from typing import NamedTuple

import maven

POM = Path(__file__).parent / "robot" / "pom.xml"
LIMIT = 300.0
IN_PROFILE = "OWL 2 DL Profile Report: [Ontology and imports closure in profile]"
INCONSISTENT = "The ontology is inconsistent."


class Judgement(NamedTuple):
    """What ROBOT says of an ontology.

    `trouble` are the errors and warnings of its report, each a rule and a term. `profile` is what it says of OWL 2 DL.
    `reasoned` is whether HermiT ended without a contradiction, a class that can have no member, or two classes that are
    one; it is not asked where the profile is left. `said` is the output.
    """

    trouble: list[str]
    profile: str
    reasoned: bool
    said: str


def judge(ontology: Path, *, report: bool = True) -> Judgement:
    """Judge an ontology, with its data if it has any; without the report if `report` is false, as data have no labels."""
    rows, profile = ontology.with_suffix(".tsv"), ontology.with_suffix(".profile")
    commands = [
        *([["report", "--fail-on", "none", "--output", str(rows)]] if report else []),
        ["validate-profile", "--profile", "DL", "--output", str(profile)],
        ["reason", "--reasoner", "HermiT", "--equivalent-classes-allowed", "none"],
    ]
    commands[0] += ["--input", str(ontology)]
    java, lib = maven.needed(POM)
    command = [java, "-Xmx1500m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8"]
    command += ["-cp", f"{lib}/*", "org.obolibrary.robot.CommandLineInterface"]
    done = subprocess.run(
        [*command, *(word for one in commands for word in one)],
        capture_output=True, encoding="utf-8", timeout=LIMIT, check=False,
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert profile.exists(), said
    return Judgement(_trouble(rows) if report else [], profile.read_text("utf-8").strip(), done.returncode == 0, said)


def _trouble(report: Path) -> list[str]:
    with report.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["Level"] != "INFO"]
    return [f"{row['Rule Name']}: {row['Subject']}" for row in rows]
