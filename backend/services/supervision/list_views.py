"""The lists as anybody, the supervising authority and listed organisations see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, cast, get_args
from uuid import UUID

import msgspec
from tortoise.expressions import Q, Subquery

from backend.auth import Principal
from backend.catalogue.agencies import load_agencies
from backend.catalogue.negative_rules import load_negative_rules
from backend.domain.days import day_of
from backend.domain.supervision.lists import OPEN, SHOWN, ListName, appeals_until, is_heard, is_in_force
from backend.errors.supervision.lists import ListEntryNotFound, ListNotFound
from backend.messages.organisations.organisations import OrganisationBrief
from backend.messages.shape import Bilingual, Page, view_of
from backend.messages.supervision.lists import (
    Act,
    AppealBrief,
    Evidence,
    ListEntryItem,
    ListEntryView,
    NegativeRule,
)
from backend.models import ListAppeal, ListEntry, Organisation, OrganisationMember, RegulatorRemit
from backend.models.keys import read_id
from backend.services.identity.staff_accounts import usernames
from backend.services.organisations.organisations import organisation_brief
from backend.services.organisations.persons import is_another_person, is_outsider
from backend.services.organisations.remits import organisations_within, remits_of


class _Beside(msgspec.Struct):
    """What is shown with entries: organisations and appeals by their ids."""

    organisations: dict[UUID, OrganisationBrief]
    appeals: dict[UUID, ListAppeal]


async def _beside(entries: Sequence[ListEntry]) -> _Beside:
    wanted = {entry.organisation_id for entry in entries}
    appeals = await ListAppeal.filter(entry_id__in=[entry.id for entry in entries])
    return _Beside(
        organisations={row.id: organisation_brief(row) for row in await Organisation.filter(id__in=wanted)},
        appeals={row.entry_id: row for row in appeals},
    )


def list_named(name: str) -> ListName:
    """Raises ListNotFound."""
    if name not in get_args(ListName):
        raise ListNotFound
    return cast(ListName, name)


async def list_public(
    name: str, limit: int, cursor: UUID | None, now: datetime, *, organisation: str | None = None
) -> Page[ListEntryView]:
    """What is and was on a list, newest first; of one organisation where its code is told. Raises ListNotFound."""
    query = ListEntry.filter(list=list_named(name), state__in=SHOWN)
    if organisation is not None:
        query = query.filter(
            organisation_id__in=Subquery(Organisation.filter(code=organisation).values("id"))
        )
    if cursor is not None:
        query = query.filter(id__lt=cursor)
    rows = await query.order_by("-id").limit(limit + 1)
    beside = await _beside(rows)
    return Page.of(rows, limit, lambda entry: ListEntryView(**_public(entry, beside, now)))


async def show_public(entry_id: str, now: datetime) -> ListEntryView:
    """An entry that was published. Raises ListEntryNotFound."""
    entry = await ListEntry.get_or_none(id=read_id(entry_id, ListEntryNotFound))
    if entry is None or entry.state not in SHOWN:
        raise ListEntryNotFound
    return ListEntryView(**_public(entry, await _beside([entry]), now))


async def list_for_staff(
    staff: Principal, limit: int, cursor: UUID | None, now: datetime, *, is_demo: bool
) -> Page[ListEntryItem]:
    """Entries of all lists in every state, newest first, for the supervising authority: of organisations that the
    caller watches, and what they proposed themselves.
    """
    remits, query = await remits_of(staff), ListEntry.all()
    if not remits.is_province:
        query = query.filter(organisations_within(remits, "organisation_id") | Q(proposed_by=staff.id))
    if cursor is not None:
        query = query.filter(id__lt=cursor)
    rows = await query.order_by("-id").limit(limit + 1)
    items = await _items(staff, rows, now, is_demo=is_demo)
    return Page.of(rows, limit, lambda entry: items[entry.id])


async def list_hearings(
    staff: Principal, limit: int, cursor: UUID | None, now: datetime, *, is_demo: bool
) -> Page[ListEntryItem]:
    """Entries of the organisations that an account owns, newest first."""
    owned = OrganisationMember.filter(staff_id=staff.id, removed_at=None, duty="owner")
    query = ListEntry.filter(organisation_id__in=[row.organisation_id for row in await owned])
    if cursor is not None:
        query = query.filter(id__lt=cursor)
    rows = await query.order_by("-id").limit(limit + 1)
    items = await _items(staff, rows, now, is_demo=is_demo)
    return Page.of(rows, limit, lambda entry: items[entry.id])


async def entry_item(staff: Principal, entry: ListEntry, now: datetime, *, is_demo: bool) -> ListEntryItem:
    """An entry with what the caller may do with it."""
    return (await _items(staff, [entry], now, is_demo=is_demo))[entry.id]


async def _items(
    staff: Principal, entries: Sequence[ListEntry], now: datetime, *, is_demo: bool
) -> dict[UUID, ListEntryItem]:
    beside = await _beside(entries)
    # Who at the authority proposed or decided is nothing that the organisation has to know.
    names = {}
    if staff.role in ("operator", "regulator"):
        names = await usernames(
            each for entry in entries for each in (entry.proposed_by, entry.confirmed_by) if each is not None
        )
    return {
        entry.id: ListEntryItem(
            **(_public(entry, beside, now) | {"evidence": _evidence(entry)}),
            proposed_by=names.get(entry.proposed_by),
            proposed_at=entry.proposed_at,
            confirmed_by=None if entry.confirmed_by is None else names.get(entry.confirmed_by),
            decision_reason=entry.decision_reason,
            hearing_until=entry.hearing_until,
            statement=entry.statement,
            statement_at=entry.statement_at,
            is_heard=_heard(entry, now),
            removal_waits=entry.state == "published" and entry.removal_proposed_by is not None,
            appeal_id=_appeal_field(beside.appeals.get(entry.id), "id"),
            appeal_text=_appeal_field(beside.appeals.get(entry.id), "text"),
            may=await _may(staff, entry, beside.appeals.get(entry.id), now, is_demo=is_demo),
        )
        for entry in entries
    }


def _appeal_field(appeal: ListAppeal | None, name: str) -> str | None:
    return None if appeal is None else str(getattr(appeal, name))


def _heard(entry: ListEntry, now: datetime) -> bool:
    return is_heard(entry.hearing_until, has_statement=entry.statement_at is not None, today=day_of(now))


async def _may(
    staff: Principal, entry: ListEntry, appeal: ListAppeal | None, now: datetime, *, is_demo: bool
) -> list[Act]:
    """What the caller may do with an entry now; the routes check it again."""
    found: list[Act] = []
    members = await OrganisationMember.filter(organisation_id=entry.organisation_id, removed_at=None)
    is_owner = any(each.staff_id == staff.id and each.duty == "owner" for each in members)
    if is_owner or (is_demo and staff.role == "operator"):
        if entry.state == "hearing" and entry.statement_at is None:
            found.append("answer")
        is_late = entry.published_at is None or day_of(now) > appeals_until(entry.published_at)
        if entry.state == "published" and appeal is None and not is_late:
            found.append("appeal")
    if staff.role not in ("operator", "regulator"):
        return found
    if not is_demo and not await is_outsider(staff.id, entry.organisation_id):
        return found
    is_province = staff.role == "regulator" and not await RegulatorRemit.exists(
        staff_id=staff.id, ended_at=None
    )

    async def is_second(*earlier: UUID | None) -> bool:
        known = [each for each in earlier if each is not None]
        return is_province and (is_demo or await is_another_person(staff.id, known))

    if entry.state in OPEN and (_heard(entry, now) or is_demo) and await is_second(entry.proposed_by):
        found.append("confirm")
    if entry.state == "published" and (
        entry.removal_proposed_by is None or await is_second(entry.removal_proposed_by)
    ):
        found.append("remove")
    is_open = appeal is not None and appeal.state == "open" and entry.state == "published"
    if is_open and await is_second(entry.proposed_by, entry.confirmed_by):
        found.append("decide_appeal")
    return found


def _evidence(entry: ListEntry) -> list[Evidence]:
    return msgspec.convert(entry.evidence, list[Evidence])


def _public(entry: ListEntry, beside: _Beside, now: datetime) -> dict[str, Any]:
    appeal = beside.appeals.get(entry.id)
    agency = load_agencies()[entry.publisher].name
    return {
        "id": str(entry.id),
        "list": entry.list,
        "organisation": beside.organisations[entry.organisation_id],
        "state": entry.state,
        "is_in_force": is_in_force(entry.state, entry.valid_from, entry.valid_to, day_of(now)),
        "reason": entry.reason,
        "rule": entry.rule,
        "evidence": [each for each in _evidence(entry) if each.is_public],
        "publisher": Bilingual(agency["zh-CN"], agency["en"]),
        "valid_from": entry.valid_from,
        "valid_to": entry.valid_to,
        "published_at": _utc(entry.published_at),
        "ended_at": _utc(entry.ended_at),
        "removal_reason": entry.removal_reason if entry.state == "removed" else None,
        "appeals_until": None if entry.published_at is None else appeals_until(entry.published_at),
        "appeal": None if appeal is None else view_of(AppealBrief, appeal),
    }


def _utc(at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(UTC)


def list_rules() -> list[NegativeRule]:
    """The rules of the negative list."""
    return [
        NegativeRule(
            code=rule.code,
            name=Bilingual(rule.name["zh-CN"], rule.name["en"]),
            about=Bilingual(rule.about["zh-CN"], rule.about["en"]),
        )
        for rule in load_negative_rules().values()
    ]


class ListPage(NamedTuple):
    """What the public page of a list shows."""

    chosen: str
    entries: list[ListEntryView]
    next_cursor: str | None
    rules: list[NegativeRule]
    rules_by_code: dict[str, NegativeRule]


async def show_list_page(name: str, limit: int, cursor: UUID | None, now: datetime) -> ListPage:
    """A page of a list with the negative list's rules. Raises ListNotFound."""
    page, rules = await list_public(name, limit, cursor, now), list_rules()
    return ListPage(name, page.items, page.next_cursor, rules, {rule.code: rule for rule in rules})
