"""The first part of a postcode: enough to place something on a map of districts, and not to find a house."""

from __future__ import annotations

import re

_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?) ?[0-9][A-Z]{2}|([A-Z]{1,2}[0-9][A-Z0-9]?)", re.ASCII)


def postcode_area(text: str) -> str | None:
    """Give the first part of a postcode; None where it is none.

    >>> postcode_area("ol1  4ju"), postcode_area("SW1A"), postcode_area("unknown")
    ('OL1', 'SW1A', None)
    """
    found = _POSTCODE.fullmatch(" ".join(text.upper().split()))
    return None if found is None else found[1] or found[2]
