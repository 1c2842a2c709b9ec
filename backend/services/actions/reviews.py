"""Staff review actions: the list, the decision, the booking. Staff see the action and not the citizen."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from uuid import UUID

import structlog

from backend.auth import Principal
from backend.catalogue import Catalogue
from backend.domain.actions.opinions import Opinion
from backend.domain.actions.quantification import plain
from backend.errors import Refusal
from backend.errors.actions.evidence import PhotoNotFound, ReviewDecided, ReviewNotFound
from backend.ledger.command import IdempotencyKey, Outcome, RefusalFacts
from backend.ledger.commands.log_action import LogAction, SceneVisit
from backend.ledger.queue import LedgerQueue
from backend.messages.actions.reviews import BookedAction, Decision, DecisionRequest, MyReview, ReviewView
from backend.messages.cursors import read_instant_and_id, write_cursor
from backend.messages.shape import Bilingual, Page, view_of
from backend.models import Review, ReviewOpinion, Scene
from backend.models.keys import read_id
from backend.services.actions.photos import Photos
from backend.services.actions.review_panels import (
    check_may_speak,
    check_place,
    opinions_on,
    panel_of,
    views_of,
)
from backend.services.identity.staff_accounts import record
from backend.services.notifications.notices import create_notice
from backend.storage.database import Database
from backend.storage.statements import read
from backend.texts import both

log = structlog.get_logger(__name__)

DAY_TOTAL_METHOD, DAY_TOTAL_TIER = "walk_steps", "E2"
"""WeRun reports a day's total so far: booked as a total, steps credited meanwhile do not count twice."""


async def waiting_reviews(
    database: Database,
    catalogue: Catalogue,
    staff: Principal,
    limit: int,
    cursor: str | None,
    now: datetime,
    *,
    why: str | None,
    method: str | None,
) -> Page[ReviewView]:
    """Reviews that wait for this member of staff, oldest first; not those of which they said what they think.

    Raises InvalidQuery.
    """
    after_at, after_id = read_instant_and_id(cursor)
    is_bound = staff.role == "staff"
    rows = await read(
        database, "read_reviews", why, method, after_at, after_id, limit + 1, staff.id, is_bound
    )
    found = await Review.filter(id__in=[row["id"] for row in rows])
    by_id = {review.id: review for review in found}
    views = await views_of(catalogue, staff, found, now)
    return Page.of(
        [by_id[row["id"]] for row in rows],
        limit,
        lambda review: views[review.id],
        lambda review: write_cursor(review.created_at, review.id),
    )


async def my_reviews(citizen_id: UUID, limit: int, cursor: UUID | None) -> Page[MyReview]:
    """A citizen's own reviews, newest first."""
    query = Review.filter(citizen_id=citizen_id)
    if cursor is not None:
        query = query.filter(id__lt=cursor)
    return Page.of(await query.order_by("-id").limit(limit + 1), limit, _mine)


async def find_review(id_text: str) -> Review:
    """The review with an id. Raises ReviewNotFound."""
    review = await Review.get_or_none(id=read_id(id_text, ReviewNotFound))
    if review is None:
        raise ReviewNotFound
    return review


async def _review_of_staff(staff: Principal, id_text: str) -> Review:
    review = await find_review(id_text)
    await check_place(staff, review)
    return review


async def show_review(catalogue: Catalogue, staff: Principal, id_text: str, now: datetime) -> ReviewView:
    """An action that waits or waited for a person. Raises ReviewNotFound."""
    review = await _review_of_staff(staff, id_text)
    return (await views_of(catalogue, staff, [review], now))[review.id]


async def show_photo(staff: Principal, id_text: str, photos: Photos) -> bytes:
    """The photo behind a review. Raises ReviewNotFound, PhotoNotFound."""
    review = await _review_of_staff(staff, id_text)
    sha256 = (review.evidence or {}).get("photo")
    if not isinstance(sha256, str):
        raise PhotoNotFound
    return await photos.show(review.citizen_id, bytes.fromhex(sha256))


