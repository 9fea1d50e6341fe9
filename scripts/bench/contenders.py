"""What is measured side by side: what qikg does, and the least that any program would do with the same file.

Each function runs in a process of its own (`alone.py`), takes the path of a file as text, and gives what it counted.
They import inside, so that none pays for the libraries of another.
"""

from __future__ import annotations

import csv
import pickle
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Annotated, Any
from zipfile import ZipFile

Counted = dict[str, float]

# --- a ratings file as CSV


def csv_module(file: str) -> int:
    """Read all records with the csv module, and do nothing with them."""
    with Path(file).open(encoding="utf-8", newline="") as stream:
        return sum(1 for _ in csv.reader(stream)) - 1


def pydantic_model(file: str) -> int:
    """Read all records with the csv module, and validate the columns that we read by a pydantic model."""
    from pydantic import BaseModel, Field

    class Row(BaseModel):
        location: Annotated[str, Field(alias="Location ID", pattern=r"^(1-[0-9]{6,14}|[A-Z0-9]{5,9})$")]
        provider: Annotated[str, Field(alias="Provider ID", pattern=r"^(1-[0-9]{6,14}|[A-Z0-9]{3,6})$")]
        service: Annotated[str, Field(alias="Service / Population Group", min_length=1)]
        question: Annotated[str, Field(alias="Domain", min_length=1)]
        rating: Annotated[str, Field(alias="Latest Rating", min_length=1)]
        date: Annotated[str, Field(alias="Publication Date", pattern=r"^([0-9]{2}/[0-9]{2}/[0-9]{4})?$")]
        inherited: Annotated[str, Field(alias="Inherited Rating (Y/N)", pattern="^[YN]$")]

    done = 0
    with Path(file).open(encoding="utf-8", newline="") as stream:
        records = csv.reader(stream)
        header = next(records)
        for record in records:
            Row.model_validate(dict(zip(header, record, strict=True)))
            done += 1
    return done


def ratings(file: str) -> Counted:
    """Do all that `qikg check` does: read and validate until the first piece is there, then make the nodes."""
    from qikg.loaders.cqc.ratings import BOOK
    from qikg.loaders.report import LoadReport

    report = LoadReport()
    started = time.process_time()
    pieces = BOOK.read(Path(file), report)
    next(pieces)
    validated = time.process_time()
    nodes = sum(len(piece.nodes) for piece in pieces)
    made = time.process_time()
    rows = sum(report.rows.values())
    return {"rows": rows, "validating": validated - started, "making": made - validated, "nodes": nodes}


# --- a spreadsheet in OpenDocument


def our_reader(file: str) -> int:
    """Read all sheets, with types, repeats and exact texts."""
    from qikg.loaders.spreadsheets.sheets import open_sheets

    with open_sheets(Path(file)) as book:
        return sum(1 for sheet in book for _ in sheet.rows)


def calamine(file: str) -> int:
    """Read all sheets with python-calamine, each as a whole."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(file)
    return sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)


def expat(file: str) -> int:
    """Parse the XML with empty handlers: what every reader in Python that knows where it is must spend."""
    from xml.parsers.expat import ParserCreate

    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: None
    parser.EndElementHandler = lambda name: None
    parser.CharacterDataHandler = lambda text: None
    with _content(file) as stream:
        parser.ParseFile(stream)
    return 0


def iterparse(file: str) -> int:
    """Parse the XML with ElementTree, joining the texts of each row's cells: no types, no repeats."""
    from xml.etree import ElementTree

    row = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}table-row"
    done = 0
    with _content(file) as stream:
        for _, element in ElementTree.iterparse(stream):
            if element.tag == row:
                done += bool(["".join(cell.itertext()) for cell in element])
                element.clear()
    return done


def _content(file: str) -> IO[bytes]:
    return ZipFile(file).open("content.xml")


# --- a load


def load(store: str, file: str, user: str = "", password: str = "") -> Counted:
    """Load a file into a graph that is built; `deriving` is the time after the last piece was written."""
    from alone import engines, peak

    import qikg

    last = started = time.perf_counter()

    def on_piece(things: int) -> None:
        nonlocal last
        last = time.perf_counter()

    with qikg.open(store, user=user or None, password=password or None) as graph:
        started = last = time.perf_counter()
        report = graph.load(file, on_piece=on_piece)
        ended = time.perf_counter()
        engine = max((peak(pid) for pid in engines(store)), default=0)
    rows = sum(report.rows.values())
    return {"rows": rows, "seconds": ended - started, "deriving": ended - last, "engine": engine}


def prepare(file: str, out: str) -> int:
    """Write what the writer would send for a file, piece by piece: lists of statements with batches of rows."""
    from qikg.graph.writer import prepare as prepared
    from qikg.loaders.cqc.ratings import BOOK
    from qikg.loaders.report import LoadReport

    pieces = 0
    with Path(out).open("wb") as stream:
        for content in BOOK.read(Path(file), LoadReport()):
            ready = prepared(content)
            statements = [(one.query, rows) for one in (*ready.nodes, *ready.relationships) for rows in one.batches()]
            pickle.dump(statements, stream, pickle.HIGHEST_PROTOCOL)
            pieces += 1
    return pieces


def bare_loop(uri: str, prepared: str, user: str = "", password: str = "") -> Counted:
    """Send what was prepared, a transaction for each piece, with the driver alone; only the sending is timed."""
    import neo4j

    sending = 0.0
    with neo4j.GraphDatabase.driver(uri, auth=(user, password) if password else None) as driver:
        driver.verify_connectivity()
        for statements in _pieces(prepared):
            started = time.perf_counter()
            with driver.session(database=None) as session:
                session.execute_write(_send, statements)
            sending += time.perf_counter() - started
    return {"seconds": sending}


def _send(transaction: Any, statements: list[tuple[str, list[dict[str, Any]]]]) -> None:
    for query, rows in statements:
        transaction.run(query, {"rows": rows}).consume()


def _pieces(prepared: str) -> Iterator[list[tuple[str, list[dict[str, Any]]]]]:
    with Path(prepared).open("rb") as stream:
        while True:
            try:
                yield pickle.load(stream)
            except EOFError:
                return
