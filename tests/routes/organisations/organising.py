"""Organisations for tests: true codes, registered and accepted ones, members."""

from __future__ import annotations

from uuid import uuid4

from backend.domain.organisations.credit_code import ALPHABET, check_character
from backend.models import Event, EventOrganisation, Organisation, OrganisationMember, Staff
from tests.service import Json, Service


def new_code() -> str:
    """A unified social credit code that nobody has."""
    drawn = "".join(ALPHABET[byte % 31] for byte in uuid4().bytes[:11])
    first = "915101" + drawn
    return first + check_character(first)


def application(code: str | None = None, **changes: object) -> Json:
    return {
        "code": code or new_code(),
        "name": {"zh-CN": "成都会展公司", "en": "Chengdu Exhibitions"},
        "kinds": ["event_organiser"],
        "city": "成都",
        "username": f"owner-{uuid4().hex[:8]}",
    } | changes


async def organisation(
    kinds: tuple[str, ...] = ("event_organiser",), state: str = "active", **columns: object
) -> Organisation:
    """An organisation that is in the tables already."""
    return await Organisation.create(
        code=columns.pop("code", None) or new_code(),
        kinds=list(kinds),
        name_zh="测试组织",
        name_en="Test organisation",
        state=state,
        state_why=None if state in ("active", "applied", "closed") else "test",
        **columns,
    )


async def member(
    service: Service, of: Organisation, *duties: str, username: str, role: str = "organiser"
) -> dict[str, str]:
    """Headers of a member with some duties."""
    headers = await service.staff(role, username, has_organisation=False)
    account = await Staff.get(username=username)
    for duty in duties:
        await OrganisationMember.create(
            organisation_id=of.id, staff_id=account.id, duty=duty, added_by=account.id
        )
    return headers


async def hosts_event(host: Organisation, slug: str, part: str = "host") -> None:
    """Have an organisation run an event that is there."""
    event = await Event.get(slug=slug)
    await EventOrganisation.create(
        event_id=event.id, organisation_id=host.id, part=part, added_by=event.created_by
    )


async def id_of(username: str) -> str:
    return str((await Staff.get(username=username)).id)
