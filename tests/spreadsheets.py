"""Small spreadsheets, written by hand so that a test can have any oddity in them."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (("table", "table"), ("office", "office"), ("text", "text"), ("draw", "drawing"))
)
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"


def cell(inside: str = "", attributes: str = "", *, repeated: int = 1, tag: str = "table-cell") -> str:
    """A cell; `inside` is XML, and a plain word is put into a paragraph."""
    paragraph = inside if not inside or inside.startswith("<") else f"<text:p>{inside}</text:p>"
    times = f' table:number-columns-repeated="{repeated}"' if repeated > 1 else ""
    return f"<table:{tag}{times}{' ' if attributes else ''}{attributes}>{paragraph}</table:{tag}>"


def valued(kind: str, attribute: str, shown: str = "") -> str:
    """A cell with a type and a value, and the text that it is shown as."""
    return cell(shown, f'office:value-type="{kind}" {attribute}')


def row(*cells: str, repeated: int = 1, pad: int = 16254) -> str:
    """A row, padded to the right as the regulator's files are."""
    times = f' table:number-rows-repeated="{repeated}"' if repeated > 1 else ""
    made = "".join(one if one.startswith("<") or not one else cell(one) for one in cells)
    return f"<table:table-row{times}>{made}{cell(repeated=pad)}</table:table-row>"


PADDING = row(repeated=1_048_526, pad=16384)


def content(sheets: Mapping[str, str], *, before: str = "", declared: str = SPACES) -> str:
    """The text of content.xml; a sheet is the XML of its rows."""
    tables = "".join(f'<table:table table:name="{name}">{rows}</table:table>' for name, rows in sheets.items())
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<office:document-content {declared}><office:body>'
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )


def ods(path: Path, sheets: Mapping[str, str] | str) -> Path:
    """Write an OpenDocument spreadsheet, of sheets or of a whole content.xml."""
    text = sheets if isinstance(sheets, str) else content(sheets)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", ODS_TYPE, zipfile.ZIP_STORED)
        archive.writestr("content.xml", text)
        archive.writestr("meta.xml", "<not well-formed: never read")
    return path


def xlsx(path: Path, sheets: Mapping[str, Sequence[str]]) -> Path:
    """Write an Excel file; a sheet is a list of rows, each the XML of its <c> elements or of the whole <row>."""
    names = list(sheets)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    packaged = "http://schemas.openxmlformats.org/package/2006"
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    numbered = list(enumerate(names, start=1))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{packaged}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{types}.styles+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{types}.worksheet+xml"/>'
            for n, _ in numbered
        )
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{packaged}/relationships"><Relationship Id="rId1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        + "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in numbered)
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{packaged}/relationships">'
        + "".join(
            f'<Relationship Id="rId{n}" Type="{office}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n, _ in numbered
        )
        + f'<Relationship Id="rId99" Type="{office}/styles" Target="styles.xml"/></Relationships>',
        # Style 1 is a date, dd/mm/yyyy.
        "xl/styles.xml": f'<styleSheet xmlns="{main}"><cellXfs count="2"><xf numFmtId="0"/>'
        '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
    }
    for n, name in numbered:
        rows = "".join(one if one.startswith("<row") else f"<row>{one}</row>" for one in sheets[name])
        parts[f"xl/worksheets/sheet{n}.xml"] = f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path
