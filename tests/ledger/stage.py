"""What the ledger's tests stand on: the audit as an assertion, commands, and further writers on one database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from backend.catalogue import Catalogue, load_catalogue
from backend.domain.days import day_of
from backend.errors import Refusal
from backend.ledger.audit.ledger import audit_database
from backend.ledger.batch import Ledger
from backend.ledger.command import Command, IdempotencyKey, Outcome
from backend.ledger.commands.join_event import JoinEvent, RequestedOffset
from backend.ledger.commands.log_action import LogAction
from backend.ledger.queue import LedgerQueue
from backend.models.keys import uuid7
from backend.settings import Settings
from backend.storage.database import Database
from backend.storage.writer import Writer
from tests.service import Service

Connect = Callable[[], Coroutine[Any, Any, asyncpg.Connection]]


async def assert_every_promise_holds(service: Service) -> None:
    findings = await audit_database(service.components.database, service.settings)
    assert [finding for finding in findings if finding.is_broken] == []


@dataclass(frozen=True)
class Fair:
    """A running event as commands name it."""

    service: Service
    event_id: UUID
    badges: list[dict[str, Any]]

    def citizen_id(self, headers: dict[str, str]) -> UUID:
        return self.service.components.tokens.read(headers["Authorization"].removeprefix("Bearer ")).id

    async def citizen_ids(self, count: int) -> list[UUID]:
        return [self.citizen_id(headers) for headers in await self.service.citizens(count)]


async def open_fair(service: Service, badges: int, grams: int | None = 1_000_000, **event: Any) -> Fair:
    """The event `fair` with so many badges and so many grams to give away."""
    made = await service.event(**event)
    if grams is not None:
        await service.pool(grams=grams)
    return Fair(service, UUID(made["id"]), await service.badges(badges) if badges else [])


def join(
    citizen_id: UUID,
    event_id: UUID,
    badge_serial: int | None,
    *,
    gate: int | None = None,
    grams: int | None = None,
    key: str | None = None,
) -> JoinEvent:
    """A first request; asking for `grams`, or for no offset."""
    return JoinEvent(
        id=uuid7(),
        citizen_id=citizen_id,
        event_id=event_id,
        badge_serial=badge_serial,
        gate=gate,
        journey=None,
        offset=None if grams is None else RequestedOffset(None, grams, "sponsor"),
        idempotency=None if key is None else IdempotencyKey(key, key.encode().ljust(32, b".")[:32]),
        at=datetime.now(UTC),
    )


def act(
    citizen_id: UUID,
    method: str,
    quantity: Decimal | None = None,
    key: str | None = None,
    tier: str | None = None,
) -> LogAction:
    """An action of today, with the first evidence that its method accepts unless another is said."""
    now = datetime.now(UTC)
    tier = tier or catalogue().methods[method].evidence_wanted[0]
    key = uuid4().hex if key is None else key
    return LogAction(
        id=uuid7(),
        citizen_id=citizen_id,
        method=method,
        quantity=quantity,
        parameters={},
        tier=tier,
        occurred_at=now,
        day=day_of(now),
        event_id=None,
        gate=None,
        badge_serial=None,
        idempotency=IdempotencyKey(key, b"." * 32),
        at=now,
    )


@cache
def catalogue() -> Catalogue:
    return load_catalogue()


def ledger_of(settings: Settings, connect: Connect | None = None) -> tuple[Ledger, Writer]:
    """A ledger with a connection of its own, as another server process has one."""
    writer = Writer(connect or Database(settings.database_url, pool_size_max=1).connect_writer)
    return Ledger(writer, catalogue(), settings.public_base), writer


@asynccontextmanager
async def open_queue(
    settings: Settings,
    *,
    connect: Connect | None = None,
    length_max: int = 8192,
    batch_size_max: int = 512,
    wait_ms_max: int = 30_000,
    is_started: bool = True,
    recount: Callable[[UUID], None] = lambda event_id: None,
) -> AsyncIterator[LedgerQueue]:
    """A queue with its writer, as another server process has one; it tells Redis nothing."""
    ledger, writer = ledger_of(settings, connect)
    queue = LedgerQueue(
        ledger.run,
        lambda rows: None,
        recount,
        length_max=length_max,
        batch_size_max=batch_size_max,
        wait_ms_max=wait_ms_max,
    )
    if is_started:
        queue.start()
    try:
        yield queue
    finally:
        await queue.stop(10)
        await writer.close()


async def submit(queue: LedgerQueue, command: Command) -> Outcome | Refusal:
    """The outcome, or the refusal that was raised instead of one."""
    try:
        return await queue.submit(command)
    except Refusal as refusal:
        return refusal


def codes_of(answers: Iterable[Outcome | Refusal]) -> list[str]:
    """Each answer in a word: its status, or the code of what refused it."""
    return [answer.code if isinstance(answer, Refusal) else str(answer.status) for answer in answers]


async def count(connection: asyncpg.Connection, table: str, where: str = "true", *values: object) -> int:
    found: int = await connection.fetchval(f"SELECT count(*) FROM {table} WHERE {where}", *values)  # noqa: S608
    return found


async def refresh_counts(service: Service, event_ids: Sequence[UUID]) -> None:
    """Have Redis brought up to the database, after writers that tell it nothing."""
    for event_id in event_ids:
        service.components.live._publisher.rebuild(event_id)
