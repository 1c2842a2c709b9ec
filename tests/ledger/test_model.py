"""Whatever people do, in whatever order and however it falls into batches, the ledger answers as the model does."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec
from hypothesis import HealthCheck
from hypothesis import settings as profile
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from backend.domain.certificates.number import new_event_code
from backend.ledger.audit.ledger import audit_all
from backend.ledger.batch import Ledger
from backend.ledger.command import Command, IdempotencyKey, Outcome
from backend.ledger.commands.join_event import RequestedOffset
from backend.ledger.facts.events import event_facts
from backend.ledger.queue import LedgerQueue
from backend.models.keys import uuid7
from backend.settings import Settings
from backend.storage.writer import Writer
from tests.ledger.model import Expected, Fair, Model
from tests.ledger.stage import act, catalogue, join, ledger_of
from tests.repetitions import times

EXAMPLES = times(40, nightly=400)
STEPS = 50
PEOPLE = 4
BADGES = 5
POOLS_G = (1500, 700)  # so that an offset now and then crosses from one batch into the next
people = st.integers(0, PEOPLE - 1)
keys = st.none() | st.sampled_from(["a", "b", "c"])
offsets = st.none() | st.integers(1, 900).map(lambda grams: RequestedOffset(None, grams, "sponsor"))
# A share of a footprint of some hundred kilograms is mostly more than the pool holds, and sometimes not.
shares = st.integers(1, 100).map(lambda share: RequestedOffset(share, None, "sponsor"))


class Bench:
    """A database, two writers on it, and an event loop of its own to run them in."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._loop = asyncio.new_event_loop()
        self.owner: asyncpg.Connection = self.run(asyncpg.connect(settings.owner_database_url))
        self.writers: list[tuple[Ledger, Writer, LedgerQueue]] = [self.run(self._open()) for _ in range(2)]
        self.staff_id = uuid4()
        self.commands = 0
        self.batches = 0
        self.run(
            self.owner.execute(
                "INSERT INTO staff (id, username, role, password_hash) VALUES ($1, 'model', 'organiser', '')",
                self.staff_id,
            )
        )

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self._loop.run_until_complete(work)

    async def _open(self) -> tuple[Ledger, Writer, LedgerQueue]:
        ledger, writer = ledger_of(self.settings)
        queue = LedgerQueue(
            ledger.run, _ignore, _ignore, length_max=1000, batch_size_max=100, wait_ms_max=60_000
        )
        queue.start()
        return ledger, writer, queue

    def close(self) -> None:
        for _, writer, queue in self.writers:
            self.run(queue.stop(10))
            self.run(writer.close())
        self.run(self.owner.close())
        self._loop.close()

    async def new_fair(self, join_points: int) -> tuple[UUID, Fair]:
        event_id, start = uuid7(), datetime.now(UTC)
        await self.owner.execute(
            """INSERT INTO events (id, code, slug, name_zh, name_en, kind, city, starts_at, ends_at, boundary, state,
                                   factor_set, profile, join_points, created_by)
               VALUES ($1, $2, $3, '', '', 'forum', '成都', $4, $5, 'core', 'running', $6, '{}', $7, $8)""",
            *(event_id, new_event_code(), uuid4().hex, start, start + timedelta(hours=9)),
            *(catalogue().default_factor_set, join_points, self.staff_id),
        )
        await self.owner.execute(
            """INSERT INTO badges (event_id, serial, revoked_at)
               SELECT $1, serial, CASE serial WHEN $2 THEN now() END FROM generate_series(1, $2) AS serial""",
            *(event_id, BADGES),
        )
        for position, grams in enumerate(POOLS_G, 1):
            batch_id = uuid7()
            await self.owner.execute(
                """INSERT INTO credit_batches (id, product, project_name, vintage, quantity_t, assigned_g,
                                               retirement_ref, retirement_key, retired_on)
                   VALUES ($1, 'cdcer', 'forest', 2024, 1, $2, $3, $3, '2026-01-15')""",
                *(batch_id, grams, str(batch_id)),
            )
            await self.owner.execute(
                """INSERT INTO pools (event_id, position, batch_id, serial_from, serial_to, next_serial)
                   VALUES ($1, $2, $3, 1, $4, 1)""",
                *(event_id, position, batch_id, grams),
            )
        row = await self.owner.fetchrow("SELECT * FROM events WHERE id = $1", event_id)
        footprint = self.writers[0][0].footprints.compute(event_facts(row), None, None)
        badges = set(range(1, BADGES + 1))
        return event_id, Fair(footprint.total_g, join_points, badges, {BADGES}, sum(POOLS_G))

    async def new_citizens(self, *, are_proven: bool = False) -> list[UUID]:
        ids = [uuid7() for _ in range(PEOPLE)]
        await self.owner.execute("INSERT INTO citizens (id) SELECT unnest($1::uuid[])", ids)
        await self.owner.execute(
            "INSERT INTO accounts (id, kind, is_proven) SELECT unnest($1::uuid[]), 'citizen', $2",
            ids,
            are_proven,
        )
        return ids

    async def submit(self, writer: int, commands: list[Command]) -> list[Outcome]:
        """All at one moment: one batch."""
        self.commands += len(commands)
        self.batches += 1
        queue = self.writers[writer][2]
        return await asyncio.gather(*(queue.submit(command) for command in commands))


def _ignore(_: object) -> None: ...


