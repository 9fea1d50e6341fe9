"""Cuts the plain rows out of a content.xml, so that the parser need not see them.

A register's file is rows of texts, and little else; the parser calls back a hundred times for each. A row that is plain
is told by one regular expression, which a whole row must match without a gap, and which lets through nothing that could
mean something else: no element but cells with one paragraph of text, no attribute but those of a text, no reference but
the five that XML has of itself. All that is not plain goes to the parser as it is. This takes half of the time that the
parser alone takes; docs/decisions/ods-reading.md has the figures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import chain
from xml.sax.saxutils import unescape

from qikg.loaders.spreadsheets.cells import MOST_COLUMNS, Cell

LONGEST_ROW = 1_000_000
"""Bytes of one row; a longer one, and all that follows it, is for the parser."""
BLANKS = re.compile(r"[ \t\r\n]+")
"""White space: a run of it counts as one blank (OpenDocument 1.3, part 3, 6.1.2)."""

_START, _END = b"<table:table-row", b"</table:table-row>"
_UTF8 = re.compile(rb"""<\?xml version=["']1.0["'] encoding=["']utf-8["'][^<>]*\?>""", re.IGNORECASE)
_OTHER = re.compile(rb"<[!?]")
"""What begins a comment, a section or an instruction, in which a tag is none."""
_TEXT = r"[^<>&\x00-\x1f\ufffe\uffff]*+"
_WORDS = f"{_TEXT}(?:&(?:amp|lt|gt|quot|apos);{_TEXT})*+"
_NAMED = r'(?: [a-z]+:[a-z-]+="[^<>&"\x00-\x1f]*+")*+'
_CELL = re.compile(f"<table:table-cell({_NAMED})(?:/>|>(?:<text:p>({_WORDS})</text:p>)?</table:table-cell>)")
_ROW = re.compile(f"<table:table-row({_NAMED})>(?:{_CELL.pattern.replace('(<', '(?:<')})*+</table:table-row>")
_ATTRIBUTE = re.compile(r' ([^=]+)="([^"]*)"')
_REPEATED = "table:number-columns-repeated"
_ALLOWED = {"table:style-name", _REPEATED, "office:value-type", "calcext:value-type"}
_COUNT = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)


def cut(chunks: Iterable[bytes], between_rows: Callable[[], bool]) -> Iterator[bytes | list[Cell]]:
    """Give the bytes in their order, but for plain rows, of which the cells are given.

    What is given must have been parsed before the next is asked for: `between_rows` then says whether the parser stands
    in a sheet, outside of all rows, and has the usual prefixes for their usual meanings.
    """
    chunks = iter(chunks)
    rest = next(chunks, b"")
    declared = _UTF8.match(rest)
    if declared:
        yield declared[0]
        rest = rest[declared.end() :]
    for chunk in chain([b""], chunks):
        rest += chunk
        if not declared or _OTHER.search(rest):
            break
        at = 0
        while (start := rest.find(_START, at)) >= 0 and (end := rest.find(_END, start)) >= 0:
            if start > at:
                yield rest[at:start]
            at = end + len(_END)
            row = rest[start:at]
            cells = plain_cells(row) if between_rows() else None
            yield row if cells is None else cells
        # A row that is not whole waits for its end, and so does a tag.
        keep = start if start >= 0 else max(rest.rfind(b"<"), at)
        if keep > at:
            yield rest[at:keep]
        rest = rest[keep:]
        if len(rest) > LONGEST_ROW:
            break
    if rest:
        yield rest
    yield from chunks


def plain_cells(row: bytes) -> list[Cell] | None:
    """Give the cells of a row up to the last that is not empty; None where the row is not plain.

    >>> cell = b"<table:table-cell><text:p>%b</text:p></table:table-cell>"
    >>> plain_cells(b"<table:table-row><table:table-cell/>" + cell % b"a &amp; b" + b"</table:table-row>")
    [None, 'a & b']
    >>> plain_cells(b"<table:table-row>" + cell % b"a<text:s/>b" + b"</table:table-row>")
    """
    if len(row) > LONGEST_ROW:
        return None
    try:
        text = row.decode()
    except UnicodeDecodeError:
        return None
    found = _ROW.fullmatch(text)
    if found is None or _repeated(found[1]) != 1:
        return None
    references, blanks = "&" in text, "  " in text
    cells: list[Cell] = []
    gap = 0
    for named, words in _CELL.findall(text):
        repeated = _repeated(named)
        if not repeated:
            return None
        if not words:
            gap += repeated
            continue
        if len(cells) + gap + repeated > MOST_COLUMNS:
            return None
        if gap:
            cells.extend([None] * gap)
            gap = 0
        if references:
            words = unescape(words, {"&quot;": '"', "&apos;": "'"})
        if blanks:
            words = BLANKS.sub(" ", words)
        if repeated == 1:
            cells.append(words)
        else:
            cells.extend([words] * repeated)
    return cells


@lru_cache(maxsize=1000)
def _repeated(named: str) -> int:
    """Give how often a cell stands, by its attributes; 0 where one of them could mean that it is not plain."""
    attributes = _ATTRIBUTE.findall(named)
    values = dict(attributes)
    if len(values) < len(attributes) or not values.keys() <= _ALLOWED:
        return 0
    if {values.get(name, "string") for name in _ALLOWED if name.endswith("value-type")} != {"string"}:
        return 0
    count = values.get(_REPEATED, "1")
    return int(count) if _COUNT.fullmatch(count) else 0
