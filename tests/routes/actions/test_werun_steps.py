"""Steps from WeRun over HTTP: signed in through a server that speaks WeChat's protocol, encrypted with its key."""

from __future__ import annotations

import asyncio
import base64
import os
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2 as httpx
import pytest
from redis import asyncio as aioredis

from backend.domain.actions.werun import DAYS_MAX, FRESH_S, encrypt
from backend.domain.days import SHANGHAI, day_of
from backend.settings import Settings
from tests.outside.wechat_server import APPID, SECRET, WeChatServer
from tests.routes.contract import watch
from tests.routes.counting import row_counts
from tests.service import Json, Service, open_service

CAP = 10_000
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
async def wechat() -> AsyncIterator[WeChatServer]:
    async with WeChatServer() as running:
        yield running


@pytest.fixture(scope="module")
def chosen(stage_settings: Settings, wechat: WeChatServer) -> Settings:
    return replace(stage_settings, wechat_base_url=wechat.base_url, wechat_appid=APPID, wechat_secret=SECRET)


@pytest.fixture(scope="module")
async def phones(chosen: Settings) -> AsyncIterator[Service]:
    async with open_service(chosen) as running:
        yield watch(running)


@pytest.fixture
async def redis(chosen: Settings) -> AsyncIterator[aioredis.Redis]:
    client = aioredis.Redis.from_url(chosen.redis_url, decode_responses=True)
    yield client
    await client.aclose()


@dataclass
class Walker:
    """A citizen with a phone: what WeChat's server and ours know of them."""

    phones: Service
    openid: str
    session_key: str
    headers: dict[str, str]
    id: UUID

    def payload(self, days: dict[int, int], *, late_s: int = 0, **changes: Any) -> Json:
        """Steps by days back from today. `late_s`: the watermark's distance from now."""
        now = datetime.now(UTC)
        noon = datetime.now(SHANGHAI).replace(hour=12, minute=0, second=0, microsecond=0)
        content = {
            "stepInfoList": [
                {"timestamp": int((noon - timedelta(days=back)).timestamp()), "step": steps}
                for back, steps in days.items()
            ],
            "watermark": {"appid": APPID, "timestamp": int(now.timestamp()) + late_s},
        } | changes
        iv, encrypted_data = encrypt(self.session_key, content)
        return {"encrypted_data": encrypted_data, "iv": iv}

    async def send(self, payload: Json, key: str | None = None) -> httpx.Response:
        headers = self.headers | {"Idempotency-Key": key or uuid4().hex}
        return await self.phones.post("/v1/me/steps", payload, headers)

    async def tell(self, days: dict[int, int], **changes: Any) -> Json:
        answer = await self.send(self.payload(days, **changes))
        assert answer.status_code in (200, 201), answer.text
        found: Json = answer.json()
        return found

    async def balance(self) -> int:
        answer = await self.phones.client.get("/v1/me/points", headers=self.headers)
        return int(answer.json()["balance"])

    async def actions(self) -> list[Json]:
        answer = await self.phones.client.get("/v1/me/actions?limit=100", headers=self.headers)
        items: list[Json] = answer.json()["items"]
        return items


@pytest.fixture
def forgetful(wechat: WeChatServer) -> Iterator[WeChatServer]:
    yield wechat
    wechat.forget()


async def sign_in(
    phones: Service, wechat: WeChatServer, openid: str | None = None, key: str | None = None
) -> Walker:
    openid = openid or f"o-{uuid4().hex}"
    session_key = key or base64.b64encode(os.urandom(16)).decode()
    code = wechat.expect_code(uuid4().hex, openid=openid, session_key=session_key)
    answer = await phones.post("/v1/sessions", {"provider": "wechat", "code": code})
    assert answer.status_code == 201
    body = answer.json()
    assert session_key not in answer.text
    headers = {"Authorization": f"Bearer {body['access_token']}"}
    await phones.consent(headers, "werun")
    return Walker(phones, openid, session_key, headers, UUID(body["citizen"]["id"]))


@pytest.fixture
async def lin(phones: Service, forgetful: WeChatServer, rows: asyncpg.Connection) -> Walker:
    """A walker whose account is old enough for a month of steps."""
    walker = await sign_in(phones, forgetful)
    await rows.execute("UPDATE citizens SET created_at = $2 WHERE id = $1", walker.id, LONG_AGO)
    return walker


def today() -> date:
    return day_of(datetime.now(UTC))


