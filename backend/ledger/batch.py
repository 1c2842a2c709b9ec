"""One batch of commands: load what they need, decide each in turn, store everything, commit.

First a batch that may issue points takes its place in the line of issuance. Then rows are locked table by table:
citizens' accounts, events, then what each of the rules locks, in the order of the rules, and last the tallies, the
budgets and the system's accounts; within a table in key order. So two batches of two processes never wait for each
other in a circle.
"""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from backend.catalogue import Catalogue
from backend.errors import IdempotencyKeyReused, Refusal, SessionRevoked
from backend.errors.community.community import ConsentNeeded
from backend.errors.partners import GrantWithdrawn
from backend.ledger.command import Command, Outcome, refused, replay
from backend.ledger.commands.answer_quiz import AnswerQuiz, QuizRules
from backend.ledger.commands.attend import AttendanceRules
from backend.ledger.commands.claim import ClaimRules, DonateReductions
from backend.ledger.commands.expire import ExpiryRules
from backend.ledger.commands.join_event import JoinEvent
from backend.ledger.commands.lapse_pending import LapseRules
from backend.ledger.commands.log_action import ActionRules, LogAction
from backend.ledger.commands.move_account import KeepGuestAttendance, MergeAccounts, MoveRules
from backend.ledger.commands.offset_changes import ReviseJourney
from backend.ledger.commands.redeem import Redeem, RedeemRules
from backend.ledger.commands.reverse import ReversalRules
from backend.ledger.facts.attendances import load_attendances
from backend.ledger.facts.events import EventMemory
from backend.ledger.facts.footprints import FootprintBook
from backend.ledger.facts.issuance import OVERSPENT, load_pending
from backend.ledger.facts.pools import CreditBatchMemory
from backend.ledger.rows import STORE_LOTS, STORE_PENDING_ENDS, STORE_TOTALS, STORE_TRANSFERS, AnswerRow
from backend.ledger.rules import Rules
from backend.ledger.state import LedgerState, StoredAnswer
from backend.storage.transaction import Transaction
from backend.storage.writer import Conflict, Writer

BY_CITIZENS = (
    JoinEvent,
    ReviseJourney,
    LogAction,
    DonateReductions,
    Redeem,
    AnswerQuiz,
    MergeAccounts,
    KeepGuestAttendance,
)
"""What a citizen does, or a partner for them; what the house does with an account goes on when its citizen has left."""


class Crowded(Exception):
    """A command of the batch has to be alone in one: the queue parts them before."""