class Machine(RuleBasedStateMachine):
    """Rules put commands down; `commit` sends what lies there, as one batch, to one of two writers."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self.bench = bench
        self.waiting: list[Command] = []
        self.rides = 0

    @initialize(join_points=st.sampled_from([0, 10]))
    def open(self, join_points: int) -> None:
        fairs = [self.bench.run(self.bench.new_fair(points)) for points in (join_points, 7)]
        self.event_ids = [event_id for event_id, _ in fairs]
        self.citizens = self.bench.run(self.bench.new_citizens())
        self.model = Model(dict(fairs), self.citizens)

    @rule(
        who=people,
        event=st.integers(0, 1),
        badge=st.none() | st.integers(1, BADGES + 1),
        offset=offsets | shares,
        key=keys,
    )
    def scan(
        self, who: int, event: int, badge: int | None, offset: RequestedOffset | None, key: str | None
    ) -> None:
        command = join(self.citizens[who], self.event_ids[event], badge, gate=None if badge else 1)
        self._put(msgspec.structs.replace(command, offset=offset), key, event, badge, offset)

    @rule(
        who=people,
        proven=st.sampled_from([("bus", "E1"), ("walk_steps", "E2"), ("walk_steps", "E5")]),
        many=st.integers(1, 4),
        key=keys,
    )
    def log(self, who: int, proven: tuple[str, str], many: int, key: str | None) -> None:
        method, tier = proven
        quantity = Decimal(many * 1500) if method == "walk_steps" else None
        # An action always has a key: a fresh one where none was drawn.
        command = act(self.citizens[who], method, quantity, tier=tier)
        if method == "bus":
            # Nobody rides twice at once, and nobody walks in a bus.
            self.rides += 1
            began = command.occurred_at - timedelta(minutes=self.rides)
            ended_at = began + timedelta(microseconds=1)
            command = msgspec.structs.replace(command, occurred_at=began, ended_at=ended_at)
        self._put(command, key or uuid4().hex, method, quantity, tier)

    def _put(self, command: Command, key: str | None, *body: object) -> None:
        idempotency = None
        if key is not None:
            idempotency = IdempotencyKey(key, hashlib.sha256(repr(body).encode()).digest())
        self.waiting.append(msgspec.structs.replace(command, idempotency=idempotency))

    @rule(writer=st.integers(0, 1))
    def commit(self, writer: int) -> None:
        commands, self.waiting = self.waiting, []
        if not commands:
            return
        outcomes = self.bench.run(self.bench.submit(writer, commands))
        for command, outcome in zip(commands, outcomes, strict=True):
            expected = self.model.expect(command)
            _compare(expected, outcome)
            if expected.facts.get("code") != "idempotency_key_reused":
                self.model.remember(command, outcome.status, outcome.body)

    @rule(event=st.integers(0, 1), is_running=st.booleans())
    def move(self, event: int, is_running: bool) -> None:
        """Staff end an event, or open it again, between two batches."""
        self.commit(0)
        event_id = self.event_ids[event]
        self.model.fairs[event_id].is_running = is_running
        state = "running" if is_running else "accounting"
        change = "UPDATE events SET state = $2, revision = revision + 1 WHERE id = $1"
        self.bench.run(self.bench.owner.execute(change, event_id, state))

    @invariant()
    def nobody_owes_and_no_pool_is_overdrawn(self) -> None:
        if hasattr(self, "model"):
            assert min(self.model.balances.values()) >= 0
            assert all(fair.grams_left >= 0 for fair in self.model.fairs.values())

    def teardown(self) -> None:
        if hasattr(self, "model"):
            self.commit(1)
            self.bench.run(self._compare_tables())

    async def _compare_tables(self) -> None:
        owner = self.bench.owner
        rows = await owner.fetch(
            "SELECT id, balance FROM accounts WHERE id = ANY ($1::uuid[])", self.citizens
        )
        assert {row["id"]: row["balance"] for row in rows} == self.model.balances
        rows = await owner.fetch(
            "SELECT event_id, citizen_id, badge_serial FROM attendances WHERE event_id = ANY ($1::uuid[])",
            self.event_ids,
        )
        attended = {(row["event_id"], row["citizen_id"]): row["badge_serial"] for row in rows}
        assert attended == {place: known.badge for place, known in self.model.attendances.items()}
        for event_id, fair in self.model.fairs.items():
            given = await owner.fetchval(
                "SELECT coalesce(sum(grams), 0)::int FROM allocations WHERE event_id = $1", event_id
            )
            assert given == fair.grams_given
            assert given + fair.grams_left == sum(POOLS_G)


def _compare(expected: Expected, outcome: Outcome) -> None:
    assert outcome.status == expected.status, (expected, outcome)
    assert outcome.is_replay == (expected.body is not None)
    if expected.body is not None:
        assert outcome.body == expected.body
        return
    body = msgspec.json.decode(outcome.body)
    if "outcome" in body:
        offset = body["offset"]
        body |= body["points"] | {"offset_g": offset and offset["grams"]}
        assert (body["certificate"] is None) == (offset is None)
        if offset:
            assert sum(part["grams"] for part in offset["allocations"]) == offset["grams"]
    assert {name: body[name] for name in expected.facts} == expected.facts


def test_ledger_answers_as_the_model_does(settings: Settings) -> None:
    bench = Bench(settings)
    try:
        run_state_machine_as_test(
            lambda: Machine(bench),
            settings=profile(
                max_examples=EXAMPLES,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
        findings = bench.run(audit_all(settings))
        assert [finding for finding in findings if finding.is_broken] == []
        print(f"\n  {bench.commands} commands in {bench.batches} batches")
    finally:
        bench.close()
