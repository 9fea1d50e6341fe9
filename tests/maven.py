"""The Java programs that tests run, from jars that Maven fetches once into `.jars/` at the top of the checkout."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from checkout import ROOT

FETCH_LIMIT = 600.0


def java() -> tuple[str | None, str]:
    """Find a Java of version 17 or later: its command, or None and why not."""
    command = os.environ.get("NEO4J_TEST_JAVA") or shutil.which("java")
    if not command:
        return None, "no Java"
    try:
        done = subprocess.run([command, "-version"], capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return None, f"{command} does not run"
    version = re.search(r'version "(\d+)', done.stderr)
    if version is None or int(version[1]) < 17:
        return None, f"Java is {version[1] if version else 'of an unknown version'} and has to be 17 or later"
    return command, ""


def jars(pom: Path) -> tuple[Path | None, str]:
    """Give the folder with the jars that a `pom.xml` asks for, fetched if need be; or None and why there is none."""
    lib = ROOT / ".jars" / f"{pom.parent.name}-{hashlib.sha256(pom.read_bytes()).hexdigest()[:12]}"
    if lib.is_dir():
        return lib, ""
    maven = shutil.which("mvn")
    if maven is None:
        return None, "no Maven"
    lib.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=lib.parent) as part:  # renamed when whole: nothing stays of a broken fetch
        # The version of the plugin is named because Maven 3.8 would take 2.8, which cannot do this.
        command = [maven, "-B", "-q", "-ntp", "-f", str(pom)]
        command += ["org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"]
        command += ["-DincludeScope=runtime", f"-DoutputDirectory={part}/lib"]
        try:
            subprocess.run(command, capture_output=True, text=True, timeout=FETCH_LIMIT, check=True)
        except subprocess.TimeoutExpired:
            return None, f"Maven did not fetch the jars within {FETCH_LIMIT:.0f} s"
        except subprocess.CalledProcessError as error:
            lines = [line for line in (error.stdout + error.stderr).splitlines() if line.startswith("[ERROR]")]
            return None, f"Maven could not fetch the jars ({lines[0][8:160] if lines else error})"
        if not lib.is_dir():
            Path(part, "lib").rename(lib)
    return lib, ""


def needed(pom: Path) -> tuple[str, Path]:
    """Give Java and the folder with the jars; else skip the test, or fail it where NEO4J_TEST_REQUIRED=1."""
    command, trouble = java()
    lib, other = jars(pom) if command else (None, "")
    if command and lib:
        return command, lib
    if os.environ.get("NEO4J_TEST_REQUIRED") == "1":
        pytest.fail(f"NEO4J_TEST_REQUIRED=1, but there is {trouble or other}", pytrace=False)
    pytest.skip(trouble or other)
