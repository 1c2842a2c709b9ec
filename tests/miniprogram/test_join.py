"""From a badge to a certificate, with the network that a stadium has."""

from __future__ import annotations

import json

import pytest
from playwright.async_api import expect

from backend.models import Attendance
from backend.texts import say
from backend.texts.mass import mass
from tests.miniprogram.phone import Hall, Phone


async def test_a_newcomer_gets_from_a_badge_to_a_certificate(hall: Hall, phone: Phone) -> None:
    await phone.open()
    await phone.scan(f"{hall.base}/q/{hall.badge()['code']}")
    await expect(phone.shown("#event-name")).to_have_text("测试活动")
    usual = await phone.shown("#total").inner_text()
    for name, value in (("mode", "hsr"), ("nights", "1"), ("room_sharing", "2"), ("diet", "vegetarian")):
        await phone.tap(f'[data-name="{name}"][data-value="{value}"]')
    await phone.shown("#from_city").fill("重庆")
    await expect(phone.shown("#total")).not_to_have_text(usual)
    await phone.page.wait_for_function("miniProgram.told.requests.at(-1).path.endsWith('/footprints')")
    await expect(phone.shown("#join")).to_contain_text("参加并抵消")
    await phone.tap("#join")
    await expect(phone.shown("#result")).to_have_attribute("data-status", "allocated")

    mine = await phone.ask("/v1/events/fair/me")
    total = mass(mine["footprint"]["total_g"])
    await expect(phone.shown("#total")).to_have_text(total)
    assert mine["offset"]["grams"] == mine["footprint"]["total_g"]
    [sent] = await phone.requests("/v1/scans")
    assert json.loads(sent["body"])["journey"] == {
        "from_city": "重庆",
        "mode": "hsr",
        "nights": 1,
        "room_sharing": 2,
        "diet": "vegetarian",
    }
    await phone.tap("#certificate")
    await expect(phone.shown("#number")).to_have_text(mine["certificate"]["number"])
    await expect(phone.shown("#grams")).to_have_text(mass(mine["offset"]["grams"]))
    await expect(phone.shown("#picture img")).to_be_visible()
    await expect(phone.shown(".chip")).to_have_text(say("zh-CN", "certificate.share.offset.full"))
    # The journey is not kept without a consent: its lines are on this phone alone, and shown from there.
    await expect(phone.shown('.bar[data-source="travel_intercity"]')).to_be_visible()


async def test_an_answer_that_was_lost_joins_nobody_twice(hall: Hall, phone: Phone) -> None:
    await phone.open()
    await phone.scan(hall.badge()["code"])
    await expect(phone.shown("#join")).to_be_enabled()
    await phone.page.evaluate(
        "() => { miniProgram.loses = (url) => url.endsWith('/v1/scans') && !window.lost && (window.lost = true) }"
    )
    await phone.tap("#join")
    await expect(phone.shown(".waiting")).to_contain_text("网络")
    await phone.tap('[data-act="now"]')
    await expect(phone.shown("#result")).to_have_attribute("data-status", "allocated")
    first, second = await phone.requests("/v1/scans")
    assert (first["key"], first["body"]) == (second["key"], second["body"])
    citizen = (await phone.ask("/v1/me"))["id"]
    assert await Attendance.filter(citizen_id=citizen).count() == 1


async def test_a_join_without_network_outlives_the_mini_program(hall: Hall, phone: Phone) -> None:
    await phone.open()
    await phone.scan(hall.badge()["code"])
    await expect(phone.shown("#join")).to_be_enabled()
    await phone.page.evaluate("miniProgram.network(false)")
    await phone.tap("#join")
    await expect(phone.shown(".waiting")).to_be_visible()
    # The owner gives up and closes everything.
    await phone.open()
    await phone.tap("#go-on")
    await expect(phone.shown("#result")).to_have_attribute("data-status", "allocated")
    await phone.open()
    await expect(phone.shown("#scan")).to_be_visible()
    await expect(phone.shown("#go-on")).to_have_count(0)
    citizen = (await phone.ask("/v1/me"))["id"]
    assert await Attendance.filter(citizen_id=citizen).count() == 1


async def test_the_network_that_comes_back_ends_the_wait(hall: Hall, phone: Phone) -> None:
    await phone.open()
    await phone.scan(hall.badge()["code"])
    await expect(phone.shown("#join")).to_be_enabled()
    await phone.page.evaluate("miniProgram.network(false)")
    await phone.tap("#join")
    await expect(phone.shown(".waiting")).to_be_visible()
    await phone.page.evaluate("miniProgram.network(true)")
    await expect(phone.shown("#result")).to_have_attribute("data-status", "allocated")


@pytest.mark.parametrize("way", ["scene", "q", "code"])
async def test_a_mini_program_code_a_link_and_a_page_open_the_event(
    hall: Hall, phone: Phone, way: str
) -> None:
    code = hall.badges[0]["code"]
    told = {"scene": code, "q": f"https%3A%2F%2Ftianfu.example%2Fq%2F{code}", "code": code}[way]
    await phone.open(**{way: told})
    await expect(phone.shown("#event-name")).to_have_text("测试活动")


async def test_a_forged_code_is_refused_in_words(hall: Hall, phone: Phone) -> None:
    code = hall.badges[0]["code"]
    await phone.open(language="en")
    await phone.scan(code[:-1] + ("A" if code[-1] != "A" else "B"))
    await expect(phone.shown(".refusal")).to_have_attribute("data-code", "code_forged")
    await expect(phone.shown(".refusal")).to_contain_text("Scan the original code again")
    await phone.tap('.refusal [data-act="close"]')
    await expect(phone.shown(".refusal")).to_have_count(0)


async def test_a_companion_joins_by_their_own_badge(hall: Hall, phone: Phone) -> None:
    await phone.open()
    await phone.scan(hall.badge()["code"])
    await phone.tap("#join")
    await expect(phone.shown("#result")).to_be_visible()
    await phone.open()
    child = hall.badge()
    await phone.scan(child["code"])
    await phone.tap('[data-value="child"]')
    await phone.tap("#join")
    await expect(phone.shown("#result")).to_contain_text(str(child["serial"]))
    await phone.tap("#companions")
    await expect(phone.shown(".card")).to_contain_text(str(child["serial"]))


async def test_a_journey_told_later_changes_the_record_once(hall: Hall, phone: Phone) -> None:
    await phone.open()
    await phone.scan(hall.badge()["code"])
    await phone.tap("#join")
    await expect(phone.shown("#result")).to_be_visible()
    before = (await phone.ask("/v1/events/fair/me"))["footprint"]["total_g"]
    await phone.tap("#refine")
    await phone.tap('[data-name="diet"][data-value="vegan"]')
    await expect(phone.shown("#compared")).to_contain_text("−")
    await phone.tap("#join")
    await expect(phone.shown("#result")).to_contain_text("行程已更新")
    mine = await phone.ask("/v1/events/fair/me")
    assert mine["revision"] == 2
    assert mine["footprint"]["total_g"] < before
    assert mine["offset"]["grams"] == mine["footprint"]["total_g"]
