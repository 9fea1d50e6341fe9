"""Suggests the known word that was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Collection

LISTED = 12


def did_you_mean(word: str, known: Collection[str]) -> str:
    """Say which known word is nearest, and list the known ones where there are few.

    >>> did_you_mean("case-matrx", ["case-matrix", "gaps"])
    'Did you mean case-matrix? Known: case-matrix, gaps.'
    """
    folded = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.4)
    said = f"Did you mean {folded[near[0]]}?" if near else ""
    if 0 < len(known) <= LISTED or (known and not near):
        listed = sorted(known)
        more = f" and {len(listed) - LISTED * 2} more" if len(listed) > LISTED * 2 else ""
        said += f" Known: {', '.join(listed[: LISTED * 2])}{more}."
    return said.strip()
