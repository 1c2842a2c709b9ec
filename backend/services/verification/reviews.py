"""A verifier confirms or refuses items of an account and asks about them; the organiser answers in writing."""

from __future__ import annotations

from datetime import UTC, datetime

from backend.auth import Principal
from backend.catalogue import Catalogue
from backend.errors.verification import (
    VerificationItemUnknown,
    VerificationLimit,
    VerificationQuestionAnswered,
    VerificationQuestionNotFound,
    VerificationReasonMissing,
)
from backend.messages import verification as m
from backend.models import VerifierQuestion, VerifierReview
from backend.models.keys import read_id
from backend.services.events.events import event_of_staff
from backend.services.identity.staff_accounts import record
from backend.services.inventory.account import account_reader
from backend.services.verification.access import locked_verification
from backend.services.verification.desk import show_verification
from backend.services.verification.reviewed_account import reviewed_account
from backend.storage.database import Database

QUESTIONS_MAX = 500


async def review_items(
    database: Database, catalogue: Catalogue, staff: Principal, id_text: str, request: m.ReviewsRequest
) -> m.VerificationView:
    """Keep what was found of some items, all of it or nothing; the newest finding of an item counts.

    Raises VerificationNotFound, VerificationEnded, OrganisationDutyMissing, VerifierNotLicensed,
    VerifierLicenceEnded, VerifierNotIndependent, VerificationPersonPartial, VerificationNotDue,
    VerificationReasonMissing, VerificationItemUnknown for an item that is another by now.
    """
    for each in request.reviews:
        is_whole = bool((each.reason or "").strip()) and each.materiality_g is not None
        if each.decision == "refused" and not is_whole:
            raise VerificationReasonMissing
    async with database.transaction():
        found, _ = await locked_verification(database, staff, id_text)
        event = found.event
        account = await account_reader(database, catalogue)(event)
        reviewed = await reviewed_account(database, event, account, found.organisation.id)
        digests = {each.key: each.digest for each in reviewed.items}
        for each in request.reviews:
            digest = digests.get(each.item)
            if digest is None or digest.hex() != each.seen:
                raise VerificationItemUnknown
            await VerifierReview.create(
                event_id=event.id,
                verifier_id=found.row.id,
                item=each.item,
                item_sha256=digest,
                decision=each.decision,
                materiality_g=each.materiality_g if each.decision == "refused" else None,
                reason=(each.reason or "").strip() or None,
                decided_by=staff.id,
            )
        decided = {
            decision: sum(each.decision == decision for each in request.reviews)
            for decision in ("confirmed", "refused")
        }
        await record(staff, "verification.review", event.slug, after=decided)
    return await show_verification(database, catalogue, staff, id_text)


async def ask(
    database: Database, catalogue: Catalogue, staff: Principal, id_text: str, request: m.QuestionRequest
) -> m.VerificationView:
    """Ask the organiser about an item.

    Raises what reviewing raises, and VerificationLimit.
    """
    async with database.transaction():
        found, _ = await locked_verification(database, staff, id_text)
        event = found.event
        account = await account_reader(database, catalogue)(event)
        reviewed = await reviewed_account(database, event, account, found.organisation.id)
        if request.item not in {each.key for each in reviewed.items}:
            raise VerificationItemUnknown
        if await VerifierQuestion.filter(event_id=event.id).count() >= QUESTIONS_MAX:
            raise VerificationLimit(items_max=QUESTIONS_MAX)
        await VerifierQuestion.create(
            event_id=event.id,
            verifier_id=found.row.id,
            item=request.item,
            question=request.question,
            asked_by=staff.id,
        )
        await record(staff, "verification.ask", event.slug, after={"item": request.item})
    return await show_verification(database, catalogue, staff, id_text)


async def answer(
    database: Database, staff: Principal, slug: str, id_text: str, request: m.AnswerRequest
) -> None:
    """Answer a verifier's question, once. Where the data were wrong a line that supersedes the old one goes with it.

    Raises EventNotFound, VerificationQuestionNotFound, VerificationQuestionAnswered.
    """
    wanted = read_id(id_text, VerificationQuestionNotFound)
    async with database.transaction():
        event = await event_of_staff(staff, slug)
        row = await VerifierQuestion.get_or_none(event_id=event.id, id=wanted)
        if row is None:
            raise VerificationQuestionNotFound
        open_ = VerifierQuestion.filter(event_id=event.id, id=wanted, answer=None)
        told = {"answer": request.answer, "answered_by": staff.id, "answered_at": datetime.now(UTC)}
        if not await open_.update(**told):
            raise VerificationQuestionAnswered
        await record(staff, "verification.answer", slug, after={"item": row.item})