async def decide_review(
    database: Database,
    queue: LedgerQueue,
    catalogue: Catalogue,
    staff: Principal,
    id_text: str,
    request: DecisionRequest,
) -> Decision:
    """Approve or reject an action; what all approve whom it needs is booked on its own day.

    Raises ReviewNotFound, ReviewDecided, ReviewOfOwn, ReviewOpinionGiven, ReviewDisputed.
    """
    now = datetime.now(UTC)
    async with database.transaction():
        review = await Review.filter(id=read_id(id_text, ReviewNotFound)).select_for_update().get_or_none()
        if review is None:
            raise ReviewNotFound
        await check_place(staff, review)
        if review.state != "pending":
            raise ReviewDecided(state=review.state)
        verdict = await _hear(catalogue, staff, review, request, now)
        if verdict is not None:
            await _decide(staff, review, verdict, request.reason, now)
    action = None
    if review.state == "approved":
        try:
            action = await book(queue, review)
        except Refusal as refusal:
            # The decision stands; `tianfu worker` books it as soon as the ledger takes it.
            log.warning("approved_not_booked_yet", review=str(review.id), code=refusal.code)
        review = await find_review(id_text)
    views = await views_of(catalogue, staff, [review], now)
    return Decision(review=views[review.id], action=action)


async def _hear(
    catalogue: Catalogue, staff: Principal, review: Review, request: DecisionRequest, now: datetime
) -> Opinion | None:
    """Keep what somebody thinks of an action; returns what all opinions come to, None while others are needed."""
    opinions = (await opinions_on([review]))[review.id]
    await check_may_speak(staff, review, panel_of(catalogue, review, opinions), opinions)
    said = await ReviewOpinion.create(
        citizen_id=review.citizen_id,
        review_id=review.id,
        staff_id=staff.id,
        opinion=request.decision,
        reason=request.reason,
        given_at=now,
    )
    panel = panel_of(catalogue, review, [*opinions, said])
    after = {
        "of": panel.needed,
        "said": len(panel.opinions),
        "verdict": panel.verdict,
        "method": review.method,
    }
    await record(staff, f"review.{request.decision}", str(review.id), reason=request.reason, after=after)
    return panel.verdict


async def _decide(staff: Principal, review: Review, verdict: Opinion, reason: str, now: datetime) -> None:
    review.state = "approved" if verdict == "approve" else "rejected"
    review.decided_at, review.decided_by, review.reason = now, staff.id, reason
    await _store_decision(review)
    await _notify(review)


async def book(queue: LedgerQueue, review: Review) -> BookedAction | None:
    """Submit an approved action to the ledger, which books it once however often it is submitted.

    None when a rule refuses it: then the review becomes rejected with that reason. Raises what the queue raises.
    """
    scene = None
    if review.scene_id is not None and review.scene_kind is not None:
        found = await Scene.get(id=review.scene_id)
        scene = SceneVisit(found.id, review.scene_kind, Bilingual(found.name_zh, found.name_en))
    outcome = await queue.submit(approved_action(review, scene, datetime.now(UTC)))
    if outcome.status >= 400:
        await _reject_by_rule(review, outcome)
        return None
    return outcome.answer_as(BookedAction)


def approved_action(review: Review, scene: SceneVisit | None, at: datetime) -> LogAction:
    """The command that books an approved action under its own id."""
    # No client can send a key that begins with a space.
    key = IdempotencyKey(f" review {review.id}", hashlib.sha256(review.id.bytes).digest())
    return view_of(
        LogAction,
        review,
        quantity=plain(review.quantity),
        parameters=review.parameters or {},
        badge_serial=None,
        idempotency=key,
        at=at,
        refusal_if_new=None,
        item=None,
        review=None,
        scene=scene,
        is_day_total=(review.method, review.tier) == (DAY_TOTAL_METHOD, DAY_TOTAL_TIER),
        is_approved=True,
    )


async def _reject_by_rule(review: Review, outcome: Outcome) -> None:
    code = outcome.answer_as(RefusalFacts).code
    log.warning("approved_refused_by_rule", review=str(review.id), code=code)
    review.state, review.reason = "rejected", " ".join(both("action.why.system", code=code))
    # The notice first: no run comes back to a rejected review, and the same notice is created once.
    await _notify(review)
    await _store_decision(review, was="approved")


async def _notify(review: Review) -> None:
    facts = {"day": review.day.isoformat(), "method": review.method}
    if review.state == "rejected":
        await create_notice(
            review.citizen_id, "review_rejected", str(review.id), facts | {"reason": review.reason or ""}
        )
    else:
        await create_notice(review.citizen_id, "review_approved", str(review.id), facts)


async def _store_decision(review: Review, was: str = "pending") -> None:
    # Only the decision's columns: the database role may change no others.
    mine = Review.filter(citizen_id=review.citizen_id, id=review.id, state=was, booked_at=None)
    await mine.update(
        state=review.state, decided_at=review.decided_at, decided_by=review.decided_by, reason=review.reason
    )


def _mine(review: Review) -> MyReview:
    return view_of(
        MyReview,
        review,
        id=str(review.id),
        why_text=Bilingual(*both(f"action.why.{review.why}")),
        quantity=plain(review.quantity),
    )
