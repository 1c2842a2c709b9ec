"""Verifiers of events, for tests: licensed, attached, reviewing and signing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2 as httpx

from backend.domain.days import day_of
from backend.models import Organisation, OrganisationLicence, OrganisationMember, Staff
from tests.organising import credit_code
from tests.service import Json, Service

STATEMENT = {"zh-CN": "核算在重要方面公允。", "en": "The account is fair in all material respects."}
OPINION: Json = {"opinion": "unqualified", "assurance": "limited", "statement": STATEMENT}


def today() -> date:
    return day_of(datetime.now(UTC))


async def licensed(
    service: Service, number: int = 1, *, username: str = "verifier", duty: str = "owner", **licence: Any
) -> Organisation:
    """A verifier with a confirmed licence and a member."""
    found = await Organisation.create(
        code=credit_code(number),
        kinds=["verifier"],
        name_zh=f"第{number}核查公司",
        name_en=f"Verification Company {number}",
        state="active",
    )
    operator = await staff_named(service, "operator", "operator")
    member = await staff_named(service, "verifier", username)
    now = datetime.now(UTC)
    await OrganisationLicence.create(
        **{
            "organisation_id": found.id,
            "kind": "verification",
            "number": f"V-{number}-{uuid4().hex[:6]}",
            "issuer": "四川省生态环境厅",
            "valid_from": today() - timedelta(days=30),
            "valid_to": today() + timedelta(days=30),
            "added_by": member.id,
            "confirmed_by": operator.id,
            "confirmed_at": now,
        }
        | licence
    )
    await OrganisationMember.create(
        organisation_id=found.id, staff_id=member.id, duty=duty, added_by=operator.id
    )
    return found


async def staff_named(service: Service, role: str, username: str) -> Staff:
    await service.staff(role, username)
    return await Staff.get(username=username)


async def attach(service: Service, slug: str, code: str, who: str = "organiser") -> httpx.Response:
    headers = await service.staff("organiser", who)
    return await service.post(f"/v1/events/{slug}/verifiers", {"code": code}, headers)


async def attached(service: Service, slug: str, organisation: Organisation) -> str:
    """The id of the verification that begins."""
    answer = await attach(service, slug, organisation.code)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def shown(service: Service, id_: str, who: str = "verifier", role: str = "verifier") -> Json:
    answer = await service.client.get(f"/v1/verifications/{id_}", headers=await service.staff(role, who))
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def call(service: Service, id_: str, what: str, body: Json, who: str = "verifier") -> httpx.Response:
    """What a verifier sends: `reviews`, `questions` or `opinion`."""
    return await service.post(f"/v1/verifications/{id_}/{what}", body, await service.staff("verifier", who))


def finding(item: Json, decision: str = "confirmed", **more: Any) -> Json:
    return {"item": item["key"], "seen": item["sha256"], "decision": decision} | more


async def confirm_all(service: Service, id_: str, who: str = "verifier") -> Json:
    """Confirm every item that is open."""
    found = await shown(service, id_, who)
    items = [each for each in found["items"] if each["finding"] is None]
    if not items:
        return found
    answer = await call(service, id_, "reviews", {"reviews": [finding(each) for each in items]}, who)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def signed(service: Service, id_: str, who: str = "verifier", **changes: Any) -> Json:
    """A signed opinion on an account of which every item is reviewed."""
    await confirm_all(service, id_, who)
    answer = await call(service, id_, "opinion", OPINION | changes, who)
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


async def asked(service: Service, id_: str, who: str = "verifier") -> str:
    """The id of a question about the first item."""
    item = (await shown(service, id_, who))["items"][0]
    answer = await call(service, id_, "questions", {"item": item["key"], "question": "哪块表？"}, who)
    assert answer.status_code in (200, 201), answer.text
    (question,) = answer.json()["items"][0]["questions"]
    return str(question["id"])
