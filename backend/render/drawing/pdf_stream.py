"""A PDF that is written as it is made: pages leave the process one by one, and their places alone are kept.

The libraries at hand keep every page until the end (fpdf2, reportlab), which for a hundred thousand badges is
gigabytes. Here a page costs sixteen bytes: where its two objects begin.

Source: ISO 32000-1:2008, 7.5 (file structure), 7.7.3 (page tree), 9.7 (composite fonts).
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Mapping

from backend.render.drawing.pdf_font import EmbeddedFont

PAGES_PER_NODE = 200
MM = 72 / 25.4
A4_MM = (210.0, 297.0)


class PdfStream:
    """Call `begin`, then `page` as often as wanted, then `end`, and send what they return in that order.

    Content is in millimetres from the lower left corner. `forms` are pictures that pages show by name.
    """

    def __init__(self, title: str, fonts: Mapping[str, EmbeddedFont]) -> None:
        self._title = title
        self._fonts = fonts
        self._offsets = array("Q", [0])
        self._sent = 0
        self._out = bytearray()
        self._nodes: list[tuple[int, int]] = []
        self._kids: list[int] = []
        self._node = 0
        self._tree = 0
        self._resources = 0

    def begin(self, forms: Mapping[str, bytes]) -> bytes:
        self._out += b"%PDF-1.5\n%\xe4\xe5\xe6\xe7\n"
        self._tree = self._reserve()
        self._resources = self._reserve()
        fonts = {name: self._add_font(font) for name, font in self._fonts.items()}
        pictures = {name: self._add_form(content) for name, content in forms.items()}
        self._write(self._resources, f"<< {_named('Font', fonts)} {_named('XObject', pictures)} >>".encode())
        return self._taken()

    def page(self, content: bytes) -> bytes:
        if not self._kids:
            self._node = self._reserve()
        stream = self._add_stream({}, b"%.6f 0 0 %.6f 0 0 cm\n" % (MM, MM) + content)
        page = self._add(
            f"<< /Type /Page /Parent {self._node} 0 R /Resources {self._resources} 0 R"
            f" /MediaBox {_box(A4_MM)} /Contents {stream} 0 R >>".encode()
        )
        self._kids.append(page)
        if len(self._kids) == PAGES_PER_NODE:
            self._end_node()
        return self._taken()

    def end(self) -> bytes:
        if self._kids:
            self._end_node()
        kids = " ".join(f"{node} 0 R" for node, _ in self._nodes)
        count = sum(pages for _, pages in self._nodes)
        self._write(self._tree, f"<< /Type /Pages /Count {count} /Kids [{kids}] >>".encode())
        catalog = self._add(f"<< /Type /Catalog /Pages {self._tree} 0 R >>".encode())
        info = self._add(f"<< /Title {_text(self._title)} /Producer (Tianfu Carbon) >>".encode())
        place = self._sent + len(self._out)
        self._out += f"xref\n0 {len(self._offsets)}\n0000000000 65535 f \n".encode()
        for offset in self._offsets[1:]:
            self._out += b"%010d 00000 n \n" % offset
        self._out += (
            f"trailer\n<< /Size {len(self._offsets)} /Root {catalog} 0 R /Info {info} 0 R >>\n"
            f"startxref\n{place}\n%%EOF\n"
        ).encode()
        return self._taken()

    def _end_node(self) -> None:
        kids = " ".join(f"{page} 0 R" for page in self._kids)
        node = f"<< /Type /Pages /Parent {self._tree} 0 R /Count {len(self._kids)} /Kids [{kids}] >>"
        self._write(self._node, node.encode())
        self._nodes.append((self._node, len(self._kids)))
        self._kids.clear()

    def _add_form(self, content: bytes) -> int:
        head = {"Type": "/XObject", "Subtype": "/Form", "BBox": _box(A4_MM, 1)}
        return self._add_stream(head | {"Resources": f"{self._resources} 0 R"}, content)

    def _add_font(self, font: EmbeddedFont) -> int:
        file = self._add_stream({"Subtype": "/CIDFontType0C"}, font.cff)
        box = " ".join(str(each) for each in font.box)
        described = self._add(
            f"<< /Type /FontDescriptor /FontName /{font.name} /Flags 4 /FontBBox [{box}] /ItalicAngle 0"
            f" /Ascent {font.ascent} /Descent {font.descent} /CapHeight {font.ascent} /StemV 80"
            f" /FontFile3 {file} 0 R >>".encode()
        )
        widths = " ".join(f"{cid} [{width}]" for cid, width in font.cid_widths)
        of_cids = self._add(
            f"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /{font.name} /DW 1000 /W [{widths}]"
            f" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
            f" /FontDescriptor {described} 0 R >>".encode()
        )
        unicode = self._add_stream({}, font.to_unicode())
        return self._add(
            f"<< /Type /Font /Subtype /Type0 /BaseFont /{font.name} /Encoding /Identity-H"
            f" /DescendantFonts [{of_cids} 0 R] /ToUnicode {unicode} 0 R >>".encode()
        )

    def _add_stream(self, head: Mapping[str, str], content: bytes) -> int:
        packed = zlib.compress(content, 6)
        entries = {**head, "Filter": "/FlateDecode", "Length": str(len(packed))}
        named = " ".join(f"/{name} {value}" for name, value in entries.items())
        return self._add(b"<< " + named.encode() + b" >>\nstream\n" + packed + b"\nendstream")

    def _reserve(self) -> int:
        self._offsets.append(0)
        return len(self._offsets) - 1

    def _add(self, body: bytes) -> int:
        number = self._reserve()
        self._write(number, body)
        return number

    def _write(self, number: int, body: bytes) -> None:
        self._offsets[number] = self._sent + len(self._out)
        self._out += b"%d 0 obj\n" % number + body + b"\nendobj\n"

    def _taken(self) -> bytes:
        made = bytes(self._out)
        self._sent += len(made)
        self._out.clear()
        return made


def _named(kind: str, numbers: Mapping[str, int]) -> str:
    inner = " ".join(f"/{name} {number} 0 R" for name, number in numbers.items())
    return f"/{kind} << {inner} >>"


def _box(size_mm: tuple[float, float], scale: float = MM) -> str:
    return f"[0 0 {size_mm[0] * scale:.3f} {size_mm[1] * scale:.3f}]"


def _text(text: str) -> str:
    return f"<{(chr(0xFEFF) + text).encode('utf-16-be').hex()}>"