async def test_steps_become_grams_and_points_of_their_days(lin: Walker) -> None:
    answer = await lin.send(lin.payload({0: 8000, 1: 4321}))
    assert answer.status_code == 201
    yesterday, now = answer.json()["days"]
    assert [day["day"] for day in (yesterday, now)] == [
        (today() - timedelta(days=1)).isoformat(),
        today().isoformat(),
    ]
    assert (now["steps"], now["credited_steps"], now["reduction_g"]) == (8000, 8000, 160)
    assert (yesterday["credited_steps"], yesterday["reduction_g"]) == (4321, 86)
    assert {day["state"] for day in (yesterday, now)} == {"posted"}
    assert answer.json()["balance"] == now["points"] + yesterday["points"] == await lin.balance() > 0
    logged = await lin.actions()
    assert {(each["method"], each["tier"], each["day"]) for each in logged} == {
        ("walk_steps", "E2", yesterday["day"]),
        ("walk_steps", "E2", now["day"]),
    }


async def test_a_day_that_grows_brings_its_growth_alone(lin: Walker) -> None:
    first = (await lin.tell({0: 3000}))["days"][0]
    same = await lin.send(lin.payload({0: 3000}))
    assert (same.status_code, same.json()["days"][0]["state"]) == (200, "unchanged")
    less = (await lin.tell({0: 2000}))["days"][0]
    grown = (await lin.tell({0: 7500}))["days"][0]
    assert [day["credited_steps"] for day in (first, less, grown)] == [3000, 0, 4500]
    assert [day["state"] for day in (first, less, grown)] == ["posted", "unchanged", "posted"]
    assert first["reduction_g"] + grown["reduction_g"] == 150
    assert len(await lin.actions()) == 2


async def test_steps_stop_when_the_consent_is_taken_back_and_go_on_when_it_is_given(lin: Walker) -> None:
    for granted, status in ((True, 201), (False, 409), (True, 200)):
        decision = {"scope": "werun", "granted": granted}
        decided = await lin.phones.post("/v1/me/consents", decision, lin.headers)
        assert decided.status_code in (200, 201), decided.text
        answer = await lin.send(lin.payload({0: 1000}))
        assert answer.status_code == status
        assert granted or answer.json()["code"] == "consent_needed"


async def test_the_days_cap_holds_over_several_syncs(lin: Walker) -> None:
    told = [(await lin.tell({0: steps}))["days"][0] for steps in (9000, 9500, 30_000, 40_000)]
    assert [day["credited_steps"] for day in told] == [9000, 500, 500, 0]
    assert [day["state"] for day in told] == ["posted", "posted", "posted", "capped"]
    assert [day["capped_by"] for day in told] == [None, None, "steps_per_day", "steps_per_day"]
    assert sum(day["reduction_g"] for day in told) == CAP // 50
    assert told[2]["reductions"] == [{"rule": "steps_per_day", "removed": 20_000, "unit": "step"}]


async def test_a_month_comes_in_one_call_and_once(lin: Walker) -> None:
    month = {back: 1000 + back for back in range(DAYS_MAX)}
    answer = await lin.tell(month | {DAYS_MAX: 5000, -1: 5000})
    assert len(answer["days"]) == DAYS_MAX
    assert [day["steps"] for day in answer["days"]] == [1000 + back for back in reversed(range(DAYS_MAX))]
    assert {day["state"] for day in answer["days"]} == {"posted"}
    assert await lin.balance() == answer["balance"] == sum(day["points"] for day in answer["days"])
    again = await lin.tell(month)
    assert {day["state"] for day in again["days"]} == {"unchanged"}
    assert again["balance"] == answer["balance"]
    assert len(await lin.actions()) == DAYS_MAX


async def test_the_same_payload_sent_many_times_at_once_is_credited_once(lin: Walker) -> None:
    payload = lin.payload({0: 8000, 1: 5000})
    answers = await asyncio.gather(*(lin.send(payload) for _ in range(25)))
    assert {answer.status_code for answer in answers} <= {200, 201}
    states = Counter(day["state"] for answer in answers for day in answer.json()["days"])
    assert states["posted"] == 2
    assert len(await lin.actions()) == 2
    assert await lin.balance() == 16 + 10


