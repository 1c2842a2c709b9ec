"""Staff review actions: the list, the decision, the booking. Staff see the action and not the citizen."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from uuid import UUID

import structlog

from backend.auth import Principal
from backend.domain.actions.quantification import plain
from backend.errors import Refusal
from backend.errors.actions.evidence import PhotoNotFound, ReviewDecided, ReviewNotFound
from backend.ledger.command import IdempotencyKey, Outcome, RefusalFacts
from backend.ledger.commands.log_action import LogAction, SceneVisit
from backend.ledger.queue import LedgerQueue
from backend.messages.actions.reviews import BookedAction, Decision, DecisionRequest, MyReview, ReviewView
from backend.messages.cursors import read_instant_and_id, write_cursor
from backend.messages.shape import Bilingual, Page, view_of
from backend.models import Review, Scene
from backend.models.keys import read_id
from backend.services.actions.photos import Photos
from backend.services.identity.staff_accounts import record
from backend.services.notifications.notices import create_notice
from backend.storage.database import Database
from backend.storage.statements import read
from backend.texts import both

log = structlog.get_logger(__name__)

DAY_TOTAL_METHOD, DAY_TOTAL_TIER = "walk_steps", "E2"
"""WeRun reports a day's total so far: booked as a total, steps credited meanwhile do not count twice."""


async def waiting_reviews(
    database: Database, limit: int, cursor: str | None, now: datetime, *, why: str | None, method: str | None
) -> Page[ReviewView]:
    """Reviews that wait for staff, oldest first. Raises InvalidQuery."""
    after_at, after_id = read_instant_and_id(cursor)
    found = await read(database, "read_reviews", why, method, after_at, after_id, limit + 1)
    by_id = {review.id: review for review in await Review.filter(id__in=[row["id"] for row in found])}
    return Page.of(
        [by_id[row["id"]] for row in found],
        limit,
        lambda review: review_view(review, now),
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


async def show_review(id_text: str, now: datetime) -> ReviewView:
    """An action that waits or waited for a person. Raises ReviewNotFound."""
    return review_view(await find_review(id_text), now)


async def show_photo(id_text: str, photos: Photos) -> bytes:
    """The photo behind a review. Raises ReviewNotFound, PhotoNotFound."""
    review = await find_review(id_text)
    sha256 = (review.evidence or {}).get("photo")
    if not isinstance(sha256, str):
        raise PhotoNotFound
    return await photos.show(review.citizen_id, bytes.fromhex(sha256))


async def decide_review(
    database: Database, queue: LedgerQueue, staff: Principal, id_text: str, request: DecisionRequest
) -> Decision:
    """Approve or reject an action; an approved one is booked on its own day. Raises ReviewNotFound, ReviewDecided."""
    now = datetime.now(UTC)
    async with database.transaction():
        review = await Review.filter(id=read_id(id_text, ReviewNotFound)).select_for_update().get_or_none()
        if review is None:
            raise ReviewNotFound
        if review.state != "pending":
            raise ReviewDecided(state=review.state)
        review.state = "approved" if request.decision == "approve" else "rejected"
        review.decided_at, review.decided_by, review.reason = now, staff.id, request.reason
        await _store_decision(review)
        after = {"state": review.state, "why": review.why, "method": review.method}
        await record(staff, f"review.{request.decision}", str(review.id), reason=request.reason, after=after)
        await _notify(review)
    action = None
    if review.state == "approved":
        try:
            action = await book(queue, review)
        except Refusal as refusal:
            # The decision stands; `tianfu worker` books it as soon as the ledger takes it.
            log.warning("approved_not_booked_yet", review=str(review.id), code=refusal.code)
        review = await find_review(id_text)
    return Decision(review=review_view(review, now), action=action)


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


def review_view(review: Review, now: datetime) -> ReviewView:
    """A review as staff see it."""
    seen = dict(review.evidence or {})
    has_photo = seen.pop("photo", None) is not None
    return view_of(
        ReviewView,
        review,
        id=str(review.id),
        quantity=plain(review.quantity),
        parameters=dict(review.parameters or {}),
        evidence=seen,
        has_photo=has_photo,
        is_overdue=review.state == "pending" and review.expected_by < now,
    )


def _mine(review: Review) -> MyReview:
    return view_of(
        MyReview,
        review,
        id=str(review.id),
        why_text=Bilingual(*both(f"action.why.{review.why}")),
        quantity=plain(review.quantity),
    )
