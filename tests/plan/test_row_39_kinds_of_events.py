"""Row 39: who is to be neutral, in competitions, conferences, forums, exhibitions, tourism, production, operation."""

from __future__ import annotations

from backend.domain.events.agencies import EVENT_KINDS
from tests.service import Service


async def test_row_39_an_event_is_of_one_of_seven_kinds(service: Service) -> None:
    for kind in EVENT_KINDS:
        found = await service.event(f"of-{kind}", state="draft", kind=kind)
        assert found["kind"] == kind
    assert len(EVENT_KINDS) == 7
    organiser = await service.staff("organiser")
    body = {
        "slug": "wedding",
        "name": {"zh-CN": "婚礼", "en": "Wedding"},
        "kind": "wedding",
        "city": "成都",
        "starts_at": "2026-12-01T08:00:00+08:00",
        "ends_at": "2026-12-01T18:00:00+08:00",
    }
    refused = await service.post("/v1/events", body, organiser)
    assert refused.status_code == 422, refused.text
    assert refused.json()["errors"][0]["pointer"] == "/kind"
    assert (await service.client.get("/v1/events/wedding")).status_code == 404
