"""The sheets of an OpenDocument spreadsheet, read as a stream.

The regulator's files unpack to more than a gigabyte and pad every sheet to 16,384 columns and 1,048,576 rows by
`repeated` attributes. Rows go out as the parser meets them, and padding is counted, never made: memory does not grow
with the file. What was measured is in docs/decisions/ods-reading.md; the format is OpenDocument 1.3, part 3, chapters 9
and 19.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import chain
from typing import IO, TYPE_CHECKING
from xml.parsers.expat import ExpatError, ParserCreate, errors

from qikg.loaders.spreadsheets.cells import (
    BROKEN,
    MOST_COLUMNS,
    MOST_ROWS,
    Cell,
    Row,
    Sheet,
    letters,
    moment,
    number,
    refused,
)
from qikg.loaders.spreadsheets.plainrows import BLANKS, cut

LONGEST_TEXT = 1_000_000
"""Characters of one cell; Excel allows 32,767."""
MOST_REPEATED = 20_000_000
"""Cells that one row with values may stand for."""

if TYPE_CHECKING:
    from pyexpat import XMLParserType

_CHUNK = 1 << 20
_DEEPEST = 200
_MOST_NAMES = 1000
_URN = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
_TABLE, _OFFICE, _TEXT, _DRAW = (_URN.format(name) for name in ("table", "office", "text", "drawing"))

_USUAL = (("table:", _TABLE), ("office:", _OFFICE), ("text:", _TEXT))
_OTHER, _PARAGRAPH, _CELL, _COVERED, _ROW, _SHEET, _BLANKS, _TAB, _BREAK, _SKIPPED = range(10)
_KINDS = {
    (_TEXT, "p"): _PARAGRAPH,
    (_TABLE, "table-cell"): _CELL,
    (_TABLE, "covered-table-cell"): _COVERED,
    (_TABLE, "table-row"): _ROW,
    (_TABLE, "table"): _SHEET,
    (_TEXT, "s"): _BLANKS,
    (_TEXT, "tab"): _TAB,
    (_TEXT, "line-break"): _BREAK,
    # What is written on a sheet, not in a cell. Shapes (all of the drawing names) are left out below.
    (_OFFICE, "annotation"): _SKIPPED,
    (_OFFICE, "forms"): _SKIPPED,
    (_TABLE, "shapes"): _SKIPPED,
    (_TABLE, "tracked-changes"): _SKIPPED,
    (_TABLE, "dde-links"): _SKIPPED,
    (_TEXT, "note"): _SKIPPED,
}
_CELLS = (_CELL, _COVERED)
_COUNT = re.compile(r"[1-9]\d{0,8}", re.ASCII)
_Event = str | int | tuple[int, list[Cell]] | None
"""A sheet's name; a count of blank rows; a row and how often it stands; the end of a sheet."""


class _Kept(str):
    """White space that an element stood for: a run of it stays, while a run of plain blanks is one (ODF 1.3, 6.1.2)."""

    __slots__ = ()


def sheets(stream: IO[bytes], file: str) -> Iterator[Sheet]:
    """Give the sheets of a content.xml in their order. `file` is the name for messages.

    Raises CheckFailed, with its place, where the text is no XML, is cut off, has a document type (and so could have
    entities), or holds what no spreadsheet program can: a text too long, a row too wide, a sheet too high.
    """
    events = _events(stream, file)
    current = 0

    def rows(sheet: str, turn: int) -> Iterator[Row]:
        last = 0
        for event in events:
            if turn != current:
                raise RuntimeError(f"The rows of {sheet} were asked for after those of a later sheet.")
            if event is None:
                return
            if isinstance(event, int):
                last += event
            elif isinstance(event, tuple):
                count, cells = event
                if last + count > MOST_ROWS:
                    raise refused(file, f"the sheet {sheet} has values below row {MOST_ROWS:,}", row=last + 1)
                for _ in range(count - 1):
                    last += 1
                    yield last, list(cells)
                last += 1
                yield last, cells

    for event in events:
        if isinstance(event, str):
            current += 1
            yield Sheet(event, rows(event, current))


