"""Reversing an action: once, with its points, as far as they are still there.

Policy: the points go back to the issuing account, from the lot in which they were earned first, then from the
citizen's other lots, oldest first, and never below zero. What was spent meanwhile is written down as `points_short`
and let go: nobody owes points, and nothing that was redeemed is taken away again
(docs/decisions/0010-reversal-takes-what-is-left.md).

An action whose reduction was donated, aggregated or cancelled is not reversed: others count on that total.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

import msgspec

from backend.errors.actions.reduction_claims import ActionClaimed, ActionNotFound, ActionReversed
from backend.ledger.command import IdempotencyKey, Outcome
from backend.ledger.commands.claim import ClaimState
from backend.ledger.state import LedgerState
from backend.messages.actions.reduction_claims import ReversalAnswer
from backend.messages.encoding import encode
from backend.models.keys import uuid7
from backend.storage.writer import Transaction

REASON = "reversal"


class ReverseAction(msgspec.Struct, frozen=True):
    """Somebody found that an action must not count. `id` is the reversal's; `actor` says who, in words.

    With `staff_id` what the staff member did is recorded in the same transaction.
    """

    spends: ClassVar[bool] = True

    id: UUID
    citizen_id: UUID
    action_id: UUID
    reason: str
    actor: str
    idempotency: IdempotencyKey | None
    at: datetime
    staff_id: UUID | None = None


class ReversibleAction(msgspec.Struct, frozen=True):
    """An action as its reversal needs it; `lot` is where its points were booked."""

    method: str
    day: date
    is_verified: bool
    reduction_g: int
    points: int
    lot: date | None
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
        self.new_reversals: list[tuple[object, ...]] = []
        self.new_records: list[tuple[object, ...]] = []


class ReversalRules:
    commands: tuple[type, ...] = (ReverseAction,)

    async def load(
        self, transaction: Transaction, state: LedgerState, commands: Sequence[ReverseAction]
    ) -> None:
        found = state.part(ReversalState)
        asked = {(each.citizen_id, each.action_id) for each in commands}
        for row in await transaction.rows("load_reversible_actions", *zip(*sorted(asked), strict=True)):
            place = (row["citizen_id"], row["id"])
            found.actions[place] = ReversibleAction(
                method=row["method"],
                day=row["day"],
                is_verified=row["is_verified"],
                reduction_g=row["reduction_g"],
                points=row["points"],
                lot=row["lot"],
                claim_state=row["claim_state"],
            )
            if row["reversal_id"] is not None:
                found.reversals[place] = ReversalFacts(
                    row["reversal_id"], row["points_taken"], row["points_short"], row["reversed_at"]
                )

    def decide(self, command: ReverseAction, state: LedgerState) -> Outcome:
        """One reversal. Raises a Refusal having changed nothing of `state`."""
        found, claims = state.part(ReversalState), state.part(ClaimState)
        place = (command.citizen_id, command.action_id)
        action = found.actions.get(place)
        if action is None or command.citizen_id not in state.balances:
            raise ActionNotFound
        reversal = found.reversals.get(place)
        if reversal is not None:
            if reversal.id != command.id:
                raise ActionReversed(at=reversal.at.isoformat(timespec="seconds"))
            # Our own row: COMMIT had gone through when the connection broke.
            return _answer(command, action, reversal, state)
        claim_state = claims.claimed.get(place, action.claim_state)
        if claim_state is not None:
            raise ActionClaimed(claim_state=claim_state)
        reversal = self._reverse(command, action, state)
        found.reversals[place] = reversal
        claims.forget(*place)
        return _answer(command, action, reversal, state)

    def _reverse(self, command: ReverseAction, action: ReversibleAction, state: LedgerState) -> ReversalFacts:
        citizen_id, found = command.citizen_id, state.part(ReversalState)
        points = 0
        if action.points and action.lot is not None:
            points = state.take_back(
                citizen_id, action.lot, action.points, REASON, command.action_id, command.at
            )
        state.add_to_sums(
            citizen_id,
            action.day,
            action.method,
            action.is_verified,
            -1,
            -action.reduction_g,
            -action.points,
        )
        # Caps and guards of what comes later in this batch no longer see it, as those of later batches do not.
        known = state.earlier[citizen_id].get(command.action_id)
        if known is not None:
            state.earlier[citizen_id][command.action_id] = msgspec.structs.replace(known, is_reversed=True)
        reversal = ReversalFacts(command.id, points, action.points - points, command.at)
        found.new_reversals.append(
            (
                citizen_id,
                command.action_id,
                command.id,
                points,
                reversal.points_short,
                command.reason,
                command.actor,
                command.at,
            )
        )
        if command.staff_id is not None:
            after = {"points": points, "points_short": reversal.points_short, "citizen_id": str(citizen_id)}
            before = {"points": action.points, "reduction_g": action.reduction_g}
            found.new_records.append(
                (
                    uuid7(),
                    command.at,
                    command.staff_id,
                    "action.reverse",
                    str(command.action_id),
                    command.reason,
                    encode(before).decode(),
                    encode(after).decode(),
                )
            )
        return reversal

    async def store(self, transaction: Transaction, state: LedgerState) -> None:
        found = state.part(ReversalState)
        if not found.new_reversals:
            return
        columns: list[Sequence[object]] = []
        for rows, width in ((found.new_reversals, 8), (found.new_records, 8)):
            columns += zip(*rows, strict=True) if rows else ((),) * width
        await transaction.rows("store_reversals", *columns)


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
    return Outcome(201, encode(answer))
