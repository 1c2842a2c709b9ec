"""Row 8, the evaluation: a verifier signs a report on the account; once it is another, the report is not of it."""

from __future__ import annotations

import asyncpg

from tests.routes.filing import PAST, attend, move, moved
from tests.service import TONNE, Service
from tests.verifying import attached, licensed, signed


async def test_row_08_evaluation_on_a_signed_report(service: Service, owner: asyncpg.Connection) -> None:
    await service.event("fair", neutrality_scope="attendees", **PAST)
    await attend(owner, "fair", [300_000])
    await moved(service, "fair", "accounting")
    await service.pool("fair", TONNE)
    await moved(service, "fair", "offset")
    verifier = await licensed(service)
    id_ = await attached(service, "fair", verifier)
    before = await signed(service, id_)
    await attend(owner, "fair", [100_000])
    refused = await move(service, "fair", "evaluated", "operator")
    assert (refused.status_code, refused.json()["code"]) == (409, "verification_outdated")
    after = await signed(service, id_)
    assert before["account_sha256"] != after["account_sha256"]
    evaluation = (await moved(service, "fair", "evaluated", "operator"))["evaluation"]
    assert (evaluation["basis"], evaluation["verifier"]) == ("verifier", verifier.name_zh)
