"""The release of a closed event: what its final report says, in the order that the plan of 2021 asks for.

Every figure is taken from the published report, whose numbers are sums of the ledger, so the two cannot disagree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import structlog

from backend.auth import Principal
from backend.catalogue import Catalogue
from backend.domain.days import day_of
from backend.domain.disclosure.release import Correction, Draft
from backend.ledger.facts.footprints import FootprintBook
from backend.messages import event_reports as m
from backend.messages.events.events import EventView
from backend.messages.events.lifecycle import TransitionRequest
from backend.models import Event, EventOrganisation
from backend.services.credits.register import share_pct
from backend.services.disclosure.chain import publish
from backend.services.event_reports.report import close_report, compute_report, move_and_publish
from backend.services.organisations.organisations import organisations_of_event
from backend.services.verification.basis import verified_by
from backend.storage.database import UNAVAILABLE, Database
from backend.storage.statements import read

log = structlog.get_logger(__name__)


async def move_and_disclose(
    database: Database,
    staff: Principal,
    slug: str,
    request: TransitionRequest,
    catalogue: Catalogue,
    footprints: FootprintBook,
    now: datetime,
    *,
    is_demo: bool,
) -> EventView:
    """Move an event to another state; closing it publishes its report and its release.

    If the process dies after the closing is committed, the job `disclosures` publishes the release within a minute.
    Raises EventNotFound, TransitionIllegal, StepNotReady, RoleForbidden.
    """
    view = await move_and_publish(
        database,
        staff,
        slug,
        request,
        catalogue,
        footprints,
        now,
        verified_by=partial(verified_by, database),
        is_demo=is_demo,
    )
    if view.state == "closed":
        # The event is closed whatever becomes of the release: 503 would say that nothing was written.
        with suppress(*UNAVAILABLE):
            await _try_to_disclose(database, catalogue, await Event.get(slug=slug), now)
    return view


async def disclose_event(database: Database, catalogue: Catalogue, event: Event, now: datetime) -> str:
    """Publish a closed event's release, or return the number of the published one."""
    report = await close_report(database, catalogue, event, None, now)
    draft = await _draft(database, event, report.view, report.digest, None)
    return await publish(database, draft, now, event_id=event.id)


async def disclose_closed_events(
    database: Database, catalogue: Catalogue, now: datetime, events_max: int
) -> int:
    """Publish the releases of closed events that have none yet; how many."""
    rows = await read(database, "find_undisclosed_events", events_max)
    made = [await _try_to_disclose(database, catalogue, await Event.get(id=row["id"]), now) for row in rows]
    return sum(made)


async def _try_to_disclose(database: Database, catalogue: Catalogue, event: Event, now: datetime) -> bool:
    """Whether an event's release is out. One that cannot be made keeps no other back, and no closing: it is logged,
    and the job comes back to it every minute.
    """
    try:
        await disclose_event(database, catalogue, event, now)
    except UNAVAILABLE:
        raise
    except Exception:
        log.exception("release_failed", event_slug=event.slug)
        return False
    return True


async def corrected_event(
    database: Database, catalogue: Catalogue, event_id: UUID, correction: Correction, now: datetime
) -> Draft:
    """The release of an event as its rows say it now, in the place of one that was wrong."""
    event = await Event.get(id=event_id)
    view = await compute_report(database, catalogue, event, now)
    return await _draft(database, event, view, None, correction)


async def _draft(
    database: Database,
    event: Event,
    report: m.EventReportView,
    report_digest: bytes | None,
    correction: Correction | None,
) -> Draft:
    pooled = await read(database, "read_pooled_batches", event.id)
    parts = {
        row.organisation_id: row.part
        for row in await EventOrganisation.filter(event_id=event.id, removed_at=None)
    }
    organisations = [
        {
            "code": each.code,
            "name": {"zh-CN": each.name_zh, "en": each.name_en},
            "part": parts[each.id],
        }
        for each in await organisations_of_event(event.id)
    ]
    return Draft(
        kind="event",
        subject=event.slug,
        period_from=day_of(event.starts_at),
        period_to=day_of(event.ends_at),
        corrects=correction,
        content={
            "event": _event(event, report),
            "organisations": organisations,
            "method": _method(report),
            "totals": _totals(report),
            "groups": _groups(report),
            "reductions": _reductions(report),
            "offsets": _offsets(report, pooled),
            "documents": report.documents,
            "evaluation": _evaluation(report),
            "report_sha256": report_digest,
        },
    )


def _event(event: Event, report: m.EventReportView) -> dict[str, Any]:
    return {
        "slug": event.slug,
        "name": report.event.name,
        "kind": event.kind,
        "city": event.city,
        "agency": event.agency,
        "starts_at": report.event.starts_at,
        "ends_at": report.event.ends_at,
        "is_demonstration": event.is_demonstration,
        "boundary": report.event.boundary,
        "boundary_sources": report.event.boundary_sources,
        "neutrality_scope": report.neutrality.scope,
    }


