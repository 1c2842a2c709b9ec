"""Scans, journeys told again, waits and payments in any order and any batches end as a few lines of arithmetic say."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from hypothesis import HealthCheck
from hypothesis import settings as profile
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from backend.domain.account.lots import lot_of
from backend.domain.footprint.inputs import Journey
from backend.ledger.audit.ledger import audit_all
from backend.ledger.command import Command
from backend.ledger.commands.offset_changes import SHRINKS_MAX, ReviseJourney, SettleOffset
from backend.ledger.facts.events import event_facts
from backend.models.keys import uuid7
from backend.settings import Settings
from tests.ledger.commands.offsetting import ask, revise, settle
from tests.ledger.test_model import PEOPLE, Bench
from tests.repetitions import times

EXAMPLES, STEPS = times(20, nightly=200), 50
JOURNEYS = (
    Journey(),
    Journey(distance_km=10, mode="car", nights=0),
    Journey(distance_km=300, mode="hsr", nights=0),
    Journey(distance_km=300, mode="hsr", nights=1),
)
PRICE = 3
people = st.integers(0, PEOPLE - 1)
journeys = st.sampled_from(JOURNEYS)


@dataclass
class Person:
    """Somebody at the event: what they emitted, what was offset, what is waited for, what was paid."""

    balance: int
    joined: bool = False
    total_g: int = 0
    offset_g: int | None = None
    is_full: bool = False
    pays: bool = False
    paid: int = 0
    wait_g: int = 0
    wait_pays: bool = False
    shrinks: int = 0


@dataclass
class Event:
    totals: dict[Journey, int]
    pool_g: int
    budget: int
    people: dict[UUID, Person]
    spent: int = 0
    is_exhausted: bool = False
    """In this batch: the first in line needs more than there is."""
    given_g: int = 0
    facts: dict[str, Any] = field(default_factory=dict)

    def expect(self, command: Command) -> dict[str, Any]:
        who = self.people[command.citizen_id]
        if isinstance(command, SettleOffset):
            return self._settle(who)
        if isinstance(command, ReviseJourney):
            return self._revise(who, self.totals[command.journey])
        assert command.offset is None or command.offset.share_pct is not None  # type: ignore[attr-defined]
        return self._scan(who, command)

    def _price(self, who: Person, grams: int) -> tuple[int, str | None]:
        """Further points for so many grams in all, and what speaks against it."""
        points = max(0, -(-grams * PRICE // 1000) - who.paid)
        if points > self.budget - self.spent:
            return points, "budget_exhausted"
        return points, "points_insufficient" if points > who.balance else None

    def _give(self, who: Person, grams: int, points: int) -> None:
        self.pool_g -= grams
        self.given_g += grams
        who.offset_g = (who.offset_g or 0) + grams
        who.balance -= points
        who.paid += points
        self.spent += points

    def _scan(self, who: Person, command: Any) -> dict[str, Any]:
        is_new, share = not who.joined, command.offset and command.offset.share_pct
        total_g = self.totals[command.journey] if is_new else who.total_g
        pays = bool(share) and command.offset.pay_with == "points"
        grams = -(-total_g * share // 100) if share and who.offset_g is None else 0
        if grams and self.pool_g >= grams:
            points, refusal = self._price(who, grams) if pays else (0, None)
            if refusal:
                return {"code": refusal}
            self._give(who, grams, points)
            who.is_full, who.pays, who.wait_g = grams >= total_g, pays, 0
        elif grams:
            who.wait_g, who.wait_pays = grams, pays
        who.joined, who.total_g = True, total_g
        return {"offset_g": who.offset_g, "balance": who.balance, "total_g": total_g}

    def _revise(self, who: Person, total_g: int) -> dict[str, Any]:
        if not who.joined:
            return {"code": "attendance_not_found"}
        before_g, who.total_g = who.total_g, total_g
        difference = "none"
        if who.offset_g is None:
            if who.wait_g:
                who.wait_g = total_g if who.wait_g >= before_g else min(who.wait_g, total_g)
                difference = "waiting" if who.wait_g else "none"
        else:
            missing_g = (total_g if who.is_full else min(who.offset_g, total_g)) - who.offset_g
            points, refusal = self._price(who, who.offset_g + missing_g) if who.pays else (0, None)
            if missing_g > 0 and who.shrinks == SHRINKS_MAX:
                who.wait_g, difference = 0, "limit"
            elif missing_g > 0 and missing_g > self.pool_g:
                who.wait_g, who.wait_pays, difference = missing_g, who.pays, "waiting"
            elif missing_g > 0:
                who.wait_g, difference = 0, "not_paid" if refusal else "allocated"
                if not refusal:
                    self._give(who, missing_g, points)
            else:
                who.wait_g = 0
                if missing_g:
                    difference = "released"
                    who.shrinks += 1
                    who.offset_g += missing_g
                    back = max(0, who.paid - -(-who.offset_g * PRICE // 1000)) if who.pays else 0
                    who.paid, who.balance, self.spent = who.paid - back, who.balance + back, self.spent - back
        return {
            "difference": difference,
            "offset_g": who.offset_g,
            "waiting_g": who.wait_g,
            "balance": who.balance,
            "delta_g": total_g - before_g,
        }

    def _settle(self, who: Person) -> dict[str, Any]:
        if not who.joined:
            return {"code": "attendance_not_found"}
        if not who.wait_g:
            return {"became": "not_waiting"}
        grams = who.wait_g if who.offset_g is None else who.total_g - who.offset_g
        if self.is_exhausted or grams > self.pool_g:
            self.is_exhausted = True
            return {"became": "pool_exhausted"}
        points, refusal = self._price(who, (who.offset_g or 0) + grams) if who.wait_pays else (0, None)
        is_new, who.wait_g = who.offset_g is None, 0
        if refusal:
            return {"became": "not_paid"}
        if is_new:
            who.is_full, who.pays = grams >= who.total_g, who.wait_pays
        self._give(who, grams, points)
        return {"became": "settled", "grams": grams}


class Machine(RuleBasedStateMachine):
    """Rules put commands down; `commit` sends what lies there, as one batch, to one of two writers."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self.bench = bench
        self.waiting: list[Command] = []

    @initialize(budget=st.integers(0, 900), points=st.integers(0, 500))
    def open(self, budget: int, points: int) -> None:
        self.event_id, fair = self.bench.run(self.bench.new_fair(0))
        self.citizens = self.bench.run(self.bench.new_citizens())
        owner = self.bench.owner
        row = self.bench.run(owner.fetchrow("SELECT * FROM events WHERE id = $1", self.event_id))
        footprints = self.bench.writers[0][0].footprints
        totals = {
            journey: footprints.compute(event_facts(row), journey, None).total_g for journey in JOURNEYS
        }
        for citizen_id in self.citizens:
            if points:
                self.bench.run(self._give_points(citizen_id, points))
        self.bench.run(
            owner.execute("INSERT INTO event_budgets VALUES ($1, $2, $3)", self.event_id, PRICE, budget)
        )
        who = {citizen_id: Person(points) for citizen_id in self.citizens}
        self.model = Event(totals, fair.grams_left, budget, who)

    async def _give_points(self, citizen_id: UUID, points: int) -> None:
        """Points of an attendance at an event of long ago."""
        now, source, place = datetime.now(UTC), uuid4(), self.event_id
        owner, issuing = self.bench.owner, UUID("00000000-0000-7000-8000-000000000001")
        lot = lot_of(now.date())
        other = (
            await owner.fetchval("SELECT id FROM events WHERE id <> $1 AND slug = 'long-ago'", place)
            or (await self.bench.new_fair(0))[0]
        )
        await owner.execute("UPDATE events SET slug = 'long-ago' WHERE id = $1", other)
        await owner.execute(
            """INSERT INTO footprints (event_id, digest, total_g, basis, factor_set, body)
               VALUES ($1, '\\x00', 0, 'default', '', '{}') ON CONFLICT DO NOTHING""",
            other,
        )
        await owner.execute(
            "INSERT INTO attendances VALUES ($1, $2, $3, NULL, NULL, '\\x00', 'none', $4, $5)",
            *(other, citizen_id, source, points, now),
        )
        await owner.execute(
            """INSERT INTO tallies VALUES ($1, 0, date_trunc('minute', $2::timestamptz), 1, 1, 0, 0, 0, 0, $3, 1)
               ON CONFLICT (event_id, gate, minute) DO UPDATE SET joined = tallies.joined + 1,
               footprints = tallies.footprints + 1, points = tallies.points + $3""",
            *(other, now, points),
        )
        await owner.execute(
            """INSERT INTO transfers (citizen_id, id, debit_account, credit_account, points, reason, source_id,
               balance_after, created_at, expires_on, budget_id)
               SELECT $1, $2, $3, $1, $4, 'event_join', $5, $4, $6, $7, id FROM issuance_budgets""",
            *(citizen_id, uuid7(), issuing, points, source, now, lot),
        )
        await owner.execute("UPDATE accounts SET balance = balance - $2 WHERE id = $1", issuing, points)
        await owner.execute("UPDATE issuance_budgets SET issued_points = issued_points + $1", points)
        await owner.execute("INSERT INTO lots VALUES ($1, $2, $3)", citizen_id, lot, points)

    @rule(
        who=people,
        journey=journeys,
        share=st.none() | st.sampled_from([1, 30, 100]),
        pay_with=st.sampled_from(["sponsor", "points"]),
    )
    def scan(self, who: int, journey: Journey, share: int | None, pay_with: str) -> None:
        command = ask(self.citizens[who], self.event_id, journey=journey, share=share, pay_with=pay_with)
        self.waiting.append(command)

    @rule(who=people, journey=journeys)
    def tell_again(self, who: int, journey: Journey) -> None:
        self.waiting.append(revise(self.citizens[who], self.event_id, journey))

    @rule(who=people)
    def turn(self, who: int) -> None:
        self.waiting.append(settle(self.citizens[who], self.event_id))

    @rule(tonnes_g=st.sampled_from([500, 20_000, 200_000]))
    def top_up(self, tonnes_g: int) -> None:
        self.commit(0)
        self.bench.run(self._top_up(tonnes_g))
        self.model.pool_g += tonnes_g

    async def _top_up(self, grams: int) -> None:
        batch_id = uuid7()
        await self.bench.owner.execute(
            """INSERT INTO credit_batches (id, product, project_name, vintage, quantity_t, assigned_g,
                                           retirement_ref, retirement_key, retired_on)
               VALUES ($1, 'cdcer', 'forest', 2024, 1, $2, $3, $3, '2026-01-15')""",
            *(batch_id, grams, str(batch_id)),
        )
        await self.bench.owner.execute(
            """INSERT INTO pools (event_id, position, batch_id, serial_from, serial_to, next_serial)
               SELECT $1, max(position) + 1, $2, 1, $3, 1 FROM pools WHERE event_id = $1""",
            *(self.event_id, batch_id, grams),
        )

    @rule(writer=st.integers(0, 1))
    def commit(self, writer: int) -> None:
        commands, self.waiting = self.waiting, []
        if not commands:
            return
        self.model.is_exhausted = False
        outcomes = self.bench.run(self.bench.submit(writer, commands))
        for command, outcome in zip(commands, outcomes, strict=True):
            expected = self.model.expect(command)
            body = msgspec.json.decode(outcome.body)
            if "points" in body:
                body |= {"balance": body["points"]["balance"], "total_g": body["footprint"]["total_g"]}
                body["offset_g"] = body["offset"] and body["offset"]["grams"]
                parts = body["offset"]["allocations"] if body["offset"] else []
                assert sum(part["grams"] for part in parts) == (body["offset_g"] or 0)
            assert {name: body.get(name) for name in expected} == expected, command

    def teardown(self) -> None:
        if hasattr(self, "model"):
            self.commit(1)
            self.bench.run(self._compare_tables())

    async def _compare_tables(self) -> None:
        rows = await self.bench.owner.fetch(
            "SELECT citizen_id, grams FROM current_offsets WHERE event_id = $1", self.event_id
        )
        offsets = {row["citizen_id"]: row["grams"] for row in rows}
        assert offsets == {
            citizen_id: who.offset_g
            for citizen_id, who in self.model.people.items()
            if who.offset_g is not None
        }
        given_g, spent = await self.bench.owner.fetchrow(
            """SELECT (SELECT coalesce(sum(grams), 0)::int FROM allocations WHERE event_id = $1),
                      (SELECT points_spent FROM event_budgets WHERE event_id = $1)""",
            self.event_id,
        )
        assert (given_g, spent) == (self.model.given_g, self.model.spent)


def test_offsets_end_as_the_model_says(settings: Settings) -> None:
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
    finally:
        bench.close()
