"""A citizen logs an action: guarded, quantified, held to its caps, booked, or kept for a person to look at.

Pure between `load` and `store`: state and command in, outcome and rows out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

import msgspec

from backend.catalogue import Catalogue
from backend.domain.actions import plausibility as guard
from backend.domain.actions.ceilings import Brought
from backend.domain.actions.plausibility import Doing, EarlierAction, Reduction
from backend.domain.actions.quantification import Quantified
from backend.domain.catalogue.factors import Method
from backend.domain.community.consent_uses import STEPS_BOOKED
from backend.domain.days import SHANGHAI
from backend.domain.issuance.budgets import ISSUANCE_BUDGET
from backend.errors import (
    BadgeBound,
    BadgeRevoked,
    BadgeUnknown,
    CodeForeign,
    EventNotRunning,
    Refusal,
    SessionRevoked,
)
from backend.errors.account.points import ActionsPerDay, ExternalIdReused, MethodRetired
from backend.errors.actions.evidence import (
    EventMethodMismatch,
    EventNotJoined,
    EvidenceNotAccepted,
    OutsideEventHours,
)
from backend.errors.minors import AgeNeeded
from backend.errors.partners import GrantWithdrawn
from backend.ledger.command import Command, Outcome, replay
from backend.ledger.commands.action_credit import credit, credit_nothing, first_day_that_counts, new_doing
from backend.ledger.facts.consents import check_consent, check_grant, load_consents, load_source_grants
from backend.ledger.facts.earners import Earners, hindrance_of
from backend.ledger.rows import (
    MARK_REVIEWS_BOOKED,
    STORE_ACTIONS,
    STORE_REVIEWS,
    ActionRow,
    ActionSumRow,
    BookedReviewRow,
    PartnerItemRow,
    ReviewRow,
)
from backend.ledger.state import LedgerState, StoredAnswer
from backend.messages.actions.actions import ActionAnswer, Reduced
from backend.messages.catalogue.catalogue import factor_use
from backend.messages.encoding import encode
from backend.messages.shape import Bilingual, view_of
from backend.storage.transaction import Transaction

CLAIM_STATE_AT_FIRST = "personal"
SELF_DECLARED = guard.SELF_DECLARED
REVIEW_HOURS_MAX = 48
"""Within this time a person has looked, as a citizen is told; `tianfu worker` names those that are late."""

CLOCK_SKEW_MAX = timedelta(seconds=120)
"""A phone's clock may run so much ahead or behind; more is a mistake or an attempt."""

_ZERO = Decimal(0)


class PartnerItem(msgspec.Struct, frozen=True):
    """A partner's own id of what it reported, and a digest of what it said: credited once, whatever is repeated."""

    partner_id: UUID
    external_id: str
    digest: bytes
    earlier_digests: tuple[bytes, ...] = ()
    """What the digest was before its key was changed."""

    def is_repeat_of(self, stored_digest: bytes) -> bool:
        """Whether the same was said when the answer was stored."""
        return stored_digest == self.digest or stored_digest in self.earlier_digests


class SceneVisit(msgspec.Struct, frozen=True):
    """A certified scene whose sign was scanned."""

    scene_id: UUID
    kind: str
    name: Bilingual


class RequestedReview(msgspec.Struct, frozen=True):
    """Why a person has to look before anything is booked, what there is to see, and until when it will be done."""

    why: Literal["photo", "speed", "device", "partner", "no_device", "same_quantity", "fresh_accounts"]
    evidence: Mapping[str, object]


class LogAction(Command, frozen=True):
    """A citizen did something. `event_id` with a gate or a badge when a code of an event was scanned for it.

    With `is_day_total` the quantity is the day's total so far, and what earlier totals brought is taken off.
    With `review` it is kept for a person to look at; `is_approved` says that one did.
    """

    method: str
    quantity: Decimal | None
    parameters: Mapping[str, object]
    tier: str
    occurred_at: datetime
    day: date
    event_id: UUID | None
    gate: int | None
    badge_serial: int | None
    refusal_if_new: Refusal | None = None
    ended_at: datetime | None = None
    item: PartnerItem | None = None
    partner_id: UUID | None = None
    scene: SceneVisit | None = None
    is_day_total: bool = False
    review: RequestedReview | None = None
    is_approved: bool = False

    @property
    def issues(self) -> bool:
        return True

    @property
    def ends_pending(self) -> bool:
        return self.tier != SELF_DECLARED


