"""Takes out of the regulator's records what is about people, while they are parsed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_ABOUT_PEOPLE = re.compile("contact|manager|nominat|partner|person", re.IGNORECASE)
"""Registered managers, nominated individuals, partners and other contacts, and whatever holds one of their names."""
_FREE_TEXT = re.compile("commentary|narrative|peopleexperience|summary", re.IGNORECASE)
"""Assessors' prose: it can describe somebody without a name."""


def stripped(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    """Make an object of the record without the keys that hold people or free text.

    For `object_pairs_hook` of a JSON decoder, so that nothing else ever sees them.

    >>> stripped([("name", "Park House"), ("contacts", [{"personFamilyName": "Invented"}])])
    {'name': 'Park House'}
    """
    return {key: value for key, value in pairs if not is_private(key)}


@lru_cache(maxsize=4_096)
def is_private(key: str) -> bool:
    """Say whether what stands under a key is about people, or is free text."""
    return bool(_ABOUT_PEOPLE.search(key) or _FREE_TEXT.search(key))
