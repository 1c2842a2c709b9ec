"""The one reader of table files: what is certain is read as it was meant, everything else is refused by name."""

from __future__ import annotations

import csv
import io
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.domain.badges.badge_csv import BADGES
from backend.domain.imports.reader import _ANSWER, Unread, read_table, read_table_apart
from backend.domain.imports.table import FileRefused, Table
from tests.domain.imports.workbooks import DAY, SIX_DIGITS, Raw, error, formula, number, sheet_xml, workbook

HEADER = ["category", "holder_ref", "label", "alias"]
HEAD = ",".join(HEADER) + "\r\n"
BEGINNINGS = (b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"PK\x03\x04", HEAD.encode())
ENCODINGS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16LE", "gb18030": "GB18030"}
BOOLEAN = '<c r="{at}" t="b"><v>1</v></c>'
SIGNS = {",": "comma", ";": "semicolon", "\t": "tab"}


def read(content: bytes, rows_max: int = 1000) -> Table:
    return read_table(content, BADGES.first_keys, rows_max)


def refused(content: bytes) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        read(content)
    return caught.value


def rows_of(content: bytes) -> list[list[str]]:
    return [row.cells for row in read(content).rows]


def written(rows: list[list[str]], sign: str = ",") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=sign).writerows(rows)
    return out.getvalue()


def stripped(rows: list[list[str]]) -> list[list[str]]:
    """Without what a spreadsheet leaves: empty cells at the end of a row, and rows of empty cells."""
    kept = []
    for row in rows:
        end = len(row)
        while end and not row[end - 1].strip("\ufeff \t\u3000\xa0"):
            end -= 1
        if end:
            kept.append(row[:end])
    return kept


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("sign", SIGNS)
def test_each_encoding_and_separator_is_read_and_named(encoding: str, sign: str) -> None:
    rows = [HEADER, ["local", "A-1", "成都大运会　看台𠮷", "04A2"], ["", "A;2,\t", "王玥\n李四", ""]]
    table = read(written(rows, sign).encode(encoding))
    assert [row.cells for row in table.rows] == stripped(rows)
    assert (table.read_as.encoding, table.read_as.separator) == (ENCODINGS[encoding], SIGNS[sign])


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_its_mark_is_read_where_it_is_certain(encoding: str) -> None:
    for text in (HEAD + "local,A-1,一二三,\r\n", "serial\n3\n", "类别;编号\r\n本地;甲\r\n"):
        table = read(text.encode(encoding))
        assert table.read_as.encoding == encoding.upper().replace("-LE", "LE").replace("-BE", "BE")
    assert read("\ufeff".encode("utf-16-be") + HEAD.encode("utf-16-be")).read_as.encoding == "UTF-16BE"


ZHANG = "local,A-1,张三,\r\n"


