"""What one account holds moves into another account of the same person: two are merged, or what a guest did is kept.

Rows of the ledger change their citizen by one function of the database (0046, docs/decisions/0026), which changes no
amount. Points are transferred lot by lot, with the days on which they run out. What one person did twice, once with
each account, counts once: its points go back to the budgets that paid, an action above a cap is reversed.

A move is alone in its batch: no other command sees half of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from backend.catalogue import Catalogue
from backend.domain.actions.doubled import doubled_actions
from backend.domain.actions.plausibility import EarlierAction
from backend.domain.days import day_of
from backend.domain.issuance.budgets import ISSUANCE_BUDGET
from backend.domain.minors.ages import band_of
from backend.errors import SessionRevoked
from backend.errors.account.merges import (
    EventJoinedBefore,
    GuestIsKept,
    KeptElsewhere,
    MergeOfChild,
    MergeOfGuardian,
    MergeOverlaps,
    MergesEnough,
    OtherAccountInvalid,
    SameAccount,
)
from backend.errors.events.offsets import AttendanceNotFound
from backend.ledger.command import Command, Outcome, replay
from backend.ledger.commands.reverse import ReversalRules, ReversalState, ReverseAction
from backend.ledger.facts.issuance import Granted, load_pending
from backend.ledger.state import LedgerState
from backend.messages.account.merges import (
    KeptAttendance,
    KeptPoints,
    MergeAnswer,
    MovedEvent,
    StayingAttendance,
)
from backend.messages.encoding import encode
from backend.messages.shape import Bilingual, Statement, view_of
from backend.models.keys import uuid7
from backend.storage.transaction import Transaction
from backend.texts import both

MERGES_MAX = 5
"""Accounts that one account takes up: people have a few ways to sign in, and nobody has fifty accounts by mistake."""
DOUBLED = "doubled"
REVERSED_BECAUSE = "merged: counted in the other account already"


class MoveAccount(Command, frozen=True):
    """The caller showed that another account is theirs too. `id` is the move's."""

    other_id: UUID
    session_id: UUID
    """The session of the other account whose token was shown."""

    @property
    def others(self) -> tuple[UUID, ...]:
        return (self.other_id,)

    @property
    def is_alone(self) -> bool:
        return True

    @property
    def issues(self) -> bool:
        return True


class MergeAccounts(MoveAccount, frozen=True):
    """The other account becomes the caller's."""

    @property
    def ends_pending(self) -> bool:
        return True

    @property
    def spends(self) -> bool:
        return True


class KeepGuestAttendance(MoveAccount, frozen=True):
    """What a guest of an event did moves into the caller's account."""

    guest_event_id: UUID

    @property
    def event_id(self) -> UUID | None:
        return self.guest_event_id


class Booked(msgspec.Struct, frozen=True):
    """Points that something of the other account earned, with their lot and the budget that paid, if any were."""

    id: UUID
    points: int | None
    lot: date | None
    budget_id: UUID | None


class MovedAttendance(Booked, frozen=True):
    event_id: UUID
    gate: int | None
    slug: str
    name: Bilingual
    certificate_number: str | None
    is_joined: bool
    """The account that stays joined the event as well."""


class MoveFacts(msgspec.Struct, frozen=True):
    """What speaks for and against a move."""

    moved_to: UUID | None
    answer: bytes | None
    is_open: bool
    is_fresh: bool
    is_by_link: bool
    """A holder's link opened the session that was shown: it may have been shown around."""
    born_month: date | None
    other_born_month: date | None
    merges: int
    actions: int
    is_guardian: bool


class MoveState:
    """What a batch knows of its one move, and will write."""

    def __init__(self) -> None:
        self.facts: MoveFacts | None = None
        self.attendances: list[MovedAttendance] = []
        self.quizzes: list[Booked] = []
        self.doubled: list[ReverseAction] = []
        self.moves: list[tuple[object, ...]] = []
        self.notices: list[tuple[UUID, str, str, str]] = []


