"""May this badge pass this gate now? One pure decision for scans made online, late, or offline.

Nobody is kept inside: on the way out only the badge's holder, the gate and its direction count, not whether the badge
was revoked, replaced or blocked, its category, the gate's hours or the event's state.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args
from uuid import UUID

import msgspec

from backend.domain.gates.gate_hours import GateHours, entry_day, is_open
from backend.domain.gates.overrides import OVERRIDABLE

Direction = Literal["entry", "exit"]
OK = "ok"
OVERRIDDEN = "overridden"

ANNUL_WITHIN = timedelta(minutes=15)
QUEUED_SCANS_MAX = 5000
TICK = timedelta(microseconds=1)
CLOCK_NOISE = timedelta(seconds=2)
"""A difference as small as this is the network's, not the clock's."""

GateResult = Literal[
    "ok",
    "malformed",
    "forged",
    "unknown",
    "not_joined",
    "no_badge",
    "expired",
    "pass_offline",
    "replaced",
    "revoked",
    "blocked",
    "bound_to_another",
    "wrong_event",
    "wrong_gate",
    "wrong_category",
    "outside_window",
    "not_running",
    "already_inside",
    "not_inside",
    "device_revoked",
    "overridden",
]
"""What a gate answers; the sentence of each is the text `gate.<result>`.

`pass_offline` is said by a device only: a bundle knows nobody's pass. `overridden` is no decision: staff let the badge
pass that a gate had refused.
"""

RESULTS: tuple[str, ...] = get_args(GateResult)

Missing = Literal["unknown", "not_joined", "no_badge"]
"""Why there is no badge: none was issued, or the pass that was shown is of somebody who has none."""

REFUSALS = tuple(result for result in RESULTS if result not in (OK, OVERRIDDEN))

EntryPolicy = Literal["once_per_event", "once_per_day", "unlimited"]
"""When a badge that was not seen leaving may enter again: never, on another day in Asia/Shanghai, at any time."""


class GateRules(msgspec.Struct, frozen=True):
    """What one gate lets through. No categories means all of them."""

    gate: int
    direction: Literal["both", "entry", "exit"] = "both"
    categories: tuple[str, ...] = ()
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    is_entry_required: bool = True
    """Whether only an attendee who was seen entering may leave."""
    hours: tuple[GateHours, ...] = ()
    """Daily hours of this gate's own; none means the event's."""


class BadgeFacts(msgspec.Struct, frozen=True):
    """A badge as it was when it was scanned."""

    serial: int
    category: str | None = None
    is_revoked: bool = False
    is_blocked: bool = False
    is_replaced: bool = False
    """Whether another badge was given out in its place."""
    is_inside: bool = False
    """With this badge, or with one that it replaced or that replaced it."""
    since: datetime | None = None
    """Of the scan after which its holder is inside, or is not."""
    bound_to: UUID | None = None
    """The citizen who joined with it."""


class ScanFacts(msgspec.Struct, frozen=True):
    """A scan as the decision sees it."""

    gate: int
    direction: Direction
    at: datetime
    trouble: str | None = None
    """The trouble with the code before any badge was looked up: malformed, forged, expired, wrong_event."""
    missing: Missing = "unknown"
    """The result when no badge is found."""
    holder: UUID | None = None
    """The citizen whose own pass was shown."""


class Post(msgspec.Struct, frozen=True):
    """The gate and the device of a scan."""

    allowed_gates: frozenset[int]
    """The gates this device may be used at."""
    rules: GateRules | None
    """None where the event has no such gate."""
    is_running: bool = True
    hours: tuple[GateHours, ...] = ()
    """Daily hours of an event whose gates have none of their own."""
    entry_policy: EntryPolicy = "once_per_event"
    day_begins: int = 0
    """When a day of entries begins, in minutes after midnight."""
    is_revoked: bool = False
    """Whether the device was revoked by the time of the scan."""


def decide(scan: ScanFacts, post: Post, badge: BadgeFacts | None) -> str:
    """The result of a scan: `ok`, or the first reason against it, the plainest first."""
    if post.is_revoked:
        return "device_revoked"
    if scan.trouble is not None:
        return scan.trouble
    rules = post.rules
    if (
        rules is None
        or scan.gate not in post.allowed_gates
        or rules.direction not in ("both", scan.direction)
    ):
        return "wrong_gate"
    if badge is None:
        return scan.missing
    if scan.holder is not None and badge.bound_to not in (None, scan.holder):
        return "bound_to_another"
    if scan.direction == "exit":
        if badge.is_inside or not rules.is_entry_required:
            return OK
        return "replaced" if badge.is_replaced else "not_inside"
    return _entry(scan, post, rules, badge)


def _entry(scan: ScanFacts, post: Post, rules: GateRules, badge: BadgeFacts) -> str:
    is_early = rules.opens_at is not None and scan.at < rules.opens_at
    is_late = rules.closes_at is not None and scan.at >= rules.closes_at
    reasons = (
        ("not_running", not post.is_running),
        ("replaced", badge.is_replaced),
        ("revoked", badge.is_revoked),
        ("blocked", badge.is_blocked),
        ("wrong_category", bool(rules.categories) and badge.category not in rules.categories),
        ("outside_window", is_early or is_late or not is_open(rules.hours or post.hours, scan.at)),
        ("already_inside", badge.is_inside and counts_as_inside(badge.since, post, scan.at)),
    )
    return next((code for code, holds in reasons if holds), OK)


def counts_as_inside(since: datetime | None, post: Post, at: datetime) -> bool:
    """Whether an entry at `at`, by the badge of an attendee inside since `since`, is a second one of the same stay."""
    if post.entry_policy == "unlimited":
        return False
    if post.entry_policy == "once_per_event" or since is None:
        return True
    return entry_day(since, post.day_begins) == entry_day(at, post.day_begins)


FIRST_INSTANT = datetime(2000, 1, 1, tzinfo=UTC)
LAST_INSTANT = datetime(2100, 1, 1, tzinfo=UTC)


def plausible(device_at: datetime) -> datetime:
    """A device's time within a century: an empty battery says 1970, and PostgreSQL takes no year 1."""
    return min(max(device_at, FIRST_INSTANT), LAST_INSTANT)


