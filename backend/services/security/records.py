"""What happens at the doors is put on record: who, from where, about what.

What staff do is written before it is answered, in the transaction that does it. What strangers may send thousands of
(wrong passwords, forged codes) is noted without waiting and written once a second: the first of a kind in a minute one
by one, the others of that minute as one row that says how many. A metric counts all of them.
"""

from __future__ import annotations

import time
from collections import deque
from typing import Literal, get_args
from uuid import UUID

import msgspec
import structlog
from prometheus_client import Counter

from backend.models.keys import uuid7
from backend.storage.statements import write

log = structlog.get_logger(__name__)

Kind = Literal[
    "signed_in",
    "sign_in_refused",
    "sign_in_locked_out",
    "refresh_reused",
    "code_refused",
    "codes_locked_out",
    "way_in_added",
    "way_in_removed",
    "token_refused",
    "code_forged",
    "badges_downloaded",
    "photo_seen",
    "account_changed",
    "account_written",
    "name_decided",
    "rate_alert",
    "promise_broken",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
LISTED_PER_MINUTE_MAX = 30
"""Rows of one kind that a process writes in a minute one by one."""
NOTED_MAX = 2000
MINUTE_S = 60.0
OTHERS = "more of the same within a minute, not listed one by one"

EVENTS = Counter("tianfu_security_events_total", "Events that are put on record, listed or not", ["kind"])


class SecurityRecord(msgspec.Struct, frozen=True, kw_only=True):
    """An event. `actor` is a name as it was typed or told; `source` an address; `subject` never holds a secret."""

    kind: Kind
    actor_id: UUID | None = None
    actor: str | None = None
    source: str | None = None
    subject: str | None = None
    reason: str | None = None
    occurrences: int = 1


async def record_security(
    kind: Kind,
    *,
    actor_id: UUID | None = None,
    actor: str | None = None,
    source: str | None = None,
    subject: str | None = None,
    reason: str | None = None,
) -> None:
    """Put an event on record, kept or lost with the caller's transaction where there is one."""
    EVENTS.labels(kind).inc()
    values = (_plain(each) for each in (actor, source, subject, reason))
    await write("store_security_record", uuid7(), kind, actor_id, *values, 1)


class SecurityNotes:
    """Events of this process that are not yet written. `note` never waits and never fails."""

    def __init__(self) -> None:
        self._noted: deque[SecurityRecord] = deque(maxlen=NOTED_MAX)
        self._listed: dict[Kind, int] = {}
        self._others: dict[Kind, int] = {}
        self._minute_began = time.monotonic()

    def note(self, record: SecurityRecord) -> None:
        """Count an event, and list it while few of its kind came this minute."""
        kind = record.kind
        EVENTS.labels(kind).inc()
        listed = self._listed.get(kind, 0)
        if listed >= LISTED_PER_MINUTE_MAX or len(self._noted) == NOTED_MAX:
            self._others[kind] = self._others.get(kind, 0) + 1
            return
        self._listed[kind] = listed + 1
        self._noted.append(record)

    async def flush(self, *, is_last: bool = False) -> None:
        """Write what was noted; once a minute, and in the end, also how many were not listed."""
        if is_last or time.monotonic() - self._minute_began >= MINUTE_S:
            for kind, occurrences in self._others.items():
                self._noted.append(SecurityRecord(kind=kind, reason=OTHERS, occurrences=occurrences))
            self._listed, self._others, self._minute_began = {}, {}, time.monotonic()
        if not self._noted:
            return
        records = list(self._noted)
        self._noted.clear()
        columns = [
            [_plain(getattr(record, name)) for record in records] for name in SecurityRecord.__struct_fields__
        ]
        try:
            await write("store_security_records", [uuid7() for _ in records], *columns)
        except BaseException:
            # The next round tries again; the oldest go first when there are too many.
            self._noted.extendleft(reversed(records))
            raise


def _plain(value: object) -> object:
    """A text that PostgreSQL takes and that a terminal shows as one line."""
    if not isinstance(value, str):
        return value
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in value)[:400]