class MoveRules:
    """Last of all rules: what they move was stored by the others before."""

    commands: tuple[type[Command], ...] = (MergeAccounts, KeepGuestAttendance)

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._reversals = ReversalRules()

    async def load(
        self, transaction: Transaction, state: LedgerState, commands: Sequence[MoveAccount]
    ) -> None:
        (command,) = commands
        found, pair = state.component(MoveState), (command.citizen_id, command.other_id)
        (row,) = await transaction.read("load_account_move", *pair, command.session_id)
        found.facts = view_of(MoveFacts, row)
        if found.facts.moved_to is not None:
            return
        for row in await transaction.read("load_moved_attendances", *pair):
            name = Bilingual(row["name_zh"], row["name_en"])
            found.attendances.append(view_of(MovedAttendance, row, name=name))
        if isinstance(command, MergeAccounts) and command.other_id != command.citizen_id:
            await self._load_merge(transaction, state, command)

    async def _load_merge(self, transaction: Transaction, state: LedgerState, command: MergeAccounts) -> None:
        found, pair = state.component(MoveState), (command.citizen_id, command.other_id)
        state.lots[command.other_id] = {}
        for row in await transaction.read("load_lots", [command.other_id]):
            state.lots[command.other_id][row["expires_on"]] = row["points"]
        unproven = sorted(set(pair) - state.proven)
        for citizen_id, waiting in (await load_pending(transaction, unproven)).items():
            state.pending[citizen_id] = waiting
        found.quizzes = [
            view_of(Booked, row) for row in await transaction.read("load_doubled_quizzes", *pair)
        ]
        actions: dict[UUID, list[EarlierAction]] = {citizen_id: [] for citizen_id in pair}
        for row in await transaction.read("load_moved_actions", *pair):
            parameters = msgspec.json.decode(row["parameters"]) if row["parameters"] else {}
            actions[row["citizen_id"]].append(view_of(EarlierAction, row, parameters=parameters))
        own, other = (actions[citizen_id] for citizen_id in pair)
        catalogue = self._catalogue
        found.doubled = [
            ReverseAction(
                id=uuid7(),
                citizen_id=command.other_id,
                action_id=action_id,
                reason=REVERSED_BECAUSE,
                actor="merge",
                at=command.at,
            )
            for action_id in doubled_actions(own, other, catalogue.method_on, catalogue.guards_on)
        ]
        if found.doubled:
            await self._reversals.load(transaction, state, found.doubled)

    def decide(self, command: MoveAccount, state: LedgerState) -> Outcome:
        """One move; one that was made before is answered as then. Raises a Refusal having changed nothing."""
        found = state.component(MoveState)
        facts = found.facts
        assert facts is not None
        if facts.moved_to is not None and facts.answer is not None:
            if facts.moved_to != command.citizen_id:
                raise KeptElsewhere
            return replay(201, facts.answer)
        _check(command, facts, state)
        if isinstance(command, KeepGuestAttendance):
            return self._keep(command, found, state)
        assert isinstance(command, MergeAccounts)
        return self._merge(command, facts, found, state)

    def _keep(self, command: KeepGuestAttendance, found: MoveState, state: LedgerState) -> Outcome:
        if not found.attendances:
            raise AttendanceNotFound
        (attendance,) = found.attendances
        if attendance.is_joined:
            raise EventJoinedBefore
        event = state.events[attendance.event_id]
        # As if the account had joined itself: the same points, the same budget, and they wait for a proven act alike.
        granted = state.grant(
            command.citizen_id,
            event.join_points,
            "event_join",
            attendance.id,
            command.at,
            day_of(command.at),
            event_id=event.id,
        )
        state.tally(event.id, attendance.gate, command.at).points += granted.points
        answer = KeptAttendance(
            id=str(command.id),
            event=MovedEvent(slug=attendance.slug, name=attendance.name),
            certificate_number=attendance.certificate_number,
            points=_earned(granted, state.balances[command.citizen_id]),
            kept_at=command.at,
        )
        return _record(command, "keep", found, answer, joined=granted.points)

    def _merge(
        self, command: MergeAccounts, facts: MoveFacts, found: MoveState, state: LedgerState
    ) -> Outcome:
        check_merge(facts, command.at)
        reversible = state.component(ReversalState).actions if found.doubled else {}
        if any(reversible[(each.citizen_id, each.action_id)].claim_state for each in found.doubled):
            raise MergeOverlaps
        # Nothing refuses from here on.
        own, other = command.citizen_id, command.other_id
        if own in state.proven or other in state.proven:
            state.prove(own, command.at)
            state.prove(other, command.at)
        before = state.balances[other] + sum(each.points for each in state.pending[other].values())
        for reversal in found.doubled:
            self._reversals.decide(reversal, state)
        staying = [each for each in found.attendances if each.is_joined]
        for reason, doubled in (("event_join", staying), ("quiz", found.quizzes)):
            for each in doubled:
                _take_back(command, reason, each, state)
        taken_back = (
            before - state.balances[other] - sum(each.points for each in state.pending[other].values())
        )
        moved = state.balances[other]
        state.move_lots(other, own, "merge", command.id, command.at)
        state.move_pending(other, own, command.at)
        answer = MergeAnswer(
            id=str(command.id),
            balance=state.balances[own],
            points_moved=moved,
            points_taken_back=taken_back,
            attendances_moved=len(found.attendances) - len(staying),
            actions_moved=facts.actions,
            actions_reversed=len(found.doubled),
            staying=[
                StayingAttendance(
                    event=MovedEvent(slug=each.slug, name=each.name),
                    certificate_number=each.certificate_number,
                )
                for each in staying
            ],
            about=Statement(*both("merge.staying" if staying else "merge.done")),
            merged_at=command.at,
        )
        notice_facts = encode({"points": moved, "attendances": len(found.attendances)}).decode()
        found.notices += [
            (own, "account_merged", str(command.id), notice_facts),
            (other, "account_moved", str(command.id), notice_facts),
        ]
        return _record(command, "merge", found, answer, points=moved, taken_back=taken_back)

    async def store(self, transaction: Transaction, state: LedgerState) -> None:
        found = state.component(MoveState)
        for citizen_id, kind, key, facts in found.notices:
            await transaction.write(
                "create_notices", [citizen_id], [uuid7()], [uuid7()], kind, [key], [facts], None
            )
        for move in found.moves:
            await transaction.write("move_account", *move)


