"""Low-carbon actions that citizens log, and the citizen's own account."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, UnsetType

from backend.messages.actions.reduction_claims import CauseBrief, ClaimSums, DonationView
from backend.messages.catalogue.catalogue import FactorUse
from backend.messages.shape import Answer, Bilingual, Grams, Instant, Request, Statement


class Evidence(Request):
    """The evidence behind an action.

    A citizen may claim E5 (self-declared), E3 with a venue's or a scene's code, and E4 with a photo sent before and its
    location; the location is kept to a kilometre.
    """

    tier: Literal["E1", "E2", "E3", "E4", "E5"]
    photo: (
        Annotated[
            str,
            Meta(
                pattern=r"^[0-9a-f]{64}$(?!\n)", max_length=64, description="sha256 as /v1/me/photos answered"
            ),
        ]
        | None
    ) = None
    lat: Annotated[float, Meta(ge=-90, le=90)] | None = None
    lon: Annotated[float, Meta(ge=-180, le=180)] | None = None


class ActionRequest(Request):
    method: Annotated[str, Meta(min_length=1, max_length=40)]
    quantity: Annotated[Decimal | None, Meta(description="in the method's unit")] = None
    parameters: dict[Annotated[str, Meta(max_length=40)], str | int | float] | UnsetType = UNSET
    occurred_at: Instant | None = None
    scene_code: Annotated[str, Meta(min_length=1, max_length=256)] | None = None
    evidence: Evidence | None = None


class Reduced(Answer):
    """What a rule took off an action, in the unit it counts in."""

    rule: str
    removed: Decimal
    unit: str


class ActionAnswer(Answer):
    id: str
    method: str
    method_version: str
    factor_set: str
    quantity: Annotated[Decimal | None, Meta(description="as declared; null when none was declared")]
    credited_quantity: Annotated[Decimal, Meta(description="what counted after caps")]
    unit: str
    tier: str
    occurred_at: Instant
    day: date
    reduction_g: Grams
    points: int
    state: Annotated[str, Meta(description="posted, capped, pending or unchanged")]
    capped_by: str | None
    claim_state: str
    event: str | None
    scene: Bilingual | None
    balance: Annotated[int, Meta(description="points after this action")]
    explanation: list[FactorUse]
    reductions: Annotated[list[Reduced], Meta(description="what caps and guards took off, rule by rule")] = []
    reason: Annotated[str | None, Meta(description="why a person has to look first")] = None
    expected_by: Annotated[Instant | None, Meta(description="when a pending action will be decided")] = None
    pending_points: Annotated[
        int, Meta(description="of `points`, those that wait for the account's first proven act")
    ] = 0


class MethodAllowance(Answer):
    """Whether one more act of a method would bring any points today on the citizen's own word."""

    method: str
    is_used_up: bool
    capped_by: Annotated[str | None, Meta(description="the rule that leaves no points; null: some are left")]


class Allowances(Answer):
    """What a citizen may still log today without evidence, by the rules that hold for the next act."""

    day: date
    self_checkins_max: int
    self_checkins_left: int
    items: list[MethodAllowance]


class StateReason(Answer):
    """Why an action has its state. `note` is what the reviewer wrote, in their own language."""

    code: str
    text: Statement
    note: str | None = None


class ActionBrief(Answer):
    """An action as lists show it.

    One under review has no versions and no grams: they are fixed when it is booked, on its own day.
    """

    id: str
    method: str
    name: Bilingual
    method_version: str | None
    factor_set: str | None
    quantity: Decimal | None
    credited_quantity: Decimal
    tier: str
    occurred_at: Instant
    ended_at: Instant | None
    day: date
    logged_at: Instant
    scene_kind: str | None
    reduction_g: Grams
    points: int
    state: Annotated[str, Meta(description="pending, posted, capped, rejected or reversed")]
    reason: StateReason | None
    expected_by: Annotated[Instant | None, Meta(description="when a pending action will be decided")]
    capped_by: str | None
    reductions: Annotated[list[Reduced], Meta(description="what caps and guards took off, rule by rule")]
    claim_state: Annotated[str | None, Meta(description="what became of the reduction; null: none is booked")]


class ActionReview(Answer):
    """The review of an action by staff."""

    why: str
    state: Annotated[str, Meta(description="pending, approved or rejected")]
    asked_at: Instant
    expected_by: Instant
    decided_at: Instant | None
    reason: str | None
    booked_at: Instant | None


class ActionReversal(Answer):
    """The reversal of an action. `points_short` had been spent before and were let go."""

    reversed_at: Instant
    reason: str
    points: int
    points_short: int


