"""One batch of commands: load what they need, decide each in turn, store everything, commit.

Rows are locked table by table (accounts, events, pools, then the issuing account and the tallies) and
in key order within a table, so two batches of two processes never wait for each other in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol
from uuid import UUID

import asyncpg
import msgspec

from backend.catalogue import Catalogue
from backend.domain.actions.plausibility import EarlierAction
from backend.domain.credits.allocation import PoolRange, SerialRange
from backend.errors import IdempotencyKeyReused, Refusal
from backend.errors.account.points import ExternalIdReused
from backend.ledger.command import Command, JoinEvent, LogAction, Outcome, idempotency_owner
from backend.ledger.commands.answer_quiz import QuizRules
from backend.ledger.commands.claim import ClaimRules
from backend.ledger.commands.expire import ExpiryRules
from backend.ledger.commands.join_event import JoinRules
from backend.ledger.commands.log_action import ActionRules, first_day_that_counts
from backend.ledger.commands.offset_changes import LaterOffsetRules, ReviseJourney, SettleOffset
from backend.ledger.commands.redeem import RedeemRules
from backend.ledger.commands.reverse import ReversalRules
from backend.ledger.events import event_facts
from backend.ledger.footprints import FootprintBook
from backend.ledger.state import (
    AllocationFacts,
    AttendanceFacts,
    BadgeFacts,
    BudgetFacts,
    CreditBatchFacts,
    EventFacts,
    LedgerState,
    OffsetFacts,
    StoredAnswer,
    WaitFacts,
)
from backend.messages.encoding import encode
from backend.storage.writer import Transaction, Writer

Placed = JoinEvent | LogAction | ReviseJourney | SettleOffset
"""Commands that somebody's place at an event may have to be known for."""
TAKE_FROM_POOLS = (ReviseJourney, SettleOffset)


class Rules(Protocol):
    """Further commands: what they load, how one is decided, what they store beside points and answers.

    Each keeps what it knows of a batch in `state.part(…)` of its own class. `load` locks rows in key order.
    """

    commands: tuple[type, ...]

    async def load(self, transaction: Transaction, state: LedgerState, commands: Sequence[Any]) -> None: ...
    def decide(self, command: Any, state: LedgerState) -> Outcome: ...
    async def store(self, transaction: Transaction, state: LedgerState) -> None: ...


