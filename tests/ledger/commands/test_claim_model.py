"""Rides, gifts, cancellations, reversals, spending and expiry in any order and in any batches, against a plain model.

The model is a list of rides per citizen, each with what became of it, and a dictionary of lots. It knows nothing of
batches or tables; the ledger has to answer as it does, and the four states have to sum to what was logged.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID, uuid4

from hypothesis import HealthCheck
from hypothesis import settings as profile
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from backend.domain.account.lots import lot_of
from backend.ledger.audit.ledger import audit_all
from backend.ledger.command import Outcome
from backend.ledger.commands.claim import ClaimReductions, DonateReductions
from backend.ledger.commands.expire import ExpirePoints
from backend.ledger.commands.log_action import LogAction
from backend.ledger.commands.reverse import ReverseAction
from backend.models.keys import uuid7
from backend.settings import Settings
from tests.ledger.commands.claiming import (
    Spend,
    body_of,
    claim,
    donate,
    expire,
    may_spend,
    reverse,
    ride,
    spend,
)
from tests.ledger.test_model import Bench
from tests.repetitions import times

EXAMPLES = times(20, nightly=200)
STEPS = 40
FIRST_DAY = date(2026, 3, 2)
# Promises of redemptions, which this test spends without: everything else has to hold.
WITHOUT_REDEMPTIONS = "redemption"

people = st.integers(0, 1)
grams = st.none() | st.integers(1, 3000)


@dataclass
class Ride:
    id: str
    grams: int
    points: int
    lot: date
    is_verified: bool
    fate: str = "personal"


@dataclass
class Person:
    """A citizen as one would explain it: rides, oldest first, and points by lot."""

    rides: list[Ride] = field(default_factory=list)
    lots: dict[date, int] = field(default_factory=dict)
    booked_off: set[tuple[date, date]] = field(default_factory=set)
    day: date = FIRST_DAY

    @property
    def personal(self) -> list[Ride]:
        return [each for each in self.rides if each.is_verified and each.grams and each.fate == "personal"]

    def give(self, to: str, grams_max: int | None) -> list[Ride]:
        given, left = [], grams_max
        for each in self.personal:
            if left is None or each.grams <= left:
                given.append(each)
                each.fate = to
                left = None if left is None else left - each.grams
        return given

    def take(self, points: int, order: list[date]) -> int:
        taken = 0
        for lot in order:
            part = min(points - taken, self.lots.get(lot, 0))
            self.lots[lot] = self.lots.get(lot, 0) - part
            taken += part
        return taken


class Machine(RuleBasedStateMachine):
    """Rules put commands down; `commit` sends what lies there, as one batch, to one of two writers."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self.bench = bench
        self.waiting: list[Any] = []

    @initialize()
    def open(self) -> None:
        self.citizens: list[UUID] = self.bench.run(self.bench.new_citizens(are_proven=True))[:2]
        self.bench.run(
            self.bench.owner.execute(
                """INSERT INTO consents (citizen_id, scope, revision, is_granted, policy_version, decided_at)
                   SELECT id, 'aggregation', 1, true, '2026.2', now() FROM unnest($1::uuid[]) AS asked (id)""",
                self.citizens,
            )
        )
        self.people = {citizen: Person() for citizen in self.citizens}
        self.causes = [uuid7(), uuid7()]
        self.given = dict.fromkeys(self.causes, 0)
        for cause in self.causes:
            self.bench.run(
                self.bench.owner.execute(
                    """INSERT INTO causes (id, slug, name_zh, name_en, about_zh, about_en)
                       VALUES ($1, $2, '', '', '', '')""",
                    cause,
                    uuid4().hex,
                )
            )

    @rule(
        who=people, days=st.integers(1, 20), km=st.integers(1, 15), tier=st.sampled_from(["E1", "E2", "E5"])
    )
    def log(self, who: int, days: int, km: int, tier: str) -> None:
        person = self.people[self.citizens[who]]
        person.day += timedelta(days=days)
        # Below every ceiling of a month on one's own word.
        km = 1 + km % 3 if tier == "E5" else km
        self.waiting.append(ride(self.citizens[who], person.day, km=km, tier=tier))

    @rule(who=people, cause=st.integers(0, 1), grams_max=grams)
    def donate(self, who: int, cause: int, grams_max: int | None) -> None:
        self.waiting.append(donate(self.citizens[who], self.causes[cause], grams_max))

    @rule(who=people, to=st.sampled_from(["aggregated", "cancelled"]), grams_max=grams)
    def claim(self, who: int, to: Literal["aggregated", "cancelled"], grams_max: int | None) -> None:
        self.waiting.append(claim(self.citizens[who], to, grams_max))

    @rule(who=people, number=st.integers(0, 30))
    def reverse(self, who: int, number: int) -> None:
        rides = self.people[self.citizens[who]].rides
        if rides:
            self.waiting.append(reverse(self.citizens[who], rides[number % len(rides)].id))

    @rule(who=people, points=st.integers(1, 40), months=st.integers(0, 30))
    def spend(self, who: int, points: int, months: int) -> None:
        self.waiting.append(spend(self.citizens[who], points, FIRST_DAY + timedelta(days=30 * months)))

    @rule(who=people, months=st.integers(24, 36))
    def expire(self, who: int, months: int) -> None:
        self.waiting.append(expire(self.citizens[who], FIRST_DAY + timedelta(days=30 * months)))

    @rule(writer=st.integers(0, 1))
    def commit(self, writer: int) -> None:
        commands, self.waiting = self.waiting, []
        if not commands:
            return
        outcomes: list[Outcome] = self.bench.run(self.bench.submit(writer, commands))
        # Who logs and gives at the same moment may see the gift come first.
        logged: list[tuple[UUID, Ride]] = []
        for command, outcome in zip(commands, outcomes, strict=True):
            body = body_of(outcome)
            if isinstance(command, LogAction):
                logged.append((command.citizen_id, self._logged(command, body)))
            else:
                assert self._told(command, body) == self._expected(command), command
        for citizen_id, each in logged:
            self.people[citizen_id].rides.append(each)

    def _logged(self, command: LogAction, body: dict[str, Any]) -> Ride:
        lot = lot_of(command.day)
        lots = self.people[command.citizen_id].lots
        lots[lot] = lots.get(lot, 0) + body["points"]
        return Ride(body["id"], body["reduction_g"], body["points"], lot, command.tier != "E5")

    def _told(self, command: Any, body: dict[str, Any]) -> object:
        if "code" in body:
            return body["code"]
        if isinstance(command, DonateReductions | ClaimReductions):
            return body["grams"], body["actions"], body["remaining_personal_g"]
        if isinstance(command, ReverseAction):
            return body["points"], body["points_short"], body["balance"]
        return body["points"] if isinstance(command, ExpirePoints) else body["balance"]

    def _expected(self, command: Any) -> object:
        person = self.people[command.citizen_id]
        if isinstance(command, DonateReductions | ClaimReductions):
            is_gift = isinstance(command, DonateReductions)
            given = person.give("donated" if is_gift else command.to, command.grams)
            if not given:
                return "nothing_to_donate" if is_gift else "nothing_to_claim"
            total = sum(each.grams for each in given)
            if is_gift:
                self.given[command.cause_id] += total
            return total, len(given), sum(each.grams for each in person.personal)
        if isinstance(command, ReverseAction):
            return self._reversed(person, command)
        if isinstance(command, Spend):
            valid = sorted(lot for lot in person.lots if lot > command.today)
            if sum(person.lots[lot] for lot in valid) < command.points:
                return "points_insufficient"
            person.take(command.points, valid)
            return sum(person.lots.values())
        # What comes into a lot after it was booked off waits for the run of another day.
        due = {
            (lot, command.today)
            for lot, points in person.lots.items()
            if lot <= command.today and points and (lot, command.today) not in person.booked_off
        }
        person.booked_off |= due
        return sum(person.lots.pop(lot) for lot, _ in due)

    def _reversed(self, person: Person, command: ReverseAction) -> object:
        (each,) = [each for each in person.rides if each.id == str(command.action_id)]
        if each.fate != "personal":
            return "action_reversed" if each.fate == "reversed" else "action_claimed"
        each.fate = "reversed"
        taken = person.take(each.points, [each.lot, *sorted(lot for lot in person.lots if lot != each.lot)])
        return taken, each.points - taken, sum(person.lots.values())

    def teardown(self) -> None:
        if hasattr(self, "people"):
            self.commit(1)
            self.bench.run(self._compare_tables())

    async def _compare_tables(self) -> None:
        owner = self.bench.owner
        for citizen_id, person in self.people.items():
            rows = await owner.fetch(
                "SELECT expires_on, points FROM lots WHERE citizen_id = $1 AND points > 0", citizen_id
            )
            kept = {lot: points for lot, points in person.lots.items() if points}
            assert {row["expires_on"]: row["points"] for row in rows} == kept
            rows = await owner.fetch(
                "SELECT action_id::text, claim_state, grams FROM claims WHERE citizen_id = $1", citizen_id
            )
            gone = [each for each in person.rides if each.fate not in ("personal", "reversed")]
            assert {tuple(row) for row in rows} == {(each.id, each.fate, each.grams) for each in gone}
            logged = await owner.fetchval(
                "SELECT coalesce(sum(reduction_g), 0)::int FROM action_sums WHERE citizen_id = $1 AND is_verified",
                citizen_id,
            )
            assert logged == sum(each.grams for each in (*person.personal, *gone))
        rows = await owner.fetch("SELECT id, donated_g FROM causes WHERE id = ANY ($1::uuid[])", self.causes)
        assert {row["id"]: row["donated_g"] for row in rows} == self.given


def test_reductions_and_points_go_where_the_model_says(settings: Settings) -> None:
    bench = Bench(settings)
    try:
        for ledger, _, _ in bench.writers:
            may_spend(ledger)
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
        broken = [finding for finding in findings if finding.is_broken]
        assert [finding for finding in broken if WITHOUT_REDEMPTIONS not in finding.promise] == []
        print(f"\n  {bench.commands} commands in {bench.batches} batches")
    finally:
        bench.close()
