"""An enterprise's or institution's own release: the sums of its closed events in a period, published by its owner."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from backend.auth import Principal
from backend.domain.days import start_of
from backend.domain.disclosure.periods import has_ended
from backend.domain.disclosure.release import Correction, Draft
from backend.errors.disclosure import NothingToDisclose, PeriodOpen
from backend.messages.disclosure.releases import OrganisationReleaseRequest
from backend.messages.event_reports import EventReportView
from backend.messages.organisations.organisations import OrganisationDuty
from backend.models import Organisation
from backend.services.disclosure.chain import find_published, publish
from backend.services.identity.staff_accounts import record
from backend.services.organisations.organisations import (
    check_active,
    check_organisation_duty,
    find_organisation,
)
from backend.storage.database import Database
from backend.storage.statements import read

OWNERS: tuple[OrganisationDuty, ...] = ("owner",)


async def disclose_organisation(
    database: Database, staff: Principal, request: OrganisationReleaseRequest, now: datetime
) -> str:
    """Publish an organisation's release of a period, or return the number of the published one; by its owners.

    Raises OrganisationNotFound, OrganisationDutyMissing, OrganisationNotActive, PeriodOpen, NothingToDisclose.
    """
    organisation = await find_organisation(request.organisation)
    await check_organisation_duty(staff, organisation, OWNERS)
    check_active(organisation)
    if not has_ended(request.period_to, now):
        raise PeriodOpen(period=f"{request.period_from}/{request.period_to}", ends_on=request.period_to)
    boundary = {"zh-CN": request.boundary.zh, "en": request.boundary.en}
    draft = await _draft(database, organisation, request.period_from, request.period_to, boundary, None)
    found = await find_published(database, draft)
    if found is not None:
        return found
    async with database.transaction():
        number = await publish(database, draft, now, organisation_id=organisation.id, published_by=staff.id)
        await record(staff, "disclosure.publish", number, after={"organisation": organisation.code})
    return number


async def corrected_organisation(database: Database, row: Mapping[str, Any], correction: Correction) -> Draft:
    """The release of an organisation as its events' reports say it now, within the boundary that it named."""
    organisation = await Organisation.get(id=row["organisation_id"])
    content = msgspec.json.decode(row["body"])["content"]
    return await _draft(
        database, organisation, row["period_from"], row["period_to"], content["boundary"], correction
    )


async def _draft(
    database: Database,
    organisation: Organisation,
    first: date,
    last: date,
    boundary: Mapping[str, str],
    correction: Correction | None,
) -> Draft:
    rows = await read(
        database,
        "read_organisation_reports",
        organisation.id,
        start_of(first),
        start_of(last + timedelta(days=1)),
    )
    if not rows:
        raise NothingToDisclose
    events = [_event(row) for row in rows]
    figures = ("attendances", "estimate_g", "reduction_g", "self_declared_g", "retired_g", "allocated_g")
    return Draft(
        kind="organisation",
        subject=organisation.code,
        period_from=first,
        period_to=last,
        corrects=correction,
        content={
            "organisation": {
                "code": organisation.code,
                "name": {"zh-CN": organisation.name_zh, "en": organisation.name_en},
                "kinds": sorted(organisation.kinds),
                "city": organisation.city,
            },
            "boundary": dict(boundary),
            "totals": {"events": len(events)}
            | {name: sum(each[name] for each in events) for name in figures},
            "events": events,
        },
    )


def _event(row: Mapping[str, Any]) -> dict[str, Any]:
    """An event as its newest release says it, or its report while there is no release."""
    released = row["released"] and msgspec.json.decode(row["released"])["content"]
    return {
        "slug": row["slug"],
        "name": {"zh-CN": row["name_zh"], "en": row["name_en"]},
        "release": row["release"],
    } | (_of_release(released) if released else _of_report(row))


def _of_release(content: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "report_sha256": content["report_sha256"],
        "attendances": content["totals"]["attendances"],
        "estimate_g": content["totals"]["estimate_g"],
        "reduction_g": content["reductions"]["reduction_g"],
        "self_declared_g": content["reductions"]["self_declared_g"],
        "retired_g": content["offsets"]["retired_g"],
        "allocated_g": content["offsets"]["allocated_g"],
        "documents": [{"kind": each["kind"], "sha256": each["sha256"]} for each in content["documents"]],
    }


def _of_report(row: Mapping[str, Any]) -> dict[str, Any]:
    report = msgspec.json.decode(row["body"], type=EventReportView)
    account = report.account
    return {
        "report_sha256": row["digest"],
        "attendances": report.attendances,
        "estimate_g": account.estimate_g if account else report.footprint.total_g,
        "reduction_g": report.reductions.reduction_g,
        "self_declared_g": report.reductions.self_declared_g,
        "retired_g": report.pools.retired_g,
        "allocated_g": report.offsets.grams,
        "documents": [{"kind": each.kind, "sha256": each.sha256} for each in report.documents],
    }
