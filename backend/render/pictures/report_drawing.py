"""A report as a picture to share: one number, where it came from, when, what it is like, and a way to this service.

What it says is held to the same rules as every page: the verified reduction stands alone, one's own word beside it,
what was given away is named, nothing is called neutral. No name and no id of a person is on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from backend.domain.days import day_of
from backend.domain.mass import mass, mass_parts
from backend.messages.account.reports import GroupSum, Report, ReportStep
from backend.messages.shape import Bilingual
from backend.render.drawing import Box, Canvas, fitting_size, text_width
from backend.render.drawing import colours as c
from backend.render.texts.dates import dated
from backend.texts import both, say

WIDTH, HEIGHT = 1080, 1620
MARGIN = 64
HERO_HEIGHT = 536
ROW_HEIGHT = 71
GROUPS_SHOWN_MAX = 4


class ReportDrawing:
    def __init__(self, report: Report, language: str, address: str) -> None:
        self.report = report
        self.language = language
        self.address = address
        self.canvas = Canvas(WIDTH, HEIGHT, c.PAPER)

    def png(self) -> bytes:
        self._hero()
        if self.report.actions:
            top = self._kinds(HERO_HEIGHT - 54)
            top = self._steps(top + 24)
            self._likenesses(top + 24)
        else:
            self._nothing()
        self._foot()
        return self.canvas.png()

    def say(self, key: str, **facts: object) -> str:
        return say(self.language, f"report_picture.{key}", **facts)

    def _name(self, text: Bilingual) -> str:
        return text.zh if self.language == "zh-CN" else text.en

    # -- the number -------------------------------------------------------------------------------

    def _hero(self) -> None:
        canvas, report = self.canvas, self.report
        hero = Box(0, 0, WIDTH, HERO_HEIGHT)
        canvas.panel(hero, c.BRAND)
        canvas.rings(hero, (WIDTH - 190, 210), c.GLOW, strength=0.2)
        canvas.mark(Box(MARGIN - 4, 56, 52, 52), c.CREAM)
        canvas.text(MARGIN + 62, 93, say(self.language, "brand"), 32, c.CREAM, is_bold=True)
        period = self._period()
        width = text_width(period, 28) + 40
        canvas.chip(WIDTH - MARGIN - width, 82, period, 28, c.between(c.BRAND, c.GLOW, 0.2), c.CREAM)
        canvas.text(MARGIN, 182, self.say(report.kind), 38, c.GLOW)
        value, unit = mass_parts(report.reduction_g)
        size = fitting_size(value, 150, WIDTH - 2 * MARGIN - 110, is_bold=True)
        end = canvas.text(MARGIN - 6, 322, value, size, c.ON_BRAND, is_bold=True)
        canvas.text(end + 18, 322, unit, 58, c.ON_BRAND, is_bold=True)
        canvas.text(MARGIN, 378, self.say("reduction"), 30, c.CREAM)
        x = float(MARGIN)
        ground = c.between(c.BRAND, c.GLOW, 0.2)
        for text in self._chips():
            if x + text_width(text, 26) + 40 > WIDTH - MARGIN:
                break
            x = canvas.chip(x, 434, text, 26, ground, c.CREAM) + 14

    def _period(self) -> str:
        report = self.report
        name = dated(self.language, f"format.{report.kind}", report.starts_on)
        if report.is_complete:
            return name
        return self.say("running", period=name, day=self._day(day_of(report.made_at)))

    def _day(self, day: date) -> str:
        return dated(self.language, "format.day.short", day)

    def _chips(self) -> list[str]:
        """What is to know about the number first, then what is nice to know."""
        report, claims = self.report, self.report.claims
        chips = []
        if claims.donated_g:
            chips.append(self.say("given", mass=mass(claims.donated_g)))
        if claims.aggregated_g + claims.cancelled_g:
            chips.append(self.say("claimed", mass=mass(claims.aggregated_g + claims.cancelled_g)))
        if report.self_declared_g:
            chips.append(self.say("own_word", mass=mass(report.self_declared_g)))
        pct = report.before.change_pct
        if pct is not None and abs(pct) >= 1:
            before = self.say("last_month" if report.kind == "month" else "last_year")
            chips.append(self.say("more" if pct > 0 else "less", before=before, pct=f"{abs(pct):,.0f}"))
        if not report.actions:
            return chips
        chips.append(self.say("active_days", count=report.active_days))
        chips.append(self.say("points", count=f"{report.points.earned:,}"))
        chips.append(self.say("actions", count=f"{report.actions:,}"))
        return chips

    # -- where it came from and when --------------------------------------------------------------

    def _card(self, top: float, height: float) -> Box:
        box = Box(MARGIN, top, WIDTH - 2 * MARGIN, height)
        self.canvas.panel(box, c.CARD, radius=28, outline=c.LINE)
        return box.inset(36, 30)

    def _kinds(self, top: float) -> float:
        canvas, rows = self.canvas, largest(self.report.by_group)
        card = self._card(top, 100 + ROW_HEIGHT * len(rows))
        canvas.text(card.left, card.top + 26, self.say("by_kind"), 32, c.INK, is_bold=True)
        if self.report.self_declared_g:
            self._legend(card)
        most = max([row.reduction_g + row.self_declared_g for row in rows] + [1])
        for number, row in enumerate(rows):
            y = card.top + 80 + ROW_HEIGHT * number
            canvas.text(card.left, y, self._name(row.name), 27, c.INK)
            canvas.text(card.right, y, self._amount(row), 27, c.SOFT, align="right")
            shares = [(row.reduction_g / most, c.BAR), (row.self_declared_g / most, c.BAR_PALE)]
            canvas.bar(Box(card.left, y + 16, card.width, 14), shares, c.BAR_TRACK)
        return top + 100 + ROW_HEIGHT * len(rows)

    def _legend(self, card: Box) -> None:
        x = card.right
        for key, fill in (("self_declared", c.BAR_PALE), ("verified", c.BAR)):
            x -= text_width(self.say(key), 22)
            self.canvas.text(x, card.top + 24, self.say(key), 22, c.SOFT)
            self.canvas.disc(x - 18, card.top + 16, 8, fill)
            x -= 52

    def _amount(self, row: GroupSum) -> str:
        parts = [mass(row.reduction_g)] if row.reduction_g else []
        if row.self_declared_g:
            parts.append(f"{self.say('self_declared')} {mass(row.self_declared_g)}")
        return self.say("parts").join(parts) or self.say("actions", count=f"{row.actions:,}")

    def _steps(self, top: float) -> float:
        canvas, report, height = self.canvas, self.report, 270
        card = self._card(top, height)
        is_month = report.kind == "month"
        canvas.text(
            card.left, card.top + 26, self.say("by_day" if is_month else "by_month"), 32, c.INK, is_bold=True
        )
        canvas.text(card.right, card.top + 26, self._best(), 24, c.SOFT, align="right")
        chart = Box(card.left, card.top + 56, card.width, card.height - 92)
        self._columns(chart, report.steps)
        canvas.line(chart.left, chart.bottom, chart.right, chart.bottom, c.LINE)
        pitch = chart.width / len(report.steps)
        for number, step in enumerate(report.steps):
            label = step.starts_on.day if is_month else step.starts_on.month
            if not is_month or label % 7 == 1:
                canvas.text(
                    chart.left + pitch * (number + 0.5),
                    chart.bottom + 34,
                    str(label),
                    22,
                    c.SOFT,
                    align="center",
                )
        return top + height

    def _columns(self, chart: Box, steps: Sequence[ReportStep]) -> None:
        most = max([step.reduction_g + step.self_declared_g for step in steps] + [1])
        pitch = chart.width / len(steps)
        width = min(44.0, pitch * 0.68)
        for number, step in enumerate(steps):
            box = Box(chart.left + pitch * number + (pitch - width) / 2, chart.top, width, chart.height)
            parts = [(step.reduction_g / most, c.BAR), (step.self_declared_g / most, c.BAR_PALE)]
            if step.actions and not step.reduction_g + step.self_declared_g:
                parts = [(4 / chart.height, c.BAR_PALE)]
            self.canvas.column(box, parts, radius=7)

    def _best(self) -> str:
        report = self.report
        best = report.best_month if report.kind == "year" else report.best_day
        if best is None:
            return ""
        if report.kind == "month":
            return self.say("best_day", day=self._day(best.starts_on), mass=mass(best.reduction_g))
        month = dated(self.language, "format.month.alone", best.starts_on)
        return self.say("best_month", month=month, mass=mass(best.reduction_g))

    # -- in everyday words, and the end -----------------------------------------------------------

    def _likenesses(self, top: float) -> None:
        canvas, likenesses = self.canvas, self.report.equivalents[:3]
        if not likenesses:
            return
        canvas.text(MARGIN + 4, top + 24, self.say("like"), 26, c.SOFT)
        gap = 22
        width = (WIDTH - 2 * MARGIN - gap * (len(likenesses) - 1)) / len(likenesses)
        for number, each in enumerate(likenesses):
            box = Box(MARGIN + (width + gap) * number, top + 44, width, 120)
            canvas.panel(box, c.TINT, radius=24)
            inner = box.inset(26, 22)
            value, unit = f"{each.value:,f}", self.say(each.code)
            size = fitting_size(value, 48, inner.width - 10 - text_width(unit, 26), is_bold=True)
            end = canvas.text(inner.left, inner.top + 42, value, size, c.TINT_INK, is_bold=True)
            canvas.text(end + 10, inner.top + 42, unit, 26, c.TINT_INK)
            canvas.paragraph(
                Box(inner.left, inner.top + 56, inner.width, 60),
                self.say(f"{each.code}.about"),
                23,
                c.SOFT,
                leading=1.25,
                lines_max=1,
            )

    def _nothing(self) -> None:
        card = self._card(HERO_HEIGHT - 54, 760)
        self.canvas.rings(card.inset(-16, -12), (card.right - 180, card.bottom - 150), c.BAR, strength=0.16)
        for number, key in enumerate(("nothing", "begin")):
            self.canvas.text(
                card.left, card.top + 110 + 76 * number, self.say(key), 46, c.INK, is_bold=not number
            )

    def _foot(self) -> None:
        canvas, side = self.canvas, 204
        top = HEIGHT - side - 44
        plate = Box(WIDTH - MARGIN - side, top, side, side)
        canvas.panel(plate, c.CARD, radius=20, outline=c.LINE)
        canvas.qr(plate.inset(3), self.address, c.INK)
        text = Box(MARGIN + 4, top + 6, WIDTH - 2 * MARGIN - side - 48, side)
        below = canvas.paragraph(text, self.say("scan"), 31, c.BRAND, is_bold=True, leading=1.4, lines_max=2)
        names = [self._name(each.factor_name) for each in self.report.equivalents]
        listed = say(self.language, "list.comma").join(names)
        note = self.say("note", factors=self.say("factors", factors=listed) if names else "")
        canvas.paragraph(
            Box(text.left, below + 8, text.width, side - (below - top)), note, 20, c.SOFT, leading=1.45
        )


def largest(groups: Sequence[GroupSum]) -> list[GroupSum]:
    """The largest kinds; what is beyond them becomes one, so that the bars still add up to the number above."""
    if len(groups) <= GROUPS_SHOWN_MAX:
        return list(groups)
    shown, rest = list(groups[: GROUPS_SHOWN_MAX - 1]), groups[GROUPS_SHOWN_MAX - 1 :]
    shown.append(
        GroupSum(
            group="other",
            name=Bilingual(*both("group.other")),
            actions=sum(each.actions for each in rest),
            reduction_g=sum(each.reduction_g for each in rest),
            self_declared_g=sum(each.self_declared_g for each in rest),
            points=sum(each.points for each in rest),
        )
    )
    return shown
