"""Reports on a month or a year, and the picture of them that people share."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import httpx2 as httpx
import pytest
import zxingcpp
from PIL import Image

from backend.domain.account.lots import lot_of
from backend.domain.days import day_of
from backend.services.account.summary import month_after
from tests.routes.account.test_summary import known
from tests.routes.history import EXPIRY, History, id_at, noon
from tests.service import Json, Service
from tests.shipped import shipped_catalogue

CATALOGUE = shipped_catalogue()
TODAY = day_of(datetime.now(UTC))
MONTH = month_after(TODAY, -1)
"""A whole month that is over."""
BEFORE = month_after(TODAY, -2)
PERIOD = f"{MONTH:%Y-%m}"


async def report(stage: Service, citizen: dict[str, str], period: str = PERIOD) -> Json:
    answer = await stage.client.get(f"/v1/me/reports/{period}", headers=citizen)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def lived(history: History) -> None:
    """Two days of a month with actions of two kinds and a self check-in, and one action the month before."""
    await history.action(BEFORE, grams=400, points=40)
    await history.action(MONTH, grams=1000, points=100)
    await history.action(MONTH, method="plant_meal", grams=400, points=40, tier="E3", quantity=None)
    await history.action(MONTH + timedelta(days=4), grams=600, points=60)
    await history.action(
        MONTH + timedelta(days=4), method="own_cup", grams=7, points=1, tier="E5", quantity=None
    )
    await history.action(MONTH + timedelta(days=9), method="bike_own", grams=300, points=30, quantity=4)


async def test_a_month_tells_kinds_days_points_and_the_month_before(
    stage: Service, rows: asyncpg.Connection
) -> None:
    citizen, history = await known(stage, rows)
    await lived(history)
    found = await report(stage, citizen)
    assert (found["period"], found["kind"], found["is_complete"]) == (PERIOD, "month", True)
    assert (found["starts_on"], found["ends_on"]) == (
        str(MONTH),
        str(month_after(MONTH, 1) - timedelta(days=1)),
    )
    assert (found["reduction_g"], found["self_declared_g"], found["actions"]) == (2300, 7, 5)
    groups = {group["group"]: group for group in found["by_group"]}
    assert [group["group"] for group in found["by_group"]] == ["travel", "food"]
    assert groups["travel"]["reduction_g"] == 1900
    assert (groups["food"]["reduction_g"], groups["food"]["self_declared_g"]) == (400, 7)
    assert sum(group["reduction_g"] for group in found["by_group"]) == found["reduction_g"]
    assert sum(group["points"] for group in found["by_group"]) == found["points"]["earned"] == 231
    assert found["active_days"] == 3
    assert (found["best_day"]["starts_on"], found["best_day"]["reduction_g"]) == (str(MONTH), 1400)
    assert found["best_month"] is None
    assert len(found["steps"]) == (month_after(MONTH, 1) - MONTH).days
    assert sum(step["reduction_g"] for step in found["steps"]) == found["reduction_g"]
    assert sum(step["self_declared_g"] for step in found["steps"]) == found["self_declared_g"]
    assert found["before"] == {
        "period": f"{BEFORE:%Y-%m}",
        "actions": 1,
        "reduction_g": 400,
        "change_g": 1900,
        "change_pct": 475,
    }
    assert found["rank"] is None


async def test_a_year_is_the_sum_of_its_months(stage: Service, rows: asyncpg.Connection) -> None:
    citizen, history = await known(stage, rows)
    year = TODAY.year - 1
    for month in (3, 3, 7):
        await history.action(date(year, month, 2), grams=100 * month)
    await history.action(date(year - 1, 12, 31), grams=5000)
    await history.action(date(year + 1, 1, 1), grams=7000)
    found = await report(stage, citizen, str(year))
    assert (found["kind"], found["reduction_g"], len(found["steps"])) == ("year", 1300, 12)
    assert (found["best_month"]["starts_on"], found["best_month"]["reduction_g"]) == (f"{year}-07-01", 700)
    assert (found["before"]["period"], found["before"]["reduction_g"]) == (str(year - 1), 5000)
    months = [await report(stage, citizen, f"{year}-{month:02d}") for month in range(1, 13)]
    for name in ("reduction_g", "self_declared_g", "actions", "active_days"):
        assert found[name] == sum(month[name] for month in months), name
    assert found["points"]["earned"] == sum(month["points"]["earned"] for month in months)


async def test_a_report_names_reductions_given_away_or_taken_back(
    stage: Service, rows: asyncpg.Connection
) -> None:
    citizen, history = await known(stage, rows)
    kept, given = await history.action(MONTH, grams=500), await history.action(MONTH, grams=300)
    await history.reverse(await history.action(MONTH, grams=9000))
    await history.claim(given, "donated", 300)
    found = await report(stage, citizen)
    assert found["reduction_g"] == found["claims"]["logged_g"] == 800
    assert (found["claims"]["personal_g"], found["claims"]["donated_g"]) == (500, 300)
    assert found["active_days"] == 1
    assert kept


async def test_a_report_tells_apart_how_points_left(stage: Service, rows: asyncpg.Connection) -> None:
    citizen, history = await known(stage, rows)
    lot = lot_of(MONTH)
    await history.action(MONTH, points=100)
    at = noon(MONTH)
    await history.spend(30, lot, at)
    await history.move(10, "cancellation", id_at(at), lot, at)
    await history.move(-5, "expiry", id_at(at), lot, at, EXPIRY)
    found = await report(stage, citizen)
    assert found["points"] == {"earned": 100, "spent": 30, "returned": 10, "expired": 5}


async def test_events_stand_beside_and_are_never_subtracted(stage: Service) -> None:
    await stage.event("beside")
    await stage.pool("beside")
    badge = (await stage.badges(1, "beside"))[0]
    citizen = await stage.citizen()
    await stage.act(citizen, "walk_steps", 5000)
    before = await report(stage, citizen, f"{TODAY:%Y-%m}")
    await stage.scan(badge["code"], citizen, offset={"share": 10})
    found = await report(stage, citizen, f"{TODAY:%Y-%m}")
    assert found["events"]["attendances"] == 1
    assert found["events"]["footprint_g"] > found["events"]["offset_g"] > 0
    assert (found["reduction_g"], found["self_declared_g"]) == (
        before["reduction_g"],
        before["self_declared_g"],
    )


async def test_every_equivalent_leads_to_its_factor_and_source(
    stage: Service, rows: asyncpg.Connection
) -> None:
    citizen, history = await known(stage, rows)
    await history.action(MONTH, grams=16200)
    found = await report(stage, citizen)
    by_code = {each["code"]: each for each in found["equivalents"]}
    assert by_code["petrol_car_km"]["value"] == 100
    assert by_code["electricity_kwh"]["value"] == 115
    assert by_code["wood_litres"]["value"] == 8.8
    for each in found["equivalents"]:
        factor = (await stage.client.get(f"/v1/factors/{each['factor_id']}")).json()
        assert factor["value"] == each["factor_value"]
        assert factor["source"] == each["source"]
        assert factor["source_kind"] == each["source_kind"]
        assert set(each["text"]) == {"zh-CN", "en"}
        assert Decimal(str(each["value"])) > 0


async def test_self_check_ins_have_no_equivalent(stage: Service, rows: asyncpg.Connection) -> None:
    citizen, history = await known(stage, rows)
    await history.action(MONTH, method="bus", grams=5000, tier="E5")
    found = await report(stage, citizen)
    assert (found["equivalents"], found["best_day"]) == ([], None)


async def test_a_running_period_is_not_compared_in_percent(stage: Service, rows: asyncpg.Connection) -> None:
    citizen, history = await known(stage, rows)
    await history.action(MONTH, grams=9000)
    await history.action(TODAY, grams=10)
    found = await report(stage, citizen, f"{TODAY:%Y-%m}")
    assert (found["is_complete"], found["before"]["change_pct"]) == (False, None)
    assert found["before"]["change_g"] == -8990


NO_PERIODS = ["2019", "2019-12", "2026-00", "2026-13", "2026-1", "26", "x", "2999", "２０２６", "2026-05-01"]


@pytest.mark.parametrize("period", [*NO_PERIODS, f"{month_after(TODAY, 1):%Y-%m}", str(TODAY.year + 1)])
@pytest.mark.parametrize("ending", ["", ".png"])
async def test_what_is_no_period_has_no_report(stage: Service, period: str, ending: str) -> None:
    answer = await stage.client.get(f"/v1/me/reports/{period}{ending}", headers=await stage.citizen())
    assert (answer.status_code, answer.json()["code"]) == (404, "report_unknown")


# -- the picture ------------------------------------------------------------------------------------


async def picture(
    stage: Service, citizen: dict[str, str], period: str = PERIOD, **asked: Any
) -> httpx.Response:
    answer = await stage.client.get(f"/v1/me/reports/{period}.png", headers=citizen, **asked)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/png"
    return answer


def opened(answer: httpx.Response) -> Image.Image:
    return Image.open(io.BytesIO(answer.content)).convert("RGB")


@pytest.mark.parametrize("period", [PERIOD, str(MONTH.year)])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_the_code_on_a_picture_leads_to_this_service(
    stage: Service, rows: asyncpg.Connection, period: str, language: str
) -> None:
    citizen, history = await known(stage, rows)
    await lived(history)
    image = opened(await picture(stage, citizen, period, params={"language": language}))
    assert image.width == 1080
    assert image.height > image.width
    codes = zxingcpp.read_barcodes(image)
    assert [code.text for code in codes] == [stage.settings.public_base]


async def test_the_language_is_the_one_asked_for(stage: Service, rows: asyncpg.Connection) -> None:
    citizen, history = await known(stage, rows)
    await lived(history)
    chinese = (await picture(stage, citizen)).content
    english = (await picture(stage, citizen, params={"language": "en"})).content
    assert chinese != english
    assert (await picture(stage, citizen | {"Accept-Language": "en"})).content == english
    asked = await picture(stage, citizen | {"Accept-Language": "en"}, params={"language": "zh-CN"})
    assert asked.content == chinese
    answer = await stage.client.get(
        f"/v1/me/reports/{PERIOD}.png", params={"language": "fr"}, headers=citizen
    )
    assert answer.status_code == 422


async def test_a_picture_is_drawn_once_for_what_it_shows(stage: Service, rows: asyncpg.Connection) -> None:
    citizen, history = await known(stage, rows)
    await lived(history)
    workshop = stage.components.drawings._workshop
    first = (await picture(stage, citizen)).content
    await workshop._process.end()
    assert (await picture(stage, citizen)).content == first
    assert workshop.pid is None, "nothing was drawn"
    await history.action(MONTH, grams=4000)
    assert (await picture(stage, citizen)).content != first


async def test_an_empty_month_has_a_picture_of_its_own(stage: Service) -> None:
    citizen = await stage.citizen()
    assert zxingcpp.read_barcodes(opened(await picture(stage, citizen)))


async def test_enormous_numbers_stay_on_the_picture(stage: Service, rows: asyncpg.Connection) -> None:
    citizen, history = await known(stage, rows)
    for number, method in enumerate(("walk_steps", "plant_meal", "own_bag", "sheet_saved", "home_power")):
        if method in CATALOGUE.methods:
            await history.action(MONTH, method=method, grams=10 ** (12 - number), points=10**6)
    image = opened(await picture(stage, citizen, params={"language": "en"}))
    edge = [image.getpixel((image.width - 8, y)) for y in range(image.height)]
    # Nothing runs over the margin: the last columns hold the two grounds and a ring of the upper one.
    assert len(set(edge[560:])) == 1
