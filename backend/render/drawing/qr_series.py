"""Many QR codes of texts of one length, each in some ten microseconds instead of a millisecond.

With its version, level and mask fixed, a QR code is an affine function of its text's bits: error correction is linear
over GF(2), and the placing of the modules and the mask do not depend on the text. So the picture of a text is that of
a first text of its length, changed by what each differing bit changes. The qrcode library draws the first text and
the changes; a test holds the sum against what the library draws itself.

Source: ISO/IEC 18004:2015, 7.5 (Reed–Solomon codes), 7.7 (placement), 7.8 (masks).
"""

from __future__ import annotations

import re
import zlib
from struct import pack

import qrcode
from qrcode.util import MODE_8BIT_BYTE, QRData

QUIET_MODULES = 4
LENGTHS_MAX = 16
PIXELS_PER_MODULE = 8
_RUN = re.compile("1+")
_PIXELS = bytes.maketrans(b"01", b"\xff\x00")
"""A module is eight pixels of one bit: dark is 0 in a PNG of grey."""
_PNG_HEAD = b"\x89PNG\r\n\x1a\n"


class Modules:
    """A QR code without its quiet zone. Rows are padded to whole bytes, a set bit is a dark module."""

    __slots__ = ("bits", "side")

    def __init__(self, side: int, bits: int) -> None:
        self.side = side
        self.bits = bits

    @property
    def row_bytes(self) -> int:
        return (self.side + 7) // 8

    def packed(self) -> bytes:
        """Rows from the top, a bit for each module."""
        return self.bits.to_bytes(self.row_bytes * self.side, "big")

    def rows(self) -> list[str]:
        """Rows from the top, in signs 0 and 1."""
        stride = self.row_bytes * 8
        text = format(self.bits, f"0{stride * self.side}b")
        return [text[start : start + self.side] for start in range(0, len(text), stride)]

    def png(self) -> bytes:
        """Black and white, eight pixels for a module, the quiet zone around it."""
        side = (self.side + 2 * QUIET_MODULES) * PIXELS_PER_MODULE
        same = b"\x02" + bytes(side // 8)  # as the row above it
        quiet = "0" * QUIET_MODULES
        light = "0" * (side // PIXELS_PER_MODULE)
        modules = [light] * QUIET_MODULES
        modules += [f"{quiet}{row}{quiet}" for row in self.rows()]
        modules += [light] * QUIET_MODULES
        pixels = b"".join(
            b"\x00" + row.encode().translate(_PIXELS) + same * (PIXELS_PER_MODULE - 1) for row in modules
        )
        header = pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
        chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(pixels, 6)), (b"IEND", b""))
        return _PNG_HEAD + b"".join(_png_chunk(name, content) for name, content in chunks)

    def svg(self) -> bytes:
        """One path in units of a module, the quiet zone around it."""
        side = self.side + 2 * QUIET_MODULES
        path = "".join(
            f"M{QUIET_MODULES + run.start()},{y}h{run.end() - run.start()}v1h-{run.end() - run.start()}z"
            for y, row in enumerate(self.rows(), start=QUIET_MODULES)
            for run in _RUN.finditer(row)
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{side}mm" height="{side}mm"'
            f' shape-rendering="crispEdges"><path fill="#fff" d="M0,0h{side}v{side}h-{side}z"/>'
            f'<path d="{path}"/></svg>\n'
        ).encode()


class QrSeries:
    """Draws texts that mostly share their beginning: addresses with a code at the end. Level M.

    Not safe to share between threads; the texts are ASCII.
    """

    def __init__(self) -> None:
        self._of_length: dict[int, _Length] = {}

    def draw(self, text: str) -> Modules:
        known = self._of_length.get(len(text))
        if known is None:
            if len(self._of_length) >= LENGTHS_MAX:
                self._of_length.clear()
            known = self._of_length[len(text)] = _Length(text.encode("ascii"))
        return Modules(known.side, known.bits_of(text.encode("ascii")))


class _Length:
    """Texts of one length, by their differences from the first one."""

    def __init__(self, first: bytes) -> None:
        code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
        code.add_data(QRData(first, mode=MODE_8BIT_BYTE))
        code.make(fit=True)
        self._version: int = code.version
        self._mask: int = code.best_mask_pattern()
        self._first = first
        self.side: int = code.modules_count
        self._first_bits = self._drawn(first)
        self._changes: dict[tuple[int, int], int] = {}

    def bits_of(self, text: bytes) -> int:
        bits = self._first_bits
        for place, (was, now) in enumerate(zip(self._first, text, strict=True)):
            if was != now:
                change = self._changes.get((place, was ^ now))
                bits ^= self._change(place, was ^ now) if change is None else change
        return bits

    def _change(self, place: int, difference: int) -> int:
        """What it changes in the picture that these bits of a byte are different."""
        change = 0
        for bit in range(8):
            one = difference & 1 << bit
            if one and (place, one) not in self._changes:
                text = bytearray(self._first)
                text[place] ^= one
                self._changes[place, one] = self._drawn(bytes(text)) ^ self._first_bits
            if one:
                change ^= self._changes[place, one]
        self._changes[place, difference] = change
        return change

    def _drawn(self, text: bytes) -> int:
        code = qrcode.QRCode(
            version=self._version,
            error_correction=qrcode.constants.ERROR_CORRECT_M,
            border=0,
            mask_pattern=self._mask,
        )
        code.add_data(QRData(text, mode=MODE_8BIT_BYTE))
        code.make(fit=False)
        stride = (self.side + 7) // 8 * 8
        rows = ("".join("1" if dark else "0" for dark in row).ljust(stride, "0") for row in code.modules)
        return int("".join(rows), 2)


def _png_chunk(name: bytes, content: bytes) -> bytes:
    return pack(">I", len(content)) + name + content + pack(">I", zlib.crc32(name + content))