class Ledger:
    """Runs batches on one connection. Remembers what never changes: batches, footprints, events by revision."""

    def __init__(self, writer: Writer, catalogue: Catalogue, public_base: str) -> None:
        self._writer = writer
        self._catalogue = catalogue
        self.footprints = FootprintBook(catalogue)
        self._events: dict[UUID, EventFacts] = {}
        self._credit_batches: dict[UUID, CreditBatchFacts] = {}
        self._joins = JoinRules(self.footprints, self._credit_batches, public_base)
        self._actions = ActionRules(catalogue)
        self._rules: tuple[Rules, ...] = (
            RedeemRules(),
            ClaimRules(),
            ReversalRules(),
            ExpiryRules(),
            QuizRules(),
            LaterOffsetRules(self.footprints, self._credit_batches, public_base),
        )
        """Further commands, in the order in which their rows are locked and stored."""
        self._rules_of: dict[type, Rules] = {
            command: rules for rules in self._rules for command in rules.commands
        }

    async def run(self, commands: Sequence[Command]) -> tuple[list[Outcome], list[asyncpg.Record]]:
        """Outcomes in the order of the commands, and the tallies as they are now; durable on return.

        Raises what storage.writer says; then nothing of the batch was written, or nobody knows.
        """
        async with self._writer.transaction() as transaction:
            state = await self._load(transaction, commands)
            outcomes = [self.decide(command, state) for command in commands]
            tallies = await self._store(transaction, state)
            if state.has_parts:
                for rules in self._rules:
                    await rules.store(transaction, state)
        for event_id, digest in state.new_footprints:
            self.footprints.mark_stored(event_id, digest)
        return outcomes, tallies

    def decide(self, command: Command, state: LedgerState) -> Outcome:
        """The repeat first, then the rules; a refusal is an outcome and is kept under the key like any other."""
        idempotency = command.idempotency
        if idempotency is not None:
            asker_id = idempotency_owner(command)
            stored = state.answers.get((asker_id, idempotency.key))
            if stored is not None:
                if stored.request_digest != idempotency.request_digest:
                    return refused(IdempotencyKeyReused())
                return Outcome(stored.status, stored.body, is_replay=True)
        item = command.item if isinstance(command, LogAction) else None
        if item is not None:
            kept = state.items.get((item.partner_id, item.external_id))
            if kept is not None:
                if kept.request_digest != item.digest:
                    return refused(ExternalIdReused())
                return Outcome(kept.status, kept.body, is_replay=True)
        try:
            if isinstance(command, JoinEvent):
                outcome = self._joins.decide(command, state)
            elif isinstance(command, LogAction):
                outcome = self._actions.decide(command, state)
            else:
                outcome = self._rules_of[type(command)].decide(command, state)
        except Refusal as refusal:
            outcome = refused(refusal)
        if idempotency is not None and outcome.status < 500 and outcome.status != 401:
            answer = StoredAnswer(idempotency.request_digest, outcome.status, outcome.body)
            state.answers[(asker_id, idempotency.key)] = answer
            state.new_answers.append(
                (
                    asker_id,
                    idempotency.key,
                    answer.request_digest,
                    answer.status,
                    answer.body,
                    command.at,
                )
            )
        return outcome

    async def _load(self, transaction: Transaction, commands: Sequence[Command]) -> LedgerState:
        state = LedgerState()
        # With those whose keys are asked for: two companions at one moment under one key meet at their guardian's row.
        citizens = {command.citizen_id for command in commands} | {
            idempotency_owner(command) for command in commands
        }
        for row in await transaction.rows("lock_accounts", sorted(citizens)):
            state.balances[row["id"]] = row["balance"]
        # From here on the citizens are ours: whatever another batch did for them is committed and seen.
        places = [command for command in commands if isinstance(command, Placed)]
        await self._load_events(transaction, state, places)
        await self._load_answers(transaction, state, commands)
        joins = [command for command in places if isinstance(command, JoinEvent)]
        later = [command for command in places if isinstance(command, TAKE_FROM_POOLS)]
        await self._load_places(transaction, state, places)
        wanted = {command.event_id for command in joins if command.offset is not None}
        wanted.update(command.event_id for command in later)
        paying = {command.event_id for command in joins if command.spends}
        paying.update(command.event_id for command in later)
        if wanted:
            await self._load_pools(transaction, state, wanted)
        if paying:
            await self._load_budgets(transaction, state, paying)
        await self._load_earlier(transaction, state, [c for c in places if isinstance(c, LogAction)])
        if paying or len(places) < len(commands):
            await self._load_further(transaction, state, commands)
        return state

    async def _load_budgets(self, transaction: Transaction, state: LedgerState, events: set[UUID]) -> None:
        """Prices in points, and what sponsors still pay for; only where somebody may pay with points."""
        for row in await transaction.rows("lock_budgets", sorted(events)):
            state.budgets[row["event_id"]] = BudgetFacts(
                row["points_per_kg"], row["points_budget"], row["points_spent"]
            )

    async def _load_further(
        self, transaction: Transaction, state: LedgerState, commands: Sequence[Command]
    ) -> None:
        """What the further commands need: lots of those whose points may be taken, then what each knows itself."""
        spenders = sorted({command.citizen_id for command in commands if getattr(command, "spends", False)})
        if spenders:
            state.lots = {citizen_id: {} for citizen_id in spenders}
            for row in await transaction.rows("load_lots", spenders):
                state.lots[row["citizen_id"]][row["expires_on"]] = row["points"]
        for rules in self._rules:
            own = [command for command in commands if isinstance(command, rules.commands)]
            if own:
                await rules.load(transaction, state, own)

    async def _load_events(
        self, transaction: Transaction, state: LedgerState, commands: Iterable[Placed]
    ) -> None:
        wanted = sorted({command.event_id for command in commands if command.event_id is not None})
        if not wanted:
            return
        for row in await transaction.rows("lock_events", wanted):
            known = self._events.get(row["id"])
            if known is None or known.revision != row["revision"]:
                known = self._events[row["id"]] = event_facts(row)
            state.events[row["id"]] = known

    async def _load_answers(
        self, transaction: Transaction, state: LedgerState, commands: Iterable[Command]
    ) -> None:
        asked = [(idempotency_owner(c), c.idempotency.key) for c in commands if c.idempotency is not None]
        if not asked:
            return
        for row in await transaction.rows("load_answers", *zip(*asked, strict=True)):
            state.answers[(row["citizen_id"], row["key"])] = StoredAnswer(
                row["request_digest"], row["status"], row["answer"]
            )

    async def _load_places(
        self, transaction: Transaction, state: LedgerState, commands: Sequence[Placed]
    ) -> None:
        asked = [(c.event_id, c.citizen_id, c.badge_serial) for c in commands if c.event_id is not None]
        if not asked:
            return
        # Sets, because a citizen with two commands in the batch is asked about twice.
        there: set[tuple[UUID, UUID]] = set()
        for row in await transaction.rows("load_places", *zip(*asked, strict=True)):
            event_id = row["event_id"]
            if row["is_issued"]:
                place = (event_id, row["badge_serial"])
                state.badges[place] = BadgeFacts(row["category"], row["is_revoked"])
                if row["holder"] is not None:
                    state.badge_holders[place] = row["holder"]
            if row["id"] is None:
                continue
            attendance = AttendanceFacts(
                id=row["id"],
                citizen_id=row["citizen_id"],
                badge_serial=row["own_serial"],
                gate=row["gate"],
                footprint_digest=row["footprint_digest"],
                offset_status=row["offset_status"],
                points=row["points"],
                joined_at=row["joined_at"],
            )
            state.attendances[(event_id, attendance.citizen_id)] = attendance
            if attendance.badge_serial is not None:
                state.badge_holders[(event_id, attendance.badge_serial)] = attendance.citizen_id
            there.add((event_id, attendance.citizen_id))
        if there:
            # A journey that was told again has another footprint than the attendance: known before they are read.
            await self._load_offsets(transaction, state, there)
            digests = {
                (event_id, state.attendances[(event_id, who)].footprint_digest) for event_id, who in there
            }
            for row in await transaction.rows("load_footprints", *zip(*digests, strict=True)):
                state.footprints[row["digest"]] = row["body"]

    async def _load_offsets(
        self, transaction: Transaction, state: LedgerState, places: set[tuple[UUID, UUID]]
    ) -> None:
        rows = await transaction.rows("load_offsets", *zip(*places, strict=True))
        for row in rows:
            place = (row["event_id"], row["citizen_id"])
            if row["revision"] is not None:
                state.attendances[place] = msgspec.structs.replace(
                    state.attendances[place],
                    revision=row["revision"],
                    footprint_digest=row["footprint_digest"],
                )
            if row["wait_sequence"] is not None:
                state.waits[place] = WaitFacts(
                    row["wait_sequence"],
                    row["asked_grams"],
                    row["wait_pay_with"],
                    row["is_difference"],
                    row["joined_at"],
                    row["is_open"],
                )
            if row["id"] is None:
                continue
            part = AllocationFacts(row["batch_id"], row["part_grams"], row["serial_from"], row["serial_to"])
            known = state.offsets.get(place)
            if known is not None:
                state.offsets[place] = msgspec.structs.replace(known, allocations=(*known.allocations, part))
                continue
            state.offsets[place] = OffsetFacts(
                id=row["id"],
                grams=row["grams"] + row["changed_grams"],
                asked_kind=row["kind"],
                certificate_number=row["certificate_number"],
                allocations=(part,),
                issued_at=row["issued_at"],
                pay_with=row["pay_with"],
                releases=tuple(
                    SerialRange(*each)
                    for each in zip(row["batch_ids"], row["froms"], row["tos"], strict=True)
                )
                if row["batch_ids"]
                else (),
                changes=row["changes"],
                shrinks=row["shrinks"],
                points_paid=row["points_paid"],
                points_per_kg=row["points_per_kg"],
            )
        await self._load_credit_batches(
            transaction, {row["batch_id"] for row in rows if row["batch_id"] is not None}
        )

    async def _load_pools(self, transaction: Transaction, state: LedgerState, events: set[UUID]) -> None:
        for row in await transaction.rows("lock_pools", sorted(events)):
            state.pools.setdefault(row["event_id"], []).append(
                PoolRange(row["position"], row["batch_id"], row["next_serial"], row["serial_to"])
            )
        await self._load_credit_batches(
            transaction, {part.batch_id for pool in state.pools.values() for part in pool}
        )

    async def _load_credit_batches(self, transaction: Transaction, ids: set[UUID]) -> None:
        missing = ids - self._credit_batches.keys()
        if missing:
            for row in await transaction.rows("load_batches", list(missing)):
                self._credit_batches[row["id"]] = CreditBatchFacts(
                    row["id"], row["product"], row["project_name"], row["retirement_ref"]
                )

    async def _load_earlier(
        self, transaction: Transaction, state: LedgerState, actions: Sequence[LogAction]
    ) -> None:
        """Actions of the days that are asked about, and of each method since its caps' periods began."""
        asked = {
            (
                c.citizen_id,
                c.method,
                c.day,
                first_day_that_counts(self._catalogue.method_on(c.method, c.day), c.day),
            )
            for c in actions
        }
        if not asked:
            return
        for row in await transaction.rows("load_earlier_actions", *zip(*asked, strict=True)):
            action = EarlierAction(
                id=row["id"],
                method=row["method"],
                day=row["day"],
                quantity=row["quantity"],
                credited_quantity=row["credited_quantity"],
                parameters=msgspec.json.decode(row["parameters"]) if row["parameters"] else {},
                tier=row["tier"],
                occurred_at=row["occurred_at"],
                ended_at=row["ended_at"],
                reduction_g=row["reduction_g"],
                scene_kind=row["scene_kind"],
                is_reversed=row["is_reversed"],
            )
            state.earlier[row["citizen_id"]][action.id] = action
        items = [(c.item.partner_id, c.item.external_id) for c in actions if c.item is not None]
        if items:
            for row in await transaction.rows("load_partner_items", *zip(*items, strict=True)):
                state.items[(row["partner_id"], row["external_id"])] = StoredAnswer(
                    row["digest"], row["status"], row["answer"]
                )

    async def _store(self, transaction: Transaction, state: LedgerState) -> list[asyncpg.Record]:
        """Everything in one statement; returns the tallies as they are now."""
        if not state.has_rows:
            return []
        columns: list[Sequence[object]] = []
        for rows, width in (
            (state.footprint_rows(), 7),
            (state.new_attendances, 9),
            (state.new_offsets, 9),
            (state.new_allocations, 8),
            (state.new_actions, 24),
            (state.new_transfers, 10),
            (state.new_answers, 6),
            (state.pool_rows(), 3),
            (state.balance_rows(), 2),
            (state.tally_rows(), 10),
            (state.system_rows(), 2),
            (state.lot_rows(), 3),
            (state.sum_rows(), 7),
            (state.new_items, 7),
        ):
            columns += zip(*rows, strict=True) if rows else ((),) * width
        tallies = await transaction.rows("store_batch", *columns)
        if state.changed_lots:
            await transaction.rows("store_lots", *zip(*state.counted_lot_rows(), strict=True))
        if state.new_reviews:
            await transaction.rows("store_reviews", *zip(*state.new_reviews, strict=True))
        if state.booked_reviews:
            await transaction.rows("mark_reviews_booked", *zip(*state.booked_reviews, strict=True))
        return tallies


def refused(refusal: Refusal) -> Outcome:
    """A refusal as an outcome: its code and its facts, to be told in words when it is sent."""
    facts = {name: str(fact) for name, fact in refusal.facts.items()}
    return Outcome(refusal.status, encode({"code": refusal.code, "facts": facts}))
