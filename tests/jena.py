"""Apache Jena as a second opinion: what its readers and its SHACL say of a file.

Each call starts one Java for all of its files, which takes about a second.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import maven

POM = Path(__file__).parent / "jena" / "pom.xml"
LIMIT = 120.0
COUNTED = re.compile(r"(\S+)\s*: (?:Triples|Quads) = ([\d,]+)")


class Reading(NamedTuple):
    """What the readers made of files: how many triples by name of the file, and every warning and error."""

    triples: Mapping[str, int]
    problems: Sequence[str]


def riot(*files: Path) -> Reading:
    """Read files in strict mode, with all checks of their terms."""
    done = _run("riotcmd.riot", "--validate", "--count", *map(str, files))
    triples, problems = {}, []
    for line in filter(None, done.stderr.splitlines()):
        if counted := COUNTED.fullmatch(line):
            triples[Path(counted[1]).name] = int(counted[2].replace(",", ""))
        elif not line.startswith("Total ") and " INFO " not in line:
            problems.append(line)
    return Reading(triples, problems or [f"riot ended with {done.returncode}"] * bool(done.returncode))


def nquads(file: Path) -> bytes:
    """Give what is read from a file as N-Quads; blank nodes have other names."""
    done = _run("riotcmd.riot", "--strict", "--output=nquads", str(file))
    assert done.returncode == 0, done.stderr
    return done.stdout.encode()


def shacl(shapes: Path, data: Path) -> str:
    """Give the report of a validation, as Turtle."""
    done = _run("shacl.shacl", "validate", "--shapes", str(shapes), "--data", str(data))
    assert done.returncode == 0, done.stderr
    return done.stdout


def _run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    java, lib = maven.needed(POM)
    # Quick to start, and in UTF-8 whatever the machine's locale is.
    command = [java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Dfile.encoding=UTF-8", "-cp", f"{lib}/*"]
    return subprocess.run(
        [*command, program, *arguments], capture_output=True, encoding="utf-8", timeout=LIMIT, check=False
    )
