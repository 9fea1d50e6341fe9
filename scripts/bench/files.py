"""The files that are measured: generated ones, kept under build/ by seed and size, and the regulator's if named."""

from __future__ import annotations

import hashlib
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alone import engines

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT = ROOT / "build" / "bench"
MAKER = ROOT / "scripts" / "make_national.py"


@dataclass(frozen=True)
class Wanted:
    """What the command line asks for."""

    runs: int | None
    """Runs of each thing; where it is not said, each part has its own number."""
    rows: int
    seed: int
    ratings: Path | None
    """A ratings file of the regulator's."""

    def runs_or(self, usual: int) -> int:
        """Give the runs that are asked for, or else the usual number."""
        return usual if self.runs is None else self.runs

    def national(self, kind: str, rows: int | None = None) -> Path:
        """Give the generated national file of a kind ("csv", "ods"), made now if it is not there."""
        rows = rows or self.rows
        # another maker makes other files
        made_by = hashlib.sha256(MAKER.read_bytes()).hexdigest()[:8]
        folder = KEPT / f"seed-{self.seed}-{made_by}"
        path = folder / f"national-ratings-{rows}.{kind}"
        if not path.exists():
            print(f"Making {path.relative_to(ROOT)} …", file=sys.stderr, flush=True)
            sys.path.insert(0, str(MAKER.parent))
            from make_national import write_csv, write_ods

            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder) as part:  # renamed when whole
                (write_ods if kind == "ods" else write_csv)(Path(part, path.name), rows, self.seed)
                Path(part, path.name).rename(path)
        return path


@contextmanager
def new_store() -> Iterator[str]:
    """Give the folder of a store that is not there yet; it goes when its engine has ended."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            yield f"{folder}/store"
        finally:
            until_ended(folder)


def until_ended(folder: str) -> None:
    """Wait until a folder has no engine any more: one ends by itself a second after its last client."""
    last = time.monotonic() + 30
    while engines(folder) and time.monotonic() < last:
        time.sleep(0.05)
