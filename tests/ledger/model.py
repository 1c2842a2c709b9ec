"""The ledger as one would explain it to a child: dictionaries and a few rules, one command after the other.

It knows nothing of batches, locks, tables or serials. The real ledger has to answer as it does, whatever is put
into one batch and whichever process writes it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from backend.ledger.command import Command
from backend.ledger.commands.join_event import JoinEvent
from backend.ledger.commands.log_action import LogAction
from tests.ledger.stage import catalogue

RIDES_PER_DAY = 6
STEPS_PER_DAY = Decimal(10_000)
OWN_WORDS_PER_DAY = 3


@dataclass
class Fair:
    """An event: whether it runs, what joining earns, its badges, and what is left to give away."""

    footprint_g: int
    join_points: int
    badges: set[int]
    revoked: set[int]
    grams_left: int
    grams_given: int = 0
    is_running: bool = True


@dataclass
class Attendance:
    badge: int | None
    status: str
    offset_g: int | None


@dataclass(frozen=True)
class Expected:
    """What the answer must say; `body` in full only for a repeat."""

    status: int
    facts: dict[str, Any] = field(default_factory=dict)
    body: bytes | None = None


class Model:
    def __init__(self, fairs: dict[UUID, Fair], citizens: list[UUID]) -> None:
        self.fairs = fairs
        self.balances = dict.fromkeys(citizens, 0)
        self.attendances: dict[tuple[UUID, UUID], Attendance] = {}
        self.wearers: dict[tuple[UUID, int], UUID] = {}
        self.rides: Counter[UUID] = Counter()
        self.steps: defaultdict[UUID, Decimal] = defaultdict(Decimal)
        self.own_words: Counter[UUID] = Counter()
        self.waiting: Counter[UUID] = Counter()
        """Free earnings of those who have proven nothing yet."""
        self.proven: set[UUID] = set()
        self.answers: dict[tuple[UUID, str], tuple[bytes, int, bytes]] = {}

    def expect(self, command: Command) -> Expected:
        key = command.idempotency
        if key is not None and (command.citizen_id, key.key) in self.answers:
            digest, status, body = self.answers[(command.citizen_id, key.key)]
            if digest != key.request_digest:
                return _refused(422, "idempotency_key_reused")
            return Expected(status, body=body)
        return self._join(command) if isinstance(command, JoinEvent) else self._act(command)

    def remember(self, command: Command, status: int, body: bytes) -> None:
        """The first answer to a key, as it was given."""
        key = command.idempotency
        if key is not None:
            kept = (key.request_digest, status, body)
            self.answers.setdefault((command.citizen_id, key.key), kept)

    def _join(self, command: JoinEvent) -> Expected:
        fair, who = self.fairs[command.event_id], command.citizen_id
        known = self.attendances.get((command.event_id, who))
        if known is None or command.badge_serial not in (None, known.badge):
            refusal = self._badge_refusal(command, fair)
            if refusal is not None:
                return _refused(409, refusal)
        if known is None:
            if not fair.is_running:
                return _refused(409, "event_not_running")
            known = self.attendances[(command.event_id, who)] = Attendance(command.badge_serial, "none", None)
            if command.badge_serial is not None:
                self.wearers[(command.event_id, command.badge_serial)] = who
            known.status = self._offset(command, fair, known)
            self._give(who, fair.join_points)
            return self._told(201, command, known, known.status, fair.join_points)
        status = known.status if known.offset_g is None else "allocated"
        if known.offset_g is None and command.offset is not None:
            if not fair.is_running:
                return _refused(409, "event_not_running")
            status = self._offset(command, fair, known)
        return self._told(200, command, known, status, 0)

    def _told(self, http: int, command: JoinEvent, known: Attendance, status: str, earned: int) -> Expected:
        facts = {
            "outcome": "joined" if http == 201 else "already_joined",
            "offset_status": status,
            "offset_g": known.offset_g,
            "earned": earned if command.citizen_id in self.proven else 0,
            "pending": 0 if command.citizen_id in self.proven else earned,
            "balance": self.balances[command.citizen_id],
        }
        return Expected(http, facts)

    def _badge_refusal(self, command: JoinEvent, fair: Fair) -> str | None:
        badge = command.badge_serial
        if badge is None:
            return None
        if badge not in fair.badges:
            return "badge_unknown"
        if badge in fair.revoked:
            return "badge_revoked"
        wearer = self.wearers.get((command.event_id, badge), command.citizen_id)
        return None if wearer == command.citizen_id else "badge_bound"

    def _offset(self, command: JoinEvent, fair: Fair, known: Attendance) -> str:
        if command.offset is None:
            return "none"
        share = command.offset.share_pct or 100
        grams = -(-fair.footprint_g * share // 100)
        if command.offset.grams is not None:
            grams = min(command.offset.grams, fair.footprint_g)
        if grams > fair.grams_left:
            return "pool_exhausted"
        fair.grams_left -= grams
        fair.grams_given += grams
        known.offset_g = grams
        return "allocated"

    def _act(self, command: LogAction) -> Expected:
        who = command.citizen_id
        is_own_word = command.tier == "E5"
        if is_own_word and self.own_words[who] == OWN_WORDS_PER_DAY:
            credited, cap = Decimal(0), "self_checkins_per_day"
        elif command.method == "bus":
            credited = Decimal(1) if self.rides[who] < RIDES_PER_DAY else Decimal(0)
            self.rides[who] += 1 if credited else 0
            cap = None if credited else "rides_per_day"
        else:
            assert command.quantity is not None
            credited = min(command.quantity, STEPS_PER_DAY - self.steps[who])
            self.steps[who] += credited
            cap = None if credited == command.quantity else "steps_per_day"
        points = 0
        if credited:
            self.own_words[who] += is_own_word
            counted = None if command.quantity is None else credited
            points = catalogue().quantify(command.method, counted, {}, command.tier, day=command.day).points
        if credited and not is_own_word and who not in self.proven:
            self.proven.add(who)
            self.balances[who] += self.waiting.pop(who, 0)
        self._give(who, points)
        facts = {
            "points": points,
            "pending_points": 0 if who in self.proven else points,
            "capped_by": cap,
            "state": "posted" if credited else "capped",
            "balance": self.balances[who],
        }
        return Expected(201, facts)

    def _give(self, who: UUID, points: int) -> None:
        """What is free waits until there is one proven act; what proves does not wait."""
        if who in self.proven:
            self.balances[who] += points
        else:
            self.waiting[who] += points


def _refused(status: int, code: str) -> Expected:
    return Expected(status, {"code": code})
