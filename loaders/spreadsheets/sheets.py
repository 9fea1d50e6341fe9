"""The sheets of a register's file: OpenDocument, Excel or CSV, packed or not, found by its content.

    with open_sheets(path) as book:
        for sheet in book.chosen("Locations"):
            for number, cells in sheet.rows:
                ...

Files are read as streams, in memory that does not grow with the rows; but for Excel files, which their library
unpacks as a whole, a sheet at a time. A file can be opened again for a second pass.
"""

from __future__ import annotations

import csv
import gzip
import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from qikg.loaders.spreadsheets.cells import BROKEN, Row, Sheet, damaged, refused
from qikg.loaders.spreadsheets.excel import sheets as excel_sheets
from qikg.loaders.spreadsheets.opendocument import sheets as opendocument_sheets

Format = Literal["ods", "xlsx", "csv"]

LONGEST_RECORD = 1_000_000
"""Bytes of one CSV record; a field has at most the csv module's own limit, 131,072 characters."""
MOST_BYTES = 16 << 30
"""What a packed file may unpack to."""
MOST_RATIO = 300
"""How much smaller a packed file of more than 64 MB may be: the regulator's are about 50 times, bombs about 1,000."""

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_BOM = b"\xef\xbb\xbf"
_CSV_HINT = "Save it as 'CSV UTF-8'."
_NOT_OURS = (  # how other files begin, and what to do about them
    (b"\xd0\xcf\x11\xe0", "an old Excel file (.xls), or one with a password", "Save it as .xlsx without a password."),
    (b"%PDF", "a PDF", "Look for the spreadsheet on the page that it came from."),
    (b"\xff\xfe", "text in UTF-16", _CSV_HINT),
    (b"\xfe\xff", "text in UTF-16", _CSV_HINT),
    (b"<", "a web page or another XML file", "A site that refuses a download gives a page: fetch the file by hand."),
    (b"version https://git-lfs", "a pointer of Git LFS, not the file itself", "Run: git lfs pull"),
    (b"{", "JSON", ""),
    (b"[", "JSON", ""),
)


@dataclass(frozen=True, slots=True)
class Book:
    """An open file: its name for messages, what it is, and its sheets, to be read once and in their order."""

    file: str
    format: Format
    sheets: Iterator[Sheet]

    def __iter__(self) -> Iterator[Sheet]:
        return self.sheets

    def chosen(self, *names: str) -> Iterator[Sheet]:
        """Give the sheets that have one of these names, by letters and digits alone; of a CSV file, all it has.

        Raises CheckFailed where the file has none of them.
        """
        wanted = {_folded(name) for name in names}
        others: list[str] = []
        found = False
        for sheet in self.sheets:
            if self.format == "csv" or _folded(sheet.name) in wanted:
                found = True
                yield sheet
            else:
                others.append(sheet.name)
        if not found:
            has = f"It has: {', '.join(others)}." if others else "It has no sheet at all."
            raise refused(self.file, f"no sheet {' or '.join(names)}", hint=has)


@contextmanager
def open_sheets(path: Path) -> Iterator[Book]:
    """Open a file of the formats ods, xlsx and csv, also csv in gzip, or any of the three alone in a zip file.

    Raises CheckFailed, with its place, for anything else; and while rows are read, where the file is damaged, cut off,
    not UTF-8, or unpacks to more than it should.
    """
    with ExitStack() as stack:
        yield _open(stack.enter_context(path.open("rb")), path.name, stack, packed=False)


def _open(stream: IO[bytes], file: str, stack: ExitStack, *, packed: bool) -> Book:
    head = _head(stream, file)
    if head.startswith(_ZIP):
        return _open_zip(stream, file, stack, packed=packed)
    if head.startswith(b"\x1f\x8b"):
        stream = stack.enter_context(io.BufferedReader(gzip.GzipFile(fileobj=stream)))
        head = _head(stream, file)
        if head.startswith((*_ZIP, b"\x1f\x8b")):
            raise refused(file, "a packed file inside a packed file", hint="Unpack it once.")
    if not head:
        raise refused(file, "the file is empty")
    for start, what, hint in _NOT_OURS:
        if head.removeprefix(_BOM).lstrip().startswith(start):
            raise refused(file, f"this is {what}, not a spreadsheet or CSV file", hint=hint)
    if b"\0" in head:
        raise refused(file, "this is neither a spreadsheet nor text", hint="ods, xlsx, csv, csv.gz and zip are read.")
    return Book(file, "csv", iter([Sheet(Path(file).name.split(".")[0], _csv_rows(stream, file))]))


def _head(stream: IO[bytes], file: str) -> bytes:
    try:
        head = stream.read(4096)
        stream.seek(0)
    except BROKEN as error:
        raise damaged(file) from error
    return head