async def test_one_key_sent_many_times_at_once_has_one_answer(lin: Walker) -> None:
    payload = lin.payload({0: 8000, 2: 5000})
    answers = await asyncio.gather(*(lin.send(payload, "once") for _ in range(25)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" in answer.headers for answer in answers) == 24


async def test_a_repeat_gets_the_first_answer_whatever_has_become_of_the_session_key(
    lin: Walker, phones: Service, forgetful: WeChatServer
) -> None:
    payload = lin.payload({0: 6000}, late_s=-5)
    key = "k" * 64
    first = await lin.send(payload, key)
    assert (await lin.send(payload | {"iv": base64.b64encode(bytes(16)).decode()}, key)).json()[
        "code"
    ] == "idempotency_key_reused"
    await lin.tell({0: 9000})
    anew = await sign_in(phones, forgetful, lin.openid)
    assert anew.id == lin.id
    again = await lin.send(payload, key)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["idempotency-replayed"] == "true"


async def test_days_before_the_account_and_days_to_come_do_not_count(
    phones: Service, forgetful: WeChatServer
) -> None:
    newcomer = await sign_in(phones, forgetful)
    answer = await newcomer.tell({0: 4000, 1: 9000, 20: 9000, -1: 9000})
    assert [day["day"] for day in answer["days"]] == [today().isoformat()]
    nothing = await newcomer.send(newcomer.payload({5: 9000}))
    assert (nothing.status_code, nothing.json()) == (200, {"days": [], "balance": answer["balance"]})


async def test_an_absurd_count_is_believed_to_its_limit_and_credited_to_its_cap(lin: Walker) -> None:
    day = (await lin.tell({0: 2_000_000_000}))["days"][0]
    assert (day["steps"], day["credited_steps"], day["capped_by"]) == (100_000, CAP, "steps_per_day")


async def test_every_way_of_tampering_is_refused_alike_and_writes_nothing(
    lin: Walker, rows: asyncpg.Connection
) -> None:
    payload = lin.payload({0: 8000})
    raw, iv = base64.b64decode(payload["encrypted_data"]), base64.b64decode(payload["iv"])
    changed = [payload | {"encrypted_data": base64.b64encode(raw[:-16]).decode()}]
    for place in range(0, len(raw), 7):
        other = bytearray(raw)
        other[place] ^= 0x10
        changed.append(payload | {"encrypted_data": base64.b64encode(other).decode()})
    for place in range(16):
        other = bytearray(iv)
        other[place] ^= 0x10
        changed.append(payload | {"iv": base64.b64encode(other).decode()})
    iv_text, data = encrypt(lin.session_key, {"stepInfoList": []})
    changed.append({"iv": iv_text, "encrypted_data": data})
    changed.append({"iv": "?", "encrypted_data": "?"})
    before = await row_counts(rows)
    told = set()
    for each in changed:
        answer = await lin.send(each)
        told.add((answer.status_code, answer.content))
    assert len(told) == 1
    status, content = told.pop()
    assert status == 400
    assert b'"decrypt_failed"' in content
    assert await row_counts(rows) == before


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"watermark": {"appid": "wx-another", "timestamp": 0}}, 400, "watermark_appid_mismatch"),
        ({"late_s": -FRESH_S - 5}, 400, "watermark_expired"),
        ({"late_s": FRESH_S + 5}, 400, "watermark_expired"),
    ],
)
async def test_data_of_another_program_or_another_hour_are_refused(
    lin: Walker, rows: asyncpg.Connection, changes: Json, status: int, code: str
) -> None:
    before = await row_counts(rows)
    answer = await lin.send(lin.payload({0: 8000}, **changes))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await row_counts(rows) == before


async def test_what_is_older_than_the_newest_is_a_replay(lin: Walker) -> None:
    old = lin.payload({0: 8000}, late_s=-20)
    await lin.tell({0: 1000}, late_s=-10)
    answer = await lin.send(old)
    assert (answer.status_code, answer.json()["code"]) == (409, "watermark_replayed")
    assert len(await lin.actions()) == 1


async def test_a_replay_after_redis_lost_everything_credits_nothing_twice(
    lin: Walker, phones: Service, forgetful: WeChatServer, redis: aioredis.Redis
) -> None:
    payload = lin.payload({0: 8000}, late_s=-20)
    assert (await lin.send(payload)).status_code == 201
    await lin.tell({0: 9000})
    await redis.flushdb()
    stale = await lin.send(payload)
    assert (stale.status_code, stale.json()["code"]) == (409, "session_key_stale")
    assert "wx.login" in stale.json()["detail"]
    await sign_in(phones, forgetful, lin.openid, lin.session_key)
    again = await lin.send(payload)
    assert (again.status_code, again.json()["days"][0]["state"]) == (200, "unchanged")
    assert len(await lin.actions()) == 2


async def test_whoever_has_no_session_key_of_wechat_signs_in_again(phones: Service, lin: Walker) -> None:
    citizen = await phones.citizen()
    await phones.consent(citizen, "werun")
    headers = citizen | {"Idempotency-Key": uuid4().hex}
    answer = await phones.post("/v1/me/steps", lin.payload({0: 1}), headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "session_key_stale")


