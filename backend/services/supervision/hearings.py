"""Listed organisations are heard before they are put on the black list, and appeal afterwards.

An owner of the organisation speaks for it; an operator does not, outside of demo mode: who proposes an entry would
otherwise answer it as well.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from tortoise.exceptions import IntegrityError

from backend.auth import Principal
from backend.domain.days import day_of
from backend.domain.supervision.lists import appeals_until
from backend.errors.organisations import OrganisationDutyMissing
from backend.errors.supervision.lists import (
    AppealDecided,
    AppealLate,
    AppealRepeated,
    HearingClosed,
    ListAppealNotFound,
    ListEntryNotFound,
    ListEntryNotInForce,
    StatementGiven,
)
from backend.messages.supervision.lists import AppealDecision, ListEntryItem
from backend.models import ListAppeal, ListEntry, OrganisationMember
from backend.models.keys import read_id
from backend.services.identity.staff_accounts import record
from backend.services.supervision.list_views import entry_item
from backend.services.supervision.lists import check_no_member, end_entry, lock_entry
from backend.services.supervision.second_person import check_another_person, check_province
from backend.storage.database import Database

REASON_CHARS_MAX = 400
"""Of a statement or an appeal in the record of what staff did; the whole stands in its own row."""


async def _check_owner(staff: Principal, entry: ListEntry, *, is_demo: bool) -> None:
    """Raises ListEntryNotFound for who is no member of the organisation, OrganisationDutyMissing for another duty."""
    if is_demo and staff.role == "operator":
        return
    members = OrganisationMember.filter(
        organisation_id=entry.organisation_id, staff_id=staff.id, removed_at=None
    )
    duties = {member.duty for member in await members}
    if not duties:
        raise ListEntryNotFound
    if "owner" not in duties:
        raise OrganisationDutyMissing(duties=["owner"])


async def answer_hearing(
    database: Database, staff: Principal, entry_id: str, text: str, *, is_demo: bool
) -> ListEntryItem:
    """An organisation's statement before it is put on the black list, once; the confirmation is open from then on.

    Raises ListEntryNotFound, OrganisationDutyMissing, HearingClosed, StatementGiven.
    """
    now = datetime.now(UTC)
    async with database.transaction():
        entry = await lock_entry(entry_id)
        await _check_owner(staff, entry, is_demo=is_demo)
        if entry.state != "hearing":
            raise HearingClosed
        if entry.statement_at is not None:
            raise StatementGiven
        entry.statement, entry.statement_by, entry.statement_at = text, staff.id, now
        await entry.save(update_fields=["statement", "statement_by", "statement_at"])
        after = {"list": entry.list}
        await record(staff, "list.answer", str(entry.id), reason=text[:REASON_CHARS_MAX], after=after)
    return await entry_item(staff, entry, now, is_demo=is_demo)


async def appeal_entry(
    database: Database, staff: Principal, entry_id: str, text: str, *, is_demo: bool
) -> ListEntryItem:
    """An organisation's appeal against an entry in force, once and within sixty days of its publication.

    Raises ListEntryNotFound, OrganisationDutyMissing, ListEntryNotInForce, AppealLate, AppealRepeated.
    """
    now = datetime.now(UTC)
    try:
        async with database.transaction():
            entry = await lock_entry(entry_id)
            await _check_owner(staff, entry, is_demo=is_demo)
            if entry.state != "published" or entry.published_at is None:
                raise ListEntryNotInForce
            last = appeals_until(entry.published_at)
            if day_of(now) > last:
                raise AppealLate(day_max=last)
            await ListAppeal.create(entry_id=entry.id, text=text, filed_by=staff.id, filed_at=now)
            after = {"list": entry.list}
            await record(staff, "list.appeal", str(entry.id), reason=text[:REASON_CHARS_MAX], after=after)
    except IntegrityError as error:
        raise AppealRepeated from error
    return await entry_item(staff, entry, now, is_demo=is_demo)


async def decide_appeal(
    database: Database, staff: Principal, appeal_id: str, request: AppealDecision, *, is_demo: bool
) -> ListEntryItem:
    """Decide an appeal; a regulator of the province who neither proposed nor confirmed. An upheld one removes at once.

    Raises ListAppealNotFound, AppealDecided, SamePerson, OrganisationOfOwn, OutsideRemit.
    """
    await check_province(staff)
    now = datetime.now(UTC)
    async with database.transaction():
        entry, appeal = await _lock_appeal(read_id(appeal_id, ListAppealNotFound))
        if appeal.state != "open":
            raise AppealDecided
        earlier = [each for each in (entry.proposed_by, entry.confirmed_by) if each is not None]
        await check_another_person(staff, earlier, is_demo=is_demo)
        await check_no_member(staff, entry.organisation_id, is_demo=is_demo)
        appeal.state, appeal.decided_by, appeal.decided_at = request.decision, staff.id, now
        appeal.decision_reason = request.reason
        await appeal.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
        if request.decision == "upheld" and entry.state == "published":
            await end_entry(entry, "removed", staff.id, now)
        after = {"appeal": appeal.state, "state": entry.state}
        await record(staff, "list.decide_appeal", str(entry.id), reason=request.reason, after=after)
    return await entry_item(staff, entry, now, is_demo=is_demo)


async def _lock_appeal(appeal_id: UUID) -> tuple[ListEntry, ListAppeal]:
    """The entry is locked first, as by everybody who changes it."""
    known = await ListAppeal.get_or_none(id=appeal_id)
    if known is None:
        raise ListAppealNotFound
    entry = await lock_entry(str(known.entry_id))
    return entry, await ListAppeal.filter(id=appeal_id).select_for_update().get()
