"""Screens at a venue's gates: the codes they show, ahead of time, and the tokens they read them with.

No staff token is stored on a machine in public. A member of staff creates a link that works once; the token it gives
reads the codes of one gate until it expires or is revoked.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from backend.auth import Principal, bearer_of, hash_of_token
from backend.domain.folding import typed_token
from backend.domain.qr_codes import STEP_S, CodeKeys, step_of
from backend.errors import EventClosed, GateNotFound
from backend.errors.venue import ScreenLinkSpent, ScreenNotFound
from backend.messages.events.events import GateView
from backend.messages.shape import Bilingual, view_of
from backend.messages.venue import (
    RotatingCode,
    ScreenLink,
    ScreenRequest,
    ScreenStatus,
    ScreenToken,
    VenueCodes,
    event_brief,
)
from backend.models import Event, Gate, Screen
from backend.models.keys import read_id
from backend.services.events.events import check_gate, event_of_staff
from backend.services.identity.staff_accounts import record
from backend.storage.database import Database

STEPS_DEFAULT, STEPS_MAX = 20, 60
"""Ten minutes, and half an hour: how long a screen may go on without its connection."""
KEY_PREFIX = "scrk_"
TOKEN_PREFIX = "scrt_"  # noqa: S105 - what a scanner of leaked secrets looks for
TOKEN_BYTES = 24
TOKEN_CHARS_MAX = 64
KEY_LIFE = timedelta(minutes=15)
LISTED_MAX = 200
ENDED = ("closed", "rejected")


async def venue_codes(
    keys: CodeKeys,
    event: Event,
    gate: int,
    steps: int,
    now: datetime,
    public_base: str,
    expires_at: datetime | None = None,
) -> VenueCodes:
    """A gate's code of this moment and of the steps after it; none past the end of a screen's token.

    Raises GateNotFound.
    """
    found = await Gate.get_or_none(event_id=event.id, gate=gate)
    if found is None:
        raise GateNotFound
    first = step_of(now)
    items = []
    for step in range(first, first + steps):
        shown_from = datetime.fromtimestamp(step * STEP_S, UTC)
        if expires_at is not None and shown_from >= expires_at:
            break
        code = keys.venue(event.code, gate, shown_from)
        shown_to = shown_from + timedelta(seconds=STEP_S)
        items.append(
            RotatingCode(code=code, url=f"{public_base}/q/{code}", shown_from=shown_from, shown_to=shown_to)
        )
    return VenueCodes(
        event=event_brief(event.slug, event.name_zh, event.name_en, event.city),
        gate=GateView(gate=gate, name=Bilingual(found.name_zh, found.name_en)),
        is_running=event.state == "running",
        as_of=now,
        items=items,
        expires_at=expires_at,
    )


async def codes_of_gate(
    keys: CodeKeys, staff: Principal, slug: str, gate: int, steps: int, now: datetime, public_base: str
) -> VenueCodes:
    """The codes that a gate shows now and next, for staff. Raises EventNotFound, GateNotFound."""
    return await venue_codes(keys, await event_of_staff(staff, slug), gate, steps, now, public_base)


async def codes_of_screen(
    keys: CodeKeys, authorization: bytes | None, steps: int, now: datetime, public_base: str
) -> VenueCodes:
    """The codes that a screen shows, known by its token, which opens nothing else. Raises ScreenNotFound."""
    screen, event = await screen_of(authorization, now)
    return await venue_codes(keys, event, screen.gate, steps, now, public_base, screen.expires_at)


async def create_screen(
    database: Database, staff: Principal, slug: str, request: ScreenRequest, now: datetime, public_base: str
) -> ScreenLink:
    """Create a link that opens one screen soon. Raises EventNotFound, EventClosed, GateNotFound."""
    event = await event_of_staff(staff, slug)
    if event.state in ENDED:
        raise EventClosed
    await check_gate(event, request.gate)
    key = KEY_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    async with database.transaction():
        screen = await Screen.create(
            event_id=event.id,
            gate=request.gate,
            key_hash=hash_of_token(key),
            key_expires_at=now + KEY_LIFE,
            expires_at=now + timedelta(hours=request.hours),
            created_by=staff.id,
            created_at=now,
        )
        after = {"screen": str(screen.id), "gate": request.gate, "hours": request.hours}
        await record(staff, "screen.make", slug, after=after)
    # After the #: browsers never send that part to a server, so it appears in no log.
    return ScreenLink(
        id=str(screen.id),
        gate=request.gate,
        key=key,
        url=f"{public_base}/events/{slug}/screen#key={key}",
        key_expires_at=screen.key_expires_at,
        expires_at=screen.expires_at,
    )


async def open_screen(database: Database, key: str, now: datetime) -> ScreenToken:
    """Exchange a link for its token, once. Raises ScreenLinkSpent, also for an unknown link."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    async with database.transaction():
        # One statement decides: of two machines that open the link at one moment, one gets it.
        changed = await Screen.filter(
            key_hash=hash_of_token(typed_token(key)),
            opened_at=None,
            revoked_at=None,
            key_expires_at__gt=now,
            expires_at__gt=now,
        ).update(token_hash=hash_of_token(token), opened_at=now)
    if not changed:
        raise ScreenLinkSpent
    screen = await Screen.get(token_hash=hash_of_token(token))
    event = await Event.get(id=screen.event_id)
    return ScreenToken(token=token, event=event.slug, gate=screen.gate, expires_at=screen.expires_at)


async def screen_of(authorization: bytes | None, now: datetime) -> tuple[Screen, Event]:
    """The screen of a bearer token, and its event. Raises ScreenNotFound for any invalid token."""
    token = bearer_of(authorization)
    if not token.startswith(TOKEN_PREFIX) or len(token) > TOKEN_CHARS_MAX:
        raise ScreenNotFound
    screen = await Screen.get_or_none(token_hash=hash_of_token(token), revoked_at=None, expires_at__gt=now)
    if screen is None:
        raise ScreenNotFound
    return screen, await Event.get(id=screen.event_id)


async def list_screens(staff: Principal, slug: str, now: datetime) -> list[ScreenStatus]:
    """An event's newest screens. Raises EventNotFound."""
    event = await event_of_staff(staff, slug)
    rows = await Screen.filter(event_id=event.id).order_by("-id").limit(LISTED_MAX)
    return [_status(row, now) for row in rows]


async def revoke_screen(
    database: Database, staff: Principal, slug: str, screen_id: str, now: datetime
) -> ScreenStatus:
    """Revoke a screen's link and token; a second time changes nothing. Raises EventNotFound, ScreenNotFound."""
    event = await event_of_staff(staff, slug)
    wanted = read_id(screen_id, ScreenNotFound)
    async with database.transaction():
        screen = await Screen.filter(id=wanted, event_id=event.id).get_or_none()
        if screen is None:
            raise ScreenNotFound
        if await Screen.filter(id=wanted, revoked_at=None).update(revoked_at=now):
            screen.revoked_at = now
            await record(staff, "screen.revoke", slug, after={"screen": screen_id, "gate": screen.gate})
    return _status(screen, now)


def _status(screen: Screen, now: datetime) -> ScreenStatus:
    if screen.revoked_at is not None:
        state = "revoked"
    elif screen.expires_at <= now:
        state = "expired"
    elif screen.opened_at is not None:
        state = "open"
    else:
        state = "waiting" if screen.key_expires_at > now else "lapsed"
    return view_of(ScreenStatus, screen, id=str(screen.id), state=state)
