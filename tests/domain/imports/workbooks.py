"""Spreadsheets as tests need them, written by hand: cells with values, formulas, errors and styles."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

from backend.domain.imports.table import column_letters

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = (
    f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
# Styles: 0 general, 1 a day, 2 shown with six digits.
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="170" formatCode="000000"/></numFmts>'
    '<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/></cellXfs></styleSheet>'
)
DAY, SIX_DIGITS = 1, 2


class Raw(str):
    """A cell's XML, with {at} for its place."""

    __slots__ = ()


def number(value: object, style: int = 0) -> Raw:
    return Raw(f'<c r="{{at}}" s="{style}"><v>{value}</v></c>')


def formula(text: str, value: str | None) -> Raw:
    stored = "" if value is None else f"<v>{escape(value)}</v>"
    return Raw(f'<c r="{{at}}" t="str"><f>{escape(text)}</f>{stored}</c>')


def error(value: str = "#REF!") -> Raw:
    return Raw(f'<c r="{{at}}" t="e"><v>{value}</v></c>')


def sheet_xml(rows: Sequence[Sequence[str]], first_row: int = 1) -> str:
    lines = []
    for row_number, row in enumerate(rows, first_row):
        cells = []
        for index, cell in enumerate(row):
            at = f"{column_letters(index)}{row_number}"
            if isinstance(cell, Raw):
                cells.append(cell.replace("{at}", at))
            elif cell:
                text = f'<t xml:space="preserve">{escape(cell)}</t>'
                cells.append(f'<c r="{at}" t="inlineStr"><is>{text}</is></c>')
        lines.append(f'<row r="{row_number}">{"".join(cells)}</row>')
    return "".join(lines)


def workbook(
    rows: Sequence[Sequence[str]] = (),
    *,
    xml: str | None = None,
    state: str = "visible",
    counts_from_1904: bool = False,
    more: dict[str, bytes] | None = None,
) -> bytes:
    """A workbook with an empty hidden sheet and one that is shown."""
    since = '<workbookPr date1904="1"/>' if counts_from_1904 else ""
    sheets = (
        '<sheet name="Hidden" sheetId="1" state="hidden" r:id="rId1"/>'
        f'<sheet name="名单" sheetId="2" state="{state}" r:id="rId2"/>'
    )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in (1, 2)
    )
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{since}'
        f"<sheets>{sheets}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{relations}'
        f'<Relationship Id="rId9" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": _STYLES,
        "xl/worksheets/sheet1.xml": _sheet(""),
        "xl/worksheets/sheet2.xml": _sheet(sheet_xml(rows) if xml is None else xml),
        **(more or {}),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _sheet(rows: str) -> str:
    return f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
