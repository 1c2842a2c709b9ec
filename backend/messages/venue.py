"""Screens, posters and their windows, citizens' passes, companions."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from backend.messages.events.events import GateView
from backend.messages.events.scans import EventBrief
from backend.messages.shape import VISIBLE, Answer, Bilingual, Instant, Request

GateNumber = Annotated[int, Meta(ge=1, le=999)]
HOURS_MAX = 72
MINUTES_MAX = 24 * 60


class RotatingCode(Answer, kw_only=True, rename={"shown_from": "from", "shown_to": "to"}):
    """A code and the time in which a screen shows it."""

    code: str
    url: Annotated[str, Meta(description="what the QR holds")]
    shown_from: Instant
    shown_to: Instant


class VenueCodes(Answer):
    """The codes that a gate's screen shows now and next, for as long as it may lose its connection."""

    event: EventBrief
    gate: GateView
    is_running: Annotated[bool, Meta(description="codes of an event that is not running are refused")]
    as_of: Annotated[Instant, Meta(description="the server's clock, to correct the screen's by")]
    items: list[RotatingCode]
    expires_at: Annotated[Instant | None, Meta(description="when the screen's token ends; null for staff")]


class ScreenRequest(Request):
    gate: GateNumber = 1
    hours: Annotated[int, Meta(ge=1, le=HOURS_MAX, description="how long the screen may show codes")] = 12


class ScreenLink(Answer):
    """A new screen's link, shown this once. It opens one screen, whose token reads this gate's codes alone."""

    id: str
    gate: int
    key: str
    url: str
    key_expires_at: Instant
    expires_at: Instant


class ScreenKeyRequest(Request):
    key: Annotated[str, Meta(min_length=1, max_length=64)]


class ScreenToken(Answer):
    token: Annotated[str, Meta(description="Authorization: Bearer …, for /v1/screens/current alone")]
    event: str
    gate: int
    expires_at: Instant


class ScreenStatus(Answer):
    id: str
    gate: int
    state: Literal["waiting", "open", "lapsed", "expired", "revoked"]
    created_at: Instant
    opened_at: Instant | None
    expires_at: Instant
    revoked_at: Instant | None


class PosterRequest(Request):
    name: Annotated[str, VISIBLE, Meta(min_length=1, max_length=80, description="where it hangs, for staff")]
    gate: GateNumber = 1


class WindowRequest(Request):
    minutes: Annotated[int, Meta(ge=1, le=MINUTES_MAX)]
    opens_at: Annotated[Instant | None, Meta(description="now, when not told")] = None


class WindowView(Answer):
    id: str
    opens_at: Instant
    closes_at: Instant
    closed_at: Annotated[Instant | None, Meta(description="when it was closed early")]
    is_open: bool


class PosterView(Answer):
    number: int
    gate: int
    name: str
    code: str
    url: str
    is_open: bool
    windows: Annotated[
        list[WindowView], Meta(description="those not over, and the last one that is; oldest first")
    ]


class PassCode(Answer, kw_only=True, rename={"shown_from": "from", "shown_to": "to"}):
    code: str
    shown_from: Instant
    shown_to: Instant


class CitizenPass(Answer):
    """A citizen's pass with the codes of its next minutes, so that the phone can show them without a connection."""

    event: EventBrief
    number: int
    as_of: Instant
    items: list[PassCode]


class MyCompanion(Answer):
    """A companion whom the citizen's phone scanned in."""

    event: EventBrief
    badge_serial: int
    kind: Literal["child", "elder", "other"]
    joined_at: Annotated[Instant | None, Meta(description="null while the scan was refused")]
    footprint_g: int | None
    grams: Annotated[int | None, Meta(description="grams offset")]
    certificate_number: str | None
    certificate_url: str | None


def event_brief(slug: str, name_zh: str, name_en: str, city: str) -> EventBrief:
    """An event as lists show it."""
    return EventBrief(slug=slug, name=Bilingual(name_zh, name_en), city=city)
