"""A certificate as a picture to share, in the design of the reports: what it says is the signed document's."""

from __future__ import annotations

import hashlib
from functools import partial

from backend.domain.certificate_document import PRODUCT_NAMES, kilograms
from backend.messages.encoding import encode
from backend.messages.scans import AllocationView, CertificateView
from backend.outside.drawing import Box, Canvas, fitting_size, text_width
from backend.outside.drawing import colours as c
from backend.services.pictures import Pictures

WIDTH, HEIGHT = 1080, 1620
MARGIN = 64
HERO_HEIGHT = 620
PARTS_SHOWN_MAX = 2

TEXTS: dict[str, tuple[str, str]] = {
    "brand": ("天府碳迹", "Tianfu Carbon"),
    "heading": ("活动碳排放抵消证书", "Certificate of contribution"),
    "contribution": ("活动碳排放贡献证书", "Certificate of contribution"),
    "holder": ("持证人：{name}", "Held by {name}"),
    "grams.offset.full": ("全部抵消", "all of the estimate"),
    "grams.offset.partial": ("部分抵消", "part of the estimate"),
    "grams.contribution.full": ("额外贡献", "on top"),
    "grams.contribution.partial": ("额外贡献", "on top"),
    "amount": ("已注销（CO₂e）", "cancelled (CO₂e)"),
    "total": ("估算排放 {kg} kgCO₂e，±{pct}%", "estimated emissions {kg} kgCO₂e, ±{pct} %"),
    "statement": ("声明", "Statement"),
    "credits": ("所用碳信用", "Credits used"),
    "serials": ("克序列号 {first}–{last}", "gram serials {first}–{last}"),
    "more": ("另有 {count} 批", "and {count} more batches"),
    "logged": (
        "已签名，并已入公开日志第 {position} 条（{day}）",
        "Signed, and entry {position} of the public log ({day})",
    ),
    "signed": ("已签名，正在写入公开日志", "Signed; on its way into the public log"),
    "scan": ("扫码查验本证书", "Scan to check this certificate"),
    "note": (
        "一笔估算与一笔自愿抵消，不构成碳中和声明，不可交易。独立系统，并非官方「碳惠天府」平台。",
        "One estimate and one voluntary contribution; no claim of neutrality, not to be traded. "
        "An independent system, not the official Tanhui Tianfu scheme.",
    ),
}


async def certificate_picture(pictures: Pictures, view: CertificateView, language: str) -> bytes:
    """The PNG, drawn once for as long as it shows the same. Raises Busy."""
    digest = hashlib.sha256(b"certificate.png\0" + language.encode() + encode(view)).digest()
    return await pictures.get(digest, partial(draw_certificate, view, language))


def draw_certificate(view: CertificateView, language: str) -> bytes:
    """A PNG. A tenth of a second of plain computing: not on the event loop."""
    return _Drawing(view, language).png()


def say(key: str, language: str, **facts: object) -> str:
    return TEXTS[key][language == "en"].format(**facts)


def proof_state(view: CertificateView, language: str) -> str:
    if view.log is None:
        return say("signed", language)
    head = view.log.head
    return say(
        "logged", language, position=view.log.position, day=head.signed_at[:16].replace("T", " ") + "Z"
    )


