"""A certificate to print: A4, serials, the factors it was computed from, and how to check it without this service."""

from __future__ import annotations

import hashlib
from functools import partial

from fpdf import FPDF
from fpdf.enums import WrapMode

from backend.catalogue import Catalogue
from backend.domain.certificate_document import PRODUCT_NAMES, kilograms
from backend.messages.encoding import encode
from backend.messages.scans import CertificateView
from backend.outside.drawing.fonts import FOLDER, drawable
from backend.services.certificate_pictures import proof_state, say
from backend.services.pictures import Pictures
from backend.services.scene_sheets import qr_rows

PAGE_MM, MARGIN_MM = 210.0, 18.0
FOOT_MM = 18.0
QR_MM = 42.0
BRAND, INK, SOFT, LINE = (11, 93, 78), (21, 34, 30), (85, 99, 93), (226, 222, 211)

TEXTS: dict[str, tuple[str, str]] = {
    "number": ("证书编号", "Number"),
    "issued": ("签发时间", "Issued"),
    "event": ("活动", "Event"),
    "days": ("日期", "Days"),
    "amount": ("注销量", "Cancelled"),
    "total": ("估算排放", "Estimated emissions"),
    "basis": ("默认情景占比", "Rests on defaults"),
    "set": ("核算因子集", "Factor set"),
    "lines": ("足迹明细与因子", "Footprint and factors"),
    "project": ("产品与项目", "Product and project"),
    "retirement": ("注销凭证", "Retirement reference"),
    "batch": ("批次", "Batch"),
    "serial": ("克序列号", "Gram serials"),
    "check": ("离线查验", "How to check it"),
    "leaf": ("日志叶哈希", "Leaf hash"),
    "root": ("树头（{size} 条）", "Head ({size} entries)"),
    "signature": ("证书签名（Ed25519，{key_id}）", "Signature (Ed25519, {key_id})"),
    "how": (
        "保存 {url} 的 JSON 记录与公钥文件，运行 tianfu verify；步骤见 docs/certificates.md。",
        "Keep the JSON record of {url} and the file of public keys, then run tianfu verify; "
        "docs/certificates.md tells how to do it by hand.",
    ),
}


async def certificate_sheet(
    pictures: Pictures, view: CertificateView, catalogue: Catalogue, language: str
) -> bytes:
    """The PDF, made once for as long as it says the same. Raises Busy."""
    digest = hashlib.sha256(b"certificate.pdf\0" + language.encode() + encode(view)).digest()
    names = {code: factor.name[language] for code, factor in catalogue.factors.items()}
    return await pictures.get(digest, partial(sheet_pdf, view, names, language))


def sheet_pdf(view: CertificateView, factor_names: dict[str, str], language: str) -> bytes:
    """Both languages' statement, everything else in one. Not on the event loop."""
    return _Sheet(view, factor_names, language).pdf()