def _open_zip(stream: IO[bytes], file: str, stack: ExitStack, *, packed: bool) -> Book:
    try:
        archive = stack.enter_context(ZipFile(stream))
        members = {member.filename: member for member in archive.infolist() if not member.is_dir()}
    except BROKEN as error:
        raise damaged(file) from error
    for member in members.values():
        _check_size(member, file)
    if "content.xml" in members:
        if _has_password(archive, members.get("META-INF/manifest.xml"), file):
            raise refused(file, "the spreadsheet has a password", hint="Save it without one.")
        return Book(file, "ods", opendocument_sheets(_member(archive, members["content.xml"], file), file))
    if "xl/workbook.xml" in members:
        return Book(file, "xlsx", excel_sheets(stream, archive, file))
    inside = [name for name in members if not name.startswith("__MACOSX/") and not Path(name).name.startswith(".")]
    if len(inside) != 1 or packed:
        what = "a zip file inside a zip file" if packed else f"a zip file of {len(inside)} files"
        some = f"It holds {', '.join(inside[:5])}{' …' if len(inside) > 5 else ''}. " if inside else ""
        raise refused(file, what, hint=f"{some}Unpack it, and load the one that is wanted.")
    inner = f"{file}/{inside[0]}"
    member_stream = _member(archive, members[inside[0]], inner)
    if _head(member_stream, inner).startswith(_ZIP):  # a zip file is read from its end: a copy is needed
        copy = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
        try:
            shutil.copyfileobj(member_stream, copy)
        except BROKEN as error:
            raise damaged(inner) from error
        copy.seek(0)
        return _open(copy, inner, stack, packed=True)
    return _open(member_stream, inner, stack, packed=True)


def _has_password(archive: ZipFile, manifest: ZipInfo | None, file: str) -> bool:
    if manifest is None:
        return False
    with _member(archive, manifest, file) as stream:
        try:
            return b"encryption-data" in stream.read(1 << 20)
        except BROKEN as error:
            raise damaged(file) from error


def _member(archive: ZipFile, member: ZipInfo, file: str) -> IO[bytes]:
    try:
        return io.BufferedReader(cast(io.RawIOBase, archive.open(member)))
    except BROKEN as error:
        raise damaged(file) from error


def _check_size(member: ZipInfo, file: str) -> None:
    if member.flag_bits & 1:
        raise refused(file, "a zip file with a password", hint="Unpack it first.")
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise damaged(file)
    size, packed = member.file_size, max(member.compress_size, 1)
    if size > MOST_BYTES or (size > 64 << 20 and size > MOST_RATIO * packed):
        raise refused(
            file,
            f"{member.filename} would unpack from {packed:,} to {size:,} bytes",
            hint="No register does that; a file made to fill a computer's memory does.",
        )


def _folded(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


# --- CSV


def _csv_rows(stream: IO[bytes], file: str) -> Iterator[Row]:
    done = taken = offset = 0  # records given; bytes since the last one; bytes before this line

    def lines() -> Iterator[str]:
        nonlocal taken, offset
        while True:
            try:
                raw = stream.readline(LONGEST_RECORD + 1)
            except BROKEN as error:
                raise damaged(file, done + 1) from error
            taken += len(raw)
            if offset > MOST_BYTES:
                raise refused(file, f"the file unpacks to more than {MOST_BYTES:,} bytes", row=done + 1)
            if taken > LONGEST_RECORD:
                raise refused(
                    file, f"a record of more than {LONGEST_RECORD:,} bytes", row=done + 1,
                    hint="A quotation mark was not closed, or lines do not end in LF or CRLF.",
                )  # fmt: skip
            if not raw:
                return
            try:
                line = raw.decode()
            except UnicodeDecodeError as error:
                raise _not_utf8(raw, error.start, offset, file, done + 1) from error
            yield line.removeprefix("\ufeff") if not offset else line
            offset += len(raw)

    reader = csv.reader(lines(), strict=True)
    while True:
        try:
            record = next(reader, None)
        except csv.Error as error:
            said = str(error)
            if "field limit" in said or "end of data" in said:
                rule, hint = "a quotation mark that is not closed", "Or a cell of more than 131,072 characters."
            elif "new-line" in said:
                rule, hint = "a line that ends in CR alone", _CSV_HINT
            else:
                rule, hint = f"no well-formed CSV ({said})", 'A quotation mark inside a quoted cell is written "".'
            raise refused(file, rule, row=done + 1, hint=hint) from error
        if record is None:
            return
        done += 1
        taken = 0
        if any(record):
            yield done, [cell or None for cell in record]


def _not_utf8(raw: bytes, at: int, offset: int, file: str, row: int) -> Exception:
    byte = raw[at]
    as_windows = raw[at : at + 1].decode("cp1252", errors="replace")
    return refused(
        file,
        f"not UTF-8 text: byte {offset + at:,} is 0x{byte:02X} ({as_windows!r} in Windows-1252)",
        row=row,
        hint=_CSV_HINT,
    )
