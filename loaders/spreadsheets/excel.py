"""The sheets of an Excel workbook, by python-calamine.

The library unpacks a sheet as a whole: nine million cells (323,000 rows of 28 columns) took 0.7 GB. So a sheet has a
limit, and is looked through before. The regulator's files of this format end in 2021.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import IO, TYPE_CHECKING
from zipfile import ZipFile, ZipInfo

from qikg.loaders.spreadsheets.cells import BROKEN, Cell, Row, Sheet, damaged, moment, number, refused

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

MOST_CELLS = 20_000_000
"""From A1 to the last row and column of a sheet: about 75 bytes of memory each, where they are filled."""


def sheets(stream: IO[bytes], archive: ZipFile, file: str) -> Iterator[Sheet]:
    """Give the worksheets of a workbook in their order; a formula is its value. `file` is the name for messages.

    Raises CheckFailed where the library cannot read it, or would need too much memory for it.
    """
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    for member in archive.infolist():
        if member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml"):
            _check_extent(archive, member, file)
    stream.seek(0)
    with _faults(file):
        book = CalamineWorkbook.from_filelike(stream)
    for sheet in book.sheets_metadata:
        if sheet.typ == SheetTypeEnum.WorkSheet:
            yield Sheet(sheet.name, _rows(book, sheet.name, file))


def _rows(book: CalamineWorkbook, name: str, file: str) -> Iterator[Row]:
    with _faults(file):
        sheet = book.get_sheet_by_name(name)
        if sheet.start is None:  # empty; asking for its rows is a panic in python-calamine 0.4 to 0.6
            return
        rows = sheet.iter_rows()
    for row, values in enumerate(rows, start=1):
        cells = [_cell(value) for value in values]
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            yield row, cells


@contextmanager
def _faults(file: str) -> Iterator[None]:
    from python_calamine import CalamineError

    try:
        yield
    except BaseException as error:
        # A panic of the library's Rust code is no Exception, and its class has no public name.
        if isinstance(error, CalamineError) or type(error).__name__ == "PanicException":
            hint = "Open it in Excel and save it anew."
            raise refused(file, f"no readable Excel file ({error})", hint=hint) from error
        raise


def _cell(value: object) -> Cell:
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return number(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, time | timedelta):
        return str(value)
    return value  # type: ignore[return-value] # a date


_REFERENCE = re.compile(rb' r="([A-Z]{1,3})(?=\d)')
_ROW_NUMBER = re.compile(rb' r="[A-Z]{0,3}(\d{1,7})"')


def _check_extent(archive: ZipFile, member: ZipInfo, file: str) -> None:
    """Refuse a sheet whose cells are too many or too far apart: the library makes every cell from A1 to the last."""
    columns: set[bytes] = set()
    rows, rest = 0, b""
    try:
        with archive.open(member) as stream:
            while chunk := stream.read(1 << 20):
                text = rest + chunk
                columns |= set(_REFERENCE.findall(text))
                last = _ROW_NUMBER.search(text, max(text.rfind(b' r="', 0, -16), 0))
                rows, rest = max(rows, int(last.group(1)) if last else 0), chunk[-16:]
    except BROKEN as error:
        raise damaged(file) from error
    width = max((_column_number(name) for name in columns), default=0)
    if rows * width > MOST_CELLS:
        raise refused(
            file,
            f"a sheet of {rows:,} rows and {width:,} columns, which is too large for an Excel reader",
            hint="Save the sheet as 'CSV UTF-8', or clear what stands far below or beside the table.",
        )


def _column_number(letters: bytes) -> int:
    total = 0
    for letter in letters:
        total = total * 26 + letter - 64
    return total
