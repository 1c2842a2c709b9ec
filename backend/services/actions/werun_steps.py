"""A citizen's month of steps from WeRun: decrypted, checked, and sent to the ledger as one total a day."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import UUID

import msgspec

from backend.domain.actions.werun import (
    StepInfo,
    Watermark,
    WeRunData,
    check_watermark,
    decrypt,
    encrypt,
    steps_by_day,
)
from backend.domain.days import SHANGHAI, day_of
from backend.errors import IdempotencyKeyReused, SessionRevoked
from backend.errors.actions.werun_steps import SessionKeyStale, StepsUnavailable, WatermarkReplayed
from backend.errors.community.community import ConsentNeeded
from backend.ledger.command import IdempotencyKey, Outcome, RefusalFacts, replay
from backend.ledger.commands.log_action import LogAction, RequestedReview
from backend.ledger.queue import LedgerQueue
from backend.messages.actions.actions import Reduced
from backend.messages.actions.werun_steps import DayOfSteps, StepsAnswer, StepsRequest
from backend.models import Account, Citizen, Review
from backend.models.keys import uuid7
from backend.services.actions.device_velocity import Devices
from backend.services.identity.erased import hold_citizen
from backend.services.minors.earning import check_may_earn
from backend.storage.database import Database
from backend.storage.redis import REDIS_ERRORS
from backend.storage.redis_session_keys import SessionKeys
from backend.storage.statements import read, write

METHOD = "walk_steps"
TIER = "E2"
NOON = time(12, tzinfo=SHANGHAI)
DEMO_APPID = "wx-demo"
"""The mini-program of the demo, which has none."""


class _Booked(msgspec.Struct):
    """The fields of the ledger's answer that the answer about a day repeats."""

    state: str
    credited_quantity: Decimal
    reduction_g: int
    points: int
    capped_by: str | None
    balance: int
    reductions: list[Reduced] = []


class StepSync:
    """Takes the WeRun payloads that phones send, for one mini-program."""

    def __init__(
        self,
        database: Database,
        queue: LedgerQueue,
        session_keys: SessionKeys,
        devices: Devices,
        appid: str,
    ) -> None:
        self._database = database
        self._queue = queue
        self._session_keys = session_keys
        self._devices = devices
        self._appid = appid

    async def take(
        self,
        citizen_id: UUID,
        request: StepsRequest,
        device: bytes | None,
        idempotency: IdempotencyKey,
        now: datetime,
    ) -> Outcome:
        """Credit the steps of a payload, day by day. Raises errors.actions.werun_steps and what the queue raises.

        A repeat is looked for before anything is decrypted: by then the phone may have another session key.
        `device` is the request's X-Device: of one that logs for many people the days wait for a person.
        """
        review = await self._devices.suspicion(device, citizen_id, day_of(now))
        kept = await self._kept(citizen_id, idempotency)
        if kept is not None:
            return kept
        citizen = await Citizen.get_or_none(id=citizen_id)
        if citizen is None:
            raise SessionRevoked
        await check_may_earn(citizen_id, now)
        data = await self._open(citizen_id, request, now)
        reported = steps_by_day(data.steps, member_since=day_of(citizen.created_at), now=now)
        grown = await self._grown(citizen_id, reported)
        if review is not None:
            grown = await self._not_waiting(citizen_id, grown)
        reported_at = min(now, datetime.fromtimestamp(data.watermark.timestamp, UTC))
        commands = [
            _command(citizen_id, day, steps, idempotency, now, reported_at, review)
            for day, steps in grown.items()
        ]
        outcomes = await asyncio.gather(*(self._queue.submit(command) for command in commands))
        by_day = dict(zip(grown, outcomes, strict=True))
        # Of somebody who left, or took the consent back meanwhile: nothing is kept under the caller's key.
        for outcome in outcomes:
            if outcome.status == 401 or outcome.is_refusal(ConsentNeeded):
                return outcome
        answer = StepsAnswer(
            days=[_day(day, steps, by_day.get(day)) for day, steps in reported.items()],
            balance=await self._balance(citizen_id, outcomes),
        )
        is_new = any(day.state in ("posted", "capped") for day in answer.days)
        return await self._keep(citizen_id, idempotency, Outcome(201 if is_new else 200, answer))

    async def demo_payload(self, citizen_id: UUID, steps: int, now: datetime) -> StepsRequest:
        """A payload as WeChat would give it to a phone, under the citizen's session key or a new one; for the demo."""
        try:
            session_key = await self._session_keys.find(citizen_id)
            if session_key is None:
                session_key = base64.b64encode(os.urandom(16)).decode()
                await self._session_keys.keep(citizen_id, session_key)
        except REDIS_ERRORS:
            raise StepsUnavailable from None
        second = int(now.timestamp())
        data = WeRunData(steps=(StepInfo(second, steps),), watermark=Watermark(self._appid, second))
        iv, encrypted_data = encrypt(session_key, data)
        return StepsRequest(encrypted_data=encrypted_data, iv=iv)

    async def forget(self, citizen_id: UUID) -> None:
        """Delete an erased citizen's session key from Redis; if Redis is away, the key expires by itself."""
        with suppress(*REDIS_ERRORS):
            await self._session_keys.forget(citizen_id)

    async def _open(self, citizen_id: UUID, request: StepsRequest, now: datetime) -> WeRunData:
        """Decrypt a payload and check that it is for this mini-program, fresh, and newer than the last one."""
        try:
            session_key = await self._session_keys.find(citizen_id)
            if session_key is None:
                raise SessionKeyStale
            data = decrypt(session_key, request.iv, request.encrypted_data, WeRunData)
            check_watermark(data.watermark, self._appid, now)
            if not await self._session_keys.advance_watermark(citizen_id, data.watermark.timestamp):
                raise WatermarkReplayed
        except REDIS_ERRORS:
            # Signing in again would not help: its key could not be kept either.
            raise StepsUnavailable from None
        return data

    async def _grown(self, citizen_id: UUID, reported: Mapping[date, int]) -> dict[date, int]:
        """The days whose total is above what was reported before.

        A phone sends a month each time and one or two days of it are news: the others need no place in the
        queue. Whether a day has grown is decided again by the ledger, which alone sees what happens meanwhile.
        """
        if not reported:
            return {}
        rows = await read(self._database, "read_declared_steps", citizen_id, METHOD, min(reported))
        before = {row["day"]: row["steps"] for row in rows}
        return {day: steps for day, steps in reported.items() if steps > before.get(day, 0)}

    async def _not_waiting(self, citizen_id: UUID, grown: dict[date, int]) -> dict[date, int]:
        """The days without those whose review already holds as many steps: a phone reports the same day many times."""
        waiting = Review.filter(citizen_id=citizen_id, state="pending", method=METHOD, tier=TIER)
        for day, steps in await waiting.filter(day__in=list(grown)).values_list("day", "quantity"):
            if steps is not None and steps >= grown.get(day, 0):
                grown.pop(day, None)
        return grown

    async def _balance(self, citizen_id: UUID, outcomes: list[Outcome]) -> int:
        balances = [_booked(outcome).balance for outcome in outcomes if outcome.status < 400]
        if balances:
            return balances[-1]
        account = await Account.get_or_none(id=citizen_id)
        return 0 if account is None else account.balance

    async def _kept(self, citizen_id: UUID, idempotency: IdempotencyKey) -> Outcome | None:
        for row in await read(self._database, "load_answers", [citizen_id], [idempotency.key]):
            if not idempotency.is_repeat_of(row["request_digest"]):
                raise IdempotencyKeyReused
            return replay(row["status"], row["answer"])
        return None

    async def _keep(self, citizen_id: UUID, idempotency: IdempotencyKey, outcome: Outcome) -> Outcome:
        """Store the whole answer under the caller's key; if one is stored already, that one is the answer."""
        values = (idempotency.key, idempotency.request_digest, outcome.status, outcome.body)
        async with self._database.transaction():
            await hold_citizen(citizen_id)
            is_first = bool(await write("store_answer", citizen_id, *values))
        if is_first:
            return outcome
        return await self._kept(citizen_id, idempotency) or outcome


