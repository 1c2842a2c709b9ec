"""Journeys as people make them, over HTTP, and what another factor set would change for an event."""

from __future__ import annotations

import html
from typing import Any

import pypdfium2
import pytest

from tests.routes.attending import agree, holding
from tests.service import TONNE, Json, Service


@pytest.fixture(scope="module")
async def today(stage: Service) -> Service:
    await stage.event("today", factor_set="sichuan-2026.2")
    await stage.event("before")
    await stage.pool("today", 20 * TONNE)
    return stage


async def estimate(service: Service, slug: str = "today", **journey: Any) -> Json:
    answer = await service.post(f"/v1/events/{slug}/footprints", {"journey": journey})
    found: Json = answer.json()
    return found | {"status_code": answer.status_code}


async def test_a_new_event_begins_with_todays_factors(stage: Service) -> None:
    event = await stage.event("newest", state="draft", factor_set=None)
    assert (event["factor_set"], event["journey_rules"]) == ("sichuan-2026.2", "2026.2")
    assert event["default_footprint"]["lines"][0]["gas"] == "CO2"


async def test_an_older_event_keeps_its_set_and_the_shape_of_its_lines(today: Service) -> None:
    result = await estimate(today, "before", from_city="重庆", distance_km=300, mode="hsr", nights=2, meals=3)
    assert (result["factor_set"], result["total_g"]) == ("sichuan-2026.1", 133_294)
    assert all("gas" not in line and "event_share_pct" not in line for line in result["lines"])


async def test_the_new_answers_are_recorded_and_read_again(today: Service) -> None:
    citizen = await today.citizen()
    # Only a journey that is kept can be read again.
    await agree(today, citizen)
    badge = (await today.badges(1, "today"))[0]
    journey = {
        "from_city": "北京",
        "mode": "plane",
        "cabin": "business",
        "nights": 2,
        "free_nights": 1,
        "local_mode": "bike",
        "local_km_per_day": 8,
        "days_attended": 2,
        "event_share_pct": 50,
    }
    answer = await today.scan(badge["code"], citizen, journey=journey, offset={})
    assert answer.status_code == 201, answer.text
    lines = {line["source"]: line for line in answer.json()["footprint"]["lines"]}
    assert lines["travel_local"]["emission_g"] == 0
    assert lines["travel_intercity"]["event_share_pct"] == 50
    shown = (await today.client.get("/v1/events/today/me", headers=citizen)).json()
    assert (
        shown["revisions"][0]["journey"]
        == {
            "distance_km": None,
            "return_trip": True,
            "room_sharing": None,
            "hotel_stars": None,
            "diet": None,
            "meals": None,
        }
        | journey
    )
    link = answer.json()["certificate"]
    number = link["number"]
    told_in = {
        "en": ("not counted: the guidelines", "the event's share of the journey: 50%"),
        "zh-CN": ("未计入", "行程中归于本活动的份额：50%"),
    }
    for language, told in told_in.items():
        page = await today.client.get(f"/c/{number}", params={"lang": language})
        sheet = await today.client.get(
            f"/v1/certificates/{number}.pdf", params={"language": language}, headers=holding(link)
        )
        printed = pypdfium2.PdfDocument(sheet.content)[0].get_textpage().get_text_range()
        assert told[0] in html.unescape(page.text)
        # The holder's sheet has the lines; the page of a number has none before its script shows the secret.
        assert told[1] not in html.unescape(page.text)
        for each in told:
            assert each in printed.replace("\r\n", "")


@pytest.mark.parametrize(
    ("journey", "code"),
    [
        ({"from_city": "奥克兰", "mode": "hsr"}, "mode_implausible"),
        ({"from_city": "纽约", "mode": "plane", "distance_km": 1}, "distance_implausible"),
        ({"distance_km": 20_100, "mode": "taxi", "nights": 60}, "mode_implausible"),
        ({"home_every_night": True, "nights": 1}, "journey_contradictory"),
        ({"days_attended": 3}, "days_beyond_event"),
    ],
)
async def test_what_cannot_be_is_refused_in_both_languages(today: Service, journey: Json, code: str) -> None:
    citizen = await today.citizen()
    badge = (await today.badges(1, "today"))[0]
    for language in ("en", "zh-CN"):
        headers = citizen | {"Accept-Language": language}
        body = {"code": badge["code"], "journey": journey}
        scanned = await today.post("/v1/scans", body, headers)
        told = await today.post("/v1/events/today/footprints", {"journey": journey}, headers)
        for answer in (scanned, told):
            assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
        assert scanned.json()["detail"] == told.json()["detail"]
    assert (await today.scan(badge["code"], citizen)).status_code == 201