def clock_offset(device_now: datetime, now: datetime) -> timedelta:
    """What a device's clock must be put forward by; nothing when the difference is as small as the network's."""
    offset = now - device_now
    return timedelta() if abs(offset) <= CLOCK_NOISE else offset


def corrected(
    device_times: Sequence[datetime], offset: timedelta, earliest: datetime, now: datetime
) -> list[datetime]:
    """When queued scans were made; they come in the order in which the device made them, by its clock.

    None lies before the device was onboarded, none in the future; those that are moved there keep their order, a
    microsecond apart, because whether somebody is inside hangs on which scan was the last.
    """
    times: list[datetime] = []
    for device_at in device_times:
        least = times[-1] + TICK if times else earliest
        times.append(max(device_at + offset, least))
    most = now
    for position in range(len(times) - 1, -1, -1):
        times[position] = min(times[position], most)
        most = times[position] - TICK
    return times


class Settled(msgspec.Struct, frozen=True):
    """The result kept of an offline scan, and whether the attendee went through."""

    result: str
    is_admitted: bool

    @property
    def is_conflict(self) -> bool:
        """Whether the attendee went through against the rules, so that staff look at it."""
        return self.is_admitted and self.result not in (OK, OVERRIDDEN)


def settle(device_result: str, decided: str) -> Settled:
    """Combine what the device showed at the gate with what the rules say afterwards.

    An attendee who was let through is inside, whatever the rules say now, even if the device was revoked by then; one
    who was turned away is not, and the refusal shown at the gate is kept. What staff
    overrode stays so, unless the code is one that nobody may let pass.
    """
    if device_result == OVERRIDDEN:
        is_allowed = decided == OK or decided in OVERRIDABLE
        return Settled(OVERRIDDEN if is_allowed else decided, True)
    if device_result == OK:
        return Settled(decided, True)
    return Settled(device_result, False)
