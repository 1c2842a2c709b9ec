"""Who may say what of an action under review, and what those who said it see of each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from backend.auth import Principal
from backend.catalogue import Catalogue
from backend.domain.actions.opinions import Panel, reviewers_needed
from backend.domain.actions.quantification import plain
from backend.errors import Refusal
from backend.errors.actions.evidence import ReviewDisputed, ReviewNotFound, ReviewOfOwn, ReviewOpinionGiven
from backend.messages.actions.reviews import OpinionView, ReviewView
from backend.messages.shape import view_of
from backend.models import CityMember, Event, EventMember, Review, ReviewOpinion
from backend.services.identity.own_citizens import citizens_of
from backend.services.organisations.persons import is_another_person

SETTLING = "operator"


class Worth(msgspec.Struct, frozen=True):
    """What an action would bring before caps; unknown where its method takes it no longer."""

    reduction_g: int | None = None
    points: int | None = None


class Interests(msgspec.Struct, frozen=True):
    """What a member of staff has part in: the citizens that they are, the events that they filed."""

    citizens: frozenset[UUID]
    events: frozenset[UUID]

    def include(self, review: Review) -> bool:
        return review.citizen_id in self.citizens or review.event_id in self.events


async def interests_of(staff: Principal, reviews: Sequence[Review]) -> Interests:
    events = {each.event_id for each in reviews if each.event_id is not None}
    filed = await Event.filter(id__in=events, created_by=staff.id).values_list("id", flat=True)
    return Interests(await citizens_of(staff.id), frozenset(filed))  # type: ignore[arg-type]


async def check_place(staff: Principal, review: Review) -> None:
    """Raises ReviewNotFound for a venue's staff where reviews are not their duty: at the event, or of the city."""
    if staff.role != "staff":
        return
    if review.event_id is None:
        is_theirs = await CityMember.exists(staff_id=staff.id, duty="reviews", removed_at=None)
    else:
        is_theirs = await EventMember.exists(
            event_id=review.event_id, staff_id=staff.id, duty="reviews", removed_at=None
        )
    if not is_theirs:
        raise ReviewNotFound


async def opinions_on(reviews: Sequence[Review]) -> dict[UUID, list[ReviewOpinion]]:
    """What was said of each review, oldest first."""
    found: dict[UUID, list[ReviewOpinion]] = {review.id: [] for review in reviews}
    asked = ReviewOpinion.filter(citizen_id__in={each.citizen_id for each in reviews}, review_id__in=found)
    for opinion in await asked.order_by("given_at", "id"):
        found[opinion.review_id].append(opinion)
    return found


def worth_of(catalogue: Catalogue, review: Review) -> Worth:
    """What an action under review would bring before caps."""
    try:
        found = catalogue.quantify(
            review.method, plain(review.quantity), review.parameters or {}, review.tier, day=review.day
        )
    except Refusal:
        return Worth()
    return Worth(found.reduction_g, found.points)


def panel_of(catalogue: Catalogue, review: Review, opinions: Sequence[ReviewOpinion]) -> Panel:
    """Who is needed for a review, and what was said. What nobody can value is worth two persons."""
    worth = worth_of(catalogue, review)
    needed = 2
    if worth.reduction_g is not None and worth.points is not None:
        needed = reviewers_needed(catalogue.guards_on(review.day), worth.reduction_g, worth.points)
    return Panel(needed, tuple(each.opinion for each in opinions))  # type: ignore[misc]


async def check_may_speak(
    staff: Principal, review: Review, panel: Panel, opinions: Sequence[ReviewOpinion]
) -> None:
    """Raises ReviewOfOwn, ReviewOpinionGiven, ReviewDisputed."""
    if (await interests_of(staff, [review])).include(review):
        raise ReviewOfOwn
    if not await is_another_person(staff.id, (each.staff_id for each in opinions)):
        raise ReviewOpinionGiven
    if panel.is_disputed and staff.role != SETTLING:
        raise ReviewDisputed


async def views_of(
    catalogue: Catalogue, staff: Principal, reviews: Sequence[Review], now: datetime
) -> dict[UUID, ReviewView]:
    """Reviews as a member of staff sees them."""
    said = await opinions_on(reviews)
    interests = await interests_of(staff, reviews)
    return {each.id: _view(catalogue, staff, each, said[each.id], interests, now) for each in reviews}


def _view(
    catalogue: Catalogue,
    staff: Principal,
    review: Review,
    opinions: list[ReviewOpinion],
    interests: Interests,
    now: datetime,
) -> ReviewView:
    seen = dict(review.evidence or {})
    has_photo = seen.pop("photo", None) is not None
    panel, worth = panel_of(catalogue, review, opinions), worth_of(catalogue, review)
    is_open = review.state == "pending"
    is_disputed = is_open and panel.is_disputed
    spoke = any(each.staff_id == staff.id for each in opinions)
    settles = is_disputed and staff.role == SETTLING
    # Who is still to say what they think learns nothing of what others said.
    shown = opinions if spoke or settles or not is_open else []
    return view_of(
        ReviewView,
        review,
        id=str(review.id),
        quantity=plain(review.quantity),
        parameters=dict(review.parameters or {}),
        evidence=seen,
        has_photo=has_photo,
        is_overdue=is_open and review.expected_by < now,
        reduction_g=worth.reduction_g,
        points=worth.points,
        opinions_needed=panel.needed,
        opinions_given=len(opinions),
        opinions=[view_of(OpinionView, each, is_mine=each.staff_id == staff.id) for each in shown],
        is_disputed=is_disputed,
        may_decide=is_open
        and not spoke
        and not interests.include(review)
        and (settles or not panel.is_disputed),
    )
