"""The account of a published report is held against lines, attendances and pools: each broken by hand is found."""

from __future__ import annotations

import asyncpg
import pytest

from backend.ledger.audit.ledger import Finding, audit_database
from tests.ledger.audit.breaks import INVENTORIES
from tests.service import Service

LINE = {
    "phase": "actual",
    "source": "electricity",
    "quantity": "1000",
    "unit": "kWh",
    "period_from": "2026-11-01",
    "period_until": "2026-11-02",
    "factor_id": "grid-sichuan-2022",
    "quality": 1,
}


async def close_an_event(service: Service) -> None:
    """Two people, three lines of which one corrects another, closed with its report."""
    await service.event("fair")
    await service.pool("fair", 1000)
    for badge in await service.badges(2):
        assert (await service.scan(badge["code"], await service.citizen())).status_code == 201
    organiser = await service.staff("organiser")
    first = await service.post(
        "/v1/events/fair/inventory", {"lines": [LINE | {"meter": "M-1"}, LINE | {"meter": "M-2"}]}, organiser
    )
    correction = LINE | {"meter": "M-1", "quantity": "900", "supersedes": first.json()["lines"][0]}
    assert (
        await service.post("/v1/events/fair/inventory", {"lines": [correction]}, organiser)
    ).status_code == 201
    closed = await service.post("/v1/events/fair/transitions", {"to": "closed"}, organiser)
    assert closed.status_code == 200, closed.text


async def inventories(service: Service) -> Finding:
    findings = await audit_database(service.components.database, service.settings)
    return next(finding for finding in findings if finding.promise == INVENTORIES)


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (
            "UPDATE inventory_lines SET quantity = 800, emission_g = 112320 WHERE supersedes IS NOT NULL",
            "energy",
        ),
        ("DELETE FROM inventory_lines WHERE supersedes IS NOT NULL", "energy"),
        (
            "UPDATE inventory_lines SET grouping = 'waste' WHERE meter = 'M-2'",
            "waste",
        ),
        (
            "DELETE FROM attendances WHERE citizen_id = (SELECT citizen_id FROM attendances LIMIT 1)",
            "people who scanned",
        ),
        ("DELETE FROM pools", "retired"),
    ],
)
async def test_a_published_account_that_no_longer_follows_is_found(
    service: Service, owner: asyncpg.Connection, statement: str, named: str
) -> None:
    await close_an_event(service)
    whole = await inventories(service)
    assert not whole.is_broken, whole.sentence
    await owner.execute(statement)
    broken = await inventories(service)
    assert broken.is_broken
    assert named in broken.sentence


async def test_a_published_account_that_is_no_sum_of_its_groups_is_found(
    service: Service, owner: asyncpg.Connection
) -> None:
    await close_an_event(service)
    await owner.execute("ALTER TABLE event_reports DROP CONSTRAINT event_reports_digest_of_body")
    await owner.execute(
        """UPDATE event_reports SET body = convert_to(
               jsonb_set(convert_from(body, 'UTF8')::jsonb, '{account,estimate_g}', '1')::text, 'UTF8')"""
    )
    broken = await inventories(service)
    assert broken.is_broken
    assert "the sum of its groups" in broken.sentence