class _Sheet:
    def __init__(self, view: CertificateView, factor_names: dict[str, str], language: str) -> None:
        self.view = view
        self.factor_names = factor_names
        self.language = language
        self.paper = FPDF(format="A4")
        self.paper.set_auto_page_break(True, FOOT_MM)
        self.paper.set_margins(MARGIN_MM, MARGIN_MM)
        for style, weight in (("", "Regular"), ("B", "Bold")):
            self.paper.add_font("sheet", style, FOLDER / f"NotoSansSC-{weight}.otf")

    def pdf(self) -> bytes:
        self.paper.set_title(f"{say('heading', self.language)} {self.view.number}")
        self.paper.add_page()
        self._head()
        self._facts()
        self._statements()
        self._credits()
        self._lines()
        self._proof()
        return bytes(self.paper.output())

    def say(self, key: str, **facts: object) -> str:
        return TEXTS[key][self.language == "en"].format(**facts)

    def _head(self) -> None:
        paper, view = self.paper, self.view
        paper.set_fill_color(*BRAND)
        paper.rect(0, 0, PAGE_MM, 24, style="F")
        paper.set_text_color(255, 255, 255)
        paper.set_xy(MARGIN_MM, 7)
        heading = "heading" if view.claim == "offset" else "contribution"
        self._text(say(heading, self.language), 17, is_bold=True)
        paper.set_xy(MARGIN_MM, 15)
        self._text(say("brand", self.language), 10)
        paper.set_text_color(*INK)
        self._qr(PAGE_MM - MARGIN_MM - QR_MM, 28)
        paper.set_xy(MARGIN_MM, 30)

    def _facts(self) -> None:
        view = self.view
        event = view.event.name.en if self.language == "en" else view.event.name.zh
        days = " – ".join(dict.fromkeys([str(view.event_starts_on), str(view.event_ends_on)]))
        share = say(f"grams.{view.claim}.{view.offset.kind}", self.language)
        rows = [
            (self.say("number"), view.number),
            *([(say("holder", self.language, name="").strip("：: "), view.name)] if view.name else []),
            (self.say("event"), f"{event} · {view.event.city}"),
            (self.say("days"), days),
            (self.say("amount"), f"{kilograms(view.offset.grams)} kgCO₂e · {share}"),
            (
                self.say("total"),
                f"{kilograms(view.footprint.total_g)} kgCO₂e ±{view.footprint.uncertainty_pct}%",
            ),
            (self.say("basis"), f"{view.footprint.default_pct}%"),
            (self.say("set"), view.footprint.factor_set),
            (self.say("issued"), view.document["issued_at"]),
        ]
        for name, value in rows:
            self._row(name, value, wide_mm=PAGE_MM - 2 * MARGIN_MM - QR_MM - 6)
        self.paper.set_y(max(self.paper.get_y(), 28 + QR_MM) + 3)

    def _statements(self) -> None:
        for text, size in ((self.view.statement.zh, 10.5), (self.view.statement.en, 9.5)):
            self._paragraph(text, size)
            self.paper.ln(1.5)

    def _credits(self) -> None:
        self._title(say("credits", self.language))
        for part in self.view.offset.allocations:
            product = PRODUCT_NAMES.get(part.product, (part.product, part.product))[self.language == "en"]
            self._row(self.say("project"), f"{product} · {part.project}")
            self._row(self.say("retirement"), part.retirement_ref)
            self._row(self.say("serial"), f"{part.serial_from} – {part.serial_to} ({part.grams:,} g)")
            self._row(self.say("batch"), part.batch_id)
            self.paper.ln(1.5)

    def _lines(self) -> None:
        self._title(self.say("lines"))
        for line in self.view.footprint.lines:
            told = f"{line.quantity:,f} {line.unit} × {line.factor_g:f} g = {line.emission_g:,} g"
            self._row(line.source, told, size=8.5)
            names = "; ".join(
                f"{self.factor_names.get(each, each)} ({each})"
                for each in (line.factor_ids or (line.factor_id,))
            )
            self._row("", names, size=7)

    def _proof(self) -> None:
        view = self.view
        self._title(self.say("check"))
        self._paragraph(proof_state(view, self.language), 9.5)
        if view.log is not None:
            self._row(self.say("leaf"), view.log.leaf_hash, size=8)
            self._row(self.say("root", size=view.log.size), view.log.root, size=8)
        self._row(self.say("signature", key_id=view.signature.key_id), view.signature.value, size=8)
        self.paper.ln(1)
        self._paragraph(self.say("how", url=view.url), 8.5)
        self._paragraph(say("note", self.language), 8)

    # -- lines of it ------------------------------------------------------------------------------

    def _title(self, text: str) -> None:
        self.paper.ln(2)
        self.paper.set_text_color(*BRAND)
        self._text(text, 12, is_bold=True)
        self.paper.set_text_color(*INK)
        self.paper.ln(1)

    def _text(self, text: str, size: float, *, is_bold: bool = False) -> None:
        self.paper.set_font("sheet", "B" if is_bold else "", size)
        self.paper.cell(0, size * 0.5, drawable(text), new_x="LMARGIN", new_y="NEXT")

    def _row(
        self, name: str, value: str, *, wide_mm: float = PAGE_MM - 2 * MARGIN_MM, size: float = 9.5
    ) -> None:
        """A name, and beside it a value of as many lines as it takes."""
        paper, high_mm, name_mm = self.paper, size * 0.5, 38.0
        if paper.get_y() + 3 * high_mm > PAGE_MM * 1.414 - FOOT_MM:
            paper.add_page()
        top = paper.get_y()
        paper.set_font("sheet", "", size)
        paper.set_text_color(*SOFT)
        paper.multi_cell(name_mm, high_mm, drawable(name), new_x="RIGHT", new_y="TOP", align="L")
        paper.set_text_color(*INK)
        paper.set_xy(MARGIN_MM + name_mm, top)
        paper.multi_cell(
            wide_mm - name_mm,
            high_mm,
            drawable(value),
            new_x="LMARGIN",
            new_y="NEXT",
            align="L",
            wrapmode=WrapMode.CHAR,
        )

    def _paragraph(self, text: str, size: float) -> None:
        self.paper.set_font("sheet", "", size)
        wrap = WrapMode.WORD if text.isascii() else WrapMode.CHAR
        self.paper.multi_cell(
            0, size * 0.52, drawable(text), new_x="LMARGIN", new_y="NEXT", align="L", wrapmode=wrap
        )

    def _qr(self, left_mm: float, top_mm: float) -> None:
        rows = qr_rows(self.view.url)
        module_mm = QR_MM / len(rows)
        self.paper.set_fill_color(0, 0, 0)
        for y, row in enumerate(rows):
            for x, is_dark in enumerate(row):
                if is_dark:
                    at = (left_mm + x * module_mm, top_mm + y * module_mm)
                    self.paper.rect(*at, module_mm * 1.01, module_mm * 1.01, style="F")