def _events(stream: IO[bytes], file: str) -> Iterator[_Event]:
    content = _Content(file)
    parser = ParserCreate()
    parser.buffer_text = True
    if hasattr(parser, "SetReparseDeferralEnabled"):  # expat 2.6: what is given must be parsed before rows are cut out
        parser.SetReparseDeferralEnabled(False)
    content.listen(parser)
    fed = 0
    for chunk in chain(cut(content.chunks(stream), content.between_rows), [b""]):
        if isinstance(chunk, list):
            content.row += 1
            content.pieces.clear()  # blanks between the rows
            yield (1, chunk) if chunk else 1
            continue
        try:
            parser.Parse(chunk, not chunk)
        except (LookupError, ValueError) as error:  # what the parser raises for the name of an encoding
            raise content.refused("the content is in an encoding that is not known", hint="Save it anew.") from error
        except ExpatError as error:
            if error.code == errors.codes[errors.XML_ERROR_NO_ELEMENTS] and not fed:
                raise content.refused("the spreadsheet has no content") from error
            raise content.refused(
                f"the content is no well-formed XML ({errors.messages[error.code]})",
                hint="It is cut off or damaged: fetch it again, or open it in a spreadsheet program and save it anew.",
            ) from error
        fed += len(chunk)
        yield from content.events
        content.events.clear()
        # What is not finished stays in memory: neither a cell nor a single tag may grow without end.
        if sum(map(len, content.pieces)) > LONGEST_TEXT or fed - parser.CurrentByteIndex > 8 * _CHUNK:
            raise content.too_long()