def _check(command: MoveAccount, facts: MoveFacts, state: LedgerState) -> None:
    """Raises SessionRevoked, SameAccount, OtherAccountInvalid, GuestIsKept."""
    if command.citizen_id not in state.balances:
        raise SessionRevoked
    if command.other_id == command.citizen_id:
        raise SameAccount
    if not facts.is_open or command.other_id not in state.balances or command.other_id in state.erased:
        raise OtherAccountInvalid
    is_guest = command.other_id in state.guests
    if is_guest and isinstance(command, MergeAccounts):
        raise GuestIsKept
    if isinstance(command, KeepGuestAttendance) and (facts.is_by_link or not is_guest):
        raise OtherAccountInvalid


def check_merge(facts: MoveFacts, at: datetime) -> None:
    """Raises OtherAccountInvalid, MergeOfChild, MergeOfGuardian, MergesEnough."""
    if not facts.is_fresh:
        # A merge cannot be undone: a token that leaked is not enough, somebody has just signed in.
        raise OtherAccountInvalid
    today = day_of(at)
    months = (facts.born_month, facts.other_born_month)
    if any(month is not None and band_of(month, today) == "child" for month in months):
        raise MergeOfChild
    if facts.is_guardian:
        raise MergeOfGuardian
    if facts.merges >= MERGES_MAX:
        raise MergesEnough(merges_max=MERGES_MAX)


def _take_back(command: MergeAccounts, reason: str, booked: Booked, state: LedgerState) -> None:
    """Return what was earned for something that the account that stays has done too; what was spent is let go."""
    if state.drop_pending(command.other_id, reason, booked.id, "lapsed", command.at):
        return
    if booked.points and booked.lot is not None and booked.budget_id is not None:
        state.take_back(
            command.other_id, booked.lot, booked.points, DOUBLED, booked.id, command.at, booked.budget_id
        )


def _earned(granted: Granted, balance: int) -> KeptPoints:
    return KeptPoints(
        earned=granted.earned,
        balance=balance,
        pending=granted.pending,
        capped_by=ISSUANCE_BUDGET if granted.withheld else None,
    )


def _record(
    command: MoveAccount,
    kind: str,
    found: MoveState,
    answer: Any,
    *,
    points: int = 0,
    taken_back: int = 0,
    joined: int = 0,
) -> Outcome:
    outcome = Outcome(201, answer)
    found.moves.append(
        (
            command.id,
            command.citizen_id,
            command.other_id,
            kind,
            points,
            taken_back,
            joined,
            outcome.body,
            command.at,
        )
    )
    return outcome