def _method(report: m.EventReportView) -> dict[str, Any]:
    return {
        "standard": report.account.standard if report.account else None,
        "factor_set": report.event.factor_set,
        "factors": [
            {
                "id": each.id,
                "name": each.name,
                "value": each.value,
                "unit": each.unit,
                "region": each.region,
                "year": each.year,
                "source": each.source.title,
            }
            for each in report.factors
        ],
        "notes": report.notes,
    }


def _totals(report: m.EventReportView) -> dict[str, Any]:
    account = report.account
    return {
        "attendances": report.attendances,
        "footprints_g": report.footprint.total_g,
        "estimate_g": account.estimate_g if account else report.footprint.total_g,
        "low_g": account.low_g if account else None,
        "high_g": account.high_g if account else None,
        "lines_g": account.lines_g if account else 0,
        "people_g": account.people_g if account else report.footprint.total_g,
        "people": account.people.people if account else report.attendances,
        "filled_in": account.people.filled_in if account else 0,
        "missing": [gap.code for gap in account.missing] if account else [],
    }


def _groups(report: m.EventReportView) -> list[dict[str, Any]]:
    """The nine groups of lines; a report from before there were accounts has its sources in their place."""
    if report.account is None:
        return [
            {"key": each.key, "name": each.name, "state": "counted", "total_g": each.emission_g}
            for each in report.by_source
        ]
    return [
        {"key": each.group, "name": each.name, "state": each.state, "total_g": each.total_g}
        for each in report.account.groups
    ]


def _reductions(report: m.EventReportView) -> dict[str, Any]:
    part = report.reductions
    measures = report.account.measures if report.account else []
    return {
        "actions": part.actions,
        "reduction_g": part.reduction_g,
        "self_declared_g": part.self_declared_g,
        "methods": [
            {
                "method": each.method,
                "name": each.name,
                "actions": each.actions,
                "reduction_g": each.reduction_g,
                "self_declared_g": each.self_declared_g,
            }
            for each in part.methods
        ],
        "measures": [
            {
                "measure": each.measure,
                "baseline": each.baseline,
                "baseline_g": each.baseline_g,
                "reduction_g": each.reduction_g,
            }
            for each in measures
        ],
        "note": part.note,
    }


def _offsets(report: m.EventReportView, pooled: list[Any]) -> dict[str, Any]:
    allocated = Counter[str]()
    serials: dict[str, list[dict[str, Any]]] = {}
    for is_held, runs in ((True, report.offsets.serials), (False, report.pools.surplus)):
        for run in runs:
            allocated[run.batch_id] += run.grams if is_held else 0
            serials.setdefault(run.batch_id, []).append(
                {
                    "from": run.serial_from,
                    "to": run.serial_to,
                    "grams": run.grams,
                    "held_by": "people" if is_held else "nobody",
                }
            )
    tagged_g = sum(row["pooled_g"] for row in pooled if row["origin_tag"] is not None)
    return {
        "allocated_g": report.offsets.grams,
        "full": report.offsets.full,
        "partial": report.offsets.partial,
        "waiting": report.offsets.waiting,
        "without": report.offsets.without,
        "retired_g": report.pools.retired_g,
        "surplus_g": report.pools.surplus_g,
        "formerly_poor_area_g": tagged_g,
        "formerly_poor_area_pct": share_pct(tagged_g, report.pools.retired_g),
        "batches": [_batch(row, allocated, serials) for row in pooled],
    }


def _batch(
    row: Mapping[str, Any], allocated: Counter[str], serials: dict[str, list[dict[str, Any]]]
) -> dict[str, Any]:
    batch_id = str(row["batch_id"])
    return {
        "batch_id": batch_id,
        "product": row["product"],
        "project": row["project_name"],
        "vintage": row["vintage"],
        "registry": row["registry"],
        "registry_serials": [row["registry_serial_from"], row["registry_serial_to"]],
        "retirement_ref": row["retirement_ref"],
        "retired_on": row["retired_on"],
        "origin_tag": row["origin_tag"],
        "retired_g": row["pooled_g"],
        "allocated_g": allocated[batch_id],
        "serials": sorted(serials.get(batch_id, []), key=lambda each: each["from"]),
    }


def _evaluation(report: m.EventReportView) -> dict[str, Any]:
    part = report.neutrality
    claim = part.claim
    return {
        "basis": part.basis,
        "verifier": part.verifier,
        "is_covered": part.is_covered,
        "boundary_g": part.emission_g,
        "statement": part.statement,
        "covered_pct": claim.covered_pct if claim else None,
        "missing": claim.missing if claim else [],
    }
