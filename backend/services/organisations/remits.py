"""Regulators' remits: operators give and end them, and every route that a regulator reads asks for them here.

Asked of the database at every request, so that a remit that ends, ends at once and in every process.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError
from tortoise.expressions import Q, Subquery

from backend.auth import Principal
from backend.domain.catalogue.city_names import Cities
from backend.domain.organisations.remits import Remit, Remits
from backend.errors import EventNotFound, InvalidBody
from backend.errors.organisations import (
    OrganisationNotFound,
    RegulatorNotFound,
    RemitHeld,
    RemitNotFound,
    RemitOfTheProvince,
    RemitTooNarrow,
)
from backend.messages.organisations.remits import RegulatorView, RemitEndRequest, RemitRequest, RemitView
from backend.messages.shape import Page, view_of
from backend.models import Event, EventOrganisation, Organisation, RegulatorRemit, Staff
from backend.models.keys import read_id
from backend.services.identity.staff_accounts import record, usernames
from backend.storage.database import Database, constraint_of


async def remits_of(staff: Principal) -> Remits:
    """What a member of staff watches; operators, and regulators without a remit, the province."""
    if staff.role != "regulator":
        return Remits()
    rows = await RegulatorRemit.filter(staff_id=staff.id, ended_at=None).order_by("id")
    return Remits(Remit(row.agency, row.city, row.city_en) for row in rows)


async def check_in_remit(staff: Principal, event: Event) -> None:
    """Raises EventNotFound for a regulator and an event that no remit of theirs covers."""
    if not (await remits_of(staff)).covers(event.agency, event.city):
        raise EventNotFound


async def check_organisation_in_remit(staff: Principal, organisation: Organisation) -> None:
    """Raises OrganisationNotFound for a regulator and an organisation that no remit of theirs covers."""
    remits = await remits_of(staff)
    within = Organisation.filter(organisations_within(remits), id=organisation.id)
    if not remits.is_province and not await within.exists():
        raise OrganisationNotFound


async def check_province(staff: Principal) -> None:
    """Raises RemitTooNarrow: what is told of the whole platform is for who watches all of it."""
    if not (await remits_of(staff)).is_province:
        raise RemitTooNarrow


def events_within(remits: Remits) -> Q:
    """A condition on events, and on organisations: they lie in one of the remits."""
    if remits.is_province:
        return Q()
    return reduce(or_, (_within(remit) for remit in remits))


def organisations_within(remits: Remits, id_field: str = "id") -> Q:
    """A condition on organisations, or on what names one by `id_field`: they lie in one of the remits, or run an event
    that does.
    """
    if remits.is_province:
        return Q()
    events = Event.filter(events_within(remits)).values("id")
    running = EventOrganisation.filter(event_id__in=Subquery(events), removed_at=None).values(
        "organisation_id"
    )
    known = Organisation.filter(events_within(remits)).values("id")
    conditions: list[dict[str, Any]] = [{f"{id_field}__in": Subquery(each)} for each in (running, known)]
    return reduce(or_, (Q(**each) for each in conditions))


def _within(remit: Remit) -> Q:
    agency = Q() if remit.agency is None else Q(agency=remit.agency)
    return agency if remit.city is None else agency & Q(city__in=remit.spellings)


async def list_regulators(limit: int, cursor: UUID | None) -> Page[RegulatorView]:
    """Accounts of regulators with their remits, the newest account first."""
    query = Staff.filter(role="regulator", disabled_at=None)
    if cursor is not None:
        query = query.filter(id__lt=cursor)
    rows = await query.order_by("-id").limit(limit + 1)
    held: defaultdict[UUID, list[RegulatorRemit]] = defaultdict(list)
    for remit in await RegulatorRemit.filter(staff_id__in=[row.id for row in rows], ended_at=None).order_by(
        "id"
    ):
        held[remit.staff_id].append(remit)
    names = await usernames(remit.given_by for each in held.values() for remit in each)
    return Page.of(rows, limit, lambda row: _regulator_view(row, held[row.id], names))


def _regulator_view(row: Staff, remits: list[RegulatorRemit], names: dict[UUID, str]) -> RegulatorView:
    return RegulatorView(
        id=str(row.id),
        username=row.username,
        is_province=not remits,
        remits=[
            view_of(RemitView, remit, id=str(remit.id), given_by=names[remit.given_by]) for remit in remits
        ],
    )


async def give_remit(
    database: Database, staff: Principal, cities: Cities, id_text: str, request: RemitRequest
) -> RegulatorView:
    """Give a regulator a remit. Raises RegulatorNotFound, RemitHeld, InvalidBody, UnknownCity."""
    if request.agency is None and request.city is None:
        raise InvalidBody.at("/agency", "missing")
    name = None if request.city is None else cities.choose(request.city, of="event").name
    city, city_en = (None, None) if name is None else (name["zh-CN"], name["en"])
    try:
        async with database.transaction():
            regulator = await _regulator(id_text)
            await RegulatorRemit.create(
                staff_id=regulator.id,
                agency=request.agency,
                city=city,
                city_en=city_en,
                given_by=staff.id,
            )
            await record(
                staff,
                "remit.give",
                regulator.username,
                reason=request.reason,
                after={"agency": request.agency, "city": city},
            )
    except IntegrityError as error:
        if constraint_of(error) == "regulator_remits_once":
            raise RemitHeld from error
        raise
    return await _shown(regulator)


async def end_remit(
    database: Database, staff: Principal, id_text: str, remit_text: str, request: RemitEndRequest
) -> RegulatorView:
    """End a remit. The last one ends where the request says that the regulator watches the province from then on.

    Raises RegulatorNotFound, RemitNotFound, RemitOfTheProvince.
    """
    async with database.transaction():
        regulator = await _regulator(id_text)
        # In key order: of two that end the last two remits at one moment, the second sees what the first has done.
        held = (
            await RegulatorRemit.filter(staff_id=regulator.id, ended_at=None)
            .order_by("id")
            .select_for_update()
        )
        remit_id = read_id(remit_text, RemitNotFound)
        remit = next((each for each in held if each.id == remit_id), None)
        if remit is None:
            raise RemitNotFound
        if len(held) == 1 and not request.becomes_province:
            raise RemitOfTheProvince
        await RegulatorRemit.filter(id=remit.id).update(ended_at=datetime.now(UTC), ended_by=staff.id)
        await record(
            staff,
            "remit.end",
            regulator.username,
            reason=request.reason,
            before={"agency": remit.agency, "city": remit.city},
        )
    return await _shown(regulator)


async def _regulator(id_text: str) -> Staff:
    found = await Staff.get_or_none(
        id=read_id(id_text, RegulatorNotFound), role="regulator", disabled_at=None
    )
    if found is None:
        raise RegulatorNotFound
    return found


async def _shown(regulator: Staff) -> RegulatorView:
    remits = await RegulatorRemit.filter(staff_id=regulator.id, ended_at=None).order_by("id")
    return _regulator_view(regulator, list(remits), await usernames(each.given_by for each in remits))
