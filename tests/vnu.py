"""The Nu Html Checker as a second opinion on pages of HTML."""

from __future__ import annotations

import subprocess
from pathlib import Path

import maven

POM = Path(__file__).parent / "vnu" / "pom.xml"
LIMIT = 300.0


def problems(*paths: Path) -> str:
    """Give what the checker says of files, or of all HTML below folders; nothing where all is right."""
    java, lib = maven.needed(POM)
    command = [java, "-Xmx1g", "-cp", f"{lib}/*", "nu.validator.client.SimpleCommandLineValidator"]
    command += ["--skip-non-html"] if any(path.is_dir() for path in paths) else ["--also-check-css"]
    done = subprocess.run([*command, "--no-langdetect", "--format", "gnu", *map(str, paths)], capture_output=True, encoding="utf-8",
                          timeout=LIMIT, check=False)  # fmt: skip
    told = [line for line in done.stderr.splitlines() if line.startswith(("file:", '"file:'))]
    return "\n".join(told) or ("" if done.returncode == 0 else done.stderr[-2000:])