class _Content:
    """What is known at one place of content.xml: the names that its prefixes give, and the row that is being made."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.events: list[_Event] = []
        self.pieces: list[str] = []
        self.sheet: str | None = None
        self.row = 0
        self.between_rows: Callable[[], bool] = lambda: False
        """Whether what comes next stands in a sheet, outside of all rows, and the usual prefixes mean the usual."""
        self._names: dict[str, str] = {}

    def chunks(self, stream: IO[bytes]) -> Iterator[bytes]:
        """Read a stream to its end."""
        while True:
            try:
                chunk = stream.read(_CHUNK)
            except BROKEN as error:
                raise self.refused("the spreadsheet is cut off or damaged", hint="Fetch it again.") from error
            if not chunk:
                return
            yield chunk

    def refused(self, rule: str, *, column: str | None = None, hint: str = "") -> Exception:
        """Give an error with the place that was reached."""
        at = f"in the sheet {self.sheet}, {rule}" if self.sheet else rule
        return refused(self.file, at, row=self.row or None, column=column, hint=hint)

    def too_long(self) -> Exception:
        return self.refused(
            f"a cell of more than {LONGEST_TEXT:,} characters", hint="No spreadsheet program makes these."
        )

    def bind(self, attributes: dict[str, str]) -> None:
        """Note the prefixes that an element declares."""
        for name, uri in attributes.items():
            if name != "xmlns" and not name.startswith("xmlns:"):
                continue
            prefix = name[6:] + ":" if name != "xmlns" else ""
            if self._names.get(prefix, uri) != uri or (
                uri in (_TABLE, _OFFICE, _TEXT) and uri in self._names.values() and prefix not in self._names
            ):
                raise self.refused("a prefix with two meanings", hint="Save the file anew in a spreadsheet program.")
            self._names[prefix] = uri

    def prefix(self, uri: str) -> str:
        """Give the prefix of a name space, with its colon; the usual one where none is declared."""
        usual = uri.split(":")[-2] + ":"
        return next((prefix for prefix, bound in self._names.items() if bound == uri), usual)

    def kind(self, name: str) -> int:
        """Find what an element is to us."""
        head, colon, local = name.rpartition(":")
        uri = self._names.get(head + colon, "")
        return _SKIPPED if uri == _DRAW else _KINDS.get((uri, local), _OTHER)

    def listen(self, parser: XMLParserType) -> None:
        """Set the handlers of the parser. They run tens of millions of times, so they are closures with few steps."""
        pieces, events = self.pieces, self.events
        kinds: dict[str, int] = {}
        cells: list[Cell] = []
        skipping = depth = gap = mark = kept = row_repeated = 0
        held: dict[str, str] = {}  # attributes of the open cell
        of_office = ""
        inside = usual = False  # of a row; whether prefixes are
        columns_repeated = rows_repeated = value_type = string_value = blanks = sheet_name = ""

        def learn(name: str, attributes: dict[str, str]) -> int:
            nonlocal of_office, columns_repeated, rows_repeated, value_type, string_value, blanks, sheet_name, usual
            self.bind(attributes)
            usual = all(self._names.get(prefix) == uri for prefix, uri in _USUAL)
            of_table, of_office = self.prefix(_TABLE), self.prefix(_OFFICE)
            columns_repeated, rows_repeated = of_table + "number-columns-repeated", of_table + "number-rows-repeated"
            value_type, string_value = of_office + "value-type", of_office + "string-value"
            sheet_name, blanks = of_table + "name", self.prefix(_TEXT) + "c"
            if len(kinds) >= _MOST_NAMES:
                raise self.refused(f"more than {_MOST_NAMES} kinds of elements")
            kinds[name] = kind = self.kind(name)
            return kind

        def times(attributes: dict[str, str], name: str) -> int:
            value = attributes.get(name)
            if value is None:
                return 1
            if not _COUNT.fullmatch(value):
                raise self.refused(f"{name} is {value[:40]!r}, no count")
            return int(value)

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal skipping, depth, gap, mark, kept, held, row_repeated, cells, inside
            if skipping:
                skipping += 1
                return
            kind = kinds.get(name)
            if kind is None:
                kind = learn(name, attributes)
            if kind == _PARAGRAPH:
                del pieces[mark:]  # blanks between the elements
                if mark:
                    pieces.append(_Kept("\n"))
            elif kind in _CELLS:
                pieces.clear()
                mark = 0
                held = attributes
            elif kind == _ROW:
                inside = True
                self.row += 1
                row_repeated = times(attributes, rows_repeated)
                cells, gap = [], 0
            elif kind == _BLANKS:
                pieces.append(_Kept(" " * min(times(attributes, blanks), LONGEST_TEXT)))
            elif kind == _TAB:
                pieces.append(_Kept("\t"))
            elif kind == _BREAK:
                pieces.append(_Kept("\n"))
            elif kind == _SKIPPED or (kind == _SHEET and self.sheet is not None):  # a table inside a cell
                skipping, kept = 1, len(pieces)
            elif kind == _SHEET:
                self.sheet, self.row = attributes.get(sheet_name, ""), 0
                events.append(self.sheet)
            else:
                depth += 1
                if depth > _DEEPEST:
                    raise self.refused(f"elements nested more than {_DEEPEST} deep")

        def end(name: str) -> None:
            nonlocal skipping, depth, gap, mark, inside
            if skipping:
                skipping -= 1
                if not skipping:
                    del pieces[kept:]
                return
            kind = kinds[name]
            if kind == _PARAGRAPH:
                mark = len(pieces)
            elif kind in _CELLS:
                repeated = times(held, columns_repeated) if columns_repeated in held else 1
                cell = value() if kind == _CELL and (mark or value_type in held) else None
                if cell is None:
                    gap += repeated
                    return
                if len(cells) + gap + repeated > MOST_COLUMNS:
                    raise self.refused("the row is too wide", column=letters(len(cells) + gap))
                if gap:
                    cells.extend([None] * gap)
                    gap = 0
                if repeated == 1:
                    cells.append(cell)
                else:
                    cells.extend([cell] * repeated)
            elif kind == _ROW:
                inside = False
                if len(cells) * row_repeated > MOST_REPEATED:
                    raise self.refused(f"one row stands for {row_repeated:,}, each with {len(cells):,} cells")
                events.append((row_repeated, cells) if cells else row_repeated)
                self.row += row_repeated - 1
            elif kind == _SHEET:
                events.append(None)
                self.sheet = None
            elif kind == _OTHER:
                depth -= 1

        def value() -> Cell:
            kind = held.get(value_type)
            if kind == "string" or kind is None:
                return held.get(string_value) or written()
            found = _value(kind, lambda what: held.get(of_office + what))
            return written() if found is None else found

        def written() -> str | None:
            """Give the text of the cell, as its paragraphs have it."""
            if mark == 1 and "  " not in pieces[0] and "\n" not in pieces[0] and "\t" not in pieces[0]:
                whole = pieces[0]
            else:
                whole = "".join(p if isinstance(p, _Kept) else BLANKS.sub(" ", p) for p in pieces[:mark])
            if len(whole) > LONGEST_TEXT:
                raise self.too_long()
            return whole or None

        def between_rows() -> bool:
            return usual and not inside and not skipping and self.sheet is not None

        def doctype(*_: object) -> None:
            raise self.refused("a document type, which a spreadsheet never has", hint="The file was tampered with.")

        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = pieces.append
        parser.StartDoctypeDeclHandler = doctype
        self.between_rows = between_rows


def _value(kind: str, get: Callable[[str], str | None]) -> Cell:
    """Give the value that an attribute of a cell holds; None where only its text tells."""
    try:
        if kind in {"float", "currency", "percentage"}:
            return number(float(get("value") or ""))
        if kind == "date":
            return moment(datetime.fromisoformat(get("date-value") or ""))
        if kind == "boolean":
            return {"true": True, "false": False}.get(get("boolean-value") or "")
    except (ValueError, OverflowError):  # a date outside the years 1 to 9999
        return None
    return None
