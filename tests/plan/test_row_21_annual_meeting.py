"""Row 21: a neutral annual meeting has a light template for up to 400 people, which fills in its boundary."""

from __future__ import annotations

from tests.service import Service


async def test_row_21_the_annual_meetings_template_fills_in_its_boundary(service: Service) -> None:
    found = await service.event(
        "meeting",
        state="draft",
        kind="conference",
        template="annual_meeting",
        expected_people=400,
        boundary=None,
        starts_at="2026-12-10T09:00:00+08:00",
        ends_at="2026-12-11T17:00:00+08:00",
    )
    assert (found["boundary"], found["profile"]["nights"], found["profile"]["meals"]) == ("core", 1, 2)
    assert found["plan"]
    assert {line["source"] for line in found["default_footprint"]["lines"]} <= {
        *("travel_intercity", "airport_transfer", "travel_local", "lodging")
    }
    body = {
        "slug": "large",
        "name": {"zh-CN": "大会", "en": "Large"},
        "kind": "conference",
        "city": "成都",
        "template": "annual_meeting",
        "starts_at": "2026-12-10T09:00:00+08:00",
        "ends_at": "2026-12-11T17:00:00+08:00",
    }
    organiser = await service.staff("organiser")
    for people in (401, None):
        refused = await service.post("/v1/events", body | {"expected_people": people}, organiser)
        assert (refused.status_code, refused.json()["code"]) == (422, "template_unfit")