class ActionState:
    """What a batch knows of actions and will write."""

    def __init__(self) -> None:
        self.earlier: defaultdict[UUID, dict[UUID, EarlierAction]] = defaultdict(dict)
        """By citizen and id: every action of the days that are asked about, and older ones that caps look at."""
        self.months: defaultdict[tuple[UUID, date], dict[str, Brought]] = defaultdict(dict)
        """By citizen and first day: what the actions of a month that is asked about brought, by tier."""
        self.items: dict[tuple[UUID, str], StoredAnswer] = {}
        self.new_actions: list[ActionRow] = []
        self.new_items: list[PartnerItemRow] = []
        self.new_reviews: list[ReviewRow] = []
        self.booked_reviews: list[BookedReviewRow] = []
        self.sums: dict[tuple[UUID, date, str, bool], list[int]] = {}

    def take(self, row: Any) -> None:
        """A row of load_earlier_actions: an action, or what a month brought with a tier of evidence."""
        if row["id"] is None:
            self.bring(row["citizen_id"], row["day"], row["tier"], row["reduction_g"], row["points"])
        else:
            self.earlier[row["citizen_id"]][row["id"]] = _earlier_action(row)

    def add_to_sums(
        self,
        citizen_id: UUID,
        day: date,
        method: str,
        is_verified: bool,
        actions: int,
        grams: int,
        points: int,
    ) -> None:
        """Bring the citizen's month of a method up (or, with negative numbers, down)."""
        key = (citizen_id, day.replace(day=1), method, is_verified)
        sums = self.sums.get(key)
        if sums is None:
            sums = self.sums[key] = [0, 0, 0]
        sums[0] += actions
        sums[1] += grams
        sums[2] += points

    def sum_rows(self) -> list[ActionSumRow]:
        return [ActionSumRow(*key, *sums) for key, sums in self.sums.items()]

    def bring(self, citizen_id: UUID, day: date, tier: str, grams: int, points: int) -> None:
        """Add to what the citizen's actions of a month brought with a tier of evidence; take off with negative ones."""
        brought = self.months[(citizen_id, day.replace(day=1))].setdefault(tier, Brought())
        brought.grams += grams
        brought.points += points

    def forget(
        self, citizen_id: UUID, action_id: UUID, day: date, tier: str, grams: int, points: int
    ) -> None:
        """The action was reversed: caps and guards see it no longer, as those of later batches do not."""
        self.bring(citizen_id, day, tier, -grams, -points)
        known = self.earlier[citizen_id].get(action_id)
        if known is not None:
            self.earlier[citizen_id][action_id] = msgspec.structs.replace(known, is_reversed=True)


