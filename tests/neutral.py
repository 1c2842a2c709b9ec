"""Verbs of organisations and their years, for tests."""

from __future__ import annotations

from typing import Any

import httpx2 as httpx

from backend.domain.organisations.credit_code import check_character
from backend.models import Organisation, OrganisationMember, Staff
from tests.service import Json, Service

YEAR: Json = {"starts_at": "2025-01-01T00:00:00+08:00", "ends_at": "2025-12-31T23:59:00+08:00"}


def code_of(number: int) -> str:
    """A unified social credit code with its check character."""
    stem = f"91510100M{number:08d}"
    return stem + check_character(stem)


async def organisation(
    service: Service, number: int = 1, *, kinds: tuple[str, ...] = ("enterprise",), member: str = "organiser"
) -> str:
    """The code of an active organisation whose owner is a member of staff."""
    await service.staff("organiser", member)
    found = await Organisation.create(
        code=code_of(number),
        kinds=list(kinds),
        name_zh=f"组织{number}",
        name_en=f"Organisation {number}",
        state="active",
    )
    staff = await Staff.get(username=member)
    await OrganisationMember.create(
        organisation_id=found.id, staff_id=staff.id, duty="owner", added_by=staff.id
    )
    return found.code


async def file_year(
    service: Service,
    slug: str,
    code: str | None,
    template: str = "venue_year",
    *,
    who: str = "organiser",
    **changes: Any,
) -> httpx.Response:
    body = {
        "slug": slug,
        "name": {"zh-CN": f"年度 {slug}", "en": f"Year {slug}"},
        "kind": "operation",
        "city": "成都",
        "template": template,
        "plan": "先减排，再抵消",
        "organisation": code,
        **YEAR,
    } | changes
    return await service.post("/v1/events", body, await service.staff("organiser", who))


async def filed(
    service: Service, slug: str, code: str | None, template: str = "venue_year", **changes: Any
) -> Json:
    answer = await file_year(service, slug, code, template, **changes)
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found
