"""Staff or a partner reverses an action: once, with its points, as far as they are still there.

Policy: the points go back to the issuing account, from the lot in which they were earned first, then from the
citizen's other lots, oldest first, and never below zero. What was spent meanwhile is written down as `points_short`
and let go: nobody owes points, and nothing that was redeemed is taken away again
(docs/decisions/0010-reversal-takes-what-is-left.md).

An action whose reduction was donated, aggregated or cancelled is not reversed: others count on that total.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from backend.errors.actions.reduction_claims import ActionClaimed, ActionNotFound, ActionReversed
from backend.ledger.command import Command, Outcome
from backend.ledger.commands.claim import ClaimState
from backend.ledger.commands.log_action import ActionState
from backend.ledger.rows import STORE_REVERSALS, ReversalRow, StaffActionRow
from backend.ledger.state import LedgerState
from backend.messages.actions.reduction_claims import ReversalAnswer
from backend.messages.encoding import encode
from backend.messages.shape import view_of
from backend.models.keys import uuid7
from backend.storage.transaction import Transaction

REASON = "reversal"


class ReverseAction(Command, frozen=True):
    """Staff or a partner found that an action must not count. `id` is the reversal's; `actor` says who, in words.

    With `staff_id` what the staff member did is recorded in the same transaction.
    """

    action_id: UUID
    reason: str
    actor: str
    staff_id: UUID | None = None

    @property
    def issues(self) -> bool:
        return True

    @property
    def ends_pending(self) -> bool:
        return True

    @property
    def spends(self) -> bool:
        return True


class ReversibleAction(msgspec.Struct, frozen=True):
    """An action as its reversal needs it; `lot` is where its points were booked, `budget_id` who paid for them."""

    method: str
    day: date
    tier: str
    is_verified: bool
    reduction_g: int
    points: int
    lot: date | None
    budget_id: UUID | None
    claim_state: str | None


class ReversalFacts(msgspec.Struct, frozen=True):
    id: UUID
    points: int
    points_short: int
    at: datetime


class ReversalState:
    """What a batch knows of reversals and will write, by citizen and action."""

    def __init__(self) -> None:
        self.actions: dict[tuple[UUID, UUID], ReversibleAction] = {}
        self.reversals: dict[tuple[UUID, UUID], ReversalFacts] = {}
        self.new_reversals: list[ReversalRow] = []
        self.new_records: list[StaffActionRow] = []


class ReversalRules:
    commands: tuple[type[Command], ...] = (ReverseAction,)

    async def load(
        self, transaction: Transaction, state: LedgerState, commands: Sequence[ReverseAction]
    ) -> None:
        found = state.component(ReversalState)
        asked = {(each.citizen_id, each.action_id) for each in commands}
        for row in await transaction.read("load_reversible_actions", *zip(*sorted(asked), strict=True)):
            action_key = (row["citizen_id"], row["id"])
            found.actions[action_key] = view_of(ReversibleAction, row)
            if row["reversal_id"] is not None:
                found.reversals[action_key] = ReversalFacts(
                    row["reversal_id"], row["points_taken"], row["points_short"], row["reversed_at"]
                )

    def decide(self, command: ReverseAction, state: LedgerState) -> Outcome:
        """One reversal. Raises a Refusal having changed nothing of `state`."""
        found, claims = state.component(ReversalState), state.component(ClaimState)
        action_key = (command.citizen_id, command.action_id)
        action = found.actions.get(action_key)
        if action is None or command.citizen_id not in state.balances:
            raise ActionNotFound
        reversal = found.reversals.get(action_key)
        if reversal is not None:
            if reversal.id != command.id:
                raise ActionReversed(at=reversal.at.isoformat(timespec="seconds"))
            # Our own row: COMMIT had gone through when the connection broke.
            return _answer(command, action, reversal, state)
        claim_state = claims.claimed.get(action_key, action.claim_state)
        if claim_state is not None:
            raise ActionClaimed(claim_state=claim_state)
        reversal = self._reverse(command, action, state)
        found.reversals[action_key] = reversal
        claims.forget(*action_key)
        return _answer(command, action, reversal, state)

    def _reverse(self, command: ReverseAction, action: ReversibleAction, state: LedgerState) -> ReversalFacts:
        citizen_id, found = command.citizen_id, state.component(ReversalState)
        # Points that still wait are in nobody's balance: they go back whole.
        points = state.drop_pending(citizen_id, "action", command.action_id, "reversed", command.at)
        if action.points and action.lot is not None and action.budget_id is not None:
            points = state.take_back(
                citizen_id,
                action.lot,
                action.points,
                REASON,
                command.action_id,
                command.at,
                action.budget_id,
            )
        actions = state.component(ActionState)
        actions.add_to_sums(
            citizen_id,
            action.day,
            action.method,
            action.is_verified,
            -1,
            -action.reduction_g,
            -action.points,
        )
        actions.forget(
            citizen_id, command.action_id, action.day, action.tier, action.reduction_g, action.points
        )
        reversal = ReversalFacts(command.id, points, action.points - points, command.at)
        found.new_reversals.append(
            view_of(
                ReversalRow,
                command,
                citizen_id=citizen_id,
                points=points,
                points_short=reversal.points_short,
                created_at=command.at,
            )
        )
        if command.staff_id is not None:
            after = {"points": points, "points_short": reversal.points_short, "citizen_id": str(citizen_id)}
            before = {"points": action.points, "reduction_g": action.reduction_g}
            found.new_records.append(
                view_of(
                    StaffActionRow,
                    command,
                    id=uuid7(),
                    action="action.reverse",
                    subject=str(command.action_id),
                    before=encode(before).decode(),
                    after=encode(after).decode(),
                )
            )
        return reversal

    async def store(self, transaction: Transaction, state: LedgerState) -> None:
        found = state.component(ReversalState)
        if not found.new_reversals:
            return
        await transaction.store(STORE_REVERSALS, found.new_reversals, found.new_records)


def _answer(
    command: ReverseAction, action: ReversibleAction, reversal: ReversalFacts, state: LedgerState
) -> Outcome:
    answer = ReversalAnswer(
        id=str(reversal.id),
        action_id=str(command.action_id),
        points=reversal.points,
        points_short=reversal.points_short,
        reduction_g=action.reduction_g,
        balance=state.balances[command.citizen_id],
        reversed_at=reversal.at,
    )
    return Outcome(201, answer)