async def test_an_older_set_refuses_the_new_answers(today: Service) -> None:
    refused = await estimate(today, "before", local_mode="bus")
    assert (refused["status_code"], refused["code"]) == (422, "journey_fields_unused")


async def test_radiative_forcing_is_switched_on_with_a_set_that_knows_it(stage: Service) -> None:
    on = {"profile": {"radiative_forcing": True}}
    event = await stage.event("forcing", factor_set="sichuan-2026.2", state="draft", **on)
    assert event["profile"]["radiative_forcing"] is True
    organiser = await stage.staff("organiser")
    flight = (
        await stage.post("/v1/events/forcing/footprints", {"journey": {"from_city": "北京"}}, organiser)
    ).json()["lines"][0]
    assert flight["factor_g"] == 179.61
    older = {"factor_set": "sichuan-2026.1", "reason": "older"}
    answer = await stage.post("/v1/events/forcing/changes", older, organiser)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_body")


async def test_another_set_is_compared_line_by_line(today: Service) -> None:
    organiser = await today.staff("organiser")
    path = "/v1/events/before/factor-set-comparison"
    answer = await today.client.get(path, headers=organiser)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["factor_set"], found["other"]) == ("sichuan-2026.1", "sichuan-2026.2")
    assert [each["category"] for each in found["attendees"]] == [
        "local",
        "province",
        "national",
        "international",
    ]
    for each in found["attendees"]:
        assert each["before_g"] == sum(line["before_g"] for line in each["lines"])
        assert each["after_g"] == sum(line["after_g"] for line in each["lines"])
        assert each["delta_g"] == each["after_g"] - each["before_g"]
    meals = next(line for line in found["attendees"][0]["lines"] if line["source"] == "meals")
    assert (meals["before_g"], meals["after_g"]) == (6 * 1_790, 6 * 2_347)
    same = await today.client.get(path, params={"factor_set": "sichuan-2026.1"}, headers=organiser)
    assert all(each["delta_g"] == 0 for each in same.json()["attendees"])
    unknown = await today.client.get(path, params={"factor_set": "mars"}, headers=organiser)
    assert (unknown.status_code, unknown.json()["code"]) == (422, "invalid_query")
    assert (await today.client.get(path, headers=await today.citizen())).status_code == 403


async def test_who_walks_to_an_event_of_the_core_boundary_weighs_nothing(stage: Service) -> None:
    await stage.event("nothing", factor_set="sichuan-2026.2", boundary="core")
    await stage.pool("nothing")
    citizen = await stage.citizen()
    badge = (await stage.badges(1, "nothing"))[0]
    scanned = await stage.scan(badge["code"], citizen, journey={"local_mode": "walk"}, offset={})
    assert scanned.status_code == 201, scanned.text
    assert scanned.json()["footprint"]["total_g"] == 0
    assert scanned.json()["offset_status"] == "none"
    told = await stage.post(
        "/v1/events/nothing/journey",
        {"journey": {"local_mode": "metro"}},
        citizen | {"Idempotency-Key": "walks-no-more"},
    )
    assert told.status_code == 200, told.text
    assert told.json()["delta_g"] == told.json()["footprint"]["total_g"] > 0


async def test_the_report_says_whether_radiative_forcing_is_counted(stage: Service) -> None:
    for slug, is_counted in (("report-off", False), ("report-on", True)):
        profile = {"radiative_forcing": is_counted}
        await stage.event(slug, factor_set="sichuan-2026.2", profile=profile)
        badge = (await stage.badges(1, slug))[0]
        journey = {"from_city": "伦敦", "mode": "plane"}
        assert (await stage.scan(badge["code"], await stage.citizen(), journey=journey)).status_code == 201
        organiser = await stage.staff("organiser")
        report = (await stage.client.get(f"/v1/events/{slug}/report", headers=organiser)).json()
        said = [note for note in report["notes"] if "Radiative forcing" in note["en"]]
        assert len(said) == 1
        assert ("is not counted" in said[0]["en"], "未计入" in said[0]["zh-CN"]) == (not is_counted,) * 2