class ActionRules:
    """The rules with the catalogue they read; `method` and parameters were checked before the command was made."""

    commands: tuple[type[Command], ...] = (LogAction,)

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    async def load(self, transaction: Transaction, state: LedgerState, commands: Sequence[LogAction]) -> None:
        """Know actions of the days that are asked about, and of each method since its caps' periods began; and what
        the months that are asked about brought.
        """
        found = state.component(ActionState)
        await state.component(Earners).load(transaction, (c.citizen_id for c in commands))
        asked = {
            (
                c.citizen_id,
                c.method,
                c.day,
                first_day_that_counts(self._catalogue.method_on(c.method, c.day), c.day),
            )
            for c in commands
        }
        for row in await transaction.read("load_earlier_actions", *zip(*asked, strict=True)):
            found.take(row)
        walkers = {c.citizen_id: c.at for c in commands if c.is_day_total}
        await load_consents(transaction, state, self._catalogue.policies, STEPS_BOOKED, walkers)
        # An approved one, too: it waited for a person, and the citizen may have withdrawn meanwhile.
        reported = {(c.citizen_id, c.partner_id) for c in commands if c.partner_id is not None}
        if reported:
            await load_source_grants(transaction, state, reported)
        items = [(c.item.partner_id, c.item.external_id) for c in commands if c.item is not None]
        if items:
            for row in await transaction.read("load_partner_items", *zip(*items, strict=True)):
                found.items[(row["partner_id"], row["external_id"])] = StoredAnswer(
                    row["digest"], row["status"], row["answer"]
                )

    def decide(self, command: LogAction, state: LedgerState) -> Outcome:
        """One action; a partner's item that was answered before gets its answer again.

        Raises a Refusal having changed nothing of `state`.
        """
        actions, item, policies = state.component(ActionState), command.item, self._catalogue.policies
        if item is None:
            if command.partner_id is not None:
                check_grant(state, policies, command.citizen_id, command.partner_id, command.at)
            return self._decide(command, state, actions)
        stored = actions.items.get((item.partner_id, item.external_id))
        if stored is not None:
            if not item.is_repeat_of(stored.request_digest):
                raise ExternalIdReused
            return replay(stored.status, stored.body)
        check_grant(state, policies, command.citizen_id, item.partner_id, command.at)
        outcome = self._decide(command, state, actions)
        answer = StoredAnswer(item.digest, outcome.status, outcome.body)
        actions.items[(item.partner_id, item.external_id)] = answer
        actions.new_items.append(
            view_of(
                PartnerItemRow,
                item,
                citizen_id=command.citizen_id,
                status=outcome.status,
                answer=outcome.body,
                created_at=command.at,
            )
        )
        return outcome

    async def store(self, transaction: Transaction, state: LedgerState) -> None:
        """Also the sums of what was reversed."""
        actions = state.component(ActionState)
        if actions.new_actions or actions.new_items or actions.sums:
            await transaction.store(STORE_ACTIONS, actions.new_actions, actions.new_items, actions.sum_rows())
        if actions.new_reviews:
            await transaction.store(STORE_REVIEWS, actions.new_reviews)
        if actions.booked_reviews:
            await transaction.store(MARK_REVIEWS_BOOKED, actions.booked_reviews)

    def _decide(self, command: LogAction, state: LedgerState, actions: ActionState) -> Outcome:
        if command.citizen_id not in state.balances:
            raise SessionRevoked
        if command.is_day_total:
            check_consent(state, command.citizen_id, STEPS_BOOKED)
        if command.refusal_if_new is not None:
            raise command.refusal_if_new
        _check_earner(command, state)
        catalogue = self._catalogue
        slug = _check_event(command, state, catalogue.event_methods)
        method = catalogue.method_on(command.method, command.day)
        if command.tier not in method.evidence_wanted:
            raise EvidenceNotAccepted(tier=command.tier, accepted=", ".join(method.evidence_wanted))
        if method.retired_on is not None and command.day >= method.retired_on:
            raise MethodRetired(retired_on=method.retired_on)
        limits = catalogue.guards_on(command.day)
        known = actions.earlier[command.citizen_id].values()
        declared_before = [action for action in known if action.day == command.day]
        if len(declared_before) >= limits.actions_per_day:
            raise ActionsPerDay(actions_max=limits.actions_per_day)
        doing, is_new = new_doing(command, declared_before)
        if command.is_day_total and not is_new:
            return Outcome(200, self._nothing_new(command, method, state))
        review = command.review
        if review is None and not command.is_approved and guard.is_too_fast(limits, doing):
            review = RequestedReview("speed", {"speed_max_kmh": limits.speed_max_kmh.get(method.code)})
        if review is not None:
            return self._wait(command, method, review, slug, state)
        earlier = [action for action in known if not action.is_reversed]
        day = [action for action in declared_before if not action.is_reversed]
        month = actions.months[(command.citizen_id, command.day.replace(day=1))]
        result, reductions = credit(catalogue, command, method, doing, limits, day, earlier, month)
        return self._book(command, doing, result, reductions, slug, state)

    def _book(
        self,
        command: LogAction,
        doing: Doing,
        result: Quantified,
        reductions: list[Reduction],
        slug: str | None,
        state: LedgerState,
    ) -> Outcome:
        is_capped = result.capped_by is not None and result.quantity == 0
        is_proof = command.tier != SELF_DECLARED
        if is_proof and result.quantity > 0:
            state.prove(command.citizen_id, command.at)
        granted = state.grant(
            command.citizen_id,
            result.points,
            "action",
            command.id,
            command.at,
            command.day,
            event_id=command.event_id,
            partner_id=command.partner_id,
            is_proof=is_proof,
        )
        if granted.withheld:
            reductions.append(Reduction(ISSUANCE_BUDGET, Decimal(granted.withheld), guard.POINTS))
            result = msgspec.structs.replace(result, points=0, capped_by=result.capped_by or ISSUANCE_BUDGET)
        row = _action_row(command, doing.quantity, result, "capped" if is_capped else "posted", reductions)
        self._record(command, row, state)
        answer = _answer(command, row, result, slug, state.balances[command.citizen_id])
        answer.pending_points = granted.pending
        answer.reductions = [Reduced(each.rule, each.removed, each.unit) for each in reductions]
        return Outcome(201, answer)

    def _nothing_new(self, command: LogAction, method: Method, state: LedgerState) -> ActionAnswer:
        """A day's total that has not grown: nothing is written."""
        result = credit_nothing(self._catalogue, command, method)
        row = _action_row(command, _ZERO, result, "unchanged")
        return _answer(command, row, result, None, state.balances[command.citizen_id])

    def _wait(
        self,
        command: LogAction,
        method: Method,
        review: RequestedReview,
        slug: str | None,
        state: LedgerState,
    ) -> Outcome:
        """Keep an action for a person; it earns nothing before."""
        expected_by = command.at + timedelta(hours=REVIEW_HOURS_MAX)
        result = credit_nothing(self._catalogue, command, method)
        row = _action_row(command, command.quantity, result, "pending")
        evidence = encode(review.evidence).decode()
        state.component(ActionState).new_reviews.append(
            view_of(ReviewRow, row, why=review.why, evidence=evidence, expected_by=expected_by)
        )
        answer = _answer(command, row, result, slug, state.balances[command.citizen_id])
        answer.reason = review.why
        answer.expected_by = expected_by
        return Outcome(201, answer)

    def _record(self, command: LogAction, row: ActionRow, state: LedgerState) -> None:
        actions = state.component(ActionState)
        actions.earlier[command.citizen_id][command.id] = view_of(
            EarlierAction, row, parameters=command.parameters, is_reversed=False
        )
        actions.new_actions.append(row)
        actions.bring(command.citizen_id, command.day, command.tier, row.reduction_g, row.points)
        actions.add_to_sums(
            command.citizen_id,
            command.day,
            command.method,
            command.tier != SELF_DECLARED,
            1,
            row.reduction_g,
            row.points,
        )
        if command.is_approved:
            actions.booked_reviews.append(BookedReviewRow(command.citizen_id, command.id, command.at))
        if command.event_id is not None:
            tally = state.tally(command.event_id, command.gate, command.at)
            tally.actions += 1
            tally.points += row.points


