"""Cities as people write them, over HTTP: found, kept in the list's spelling, or refused with what may be meant."""

from __future__ import annotations

from typing import Any

import pytest

from tests.routes.attending import agree
from tests.service import Json, Service


@pytest.fixture(scope="module")
async def today(stage: Service) -> Service:
    await stage.event("written", factor_set="sichuan-2026.2")
    return stage


async def estimate(service: Service, language: str = "en", **journey: Any) -> Json:
    headers = {"Accept-Language": language}
    answer = await service.post("/v1/events/written/footprints", {"journey": journey}, headers)
    found: Json = answer.json()
    return found | {"status_code": answer.status_code}


@pytest.mark.parametrize(
    ("listed", "spellings"),
    [("西安", ["Xi'an", "xian", "Xi’an", "陕西省西安市"]), ("重庆", ["重慶", "Chungking", "重庆市渝中区"])],
)
async def test_every_spelling_is_the_same_journey(today: Service, listed: str, spellings: list[str]) -> None:
    wanted = await estimate(today, from_city=listed, mode="hsr")
    for spelling in spellings:
        assert await estimate(today, from_city=spelling, mode="hsr") == wanted


async def test_the_lists_own_spelling_is_kept(today: Service) -> None:
    citizen = await today.citizen()
    await agree(today, citizen)
    badge = (await today.badges(1, "written"))[0]
    answer = await today.scan(badge["code"], citizen, journey={"from_city": "西藏 拉薩", "mode": "plane"})
    assert answer.status_code == 201, answer.text
    shown = (await today.client.get("/v1/events/written/me", headers=citizen)).json()
    assert shown["revisions"][0]["journey"]["from_city"] == "拉萨"
    event = await today.event("in-guangzhou", state="draft", city="廣州市天河區")
    assert event["city"] == "广州"


@pytest.mark.parametrize(
    ("name", "code", "named"),
    [
        ("Suzhou", "city_ambiguous", {"en": "Suzhou (Jiangsu), Suzhou (Anhui)", "zh-CN": "苏州、宿州"}),
        ("吉林", "city_ambiguous", {"en": "Jilin City, Changchun", "zh-CN": "吉林市、长春"}),
        ("成郁", "unknown_city", {"en": "Chengdu", "zh-CN": "成都"}),
        ("亚特兰蒂斯", "unknown_city", {"en": "distance", "zh-CN": "单程距离"}),
    ],
)
async def test_what_is_no_one_city_is_refused_at_estimate_and_at_the_scan(
    today: Service, name: str, code: str, named: dict[str, str]
) -> None:
    citizen = await today.citizen()
    badge = (await today.badges(1, "written"))[0]
    for language, text in named.items():
        told = await estimate(today, language, from_city=name)
        body = {"code": badge["code"], "journey": {"from_city": name}}
        scanned = await today.post("/v1/scans", body, citizen | {"Accept-Language": language})
        assert (told["status_code"], told["code"]) == (422, code)
        assert scanned.json()["detail"] == told["detail"]
        assert text in told["detail"]
    # Nothing was booked: the badge is still nobody's.
    assert (await today.scan(badge["code"], citizen)).status_code == 201


@pytest.mark.parametrize(
    ("city", "code", "named"),
    [
        ("Atlantis", "unknown_city", "list"),
        ("Chengdo", "unknown_city", "Chengdu"),
        ("Yichun", "city_ambiguous", "Jiangxi"),
    ],
)
async def test_an_event_is_told_cities_and_no_distance(
    today: Service, city: str, code: str, named: str
) -> None:
    organiser = await today.staff("organiser")
    body = {
        "slug": "nowhere",
        "name": {"zh-CN": "会", "en": "Fair"},
        "kind": "conference",
        "city": city,
        "starts_at": "2027-01-10T09:00:00+08:00",
        "ends_at": "2027-01-12T18:00:00+08:00",
    }
    refused = await today.post("/v1/events", body, organiser | {"Accept-Language": "en"})
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert named in refused.json()["detail"]
    assert "distance" not in refused.json()["detail"]


@pytest.mark.parametrize(
    ("journey", "code", "said"),
    [
        ({"from_city": "成都", "mode": "plane"}, "mode_implausible", {"en": "one city", "zh-CN": "同城"}),
        ({"from_city": "拉萨", "mode": "hsr"}, "mode_implausible", {"en": "high-speed", "zh-CN": "高速铁路"}),
        ({"from_city": "臺北", "mode": "coach"}, "mode_implausible", {"en": "sea", "zh-CN": "海"}),
        ({"distance_km": 30, "mode": "plane"}, "mode_implausible", {"en": "60 km", "zh-CN": "60 公里"}),
        (
            {"local_mode": "bike", "local_km_per_day": 500},
            "local_distance_implausible",
            {"en": "200 km", "zh-CN": "200 公里"},
        ),
        ({"nights": 60}, "nights_beyond_event", {"en": "at most", "zh-CN": "最多"}),
        ({"from_city": "重庆", "distance_km": 20_000}, "distance_implausible", {"en": "km", "zh-CN": "公里"}),
    ],
)
async def test_what_cannot_be_says_why_in_the_asked_language(
    today: Service, journey: Json, code: str, said: dict[str, str]
) -> None:
    for language, text in said.items():
        told = await estimate(today, language, **journey)
        assert (told["status_code"], told["code"]) == (422, code)
        assert text in told["detail"]


@pytest.mark.parametrize("km", [-1, 20_101, 99_999, 1e300])
async def test_a_distance_beyond_the_globe_is_refused_and_not_trimmed(today: Service, km: float) -> None:
    told = await estimate(today, distance_km=km)
    assert (told["status_code"], told["code"]) == (422, "invalid_body")


async def test_the_search_knows_every_spelling(today: Service) -> None:
    for query, first in (
        ("xian", "西安"),
        ("臺", "台北"),
        ("dujiangyan", "都江堰"),
        ("四川成都", "成都"),
        ("Beijin", "北京"),
    ):
        answer = await today.client.get("/v1/cities", params={"query": query})
        assert answer.json()["items"][0]["name"]["zh-CN"] == first