class Ledger:
    """Runs batches on one connection. Remembers what never changes: batches, footprints, events by revision."""

    def __init__(self, writer: Writer, catalogue: Catalogue, public_base: str) -> None:
        self._writer = writer
        self.footprints = FootprintBook(catalogue)
        self.credit_batches = CreditBatchMemory()
        self._events = EventMemory()
        self._rules: tuple[Rules, ...] = (
            AttendanceRules(self.footprints, self.credit_batches, public_base, catalogue.policies),
            ActionRules(catalogue),
            RedeemRules(),
            ClaimRules(catalogue.policies),
            ReversalRules(),
            ExpiryRules(),
            QuizRules(),
            LapseRules(),
            MoveRules(catalogue),
        )
        """In the order in which their rows are locked and stored."""
        self._issues_alone = False
        """The last batch met a budget that others had emptied: it is decided again with nobody else issuing."""
        self._rules_of: dict[type[Command], Rules] = {
            command: rules for rules in self._rules for command in rules.commands
        }

    async def run(self, commands: Sequence[Command]) -> tuple[list[Outcome], list[asyncpg.Record]]:
        """Outcomes in the order of the commands, and the tallies as they are now; durable on return.

        Raises Crowded, what storage.writer says; then nothing of the batch was written, or nobody knows.
        """
        if len(commands) > 1 and any(command.is_alone for command in commands):
            raise Crowded
        try:
            async with self._writer.transaction() as transaction:
                state = LedgerState()
                asked = self._asked(commands)
                await self._load(transaction, state, commands, asked)
                outcomes = [self.decide(command, state) for command in commands]
                tallies = await self._store(transaction, state, asked)
        except Conflict as conflict:
            self._issues_alone = str(conflict) == OVERSPENT
            raise
        self._issues_alone = False
        for event_id, digest in state.new_footprints:
            self.footprints.mark_stored(event_id, digest)
        return outcomes, tallies

    def decide(self, command: Command, state: LedgerState) -> Outcome:
        """The repeat first, then the rules; a refusal is an outcome and is kept under the key like any other."""
        if state.erased and isinstance(command, BY_CITIZENS) and not state.erased.isdisjoint(command.who):
            # Kept under no key: what is stored for repeats would be kept of them too.
            return refused(SessionRevoked() if command.partner_id is None else GrantWithdrawn())
        idempotency = command.idempotency
        if idempotency is not None:
            answer_key = (command.idempotency_owner, idempotency.key)
            stored = state.answers.get(answer_key)
            if stored is not None:
                if not idempotency.is_repeat_of(stored.request_digest):
                    return refused(IdempotencyKeyReused())
                return replay(stored.status, stored.body)
        try:
            outcome = self._rules_of[type(command)].decide(command, state)
        except ConsentNeeded as refusal:
            return refused(refusal)
        except Refusal as refusal:
            outcome = refused(refusal)
            if not refusal.is_kept:
                return outcome
        if idempotency is not None and outcome.status < 500 and outcome.status != 401:
            body = outcome.kept_body
            state.answers[answer_key] = StoredAnswer(idempotency.request_digest, outcome.status, body)
            state.new_answers.append(
                AnswerRow(
                    citizen_id=answer_key[0],
                    key=idempotency.key,
                    request_digest=idempotency.request_digest,
                    status=outcome.status,
                    answer=body,
                    created_at=command.at,
                )
            )
        return outcome

    def _asked(self, commands: Sequence[Command]) -> dict[Rules, list[Command]]:
        """The commands by their rules, in the order of the rules: a batch of scans alone asks no others."""
        by_rules: dict[Rules, list[Command]] = {}
        for command in commands:
            by_rules.setdefault(self._rules_of[type(command)], []).append(command)
        if len(by_rules) == 1:
            return by_rules
        return {rules: by_rules[rules] for rules in self._rules if rules in by_rules}

    async def _load(
        self,
        transaction: Transaction,
        state: LedgerState,
        commands: Sequence[Command],
        asked: dict[Rules, list[Command]],
    ) -> None:
        issuing = [command for command in commands if command.issues]
        if issuing:
            await state.issuance.load(transaction, issuing, is_alone=self._issues_alone)
        # With the owners of keys: two companions at one moment under one key meet at their guardian's row.
        keys = [(c.idempotency_owner, c.idempotency.key) for c in commands if c.idempotency is not None]
        citizens = {command.citizen_id for command in commands}
        citizens.update(owner for owner, _ in keys)
        if commands[0].is_alone:
            # Who keeps something of a person without the ledger holds the person's own row first.
            citizens.update(commands[0].others)
            await transaction.lock("lock_citizens", sorted(citizens))
        for row in await transaction.lock("lock_accounts", sorted(citizens)):
            state.balances[row["id"]] = row["balance"]
            if row["is_proven"]:
                state.proven.add(row["id"])
            if row["is_erased"]:
                state.erased.add(row["id"])
            if row["guest_badge"] is not None:
                state.guests[row["id"]] = (row["guest_event_id"], row["guest_badge"])
        # From here on the citizens are ours: whatever another batch did for them is committed and seen.
        at_events = [command for command in commands if command.event_id is not None]
        if at_events:
            events = {command.event_id for command in at_events if command.event_id is not None}
            await self._events.load(transaction, state, events)
        if keys:
            for row in await transaction.read("load_answers", *zip(*keys, strict=True)):
                state.answers[(row["citizen_id"], row["key"])] = StoredAnswer(
                    row["request_digest"], row["status"], row["answer"]
                )
        if at_events:
            await load_attendances(transaction, state, at_events)
        spenders = sorted({command.citizen_id for command in commands if command.spends})
        if spenders:
            state.lots = {citizen_id: {} for citizen_id in spenders}
            for row in await transaction.read("load_lots", spenders):
                state.lots[row["citizen_id"]][row["expires_on"]] = row["points"]
        waiting = sorted({c.citizen_id for c in issuing if c.ends_pending} - state.proven)
        if waiting:
            state.pending = await load_pending(transaction, waiting)
        for rules, own in asked.items():
            await rules.load(transaction, state, own)

    async def _store(
        self, transaction: Transaction, state: LedgerState, asked: dict[Rules, list[Command]]
    ) -> list[asyncpg.Record]:
        """Every rules' own rows, then points and answers, then the totals; returns the tallies as they are now."""
        # Rules put rows into each other's components: a reversal takes off what an action added.
        for rules in self._rules if state.has_components else asked:
            await rules.store(transaction, state)
        if state.new_transfers or state.new_answers or state.new_pending:
            await transaction.store(
                STORE_TRANSFERS,
                state.new_transfers,
                state.new_answers,
                state.lot_rows(),
                state.new_pending,
            )
        if state.pending_ends or state.newly_proven:
            await transaction.store(STORE_PENDING_ENDS, state.pending_ends, state.newly_proven)
        if state.changed_lots:
            await transaction.store(STORE_LOTS, state.counted_lot_rows())
        # In a statement of their own: locked any earlier, these rows would make every other process wait longer.
        tallies, system, issued = state.tally_rows(), state.system_rows(), state.issuance.rows()
        if not tallies and not system and not issued:
            return []
        return await transaction.store(STORE_TOTALS, tallies, system, issued)
