"""What tests of organisations and of their supervision stand on."""

from __future__ import annotations

from uuid import UUID

from backend.domain.organisations.credit_code import check_character
from backend.models import EventOrganisation, Organisation, OrganisationMember, Staff
from tests.service import Json, Service

EVIDENCE = [{"title": "核查记录 2026-17", "reference": "SC-2026-17", "is_public": True}]


def credit_code(number: int) -> str:
    """A unified social credit code whose check character is right."""
    body = f"91510100MA{number:07d}"
    return body + check_character(body)


async def new_organisation(number: int, *kinds: str, **changes: object) -> Organisation:
    """An accepted organisation."""
    return await Organisation.create(
        code=credit_code(number),
        kinds=list(kinds) or ["event_organiser"],
        name_zh=f"第{number}会展公司",
        name_en=f"Exhibition Company {number}",
        state="active",
        **changes,
    )


async def join_organisation(organisation: Organisation, username: str, duty: str = "owner") -> Staff:
    """Give an account that is there a duty at an organisation."""
    staff = await Staff.get(username=username)
    await OrganisationMember.create(
        organisation_id=organisation.id, staff_id=staff.id, duty=duty, added_by=staff.id
    )
    return staff


async def host_event(organisation: Organisation, event_id: str, part: str = "host") -> None:
    """Put an organisation beside an event that it runs."""
    staff = await Staff.first()
    assert staff is not None
    await EventOrganisation.create(
        event_id=UUID(event_id), organisation_id=organisation.id, part=part, added_by=staff.id
    )


async def propose(
    service: Service, organisation: Organisation, name: str = "black", **changes: object
) -> Json:
    """An operator's proposal for a list."""
    body = {
        "organisation": organisation.code,
        "reason": "伪造注销凭证",
        "evidence": EVIDENCE,
        "valid_to": None,
    } | changes
    answer = await service.post(f"/v1/lists/{name}/entries", body, await service.staff("operator"))
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


async def publish(service: Service, entry: Json, username: str = "regulator") -> Json:
    """A regulator's confirmation."""
    body = {"decision": "confirmed", "reason": "属实"}
    path = f"/v1/list-entries/{entry['id']}/confirmation"
    answer = await service.post(path, body, await service.staff("regulator", username))
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def blacklist(service: Service, organisation: Organisation, **changes: object) -> Json:
    """An organisation that is on the black list, in demo mode at once."""
    return await publish(service, await propose(service, organisation, **changes))
