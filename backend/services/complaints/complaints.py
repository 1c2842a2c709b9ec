"""Complaints: citizens object to decisions about them, anybody reports a public claim, and staff answer in time.

Who answers is never who made the decision; every step of staff is recorded.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

from tortoise.exceptions import IntegrityError

from backend.auth import Principal, hash_of_token
from backend.domain.complaints.deadlines import due_on
from backend.domain.days import day_of
from backend.domain.encryption import CannotDecrypt, Encrypted, Encryptor
from backend.domain.folding import typed_token
from backend.errors.complaints import (
    ComplaintAnswered,
    ComplaintNotFound,
    ComplaintNotTaken,
    ComplaintOfOwnDecision,
    ComplaintRepeated,
    ComplaintSubjectUnknown,
    TooManyComplaints,
)
from backend.messages.complaints import (
    ComplaintDecision,
    ComplaintItem,
    ComplaintView,
    ObjectionRequest,
    PublicComplaint,
    ReportReceipt,
    ReportRequest,
)
from backend.messages.shape import Page, view_of
from backend.models import Citizen, Complaint, ReviewOpinion
from backend.models.keys import read_id, uuid7
from backend.services.identity.erased import refuse_erased
from backend.services.identity.own_citizens import citizens_of
from backend.services.identity.staff_accounts import record
from backend.services.minors.ages import forget_age
from backend.services.notifications.notices import create_notice
from backend.services.organisations.persons import is_outsider
from backend.storage.database import Database
from backend.storage.redis import Redis
from backend.storage.redis_failures import FailureCounts
from backend.storage.statements import lock, read
from backend.texts import LANGUAGES, say

CODE_BYTES = 16
NUMBER_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NUMBER_CHARS = 6
REPORTS_WINDOW = timedelta(hours=1)
REPORTS_PER_HOUR_MAX = 300
REPORTS_OF_CLAIM_PER_HOUR_MAX = 20
SOURCE_SHARE = 2
"""One source fills half of either at most."""
OBJECTIONS_PER_DAY_MAX = 20
OPEN = ("received", "under_review")
BY_ID = ("review", "action")


class Complaints:
    """Takes complaints and lets staff answer them; contacts are kept encrypted."""

    def __init__(self, database: Database, encryptor: Encryptor, redis: Redis) -> None:
        self._database = database
        self._reports = FailureCounts(redis, window_s=int(REPORTS_WINDOW.total_seconds()))
        self._encryptor = encryptor

    async def object(self, citizen: Principal, request: ObjectionRequest) -> ComplaintView:
        """Take a citizen's objection to a decision about them; one for each decision.

        Raises ComplaintSubjectUnknown, ComplaintRepeated, TooManyComplaints, SessionRevoked.
        """
        now = datetime.now(UTC)
        about, subject = request.about, request.subject
        found_id = read_id(subject, ComplaintSubjectUnknown) if about in BY_ID else None
        found = await read(self._database, "find_decision", citizen.id, about, found_id, subject)
        if not found:
            raise ComplaintSubjectUnknown
        try:
            async with self._database.transaction():
                await lock("lock_accounts", [citizen.id])
                await refuse_erased(citizen.id)
                day_ago = now - timedelta(days=1)
                recent = Complaint.filter(citizen_id=citizen.id, received_at__gt=day_ago)
                if await recent.count() >= OBJECTIONS_PER_DAY_MAX:
                    raise TooManyComplaints
                complaint = await Complaint.create(
                    about=about,
                    # One spelling: the same decision is objected to once.
                    subject=str(found_id) if found_id else subject,
                    citizen_id=citizen.id,
                    text=request.text,
                    received_at=now,
                    due_on=due_on(day_of(now)),
                    decided_by=found[0]["decided_by"],
                )
        except IntegrityError as error:
            raise ComplaintRepeated from error
        return complaint_view(complaint)

    async def report(self, request: ReportRequest, source: str) -> ReportReceipt:
        """Take anybody's report of a public claim. Nothing is stored of who sends it but what they write.

        `source` is where it came from; its reports of an hour are counted under a hash.
        Raises ComplaintSubjectUnknown, TooManyComplaints.
        """
        now = datetime.now(UTC)
        found = await read(self._database, "find_claim", request.about, request.subject)
        if not found:
            raise ComplaintSubjectUnknown
        await self._check_share(request, source)
        code, id_ = secrets.token_urlsafe(CODE_BYTES), uuid7()
        contact = self._encryptor.encrypt(request.contact.encode(), str(id_)) if request.contact else None
        async with self._database.transaction():
            await lock("lock_photos", "complaints")
            (recent,) = await read(
                self._database,
                "count_reports",
                now - REPORTS_WINDOW,
                request.about,
                request.subject,
            )
            if (
                recent["of_claim"] >= REPORTS_OF_CLAIM_PER_HOUR_MAX
                or recent["reports"] >= REPORTS_PER_HOUR_MAX
            ):
                raise TooManyComplaints
            complaint = await Complaint.create(
                id=id_,
                number=new_number(now),
                organisation_id=found[0]["organisation_id"],
                about=request.about,
                subject=request.subject,
                code_hash=hash_of_token(code),
                text=request.text,
                contact=contact.text if contact else None,
                contact_key=contact.key_id if contact else None,
                received_at=now,
                due_on=due_on(day_of(now)),
                decided_by=found[0]["decided_by"],
            )
        return view_of(ReportReceipt, complaint, id=str(id_), code=code)

    async def _check_share(self, request: ReportRequest, source: str) -> None:
        """Raises TooManyComplaints for a source that has had its share of the hour, so that others find room."""
        if not source:
            return
        of_all, of_claim = f"report {source}", f"report {source} {request.about} {request.subject}"
        await self._reports.count([of_all, of_claim])
        limits = {
            of_all: REPORTS_PER_HOUR_MAX // SOURCE_SHARE + 1,
            of_claim: REPORTS_OF_CLAIM_PER_HOUR_MAX // SOURCE_SHARE + 1,
        }
        if wait_s := await self._reports.wait_s(limits):
            raise TooManyComplaints(retry_after_s=wait_s)

    async def waiting(
        self, staff: Principal, limit: int, cursor: UUID | None, now: datetime
    ) -> Page[ComplaintItem]:
        """Complaints without an answer, oldest first: all are given the same days, so what is overdue comes first."""
        query = Complaint.filter(answer=None)
        if cursor is not None:
            query = query.filter(id__gt=cursor)
        rows = await query.order_by("id").limit(limit + 1)
        may_answer = {row.id: await _may_answer(staff, row) for row in rows}
        return Page.of(rows, limit, lambda row: self._item(row, now, may_answer=may_answer[row.id]))

    async def take(self, staff: Principal, id_text: str, now: datetime) -> ComplaintItem:
        """Take a complaint under review. Raises ComplaintNotFound, ComplaintAnswered, ComplaintOfOwnDecision."""
        async with self._database.transaction():
            complaint = await self._open(staff, id_text)
            if complaint.state == "received":
                complaint.state, complaint.taken_by, complaint.taken_at = "under_review", staff.id, now
                await complaint.save(update_fields=["state", "taken_by", "taken_at"])
                await record(staff, "complaint.take", str(complaint.id), after={"about": complaint.about})
        return self._item(complaint, now, may_answer=True)

    async def answer(
        self, staff: Principal, id_text: str, request: ComplaintDecision, now: datetime
    ) -> ComplaintItem:
        """Answer a complaint that is under review.

        Raises ComplaintNotFound, ComplaintAnswered, ComplaintNotTaken, ComplaintOfOwnDecision.
        """
        async with self._database.transaction():
            author = await _lock_author(id_text)
            complaint = await self._open(staff, id_text)
            if complaint.state == "received":
                raise ComplaintNotTaken
            if author is not None and request.state == "upheld":
                await forget_age(author, complaint.subject)
            complaint.state, complaint.answer = request.state, request.answer
            # Of an objection nothing is published: it is about one citizen.
            published = {"public_answer": request.public_answer if complaint.number else None}
            complaint.update_from_dict(published)
            complaint.answered_by, complaint.answered_at = staff.id, now
            await complaint.save(
                update_fields=["state", "answer", "public_answer", "answered_by", "answered_at"]
            )
            await record(
                staff,
                "complaint.answer",
                str(complaint.id),
                reason=request.answer,
                after={"state": request.state},
            )
            await _notify(complaint)
        return self._item(complaint, now, may_answer=True)

    async def _open(self, staff: Principal, id_text: str) -> Complaint:
        found_id = read_id(id_text, ComplaintNotFound)
        complaint = await Complaint.filter(id=found_id).select_for_update().get_or_none()
        if complaint is None:
            raise ComplaintNotFound
        if complaint.state not in OPEN:
            raise ComplaintAnswered
        if not await _may_answer(staff, complaint):
            raise ComplaintOfOwnDecision
        return complaint

    def _item(self, row: Complaint, now: datetime, *, may_answer: bool) -> ComplaintItem:
        return view_of(
            ComplaintItem,
            row,
            id=str(row.id),
            contact=self._contact(row),
            is_overdue=row.state in OPEN and row.due_on < day_of(now),
            may_answer=may_answer,
        )

    def _contact(self, row: Complaint) -> str | None:
        if row.contact is None or row.contact_key is None:
            return None
        try:
            return self._encryptor.decrypt(
                Encrypted(row.contact_key, bytes(row.contact)), str(row.id)
            ).decode()
        except CannotDecrypt:
            return None


async def _may_answer(staff: Principal, complaint: Complaint) -> bool:
    """Whether somebody had no part in what a complaint is about, and is not the citizen whose complaint it is."""
    if complaint.decided_by == staff.id:
        return False
    if complaint.organisation_id is not None and not await is_outsider(staff.id, complaint.organisation_id):
        return False
    if complaint.citizen_id is None:
        return True
    if complaint.citizen_id in await citizens_of(staff.id):
        return False
    if complaint.about not in BY_ID:
        return True
    said = ReviewOpinion.filter(citizen_id=complaint.citizen_id, review_id=complaint.subject)
    return not await said.filter(staff_id=staff.id).exists()


async def _notify(complaint: Complaint) -> None:
    """Tell a citizen the answer; who reported without an account looks it up by the code."""
    if complaint.citizen_id is None:
        return
    facts = {
        "day": day_of(complaint.received_at).isoformat(),
        "state": {each: say(each, f"complaints.state.{complaint.state}") for each in LANGUAGES},
        "answer": complaint.answer,
    }
    await create_notice(complaint.citizen_id, "complaint_answered", str(complaint.id), facts)


async def _lock_author(id_text: str) -> UUID | None:
    """Lock whose month of birth a complaint is about, before the complaint: in the order of an erasure."""
    complaint = await Complaint.get_or_none(id=read_id(id_text, ComplaintNotFound))
    if complaint is None or complaint.about != "age" or complaint.citizen_id is None:
        return None
    await Citizen.select_for_update().get_or_none(id=complaint.citizen_id)
    return complaint.citizen_id


async def my_complaints(citizen_id: UUID, limit: int, cursor: UUID | None) -> Page[ComplaintView]:
    """A citizen's objections, newest first."""
    query = Complaint.filter(citizen_id=citizen_id)
    if cursor is not None:
        query = query.filter(id__lt=cursor)
    return Page.of(await query.order_by("-id").limit(limit + 1), limit, complaint_view)


