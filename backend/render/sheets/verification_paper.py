"""A verifier's report: A4, both languages, drawn with our own fonts, with the signature that it carries."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime
from hashlib import sha256
from typing import Any

from fpdf import FPDF
from fpdf.enums import WrapMode

from backend.domain.mass import mass
from backend.render.drawing import colours as c
from backend.render.drawing.fonts import FOLDER, drawable
from backend.texts import LANGUAGES, say

MARGIN_MM = 16.0
WIDE_MM = 210.0 - 2 * MARGIN_MM
LABEL_MM = 52.0
REFUSED_MAX = 200
"""Refused items on paper; the signed text has all of them."""


class Paper(FPDF):
    """Draws a signed opinion."""

    def __init__(self, document: dict[str, Any], body: bytes, key_id: str, signature: bytes) -> None:
        super().__init__(format="A4")
        self.document, self.digest, self.key_id, self.signature = document, sha256(body), key_id, signature
        self.set_margins(MARGIN_MM, MARGIN_MM)
        self.set_auto_page_break(True, margin=20)
        for style, weight in (("", "Regular"), ("B", "Bold")):
            self.add_font("report", style, FOLDER / f"NotoSansSC-{weight}.otf")
        self.set_title(_both("verification.report.title"))
        self.set_lang("zh-CN")
        self.set_creation_date(datetime.fromisoformat(document["signed_at"]))

    def draw(self) -> None:
        document = self.document
        self.add_page()
        self._head()
        review, account = document["review"], document["account"]
        self._row("verification.report.event", self._named(document["event"]["name"]))
        verifier = document["verifier"]
        self._row("verification.report.verifier", f"{self._named(verifier['name'])} · {verifier['code']}")
        licence = verifier["licence"]
        until = "" if licence["valid_to"] is None else f" · – {licence['valid_to']}"
        self._row("verification.report.licence", f"{licence['number']} · {licence['issuer']}{until}")
        self._row("verification.opinion", _both(f"verification.opinion.{document['opinion']}"))
        self._row("verification.assurance", _both(f"verification.assurance.{document['assurance']}"))
        self._row("verification.threshold", f"{document['threshold_pct']} %")
        low, estimate, high = (mass(account[name]) for name in ("low_g", "estimate_g", "high_g"))
        self._row("verification.report.account", f"{estimate} ({low} – {high}) · {account['factor_set']}")
        counts = f"{review['confirmed']} / {review['items']} · {mass(review['confirmed_g'])}"
        self._row("verification.report.confirmed", counts)
        self._row("verification.report.refused", f"{review['refused']} · {mass(review['material_g'])}")
        for refused in review["refused_items"][:REFUSED_MAX]:
            self._row(None, f"{refused['item']}: {mass(refused['materiality_g'])} – {refused['reason']}")
        for language in LANGUAGES:
            self._title(say(language, "verification.statement"))
            self._words(document["statement"][language], 10)
        self._title(_both("verification.report.signature"))
        self._row("verification.report.signed", f"{document['signed_at']} · {document['signed_by']}")
        self._row("verification.report.account_sha256", account["sha256"])
        self._row("verification.report.sha256", self.digest.hexdigest())
        value = b64encode(self.signature).decode("ascii")
        self._row("verification.report.signature", f"Ed25519 · {self.key_id} · {value}")

    def footer(self) -> None:
        self.set_y(-14)
        self.set_text_color(*c.SOFT)
        self.set_font("report", "", 7.5)
        self.cell(WIDE_MM * 0.8, 4, say("zh-CN", "brand") + " · " + say("en", "brand"))
        self.cell(0, 4, str(self.page_no()), align="R")

    def _head(self) -> None:
        self.set_fill_color(*c.BRAND)
        self.rect(0, 0, 210, 36, style="F")
        self.set_text_color(*c.ON_BRAND)
        self.set_xy(MARGIN_MM, 9)
        self._words(_both("verification.report.title"), 16, is_bold=True)
        self._words(self.document["event"]["slug"], 9)
        self.set_xy(MARGIN_MM, 42)
        self.set_text_color(*c.INK)

    def _named(self, name: dict[str, str]) -> str:
        return f"{name['zh-CN']} / {name['en']}"

    def _title(self, text: str) -> None:
        if self.get_y() > 297 - 20 - 32:
            self.add_page()
        self.ln(4)
        self.set_text_color(*c.BRAND)
        self._words(text, 12, is_bold=True)
        self.set_text_color(*c.INK)
        self.ln(1)

    def _row(self, label: str | None, text: str) -> None:
        # A label never stands alone at the foot of a page.
        if self.get_y() > 297 - 20 - 14:
            self.add_page()
        top = self.get_y()
        if label is not None:
            self.set_text_color(*c.SOFT)
            self.set_font("report", "", 8.5)
            self.multi_cell(
                LABEL_MM - 3, 4.4, _both(label), new_x="LMARGIN", new_y="NEXT", wrapmode=WrapMode.CHAR
            )
        below, page = self.get_y(), self.page
        self.set_xy(MARGIN_MM + LABEL_MM, top)
        self.set_text_color(*c.INK)
        self.set_font("report", "", 9.5)
        self.multi_cell(
            WIDE_MM - LABEL_MM, 4.9, drawable(text), new_x="LMARGIN", new_y="NEXT", wrapmode=WrapMode.CHAR
        )
        if self.page == page:
            self.set_y(max(below, self.get_y()))
        self.ln(1.2)

    def _words(self, text: str, size_pt: float, *, is_bold: bool = False) -> None:
        self.set_font("report", "B" if is_bold else "", size_pt)
        self.multi_cell(
            0, size_pt * 0.52, drawable(text), new_x="LMARGIN", new_y="NEXT", wrapmode=WrapMode.CHAR
        )


def _both(key: str) -> str:
    return " / ".join(say(language, key) for language in LANGUAGES)