def _check_earner(command: LogAction, state: LedgerState) -> None:
    """Raises AgeNeeded and GuardianNeeded; a partner is not told that somebody is a child."""
    hindrance = hindrance_of(state, command.citizen_id, command.at)
    if hindrance is None:
        return
    if isinstance(hindrance, AgeNeeded):
        # What staff approved was logged before anybody was asked.
        if command.is_approved:
            return
        raise hindrance
    raise hindrance if command.item is None else GrantWithdrawn()


def _check_event(command: LogAction, state: LedgerState, methods: Sequence[str]) -> str | None:
    """The slug of the event whose code was scanned for this action; None without one.

    A code proves that its holder was there: it counts for what is done there, while the event is open, of those who
    joined. What a person approved may be booked after the event.
    """
    if command.event_id is None:
        return None
    event = state.events.get(command.event_id)
    if event is None:
        raise CodeForeign
    if not event.is_running and not command.is_approved:
        raise EventNotRunning
    if command.badge_serial is not None:
        badge_key = (command.event_id, command.badge_serial)
        badge = state.badges.get(badge_key)
        if badge is None:
            raise BadgeUnknown
        if badge.is_revoked:
            raise BadgeRevoked
        # A badge's code never changes, so it proves presence only for the person it is bound to.
        if state.badge_holders.get(badge_key) != command.citizen_id:
            raise BadgeBound
    if command.method not in methods:
        raise EventMethodMismatch(methods=", ".join(methods))
    told = (command.occurred_at,) if command.is_approved else (command.occurred_at, command.at)
    if not all(event.starts_at <= instant <= event.ends_at for instant in told):
        raise OutsideEventHours(
            starts_at=event.starts_at.astimezone(SHANGHAI).isoformat(timespec="minutes"),
            ends_at=event.ends_at.astimezone(SHANGHAI).isoformat(timespec="minutes"),
        )
    attendance = state.attendances.get((command.event_id, command.citizen_id))
    # Nobody was there before they joined.
    if attendance is None or command.occurred_at < attendance.joined_at - CLOCK_SKEW_MAX:
        raise EventNotJoined
    return event.slug


def _action_row(
    command: LogAction,
    quantity: Decimal | None,
    result: Quantified,
    state: str,
    reductions: Sequence[Reduction] = (),
) -> ActionRow:
    """An action with what it brings: its own row, or what a review or the answer takes over from it."""
    scene = command.scene
    return view_of(
        ActionRow,
        command,
        method_version=result.method_version,
        factor_set=result.factor_set,
        quantity=quantity,
        credited_quantity=result.quantity,
        parameters=encode(command.parameters).decode() if command.parameters else None,
        reduction_g=result.reduction_g,
        points=result.points,
        state=state,
        capped_by=result.capped_by,
        created_at=command.at,
        scene_id=None if scene is None else scene.scene_id,
        scene_kind=None if scene is None else scene.kind,
        point_rule=result.point_rule,
        reductions=encode(reductions).decode() if reductions else None,
    )


def _answer(
    command: LogAction, row: ActionRow, result: Quantified, slug: str | None, balance: int
) -> ActionAnswer:
    return view_of(
        ActionAnswer,
        row,
        id=str(row.id),
        unit=result.unit,
        claim_state=CLAIM_STATE_AT_FIRST,
        event=slug,
        scene=None if command.scene is None else command.scene.name,
        balance=balance,
        explanation=[factor_use(line) for line in result.lines],
        reductions=[],
        reason=None,
        expected_by=None,
        pending_points=0,
    )


def _earlier_action(row: Mapping[str, Any]) -> EarlierAction:
    return view_of(
        EarlierAction, row, parameters=msgspec.json.decode(row["parameters"]) if row["parameters"] else {}
    )