def new_number(at: datetime) -> str:
    """A public number of a complaint: its year and six characters that nobody guesses in order."""
    drawn = "".join(secrets.choice(NUMBER_ALPHABET) for _ in range(NUMBER_CHARS))
    return f"K-{day_of(at).year}-{drawn}"


async def show_public(number: str, now: datetime) -> PublicComplaint:
    """A complaint by its public number, however it was typed. Raises ComplaintNotFound."""
    row = await Complaint.get_or_none(number=typed_token(number).upper())
    if row is None:
        raise ComplaintNotFound
    is_overdue = row.state in OPEN and row.due_on < day_of(now)
    return view_of(PublicComplaint, row, is_overdue=is_overdue)


async def count_overdue(now: datetime) -> int:
    """Complaints whose last day for an answer has gone by."""
    return await Complaint.filter(answer=None, due_on__lt=day_of(now)).count()


async def look_up(code: str) -> ComplaintView:
    """A report, for who has its code. Raises ComplaintNotFound."""
    complaint = await Complaint.get_or_none(code_hash=hash_of_token(typed_token(code)))
    if complaint is None:
        raise ComplaintNotFound
    return complaint_view(complaint)


def complaint_view(row: Complaint) -> ComplaintView:
    """A complaint as its author sees it."""
    return view_of(ComplaintView, row, id=str(row.id))
