"""A gate, a phone and an action read the same code in whatever was scanned, and staff are told what to do."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

import asyncpg
import pytest

from backend.domain.keyboards import AMERICAN, LAYOUTS
from tests.badging import imported
from tests.gates import Scanner, Venue, open_venue, queued
from tests.service import Service


@pytest.fixture
async def venue(service: Service) -> Venue:
    return await open_venue(service, badges=12)


@pytest.fixture
async def scanner(venue: Venue) -> Scanner:
    return await venue.scanner()


def full_width(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


def typed(text: str, layout: str) -> str:
    return text.translate(str.maketrans(AMERICAN, LAYOUTS[layout]))


CHANGES = [
    full_width,
    lambda code: "\ufeff" + code,
    str.swapcase,
    lambda code: "]Q1" + code,
    lambda code: quote(f"https://tianfu.example/q/{code}", safe=""),
    lambda code: quote(quote(f"https://tianfu.example/q/{code}", safe=""), safe=""),
    lambda code: f"我的码：https://tianfu.example/q/{code} 请扫",
    lambda code: code + code,
    lambda code: typed(code, "german"),
    lambda code: typed(f"https://tianfu.example/q/{code}", "french"),
]


async def test_every_place_that_takes_codes_reads_past_what_is_harmless(
    venue: Venue, scanner: Scanner
) -> None:
    service = venue.service
    for code, change in zip(venue.badges, CHANGES, strict=False):
        assert await scanner.code_of(change(code)) == "ok"
    last = venue.badges[-1]
    answer = await scanner.sync([queued(full_width(last), datetime.now(UTC))])
    assert answer["items"][0]["code"] == "ok"
    citizen = await service.citizen()
    assert (
        await service.scan(quote(f"https://tianfu.example/q/{last}", safe=""), citizen)
    ).status_code == 201
    shown = await service.client.get(f"/v1/codes/{quote(last.swapcase())}")
    assert shown.json()["event"]["slug"] == "fair"
    sign = await service.sign()
    acted = await service.act(await service.citizen(), "green_dining", 1, scene_code=f"scene={sign}")
    assert acted.json().get("code") not in ("code_malformed", "code_forged")


async def test_staff_are_told_what_a_text_seems_to_be_and_what_to_do(
    venue: Venue, scanner: Scanner, owner: asyncpg.Connection
) -> None:
    one, two = venue.badges[:2]
    other = await open_venue(venue.service, badges=1, slug="other")
    for text, words in (
        ("https://beer.example/", ("其他用途", "some other QR code")),
        (one + two, ("逐个扫描", "one after the other")),
        (venue.badges[-1].upper(), ("大写锁定", "Caps Lock")),
        (one[:15], ("这不是可以通行的二维码", "not a code that opens a gate")),
        (other.badges[0], ("活动", "service desk")),
    ):
        told = (await scanner.scan(text)).json()
        assert told["result"] == "refused"
        for language, word in zip(("zh-CN", "en"), words, strict=True):
            assert word in told["sentence"][language], told
    name = await owner.fetchval("SELECT name_en FROM events WHERE slug = 'other'")
    assert name in (await scanner.scan(other.badges[0])).json()["sentence"]["en"]
    await owner.execute("UPDATE events SET state = 'draft' WHERE slug = 'other'")
    assert name not in (await scanner.scan(other.badges[0])).json()["sentence"]["en"]


async def test_a_citizen_is_told_of_the_keyboard_of_two_codes_and_of_other_codes(venue: Venue) -> None:
    citizen = await venue.service.citizen()
    one, two = venue.badges[:2]
    details = set()
    for text in (one.lower(), one + two, "https://beer.example/", "x"):
        refused = await venue.service.scan(text, citizen | {"Accept-Language": "en"})
        assert (refused.status_code, refused.json()["code"]) == (422, "code_malformed")
        details.add(refused.json()["detail"])
    assert len(details) == 4


async def test_staff_find_what_is_printed_however_it_is_typed(venue: Venue, scanner: Scanner) -> None:
    content = "category,holder_ref,label,alias\r\nlocal,A-001,阿·丹,\r\nlocal,A-002,ＭÜLLER 明,\r\n"
    await imported(venue.service, content.encode())

    async def found(text: str) -> list[int]:
        params = {"query": text}
        here = await venue.service.client.get("/v1/device-badges", params=params, headers=scanner.headers)
        there = await venue.get("badges", **params)
        serials = [item["serial"] for item in here.json()["items"]]
        assert serials == [item["serial"] for item in there["items"]], text
        return serials

    for text in ("№ 000007", "№000007", "No. 7", "＃7", "７"):
        assert await found(text) == [7], text
    for text in ("阿·丹", "阿・丹", "阿•丹", "阿丹", "ａ－００１", "a001", "a–001"):
        assert await found(text) == [13], text
    for text in ("müller 明", "Müller明", "MÜLLER\u200b 明"):
        assert await found(text) == [14], text
    assert await found("\u200b-·") == []
