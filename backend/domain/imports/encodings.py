"""The encoding of a text file: certain, or refused. No file is read as something else than it was written in.

Spreadsheets in China write GB18030, others UTF-8 or UTF-16, with or without a mark. Nearly any bytes are valid
GB18030, so a file is taken for it only when most of its characters are the everyday ones of GB 2312 level 1: text of a
Western code page, Big5, or UTF-8 with a broken byte comes out as rare characters.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from functools import lru_cache

from backend.domain.imports.table import Encoding, FileRefused, column_letters

_ASCII = bytes(range(0x80))
_UTF8_LONG = re.compile(rb"(?:[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})+")
_UTF8_PAIRS = re.compile(rb"(?:[\xc2-\xdf][\x80-\xbf])+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_LETTER = re.compile(rb"[A-Za-z]")
_SEPARATORS = (",", ";", "\t")
_OF_TABLES = frozenset(",;\t\r\n")
_CONTROLS = frozenset(map(chr, range(32))) - frozenset("\t\r\n")
_ASCII_RUN = re.compile(rb"[\t\r\n -~]{32,}")


def decode_text(content: bytes) -> tuple[str, Encoding]:
    """The text of a file without its mark, and its encoding. Raises FileRefused."""
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise FileRefused("utf32")
    if content.startswith(codecs.BOM_UTF8):
        return _utf8_with_mark(content), "UTF-8"
    if content.startswith(codecs.BOM_UTF16_LE):
        return _utf16(content, "UTF-16LE"), "UTF-16LE"
    if content.startswith(codecs.BOM_UTF16_BE):
        return _utf16(content, "UTF-16BE"), "UTF-16BE"
    if b"\0" in content and (encoding := _utf16_without_mark(content)) is not None:
        return _utf16(content, encoding), encoding
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        return _no_utf8(content, error), "GB18030"
    if _may_be_either(content):
        raise FileRefused("ambiguous")
    return text, "UTF-8"


def _utf8_with_mark(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The codec counts from after the mark.
        start, end = (at + len(codecs.BOM_UTF8) for at in (error.start, error.end))
        raise _broken_utf8(content, start, end, error.reason) from None


def _broken_utf8(content: bytes, start: int, end: int, reason: str) -> FileRefused:
    before = content[:start].decode(errors="replace")
    is_cut = end == len(content) and "unexpected end" in reason
    return _at("cut" if is_cut else "broken_utf8", before, content, start)


def _at(why: str, before: str, content: bytes, offset: int) -> FileRefused:
    """A refusal that names the row, the column and the byte, which are counted from 1."""
    row, column = _position(before)
    value = content[offset : offset + 1].hex().upper()
    return FileRefused(why, row=str(row), column=column, byte=str(offset + 1), value=value)


def _position(before: str) -> tuple[int, str]:
    before = before.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    first = before.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    line = before.rpartition("\n")[2]
    return before.count("\n") + 1, column_letters(line.count(separator))


# -- UTF-16 ----------------------------------------------------------------------------------------


def _utf16(content: bytes, encoding: Encoding) -> str:
    is_cut = len(content) % 2 == 1
    try:
        text = content[: len(content) - is_cut].decode(encoding)
    except UnicodeDecodeError as error:
        before = content[: error.start].decode(encoding, errors="replace")
        raise _at("broken_utf16", before, content, error.start) from None
    for sign in sorted(filter(_is_foreign_to_utf16, set(text))):
        # Bytes of another encoding, read two at a time: line ends become characters that do not exist.
        before = text[: text.index(sign)]
        raise _at("broken_utf16", before, content, len(before.encode(encoding)))
    for run in _ASCII_RUN.finditer(content):
        if any(sign in run.group() for sign in b",;\t\r\n"):
            start = run.start() - run.start() % 2
            raise _at("broken_utf16", content[:start].decode(encoding, "replace"), content, start)
    if is_cut:
        raise _at("cut", text, content, len(content) - 1)
    return text.removeprefix("\ufeff")


def _is_foreign_to_utf16(sign: str) -> bool:
    return "\uffff" >= sign > "\x7f" and unicodedata.category(sign) == "Cn"


def _utf16_without_mark(content: bytes) -> Encoding | None:
    """UTF-16 as some programs write it without a mark, where one byte order makes a table and the other none."""
    found: list[Encoding] = []
    orders: tuple[Encoding, Encoding] = ("UTF-16LE", "UTF-16BE")
    for encoding in orders:
        try:
            text = content[: len(content) - len(content) % 2].decode(encoding)
        except UnicodeDecodeError:
            continue
        signs = set(text)
        if signs & _CONTROLS or any(map(_is_foreign_to_utf16, signs)):
            continue
        # A table has cells or lines; read in the other byte order, their signs are characters that do not exist.
        if not signs.isdisjoint(_OF_TABLES):
            found.append(encoding)
    return found[0] if len(found) == 1 else None


# -- GB18030, or UTF-8 with something wrong ----------------------------------------------------------


def _may_be_either(content: bytes) -> bool:
    """Valid UTF-8 that may as well be Chinese in GB18030: words of two-byte characters apart from Latin letters."""
    if content.isascii() or _UTF8_LONG.search(content) is not None:
        return False
    for run in _UTF8_PAIRS.finditer(content):
        around = content[max(0, run.start() - 1) : run.start()] + content[run.end() : run.end() + 1]
        if len(run.group()) < 4 or _LETTER.search(around):
            return False
        if not all(map(_is_everyday, run.group().decode("gb18030", "replace"))):
            return False
    return True


def _no_utf8(content: bytes, error: UnicodeDecodeError) -> str:
    """The text of GB18030. Raises FileRefused for UTF-8 with a broken byte, a mixture, and other code pages."""
    high = len(content.translate(None, _ASCII))
    utf8 = sum(len(found.group()) for found in _UTF8_LONG.finditer(content))
    mixed_at = _utf8_line(content)
    broken = _broken_utf8(content, error.start, error.end, error.reason)
    if utf8 >= high - utf8 and (mixed_at is not None or not _is_chinese(content.decode("gb18030", "ignore"))):
        raise broken
    if mixed_at is not None:
        offset = max(mixed_at, error.start)
        raise _at("mixed", content[:offset].decode("gb18030", "replace"), content, offset)
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError as wrong:
        before = content[: wrong.start].decode("gb18030")
        why = "broken_gb18030" if _is_chinese(before) else "encoding"
        is_cut = why == "broken_gb18030" and wrong.end >= len(content) and "incomplete" in wrong.reason
        raise _at("cut" if is_cut else why, before, content, wrong.start) from None
    if not _is_chinese(text):
        raise _at("encoding", content[: error.start].decode(), content, error.start)
    return text


def _utf8_line(content: bytes) -> int | None:
    """Where the first line stands that is UTF-8 and no Chinese in GB18030; None: there is none."""
    offset = 0
    for line in content.splitlines(keepends=True):
        if not line.isascii() and _UTF8_LONG.search(line) is not None and _is_utf8_only(line):
            return offset
        offset += len(line)
    return None


def _is_utf8_only(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    try:
        return not _is_chinese(line.decode("gb18030"))
    except UnicodeDecodeError:
        return True


def _is_chinese(text: str) -> bool:
    """Whether at least half of the characters outside of ASCII are everyday ones."""
    counts = Counter("".join(_NOT_ASCII.findall(text)))
    everyday = sum(count for sign, count in counts.items() if _is_everyday(sign))
    return everyday > 0 and 2 * everyday >= sum(counts.values())


@lru_cache(maxsize=16_384)
def _is_everyday(sign: str) -> bool:
    """Level 1 of GB 2312, its punctuation, and its full-width letters and digits."""
    try:
        lead = sign.encode("gb2312")[0]
    except UnicodeEncodeError:
        return False
    return 0xB0 <= lead <= 0xD7 or 0xA1 <= lead <= 0xA3
