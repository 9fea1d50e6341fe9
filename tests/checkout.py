"""The checkout that the tests stand in."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent


def project_files() -> list[Path]:
    """Give the files that are in git or would be: the ignored ones are left out. None where there is no git."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return []
    return [path for name in done.stdout.split("\0") if name and (path := ROOT / name).is_file()]