async def test_another_citizens_payload_does_not_open(
    phones: Service, forgetful: WeChatServer, lin: Walker
) -> None:
    chen = await sign_in(phones, forgetful)
    answer = await chen.send(lin.payload({0: 8000}))
    assert (answer.status_code, answer.json()["code"]) == (400, "decrypt_failed")


@pytest.mark.parametrize("size", [15, 17, 32])
async def test_a_session_key_of_another_length_is_told_as_such(
    phones: Service, forgetful: WeChatServer, lin: Walker, size: int
) -> None:
    chen = await sign_in(phones, forgetful, key=base64.b64encode(b"k" * size).decode())
    answer = await chen.send(lin.payload({0: 8000}))
    assert (answer.status_code, answer.json()["code"]) == (409, "session_key_malformed")


async def test_redis_holds_the_session_key_encrypted_for_one_citizen_and_for_three_days(
    lin: Walker, phones: Service, forgetful: WeChatServer, redis: aioredis.Redis
) -> None:
    chen = await sign_in(phones, forgetful)
    mine, theirs = (f"tianfu:{{{walker.id}}}:session_key" for walker in (lin, chen))
    sealed = await redis.get(mine)
    for name in await redis.keys("*"):
        # Counts of citizens are strings too, and no text.
        if await redis.type(name) == "string" and ":device:" not in name:
            value = await redis.get(name)
            assert lin.session_key not in value
            assert base64.b64decode(lin.session_key).hex() not in value.encode().hex()
    assert 0 < await redis.ttl(mine) <= 3 * 24 * 3600
    # What is copied to somebody else, or was sealed with a key that is gone, is as good as lost.
    await redis.set(theirs, sealed)
    for text in (sealed, f"gone.{sealed.partition('.')[2]}", "", "demo.", "demo.AAAA", "demo.?"):
        await redis.set(theirs, text)
        assert (await chen.send(chen.payload({0: 1}))).json()["code"] == "session_key_stale"


async def test_signing_in_again_replaces_the_key(
    lin: Walker, phones: Service, forgetful: WeChatServer
) -> None:
    anew = await sign_in(phones, forgetful, lin.openid)
    assert (await lin.send(lin.payload({0: 2000}))).json()["code"] == "decrypt_failed"
    assert (await anew.send(anew.payload({0: 2000}))).status_code == 201


async def test_leaving_takes_the_key_along(lin: Walker, phones: Service, redis: aioredis.Redis) -> None:
    await lin.tell({0: 2000})
    assert (await phones.client.delete("/v1/me", headers=lin.headers)).status_code == 200
    assert [name for name in await redis.keys("*") if str(lin.id) in name] == []


async def test_what_was_credited_keeps_the_ledger_in_order(lin: Walker) -> None:
    await lin.tell({0: 4000, 3: 2000})
    entries = (await lin.phones.client.get("/v1/me/points/entries", headers=lin.headers)).json()["items"]
    assert {entry["source_id"] for entry in entries} == {each["id"] for each in await lin.actions()}
    summary = (await lin.phones.client.get("/v1/me/summary", headers=lin.headers)).json()
    assert (summary["reduction_g"], summary["self_declared_g"]) == (120, 0)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"encrypted_data": "", "iv": "x"},
        {"encrypted_data": "x"},
        {"encrypted_data": "x", "iv": "x" * 65},
        {"encrypted_data": "x" * 16_385, "iv": "x"},
        {"encrypted_data": 1, "iv": "x"},
        {"encrypted_data": "x", "iv": "x", "session_key": "x"},
    ],
    ids=range(7),
)
async def test_a_body_of_another_form_is_refused(lin: Walker, body: Json) -> None:
    answer = await lin.send(body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_body")


async def test_steps_need_a_key(lin: Walker) -> None:
    answer = await lin.phones.post("/v1/me/steps", lin.payload({0: 1}), lin.headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")


async def test_the_demo_makes_a_payload_that_can_be_sent(stage: Service) -> None:
    headers = await stage.citizen()
    await stage.consent(headers, "werun")
    for steps, credited in ((8000, 8000), (9000, 1000)):
        made = await stage.client.get(f"/demo/werun?steps={steps}", headers=headers)
        assert made.status_code == 200
        sent = await stage.post("/v1/me/steps", made.json(), headers | {"Idempotency-Key": uuid4().hex})
        assert sent.status_code == 201
        assert [day["credited_steps"] for day in sent.json()["days"]] == [credited]
    for steps in ("-1", "x", "1000000", "８０００"):
        wrong = await stage.client.get("/demo/werun", params={"steps": steps}, headers=headers)
        assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_query")
