"""Scanning: one participation each, the first answer again, an offset that is never more than was retired."""

from __future__ import annotations

import asyncio
from collections import Counter

from backend.ledger.audit.ledger import audit_database
from tests.service import Service


async def test_first_scan_joins_and_second_scan_earns_nothing(service: Service) -> None:
    await service.event()
    await service.pool()
    badge = (await service.badges(1))[0]
    citizen = await service.citizen()
    first = await service.scan(badge["code"], citizen, offset={"share": 100})
    again = await service.scan(badge["url"], citizen, offset={"share": 50})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["outcome"] == "joined"
    assert again.json()["outcome"] == "already_joined"
    assert again.json()["certificate"] == first.json()["certificate"]
    assert again.json()["offset"] == first.json()["offset"]
    assert first.json()["points"] == {"earned": 10, "pending": 0, "balance": 10}
    assert again.json()["points"] == {"earned": 0, "pending": 0, "balance": 10}


async def test_a_hundred_claims_of_20_kg_on_one_tonne_give_exactly_fifty(service: Service) -> None:
    await service.event()
    await service.pool(grams=1_000_000)
    badges = await service.badges(100)
    citizens = await service.citizens(100)
    journey = {"distance_km": 300, "mode": "hsr", "nights": 2}
    answers = await asyncio.gather(
        *(
            service.scan(badge["code"], citizen, offset={"grams": 20_000}, journey=journey)
            for badge, citizen in zip(badges, citizens, strict=True)
        )
    )
    statuses = Counter(answer.json()["offset_status"] for answer in answers)
    assert statuses == {"allocated": 50, "pool_exhausted": 50}
    ranges = sorted(
        (part["serial_from"], part["serial_to"])
        for answer in answers
        if answer.json()["offset"]
        for part in answer.json()["offset"]["allocations"]
    )
    assert ranges == [(first, first + 19_999) for first in range(1, 1_000_001, 20_000)]
    findings = await audit_database(service.components.database, service.settings)
    assert [finding for finding in findings if finding.is_broken] == []