class ActionClaim(Answer):
    """The claim on an action's reduction; `cause` when the citizen donated it."""

    claim_state: str
    grams: Grams
    claimed_at: Instant
    cause: CauseBrief | None


class ActionDetail(ActionBrief, kw_only=True):
    """One action, explained.

    `explanation` is computed again from the versions stored with it; for an action that is not booked, from today's.
    """

    unit: str
    unit_name: Bilingual
    baseline: Bilingual
    formula: Annotated[str | None, Meta(description="null: earns points only, no grams")]
    parameters: dict[str, Any]
    point_rule: str | None
    explanation: list[FactorUse]
    event: Bilingual | None
    event_slug: str | None
    scene: Bilingual | None
    transfers: list[PointsEntry]
    review: ActionReview | None
    reversal: ActionReversal | None
    claim: ActionClaim | None


class RedeemedReward(Answer):
    """The reward behind a movement of points, with the name it has now; `/v1/rewards/{slug}` shows it."""

    id: str
    slug: str
    name: Bilingual


class PointsEntry(Answer):
    """One movement of points; positive came in. `source_id` is the action or attendance behind it.

    A movement concerns one lot, the points that run out on `expires_on`: spending from two lots is two entries.
    """

    id: str
    at: Instant
    points: int
    balance_after: int
    expires_on: Annotated[date, Meta(description="first day on which these points no longer count")]
    reason: str
    description: Statement
    source_id: str
    reward: Annotated[
        RedeemedReward | None, Meta(description="what was redeemed, or given back; null for other movements")
    ]


class Me(Answer):
    id: str
    nickname: str | None
    created_at: Instant
    balance: int


class Summary(Answer):
    """A citizen's account in numbers. Reductions, points, footprints and offsets are never added up together."""

    balance: int
    actions: int
    reduction_g: Annotated[int, Meta(description="gCO2e with evidence E1–E4")]
    self_declared_g: Annotated[int, Meta(description="gCO2e that the citizen declared without evidence (E5)")]
    by_method: list[MethodSum]
    claims: Annotated[ClaimSums, Meta(description="verified reductions by what became of them")]
    points_expiring: Annotated[ExpiringPoints | None, Meta(description="the points that run out next")]
    points_by_month: Annotated[list[PointsMonth], Meta(description="the last twelve months, oldest first")]
    attendances: int
    footprint_g: Grams
    offset_g: Grams


class ExpiringPoints(Answer):
    expires_on: Annotated[date, Meta(description="first day on which these points no longer count")]
    points: int


class PointsMonth(Answer):
    """Points of one month. Points of an action count in the month of the action, less reversed ones."""

    month: Annotated[str, Meta(description="YYYY-MM")]
    earned: int
    spent: int
    returned: Annotated[int, Meta(description="given back when a redemption was cancelled")]
    expired: int


class MethodSum(Answer):
    method: str
    actions: int
    reduction_g: Grams
    points: int


class Export(Answer):
    """Everything that the service keeps about a citizen."""

    citizen: Me
    identities: list[dict[str, Any]]
    passkeys: list[dict[str, Any]]
    actions: list[ActionBrief]
    points: list[PointsEntry]
    attendances: list[dict[str, Any]]
    reversals: list[dict[str, Any]]
    claims: list[dict[str, Any]]
    donations: list[DonationView]
    reviews: list[dict[str, Any]]
    photos: list[dict[str, Any]]
    source_grants: list[dict[str, Any]]
    reported: Annotated[list[dict[str, Any]], Meta(description="what partners reported, by their own ids")]
    sessions: list[dict[str, Any]]
    consents: list[dict[str, Any]]
    profile: list[dict[str, Any]]
    teams: list[dict[str, Any]]
    medals: list[dict[str, Any]]
    notices: list[dict[str, Any]]
    subscriptions: list[dict[str, Any]]
    redemptions: list[dict[str, Any]]
    quizzes: list[dict[str, Any]]
    account_moves: Annotated[
        list[dict[str, Any]],
        Meta(description="accounts that were merged into this one, guests' attendances kept"),
    ]
    pending_points: Annotated[
        list[dict[str, Any]],
        Meta(description="points that waited for a first proven act, with what became of them"),
    ]
    passes: list[dict[str, Any]]
    companions: list[dict[str, Any]]
    certificate_names: list[dict[str, Any]]
    complaints: Annotated[list[dict[str, Any]], Meta(description="objections, with their answers")]
    age: Annotated[list[dict[str, Any]], Meta(description="the month of birth, once it was told")]
    guardians: Annotated[
        list[dict[str, Any]], Meta(description="what guardians decided, without who they are")
    ]
    children: Annotated[list[dict[str, Any]], Meta(description="what the citizen decided as a guardian")]
