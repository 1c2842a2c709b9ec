"""Entries of the green, black and negative list: proposed, confirmed by a second person, removed, expired.

Before a black listing the organisation is heard. Who proposes never confirms, and no member of the organisation does
either. Every step is recorded; what was published stays readable as history.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import cast
from uuid import UUID

import msgspec
from tortoise.exceptions import IntegrityError

from backend.auth import Principal
from backend.catalogue.negative_rules import load_negative_rules
from backend.domain.days import day_of
from backend.domain.supervision.lists import OPEN, hearing_until, is_heard
from backend.errors import InvalidBody
from backend.errors.supervision.lists import (
    HearingNotOver,
    ListCaseDecided,
    ListCaseNotFound,
    ListCaseOfAnother,
    ListEntryDecided,
    ListEntryNotFound,
    ListEntryNotInForce,
    ListEntryRepeated,
    NegativeRuleUnknown,
    OrganisationOfOwn,
)
from backend.messages.supervision.lists import EntryDecision, EntryRequest, ListEntryItem
from backend.models import ListCase, ListEntry, Organisation
from backend.models.keys import read_id
from backend.services.identity.staff_accounts import record
from backend.services.organisations.organisations import public_organisation
from backend.services.organisations.persons import is_outsider
from backend.services.organisations.remits import check_organisation_in_remit
from backend.services.organisations.standing import check_not_blacklisted
from backend.services.supervision.list_views import entry_item, list_named
from backend.services.supervision.listing_effects import begin_effects, end_effects
from backend.services.supervision.second_person import check_another_person, check_province, check_publisher
from backend.storage.database import Database


async def propose_entry(
    database: Database, staff: Principal, name: str, request: EntryRequest, *, is_demo: bool
) -> ListEntryItem:
    """Propose an organisation for a list. On the black list it is told and has days to answer.

    Raises ListNotFound, OrganisationNotFound, OrganisationOfOwn, OutsideRemit, NegativeRuleUnknown, ListEntryRepeated,
    ListCaseNotFound, ListCaseDecided, ListCaseOfAnother, InvalidBody for a last day that has gone by.
    """
    listed = list_named(name)
    now = datetime.now(UTC)
    today = day_of(now)
    if request.valid_to is not None and request.valid_to < today:
        raise InvalidBody.at("/valid_to", "past")
    if (listed == "negative" or request.rule is not None) and request.rule not in load_negative_rules():
        raise NegativeRuleUnknown
    organisation = await public_organisation(request.organisation)
    await check_organisation_in_remit(staff, organisation)
    await check_publisher(staff, request.publisher)
    await check_no_member(staff, organisation.id, is_demo=is_demo)
    try:
        async with database.transaction():
            entry = await ListEntry.create(
                list=listed,
                organisation_id=organisation.id,
                state="hearing" if listed == "black" else "proposed",
                reason=request.reason,
                rule=request.rule,
                evidence=msgspec.to_builtins(request.evidence),
                publisher=request.publisher,
                valid_to=request.valid_to,
                proposed_by=staff.id,
                proposed_at=now,
                hearing_until=hearing_until(today) if listed == "black" else None,
            )
            if request.case is not None:
                await _enter_case(staff, request.case, entry, request.reason, now)
            after = {"list": listed, "organisation": organisation.code, "state": entry.state}
            await record(staff, "list.propose", str(entry.id), reason=request.reason, after=after)
    except IntegrityError as error:
        raise ListEntryRepeated from error
    return await entry_item(staff, entry, now, is_demo=is_demo)


async def _enter_case(staff: Principal, case_id: str, entry: ListEntry, reason: str, now: datetime) -> None:
    found = ListCase.filter(id=read_id(case_id, ListCaseNotFound)).select_for_update()
    case = await found.get_or_none()
    if case is None:
        raise ListCaseNotFound
    if case.state != "open":
        raise ListCaseDecided
    if case.organisation_id not in (None, entry.organisation_id):
        raise ListCaseOfAnother
    case.update_from_dict(
        {
            "state": "entered",
            "entry_id": entry.id,
            "decided_by": staff.id,
            "decided_at": now,
            "decision_reason": reason,
        }
    )
    await case.save(update_fields=["state", "entry_id", "decided_by", "decided_at", "decision_reason"])


async def decide_entry(
    database: Database, staff: Principal, entry_id: str, request: EntryDecision, *, is_demo: bool
) -> ListEntryItem:
    """Publish an entry from today on, or reject it; of the province's regulators, never who proposed it.

    A black entry freezes the organisation's events in the same transaction.
    Raises ListEntryNotFound, ListEntryDecided, HearingNotOver, SamePerson, OrganisationOfOwn, OutsideRemit,
    OrganisationBlacklisted for the green list, InvalidBody.
    """
    await check_province(staff)
    now = datetime.now(UTC)
    async with database.transaction():
        entry = await lock_entry(entry_id)
        if entry.state not in OPEN:
            raise ListEntryDecided
        await check_another_person(staff, [entry.proposed_by], is_demo=is_demo)
        await check_no_member(staff, entry.organisation_id, is_demo=is_demo)
        before = {"state": entry.state}
        if request.decision == "rejected":
            entry.state = "rejected"
        else:
            await _publish(database, staff, entry, now, is_demo=is_demo)
        entry.confirmed_by, entry.decided_at, entry.decision_reason = staff.id, now, request.reason
        fields = ["state", "valid_from", "published_at", "confirmed_by", "decided_at", "decision_reason"]
        await entry.save(update_fields=fields)
        action = "list.publish" if entry.state == "published" else "list.reject"
        after = {"list": entry.list, "state": entry.state}
        await record(staff, action, str(entry.id), reason=request.reason, before=before, after=after)
    return await entry_item(staff, entry, now, is_demo=is_demo)


async def _publish(
    database: Database, staff: Principal, entry: ListEntry, now: datetime, *, is_demo: bool
) -> None:
    today = day_of(now)
    heard = is_heard(entry.hearing_until, has_statement=entry.statement_at is not None, today=today)
    # A demonstration cannot wait five days; the days themselves are tested outside of it.
    if not heard and not is_demo:
        raise HearingNotOver(day_max=cast(date, entry.hearing_until))
    if entry.valid_to is not None and entry.valid_to < today:
        raise InvalidBody.at("/decision", "past")
    if entry.list == "green":
        await check_not_blacklisted(database, [entry.organisation_id])
    entry.state, entry.valid_from, entry.published_at = "published", today, now
    await begin_effects(database, entry, staff.id, now)
    if entry.list == "black":
        # With the organisation locked: a green entry of this moment is published before, or not at all.
        await _end_green(staff, entry, now)


async def _end_green(staff: Principal, entry: ListEntry, now: datetime) -> None:
    """No organisation is praised on one list while another one bars it."""
    found = ListEntry.filter(list="green", organisation_id=entry.organisation_id, state="published")
    for green in await found.select_for_update():
        green.removal_proposed_by, green.removal_proposed_at = entry.proposed_by, now
        green.removal_reason = entry.reason
        await green.save(update_fields=["removal_proposed_by", "removal_proposed_at", "removal_reason"])
        await end_entry(green, "removed", staff.id, now)
        after = {"list": green.list, "state": green.state}
        await record(staff, "list.remove", str(green.id), reason=entry.reason, after=after)


async def remove_entry(
    database: Database, staff: Principal, entry_id: str, reason: str, *, is_demo: bool
) -> ListEntryItem:
    """Propose that an entry in force is removed; called by another person, a regulator of the province, remove it.

    Raises ListEntryNotFound, ListEntryNotInForce, SamePerson, OrganisationNotFound, OrganisationOfOwn, OutsideRemit.
    """
    now = datetime.now(UTC)
    async with database.transaction():
        entry = await lock_entry(entry_id)
        if entry.state != "published":
            raise ListEntryNotInForce
        await check_organisation_in_remit(staff, await Organisation.get(id=entry.organisation_id))
        await check_no_member(staff, entry.organisation_id, is_demo=is_demo)
        if entry.removal_proposed_by is None:
            entry.removal_proposed_by, entry.removal_proposed_at = staff.id, now
            entry.removal_reason = reason
            fields = ["removal_proposed_by", "removal_proposed_at", "removal_reason"]
            await entry.save(update_fields=fields)
            after = {"list": entry.list, "waits": True}
            await record(staff, "list.propose_removal", str(entry.id), reason=reason, after=after)
            proceeds = is_demo and staff.role == "regulator"
        else:
            proceeds = is_demo or entry.removal_proposed_by != staff.id
            if proceeds:
                await check_another_person(staff, [entry.removal_proposed_by], is_demo=is_demo)
        if proceeds:
            await check_province(staff)
            await end_entry(entry, "removed", staff.id, now)
            after = {"list": entry.list, "state": entry.state}
            await record(staff, "list.remove", str(entry.id), reason=reason, after=after)
    return await entry_item(staff, entry, now, is_demo=is_demo)


async def end_entry(entry: ListEntry, state: str, by: UUID | None, at: datetime) -> None:
    """End an entry whose row the caller has locked, and what it stops, in the caller's transaction."""
    entry.state, entry.ended_by, entry.ended_at = state, by, at
    await entry.save(update_fields=["state", "ended_by", "ended_at"])
    await end_effects(entry, by, at)


async def expire_entries(database: Database, today: date, at: datetime) -> int:
    """End entries whose last day has gone by. May be interrupted anywhere; the next run goes on."""
    ids = (
        await ListEntry.filter(state="published", valid_to__lt=today)
        .order_by("id")
        .values_list("id", flat=True)
    )
    ended = 0
    for id_ in ids:
        async with database.transaction():
            entry = await lock_entry(str(id_))
            if entry.state != "published" or entry.valid_to is None or entry.valid_to >= today:
                continue
            await end_entry(entry, "expired", None, at)
            ended += 1
    return ended


async def lock_entry(entry_id: str) -> ListEntry:
    """An entry's row, locked until the transaction ends. Raises ListEntryNotFound."""
    found = ListEntry.filter(id=read_id(entry_id, ListEntryNotFound)).select_for_update()
    entry = await found.get_or_none()
    if entry is None:
        raise ListEntryNotFound
    return entry


async def check_no_member(staff: Principal, organisation_id: UUID, *, is_demo: bool) -> None:
    """Raises OrganisationOfOwn for who is or was a member, by any account."""
    if not is_demo and not await is_outsider(staff.id, organisation_id):
        raise OrganisationOfOwn
