"""What POST /v1/scans refuses, each with its own code, and that nothing is written for it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from backend.domain.certificates.number import new_event_code
from backend.domain.qr_codes import CodeKeys
from tests.routes.contract import check_problem
from tests.routes.counting import row_counts
from tests.service import Service

JSON = {"Content-Type": "application/json"}


@dataclass
class Door:
    """A running event, what may be shown at its door, and somebody who shows it."""

    service: Service
    rows: asyncpg.Connection
    citizen: dict[str, str]
    event: dict[str, Any]
    codes: dict[str, str]

    async def refuses(self, raw: bytes | str, status: int, code: str, **headers: str) -> None:
        before = await row_counts(self.rows)
        answer = await self.service.client.post(
            "/v1/scans", content=raw, headers=self.citizen | JSON | headers
        )
        check_problem(answer)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
        assert await row_counts(self.rows) == before


@pytest.fixture(scope="module")
async def door(stage: Service, rows: asyncpg.Connection) -> Door:
    event = await stage.event("fair")
    draft = await stage.event("draft", state="draft")
    await stage.pool("fair")
    good, revoked, bound = [badge["code"] for badge in await stage.badges(3)]
    other = (await stage.badges(1, "draft"))[0]["code"]
    await rows.execute(
        "UPDATE badges SET revoked_at = now() WHERE event_id = $1 AND serial = 2", event_id(event)
    )
    assert (await stage.scan(bound, await stage.citizen())).status_code == 201
    keys = stage.components.codes
    strange = CodeKeys({"d": b"a-key-that-is-not-ours".ljust(32, b"!")})
    unknown_key = CodeKeys({"z": b"a-key-that-is-not-ours".ljust(32, b"!")})
    now = datetime.now(UTC)
    body, _, mac = good.rpartition(".")
    return Door(
        stage,
        rows,
        await stage.citizen(),
        event,
        {
            "good": good,
            "revoked": revoked,
            "bound": bound,
            "draft": other,
            "never issued": keys.badge(event["code"], 4),
            "forged": strange.badge(event["code"], 1),
            "unknown key": unknown_key.badge(event["code"], 1),
            "another serial": f"{body[:-1]}2.{mac}",
            "another event": keys.badge(draft["code"], 1)[:2] + event["code"] + other[7:],
            "expired": keys.venue(event["code"], 1, now - timedelta(minutes=5)),
            "from tomorrow": keys.venue(event["code"], 1, now + timedelta(days=1)),
            "foreign": keys.badge(unused_code(event["code"], draft["code"]), 1),
            "longest": "B" + "0" * 31,
        },
    )


def event_id(event: dict[str, Any]) -> str:
    return str(event["id"])


def unused_code(*used: str) -> str:
    return next(code for code in iter(new_event_code, "") if code not in used)


@pytest.mark.parametrize(
    ("shown", "status", "code"),
    [
        ("revoked", 409, "badge_revoked"),
        ("bound", 409, "badge_bound"),
        ("never issued", 409, "badge_unknown"),
        ("draft", 409, "event_not_running"),
        ("forged", 422, "code_forged"),
        ("unknown key", 422, "code_forged"),
        ("another serial", 422, "code_forged"),
        ("another event", 422, "code_forged"),
        ("expired", 409, "code_expired"),
        ("from tomorrow", 409, "code_expired"),
        ("foreign", 409, "code_foreign"),
        ("longest", 422, "code_malformed"),
    ],
)
async def test_each_wrong_code_has_a_refusal_of_its_own(
    door: Door, shown: str, status: int, code: str
) -> None:
    text = door.codes[shown]
    for said in (text, f"http://127.0.0.1:8000/q/{text}", f"  {text}\n"):
        await door.refuses(json.dumps({"code": said}), status, code)


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "https://example.org/",
        "https://example.org/q/",
        "B",
        "..",
        "胸牌",
        "B" * 256,
        "\r\n",
        "/q/" * 50,
        "%00",
        "Bd00000.1.AAAAAAAAAAA",
        "Vd00000.1.AAAAAAAAAAAA",
        "Bd00000.1.1.AAAAAAAAAAAA",
        "Xd00000.1.AAAAAAAAAAAA",
        "bd00000.1.AAAAAAAAAAAA",
        "Bd0000I.1.AAAAAAAAAAAA",
    ],
)
async def test_a_text_that_is_none_of_our_codes_is_called_malformed(door: Door, text: str) -> None:
    await door.refuses(json.dumps({"code": text}), 422, "code_malformed")


@pytest.mark.parametrize("text", ["http://[/q/x", "http://a\u2100b/q/x"])
async def test_an_address_that_is_none_is_called_malformed(door: Door, text: str) -> None:
    await door.refuses(json.dumps({"code": text}), 422, "code_malformed")


@pytest.mark.parametrize(
    "raw",
    [
        "",
        " ",
        "{",
        '{"code": "x"',
        '{"code": "x",}',
        "{'code': 'x'}",
        '{"code": NaN}',
        '{"code": "x", "journey": {"distance_km": Infinity}}',
        '{"code": "\\ud800"}',
        '{"code": "\x00"}',
        '{"code": "x"} {"code": "y"}',
        b'{"code": "\xff"}',
        '{"code": "x"}'.encode("utf-16"),
    ],
)
async def test_what_is_no_json_is_called_so(door: Door, raw: str | bytes) -> None:
    await door.refuses(raw, 400, "malformed_json")


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "a code",
        7,
        True,
        {},
        {"code": None},
        {"code": ""},
        {"code": 7},
        {"code": ["x"]},
        {"code": "x" * 257},
        {"code": "x\0y"},
        {"code": "x", "codes": []},
        {"Code": "x"},
        {"code": "x", "citizen_id": "0"},
        {"code": "x", "journey": []},
        {"code": "x", "journey": {"citizen": 1}},
        {"code": "x", "journey": {"distance_km": -1}},
        {"code": "x", "journey": {"distance_km": 20_101}},
        {"code": "x", "journey": {"distance_km": "300"}},
        {"code": "x", "journey": {"distance_km": True}},
        {"code": "x", "journey": {"mode": "rocket"}},
        {"code": "x", "journey": {"nights": -1}},
        {"code": "x", "journey": {"nights": 61}},
        {"code": "x", "journey": {"nights": 1.5}},
        {"code": "x", "journey": {"nights": 10**30}},
        {"code": "x", "journey": {"room_sharing": 0}},
        {"code": "x", "journey": {"hotel_stars": 6}},
        {"code": "x", "journey": {"diet": "everything"}},
        {"code": "x", "journey": {"meals": 201}},
        {"code": "x", "journey": {"from_city": ""}},
        {"code": "x", "journey": {"from_city": "北京\0"}},
        {"code": "x", "journey": {"return_trip": "yes"}},
        {"code": "x", "offset": 100},
        {"code": "x", "offset": {"share": 0}},
        {"code": "x", "offset": {"share": 101}},
        {"code": "x", "offset": {"share": 50.5}},
        {"code": "x", "offset": {"grams": 0}},
        {"code": "x", "offset": {"grams": -5}},
        {"code": "x", "offset": {"grams": 10**9}},
        {"code": "x", "offset": {"pay_with": "cash"}},
    ],
    ids=lambda body: json.dumps(body, ensure_ascii=True)[:60],
)
async def test_a_body_that_does_not_fit_is_refused_with_where(door: Door, body: object) -> None:
    await door.refuses(json.dumps(body), 422, "invalid_body")


async def test_numbers_beyond_all_measure_and_nests_beyond_all_depth_are_refused(door: Door) -> None:
    for number in ("1e400", "-1e400", "9" * 4000, "9" * 9000):
        await door.refuses(f'{{"code": "x", "journey": {{"distance_km": {number}}}}}', 422, "invalid_body")
    await door.refuses("[" * 60_000, 422, "invalid_body")
    await door.refuses('{"code": "x", "more": ' + "[" * 30_000 + "]" * 30_000 + "}", 422, "invalid_body")


async def test_rules_that_need_two_fields_are_told_too(door: Door) -> None:
    code = door.codes["good"]
    both = json.dumps({"code": code, "offset": {"share": 50, "grams": 10}})
    await door.refuses(both, 422, "invalid_body")
    await door.refuses(
        json.dumps({"code": code, "journey": {"from_city": "亚特兰蒂斯"}}), 422, "unknown_city"
    )
    paid = json.dumps({"code": code, "offset": {"pay_with": "points"}})
    await door.refuses(paid, 409, "points_payment_closed")


async def test_a_body_beyond_the_limit_is_refused_whatever_it_says_of_its_length(door: Door) -> None:
    large = json.dumps({"code": "x" * 70_000})
    await door.refuses(large, 413, "body_too_large")

    async def drops() -> AsyncIterator[bytes]:
        for _ in range(80):
            yield b" " * 1000

    answer = await door.service.client.post("/v1/scans", content=drops(), headers=door.citizen | JSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "text/json", ""])
async def test_another_content_type_is_refused(door: Door, media_type: str) -> None:
    await door.refuses('{"code": "x"}', 415, "unsupported_media_type", **{"Content-Type": media_type})


async def test_json_may_say_its_charset(door: Door) -> None:
    said = {"Content-Type": "Application/JSON; charset=utf-8"}
    await door.refuses('{"code": "x"}', 422, "code_malformed", **said)


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 65, "a\tb", "é"])
async def test_a_key_of_another_form_is_refused(door: Door, key: str) -> None:
    headers = {"Idempotency-Key": key.encode("latin-1")}
    await door.refuses(json.dumps({"code": door.codes["good"]}), 400, "idempotency_key_malformed", **headers)  # type: ignore[arg-type]


async def test_a_refusal_names_the_field_and_speaks_the_language_asked_for(door: Door) -> None:
    for language, title in (("zh-CN", "请求内容不符合要求"), ("en", "The body does not fit")):
        answer = await door.service.client.post(
            "/v1/scans",
            json={"code": "x", "journey": {"nights": -1}},
            headers=door.citizen | {"Accept-Language": language},
        )
        assert answer.json()["title"] == title
        (error,) = answer.json()["errors"]
        assert (error["pointer"], error["code"]) == ("/journey/nights", "out_of_range")
        assert error["facts"] == {"min": 0, "max": 60}
        assert error["detail"] in answer.json()["detail"]


async def test_after_all_of_this_the_good_code_still_joins(door: Door) -> None:
    answer = await door.service.scan(door.codes["good"], door.citizen)
    assert answer.status_code == 201
