"""Row 20, 大型活动碳中和示范项目: without its four documents it cannot close."""

from __future__ import annotations

from backend.domain.events.lifecycle import DEMONSTRATION_DOCUMENTS
from tests.routes.filing import send
from tests.service import Service


async def test_row_20_a_demonstration_cannot_close_with_less_than_four_documents(service: Service) -> None:
    await service.event("fair", is_demonstration=True)
    organiser = await service.staff("organiser")
    assert len(DEMONSTRATION_DOCUMENTS) == 4
    for kind in DEMONSTRATION_DOCUMENTS:
        refused = await service.post("/v1/events/fair/transitions", {"to": "closed"}, organiser)
        assert (refused.status_code, refused.json()["code"]) == (409, "event_documents_missing")
        assert (await send(service, "fair", kind, name=f"{kind}.pdf")).status_code == 201
    closed = await service.post("/v1/events/fair/transitions", {"to": "closed"}, organiser)
    assert (closed.status_code, closed.json()["state"]) == (200, "closed")
