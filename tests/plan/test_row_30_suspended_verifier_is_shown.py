"""Row 30, openness of credit: a verifier that is suspended after it signed is shown as such on the event."""

from __future__ import annotations

import asyncpg

from backend.models import Organisation
from tests.routes.filing import PAST, attend, moved
from tests.service import TONNE, Service
from tests.verifying import attached, licensed, signed


async def test_row_30_suspended_verifier_is_shown(service: Service, owner: asyncpg.Connection) -> None:
    await service.event("fair", neutrality_scope="attendees", **PAST)
    await attend(owner, "fair", [500_000])
    await moved(service, "fair", "accounting")
    await service.pool("fair", TONNE)
    await moved(service, "fair", "offset")
    verifier = await licensed(service)
    await signed(service, await attached(service, "fair", verifier))
    await moved(service, "fair", "evaluated", "operator")
    for state, why in (("active", None), ("suspended", "under inquiry")):
        await Organisation.filter(id=verifier.id).update(state=state, state_why=why)
        evaluation = (await service.client.get("/v1/events/fair")).json()["evaluation"]
        assert evaluation["verifier_organisation"]["code"] == verifier.code
        assert evaluation["verifier_organisation"]["state"] == state
        (shown,) = (await service.client.get("/v1/events/fair/verifiers")).json()["items"]
        assert (shown["organisation"]["state"], shown["is_licensed"]) == (state, state == "active")
