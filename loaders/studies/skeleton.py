"""The skeleton of a text: its letters and digits, folded, with the way back to where each one stood.

Line breaks, hyphens, quotation marks, ligatures, accents, case and invisible characters differ between two copies
of one text; the skeleton does not. Soft hyphens, byte order marks, zero-width characters and the U+0002 and U+FFFE
that pypdfium2 writes at a hyphen break are neither letters nor digits, so they fall away with the rest.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from unicodedata import category, combining, normalize

# Marks may stand apart (". . ." for "..."), but no words end in more of them than fit here.
_REACH = 24
_PLAIN = str.maketrans("‘’‚‛′“”„‟″«»‐‑‒–—―−", '\'\'\'\'\'"""""""-------')


@dataclass(frozen=True, slots=True)
class Skeleton:
    """Letters and digits of a text and, for each, the code point of the raw text that it came from."""

    raw: str
    letters: str
    positions: Sequence[int]

    def index(self, position: int) -> int:
        """Number of letters that stand before a raw position."""
        return bisect_left(self.positions, position)

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Raw positions, end exclusive, of letters[start:end]; accents on the last letter belong to it.

        Raises IndexError where the slice is empty or reaches outside the skeleton.
        """
        if not 0 <= start < end <= len(self.letters):
            raise IndexError(f"no letters {start} to {end} in a skeleton of {len(self.letters)}")
        stop = self.positions[end - 1] + 1
        while stop < len(self.raw) and combining(self.raw[stop]):
            stop += 1
        return self.positions[start], stop

    def raw_words(self, start: int, end: int, first: str, last: str) -> tuple[int, int]:
        """Raw span with the marks outside its letters that its first and last words have, as far as they are there.

        >>> skeleton("He said: “yes, (no).”").raw_words(6, 11, '"yes', '(no)."')
        (9, 21)
        """
        low, high = self.raw_span(start, end)
        before, after = re.match(r"[\W_]*", first), re.search(r"[\W_]*$", last)
        if before:
            low -= _marks(_plain(before[0])[::-1], self.raw[max(0, low - _REACH) : low][::-1])
        if after:
            high += _marks(_plain(after[0]), self.raw[high : high + _REACH])
        return low, high


def skeleton(text: str) -> Skeleton:
    r"""Skeleton of a text with the way back.

    >>> skeleton("Re-\nﬂow").letters
    'reflow'
    """
    letters: list[str] = []
    positions: list[int] = []
    for position, character in enumerate(text):
        folded = _fold(character)
        letters.append(folded)
        # A ligature gives several letters, all of which stand at its one position.
        positions.extend([position] * len(folded))
    return Skeleton(text, "".join(letters), positions)


def skeleton_letters(text: str) -> str:
    """Letters of the skeleton alone."""
    return "".join(map(_fold, text))


def skeleton_hash(text: str) -> str:
    """SHA-256 of the skeleton in UTF-8, in hexadecimal."""
    return sha256(skeleton_letters(text).encode()).hexdigest()


@lru_cache(maxsize=4096)
def _fold(character: str) -> str:
    # Decomposed before folding as well as after: a mathematical bold A has no lower case until it is an A.
    folded = normalize("NFKD", normalize("NFKD", character).casefold())
    return "".join(letter for letter in folded if letter.isalnum())


def _marks(wanted: str, raw: str) -> int:
    """Number of characters from the beginning of raw that give the wanted marks, as many of them as are there."""
    taken = 0
    for place, character in enumerate(raw, 1):
        mark = _plain(character)
        if not wanted or not wanted.startswith(mark):
            break
        if mark:
            wanted, taken = wanted[len(mark) :], place
    return taken


def _plain(marks: str) -> str:
    """Marks with curly quotes and dashes made plain, and blanks, accents and invisible characters dropped."""
    plain = normalize("NFKD", marks.translate(_PLAIN))
    return "".join(c for c in plain if not (c.isspace() or combining(c) or category(c) in ("Cf", "Cc", "Cn")))
