"""Row 32, the subjects of supervision: a verifier without a licence that counts, or that is suspended, cannot be
attached to an event.
"""

from __future__ import annotations

from backend.models import Organisation
from tests.routes.filing import PAST
from tests.service import Service
from tests.verifying import attach, attached, licensed


async def test_row_32_unlicensed_verifier(service: Service) -> None:
    await service.event("fair", **PAST)
    unlicensed = await licensed(service, 1, confirmed_by=None, confirmed_at=None)
    suspended = await licensed(service, 2, username="second")
    await Organisation.filter(id=suspended.id).update(state="suspended", state_why="under inquiry")
    for organisation in (unlicensed, suspended):
        refused = await attach(service, "fair", organisation.code)
        assert (refused.status_code, refused.json()["code"]) == (409, "verifier_not_licensed")
    assert (await service.client.get("/v1/events/fair/verifiers")).json()["items"] == []
    await Organisation.filter(id=suspended.id).update(state="active", state_why=None)
    assert await attached(service, "fair", suspended)
