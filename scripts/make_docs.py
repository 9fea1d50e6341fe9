"""Write the pages of docs/reference/ that are made from the code: `make docs`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from qikg.ontology.docs import reference

ROOT = Path(__file__).resolve().parent.parent

PAGES: Mapping[str, Callable[[], str]] = {
    "docs/reference/ontology.md": reference,
}
"""What makes each page, by its path from the top. A test fails when one of them is stale."""


def write(root: Path = ROOT) -> list[str]:
    """Write the pages that are not as the code would make them; give their paths."""
    written = []
    for path, make in PAGES.items():
        page, text = root / path, make()
        if not page.exists() or page.read_bytes() != text.encode():
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_bytes(text.encode())
            written.append(path)
    return written


if __name__ == "__main__":
    for path in write() or ["nothing: all pages are as the code has them"]:
        sys.stdout.write(f"wrote {path}\n")