class _Drawing:
    def __init__(self, view: CertificateView, language: str) -> None:
        self.view = view
        self.language = language
        self.canvas = Canvas(WIDTH, HEIGHT, c.PAPER)

    def png(self) -> bytes:
        self._hero()
        top = self._statement(HERO_HEIGHT - 54)
        self._credits(top + 22)
        self._foot()
        return self.canvas.png()

    def say(self, key: str, **facts: object) -> str:
        return say(key, self.language, **facts)

    def _hero(self) -> None:
        canvas, view = self.canvas, self.view
        hero = Box(0, 0, WIDTH, HERO_HEIGHT)
        canvas.panel(hero, c.BRAND)
        canvas.rings(hero, (WIDTH - 190, 230), c.GLOW, strength=0.2)
        canvas.mark(Box(MARGIN - 4, 56, 52, 52), c.CREAM)
        canvas.text(MARGIN + 62, 93, self.say("brand"), 32, c.CREAM, is_bold=True)
        heading = "heading" if view.claim == "offset" else "contribution"
        canvas.text(MARGIN, 178, self.say(heading), 40, c.GLOW)
        event = view.event.name.en if self.language == "en" else view.event.name.zh
        wide = WIDTH - 2 * MARGIN
        below = canvas.paragraph(
            Box(MARGIN, 196, wide, 130), event, 42, c.ON_BRAND, is_bold=True, leading=1.35, lines_max=2
        )
        if view.name is not None:
            canvas.text(MARGIN, below + 36, self.say("holder", name=view.name), 30, c.CREAM, width_max=wide)
        value = f"{kilograms(view.offset.grams)}"
        size = fitting_size(value, 120, wide - 110, is_bold=True)
        end = canvas.text(MARGIN - 4, 458, value, size, c.ON_BRAND, is_bold=True)
        canvas.text(end + 16, 458, "kg", 52, c.ON_BRAND, is_bold=True)
        said = self.say("amount")
        canvas.text(MARGIN, 508, said, 28, c.CREAM)
        ground = c.between(c.BRAND, c.GLOW, 0.2)
        chip = self.say(f"grams.{view.claim}.{view.offset.kind}")
        canvas.chip(MARGIN + text_width(said, 28) + 24, 499, chip, 26, ground, c.CREAM)

    def _card(self, top: float, height: float) -> Box:
        box = Box(MARGIN, top, WIDTH - 2 * MARGIN, height)
        self.canvas.panel(box, c.CARD, radius=28, outline=c.LINE)
        return box.inset(36, 28)

    def _statement(self, top: float) -> float:
        canvas, view, height = self.canvas, self.view, 356
        card = self._card(top, height)
        canvas.text(card.left, card.top + 28, self.say("statement"), 30, c.INK, is_bold=True)
        kg, pct = kilograms(view.footprint.total_g), view.footprint.uncertainty_pct
        told = self.say("total", kg=kg, pct=pct)
        canvas.text(card.right, card.top + 28, told, 23, c.SOFT, align="right")
        text = view.statement.en if self.language == "en" else view.statement.zh
        canvas.paragraph(
            Box(card.left, card.top + 46, card.width, card.height - 46),
            text,
            26,
            c.INK,
            leading=1.5,
            lines_max=6,
        )
        return top + height

    def _credits(self, top: float) -> None:
        canvas, parts = self.canvas, self.view.offset.allocations
        shown = parts[:PARTS_SHOWN_MAX]
        card = self._card(top, 118 + 102 * max(1, len(shown)) + (34 if len(parts) > len(shown) else 0))
        canvas.text(card.left, card.top + 28, self.say("credits"), 30, c.INK, is_bold=True)
        y = card.top + 74
        for part in shown:
            self._part(card, y, part)
            y += 102
        if len(parts) > len(shown):
            canvas.text(card.left, y, self.say("more", count=len(parts) - len(shown)), 23, c.SOFT)

    def _part(self, card: Box, y: float, part: AllocationView) -> None:
        canvas = self.canvas
        product = PRODUCT_NAMES.get(part.product, (part.product, part.product))[self.language == "en"]
        amount = f"{part.grams:,} g"
        wide = card.width - text_width(amount, 26) - 24
        canvas.text(card.left, y, f"{product} · {part.project}", 26, c.INK, width_max=wide)
        canvas.text(card.right, y, amount, 26, c.SOFT, align="right")
        serials = self.say("serials", first=part.serial_from, last=part.serial_to)
        canvas.text(card.left, y + 34, serials, 22, c.SOFT, width_max=card.width)
        canvas.text(card.left, y + 64, part.retirement_ref, 22, c.SOFT, width_max=card.width)

    def _foot(self) -> None:
        canvas, side = self.canvas, 250
        top = HEIGHT - side - 40
        plate = Box(WIDTH - MARGIN - side, top, side, side)
        canvas.panel(plate, c.CARD, radius=20, outline=c.LINE)
        canvas.qr(plate.inset(3), self.view.url, c.INK)
        text = Box(MARGIN + 4, top, WIDTH - 2 * MARGIN - side - 44, side)
        canvas.text(text.left, text.top + 30, self.view.number, 32, c.INK, is_bold=True, width_max=text.width)
        below = canvas.paragraph(
            Box(text.left, text.top + 44, text.width, 90),
            proof_state(self.view, self.language),
            24,
            c.BRAND,
            is_bold=True,
            leading=1.4,
            lines_max=2,
        )
        below = canvas.paragraph(
            Box(text.left, below + 4, text.width, 40), self.say("scan"), 23, c.INK, leading=1.4, lines_max=1
        )
        room = Box(text.left, below + 4, text.width, text.bottom - below)
        canvas.paragraph(room, self.say("note"), 19, c.SOFT, leading=1.4)