def _command(
    citizen_id: UUID,
    day: date,
    steps: int,
    idempotency: IdempotencyKey,
    now: datetime,
    reported_at: datetime,
    review: RequestedReview | None,
) -> LogAction:
    # A total has no hour: noon stands for a day that is over, the watermark for today.
    occurred_at = datetime.combine(day, NOON).astimezone(UTC)
    if day == day_of(now):
        occurred_at = reported_at if day_of(reported_at) == day else now
    return LogAction(
        id=uuid7(),
        citizen_id=citizen_id,
        method=METHOD,
        quantity=Decimal(steps),
        parameters={},
        tier=TIER,
        occurred_at=occurred_at,
        day=day,
        event_id=None,
        gate=None,
        badge_serial=None,
        idempotency=_key_of_day(idempotency, day),
        at=now,
        is_day_total=True,
        review=review,
    )


def _key_of_day(idempotency: IdempotencyKey, day: date) -> IdempotencyKey:
    """A day's own idempotency key: no caller can send it (it has spaces), and it is short enough."""
    short = hashlib.sha256(idempotency.key.encode()).hexdigest()[:32]
    return msgspec.structs.replace(idempotency, key=f"steps {short} {day}")


def _booked(outcome: Outcome) -> _Booked:
    return outcome.answer_as(_Booked)


def _day(day: date, steps: int, outcome: Outcome | None) -> DayOfSteps:
    nothing = DayOfSteps(
        day=day,
        steps=steps,
        credited_steps=0,
        reduction_g=0,
        points=0,
        state="unchanged",
        capped_by=None,
        reductions=[],
    )
    if outcome is None:
        return nothing
    if outcome.status >= 400:
        refusal = outcome.answer_as(RefusalFacts)
        return msgspec.structs.replace(nothing, state="refused", refusal=refusal.code)
    booked = _booked(outcome)
    return msgspec.structs.replace(
        nothing,
        credited_steps=int(booked.credited_quantity),
        reduction_g=booked.reduction_g,
        points=booked.points,
        state=booked.state,
        capped_by=booked.capped_by,
        reductions=booked.reductions,
    )