@pytest.mark.parametrize(
    ("content", "why", "row", "column"),
    [
        # One broken byte: with the mark, and where only the other rows show what the file is.
        (b"\xef\xbb\xbf" + (HEAD + "local,A-1,李").encode() + b"\xe5\x9bx,\r\n", "broken_utf8", "2", "C"),
        ((HEAD + ZHANG).encode() + b"local,A-2,\xe6\x9d\x8e\xe5\x9bx,\r\n", "broken_utf8", "3", "C"),
        ((HEAD + ZHANG).encode() + b"local,A-2,\xff,\r\n", "broken_utf8", "3", "C"),
        # Half a file.
        ((HEAD + ZHANG).encode()[:-5], "cut", "2", "C"),
        ((HEAD + ZHANG).encode("gb18030")[:-4], "cut", "2", "C"),
        ((HEAD + ZHANG).encode("utf-16")[:-5], "cut", "2", "C"),
        # Its encoding changes in the middle.
        ((HEAD + ZHANG * 3).encode() + (ZHANG * 3).encode("gb18030"), "broken_utf8", "5", "C"),
        ((HEAD + ZHANG * 9).encode("gb18030") + ZHANG.encode(), "mixed", "11", "A"),
        (HEAD.encode("utf-16") + ZHANG.encode(), "cut", "2", "A"),
        ((HEAD + ZHANG).encode("utf-16") + b"local,A-2,Li Si and all his friends,\n\n", "broken_utf16", "3", "A"),
        (HEAD.encode("utf-16") + b"\x00\xd8a\x00", "broken_utf16", "2", "A"),
        ((HEAD + ZHANG * 5).encode("gb18030") + b"local,A-2,\xff,\r\n", "broken_gb18030", "7", "C"),
        # Other code pages.
        ((HEAD + "local,A-1,Müller,\r\n").encode("cp1252"), "encoding", "2", "C"),
        ((HEAD + "local,A-1,José Peña,\r\n" * 9).encode("cp1252"), "encoding", "2", "C"),
        ((HEAD + "local,A-1,Привет,\r\n").encode("cp1251"), "encoding", "2", "C"),
        ((HEAD + "local,A-1,陳大文與黃小明,\r\n").encode("big5"), "encoding", "2", "C"),
        ((HEAD + "local,A-1,テスト,\r\n").encode("shift-jis"), "encoding", "2", "C"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_what_it_says_is_refused_by_row_column_and_byte(
    content: bytes, why: str, row: str, column: str
) -> None:
    refusal = refused(content)
    assert (refusal.why, refusal.facts["row"], refusal.facts["column"]) == (why, row, column)
    assert 0 < int(refusal.facts["byte"]) <= len(content)


def test_what_can_be_read_in_two_ways_is_not_guessed() -> None:
    """毛路 in GB18030 is valid UTF-8 for a letter and a dot."""
    assert refused((HEAD + "local,A-1,毛路,\r\n").encode("gb18030")).why == "ambiguous"
    assert read((HEAD + "local,A-1,Müller Łódź,\r\n").encode()).read_as.encoding == "UTF-8"
    assert read((HEAD + "local,A-1,毛路和张三,\r\n").encode("gb18030")).read_as.encoding == "GB18030"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "nothing"),
        (b"\xef\xbb\xbf\r\n", "nothing"),
        (b"\xff\xfe\x00\x00a\x00\x00\x00", "utf32"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"%PDF-1.7\n", "pdf"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\xff\xd8\xff\xe0", "picture"),
        (b"\x1f\x8b\x08", "archive"),
        (b"<html><table><tr><td>category", "markup"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "markup"),
        ("category，label\r\nlocal，甲\r\n".encode(), "separator"),
        (b"category|label\r\nlocal|x\r\n", "separator"),
        ((HEAD + "x," * 300 + "x\r\n").encode(), "columns_many"),
        (workbook(more={"xl/vbaProject.bin": b"x"}), "macros"),
        (workbook(more={"content.xml": b"x"}), "ods"),
        (workbook(more={"xl/workbook.bin": b"x"}), "xlsb"),
        (workbook(state="hidden"), "empty"),
        (workbook([HEADER])[:-40], "xlsx_broken"),
        (b"PK\x03\x04" + bytes(40), "xlsx_broken"),
        (workbook(xml='<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "xlsx_far"),
        (workbook([HEADER, ["x"] * 16_384]), "columns_many"),
    ],
)
def test_what_is_no_table_is_refused_in_words_that_say_how_to_save_it(content: bytes, why: str) -> None:
    assert refused(content).why == why


def test_an_archive_that_unpacks_to_more_than_it_may_is_not_unpacked() -> None:
    assert refused(workbook(more={"xl/sharedStrings.xml": bytes(70 * 1024 * 1024)})).why == "xlsx_large"


def test_a_million_empty_rows_are_no_rows() -> None:
    empty = "".join(f'<row r="{n}"/>' for n in range(3, 1_048_577))
    assert rows_of(workbook(xml=sheet_xml([HEADER, ["local"]]) + empty)) == [HEADER, ["local"]]


def test_a_spreadsheet_is_read_as_it_was_meant() -> None:
    table = read(
        workbook(
            [
                HEADER,
                [" local ", number("1000"), number("1E+15"), number("123456789012345678")],
                [number("46327", DAY), number("7", SIX_DIGITS), number("0.1"), number("1.5E-7")],
                [formula("1+1", "2"), formula("A1", None), error(), Raw(BOOLEAN)],
            ]
        )
    )
    assert (table.read_as.format, table.read_as.sheet) == ("xlsx", "名单")
    assert [row.cells for row in table.rows[1:]] == [
        [" local ", "1000", "1000000000000000", "123456789012345680"],
        ["2026-11-01", "000007", "0.1", "0.00000015"],
        ["2", "", "", "TRUE"],
    ]
    assert table.rows[1].marks == {1: "number", 2: "long_number", 3: "long_number"}
    assert table.rows[2].marks == {2: "number", 3: "number"}
    assert table.rows[3].marks == {1: "formula", 2: "error"}
    assert not read(workbook([HEADER], counts_from_1904=True)).read_as.has_day_numbers


def test_what_a_spreadsheet_leaves_is_no_row_and_no_column() -> None:
    names = "\ufeffCategory; Holder Ref ;ＬＡＢＥＬ;alias"
    content = f"sep=;\r\n;;;\r\n{names};;\r\nlocal;A-1\r\n;;;;;\r\n\u3000;\xa0;;\r\n"
    table = read(content.encode())
    assert [row.cells for row in table.rows] == [names.split(";"), ["local", "A-1"]]
    assert [row.number for row in table.rows] == [2, 3]


@pytest.mark.parametrize(
    ("rest", "code", "row"),
    [
        ('local,"A-1\r\nlocal,A-2,,\r\n', "cut", 2),
        ('local,"A"-1,,\r\n', "unreadable", 2),
        ("local,A-1,,\r\nlocal,A-", "cut", 3),
        ("local,A-1," + "x" * 200_000 + ",\r\n", "cell_long", 2),
    ],
)
def test_where_a_file_breaks_is_named(rest: str, code: str, row: int) -> None:
    broken = read((HEAD + rest).encode()).broken
    assert broken is not None
    assert (broken.code, broken.row) == (code, row)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(BEGINNINGS))
def test_any_bytes_are_read_or_refused(content: bytes, before: bytes) -> None:
    answer = _ANSWER.decode(read_table_apart(before + content, BADGES.first_keys, 100))
    assert answer.why if isinstance(answer, Unread) else len(answer.table.rows) <= 101


_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cn", "Co", "Cc")), max_size=8)
_ROWS = st.lists(st.lists(_TEXT, min_size=4, max_size=4), max_size=6)


@settings(max_examples=150, deadline=None)
@given(_ROWS, st.sampled_from(list(ENCODINGS)), st.sampled_from(list(SIGNS)))
def test_what_is_taken_in_is_given_back_as_it_was_meant(
    rows: list[list[str]], encoding: str, sign: str
) -> None:
    """Whatever was written; GB18030 may be refused where it could as well be another encoding, and only then."""
    content = written([HEADER, *rows], sign).encode(encoding)
    answer = _ANSWER.decode(read_table_apart(content, BADGES.first_keys, 100))
    if isinstance(answer, Unread):
        assert encoding == "gb18030"
        assert answer.why in ("encoding", "ambiguous", "mixed", "broken_utf8")
        return
    table = answer.table
    assert [row.cells for row in table.rows] == stripped([HEADER, *rows])
    assert table.read_as.separator == SIGNS[sign]


@settings(max_examples=60, deadline=None)
@given(_ROWS)
def test_a_spreadsheet_gives_back_what_was_written(rows: list[list[str]]) -> None:
    table = read(workbook([HEADER, *rows]))
    assert [row.cells for row in table.rows] == stripped([HEADER, *rows])


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=6), st.integers(min_value=0), st.sampled_from(string.printable))
def test_a_spreadsheet_with_broken_bytes_is_read_or_refused(part: bytes, at: int, sign: str) -> None:
    whole = bytearray(workbook([HEADER, ["local", "A-1", sign if sign.isprintable() else "x"]]))
    whole[at % len(whole) : at % len(whole) + len(part)] = part
    take = read_table_apart(bytes(whole), BADGES.first_keys, 100)
    assert take
