"""What leads to a citizen's account: sessions listed and ended, ways bound and taken off, never the last one."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from backend.services.identity.own_ways import IDENTITIES_MAX
from backend.settings import Settings
from tests.outside.wechat_server import APPID, SECRET, WeChatServer
from tests.routes.identity.code_doors import DOMAIN, ORIGIN, City, bearer, open_city
from tests.routes.identity.soft_authenticator import SoftAuthenticator
from tests.routes.identity.test_citizen_passkeys import added, begun
from tests.service import Json

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/19.0 Mobile/15E148 Safari/604.1"
)
WECHAT = (
    "Mozilla/5.0 (Linux; Android 16; PLK110) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/140.0 Mobile "
    "Safari/537.36 MicroMessenger/8.0.60 WeChat/arm64"
)


@pytest.fixture(scope="module")
async def wechat() -> AsyncIterator[WeChatServer]:
    async with WeChatServer() as running:
        yield running


@pytest.fixture(scope="module")
async def opened(stage_settings: Settings, wechat: WeChatServer) -> AsyncIterator[City]:
    changes: dict[str, Any] = {
        "wechat_base_url": wechat.base_url,
        "wechat_appid": APPID,
        "wechat_secret": SECRET,
    }
    async with open_city(stage_settings, **changes) as city:
        yield city


@pytest.fixture
async def city(opened: City) -> City:
    await opened.service.components.counts._redis.flushdb()
    opened.service.components.citizen_sign_in.codes._quotas._here.clear()
    return opened


async def get(city: City, path: str, headers: dict[str, str]) -> list[Json]:
    answer = await city.service.client.get(f"/v1/me/{path}", headers=headers)
    assert answer.status_code == 200, answer.text
    found: list[Json] = answer.json()["items"]
    return found


async def bind(city: City, headers: dict[str, str], address: str, provider: str = "email") -> Any:
    challenge, code = await city.sent(address, provider)
    body = {"provider": provider, "challenge": challenge, "code": code}
    return await city.service.post("/v1/me/identities", body, headers)


async def on_phone(city: City, wechat: WeChatServer, openid: str, agent: str) -> Json:
    """A session of WeChat's, from a browser that says what it is."""
    code = wechat.expect_code(f"c{len(wechat.asked)}x", openid=openid)
    body = {"provider": "wechat", "code": code}
    answer = await city.service.client.post("/v1/sessions", json=body, headers={"User-Agent": agent})
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


async def test_sessions_are_listed_with_their_device_in_words(
    city: City, wechat: WeChatServer, rows: asyncpg.Connection
) -> None:
    first = await on_phone(city, wechat, "o-list", IPHONE)
    second = await on_phone(city, wechat, "o-list", WECHAT)
    third = await on_phone(city, wechat, "o-list", "curl/8.5")
    listed = await get(city, "sessions", bearer(second) | {"Accept-Language": "en"})
    assert [(each["device"], each["is_current"]) for each in listed] == [
        ("Unknown device", False),
        ("WeChat · Android", True),
        ("Safari · iPhone", False),
    ]
    assert "微信 · 安卓" in [each["device"] for each in await get(city, "sessions", bearer(second))]
    # Nothing of the version, the model, the source is kept.
    kept = [row["row"] for row in await rows.fetch("SELECT s::text AS row FROM sessions s")]
    assert not any("PLK110" in row or "8.0.60" in row or "127.0.0.1" in row for row in kept)
    # One that is refreshed was used last.
    await city.service.post("/v1/sessions/refresh", {"refresh_token": first["refresh_token"]})
    assert (await get(city, "sessions", bearer(third)))[0]["device"] == "Safari · iPhone"


async def test_sessions_are_ended_one_by_one_and_all_others_at_once(city: City, wechat: WeChatServer) -> None:
    sessions = [await on_phone(city, wechat, "o-end", IPHONE) for _ in range(4)]
    here, client = bearer(sessions[0]), city.service.client
    listed = await get(city, "sessions", here)
    one = next(each for each in listed if not each["is_current"])["id"]
    assert (await client.delete(f"/v1/me/sessions/{one}", headers=here)).status_code == 204
    assert (await client.delete(f"/v1/me/sessions/{one}", headers=here)).json()["code"] == "session_not_found"
    assert len(await get(city, "sessions", here)) == 3
    assert (await client.delete("/v1/me/sessions", headers=here)).status_code == 204
    assert [each["is_current"] for each in await get(city, "sessions", here)] == [True]
    for ended in sessions[1:]:
        refused = await client.get("/v1/me", headers=bearer(ended))
        assert (refused.status_code, refused.json()["code"]) == (401, "session_revoked")
        body = {"refresh_token": ended["refresh_token"]}
        assert (await city.service.post("/v1/sessions/refresh", body)).status_code == 401


async def test_another_process_ends_them_at_its_next_look(city: City, wechat: WeChatServer) -> None:
    gone, here = [await on_phone(city, wechat, "o-elsewhere", IPHONE) for _ in range(2)]
    await city.service.client.delete("/v1/me/sessions", headers=bearer(here))
    # What another process knows: nothing yet, then what the database says, which it asks every second.
    city.service.components.revoked._here.clear()
    assert (await city.service.client.get("/v1/me", headers=bearer(gone))).status_code == 200
    await city.service.components.sessions.load_revoked()
    assert (await city.service.client.get("/v1/me", headers=bearer(gone))).status_code == 401


async def test_nobody_sees_or_ends_the_sessions_of_another(city: City, wechat: WeChatServer) -> None:
    lin, chen = await on_phone(city, wechat, "o-lin", IPHONE), await on_phone(city, wechat, "o-chen", IPHONE)
    [mine] = await get(city, "sessions", bearer(lin))
    refused = await city.service.client.delete(f"/v1/me/sessions/{mine['id']}", headers=bearer(chen))
    assert (refused.status_code, refused.json()["code"]) == (404, "session_not_found")
    staff = await city.service.staff("operator")
    assert (await city.service.client.get("/v1/me/sessions", headers=staff)).status_code == 403
    assert (await city.service.client.get("/v1/me", headers=bearer(lin))).status_code == 200


async def test_a_way_that_was_bound_leads_to_the_same_account(city: City, wechat: WeChatServer) -> None:
    lin = await on_phone(city, wechat, "o-binds", IPHONE)
    bound = await bind(city, bearer(lin), "binds@mail.cn")
    assert (bound.status_code, bound.json()["shown"]) == (201, "b***@mail.cn")
    assert (await bind(city, bearer(lin), "+8613800138000", "phone")).json()["shown"] == "+86 138****8000"
    await city.service.components.counts._redis.flushdb()
    assert (await city.enter("binds@mail.cn"))["citizen"] == lin["citizen"]
    # Once more changes nothing.
    await city.service.components.counts._redis.flushdb()
    assert (await bind(city, bearer(lin), "binds@mail.cn")).status_code == 201
    listed = await get(city, "identities", bearer(lin))
    assert [(each["provider"], each["shown"], each["is_open"]) for each in listed] == [
        ("wechat", None, True),
        ("email", "b***@mail.cn", True),
        ("phone", "+86 138****8000", True),
    ]
    assert "o-binds" not in str(listed)


async def test_the_owner_is_told_of_each_way_that_comes_and_goes(city: City, wechat: WeChatServer) -> None:
    lin = await on_phone(city, wechat, "o-told", IPHONE)
    english = bearer(lin) | {"Accept-Language": "en"}
    assert await get(city, "notices", english) == []
    for _ in range(2):  # the second time nothing is added
        await bind(city, bearer(lin), "told@mail.cn")
        await city.service.components.counts._redis.flushdb()
    stick = SoftAuthenticator(ORIGIN, DOMAIN)
    passkey = (await added(city, bearer(lin), stick)).json()
    listed = await get(city, "identities", bearer(lin))
    for path in (f"passkeys/{passkey['id']}", f"identities/{listed[1]['id']}"):
        gone = await city.service.client.delete(f"/v1/me/{path}", headers=bearer(lin))
        assert gone.status_code == 204, gone.text
    told = await get(city, "notices", english)
    assert [(each["kind"], each["text"]["en"].split(".")[0]) for each in told] == [
        ("way_in_removed", "E-mail"),
        ("way_in_removed", "Passkey"),
        ("way_in_added", "Passkey"),
        ("way_in_added", "E-mail"),
    ]
    assert "told@" not in str(told)
    assert "t***" not in str(told)


async def test_a_bound_way_of_wechat_brings_its_wider_identity_or_is_told_that_it_leads_elsewhere(
    city: City, wechat: WeChatServer
) -> None:
    def code(openid: str, unionid: str) -> Json:
        text = wechat.expect_code(f"u{len(wechat.asked)}-{openid}", openid=openid, unionid=unionid)
        return {"provider": "wechat", "code": text}

    lin, chen = await city.enter("wide@mail.cn"), await city.enter("wider@mail.cn")
    bound = await city.service.post("/v1/me/identities", code("o-wide", "u-wide"), bearer(lin))
    assert bound.status_code == 201, bound.text
    # Whichever way this person comes, it is the account that they bound it to.
    for openid in ("o-wide", "o-of-another-app"):
        entered = await city.service.post("/v1/sessions", code(openid, "u-wide"))
        assert (entered.json()["citizen"], "other_access_token" in entered.json()) == (lin["citizen"], False)
    # In somebody else's account the way would open the first one: it is not bound there.
    refused = await city.service.post("/v1/me/identities", code("o-third", "u-wide"), bearer(chen))
    assert (refused.status_code, refused.json()["code"]) == (409, "identity_elsewhere")
    assert [each["provider"] for each in await get(city, "identities", bearer(chen))] == ["email"]


async def test_what_leads_elsewhere_stays_there(
    city: City, wechat: WeChatServer, rows: asyncpg.Connection
) -> None:
    chen = await city.enter("taken@mail.cn")
    await city.service.components.counts._redis.flushdb()
    lin = await on_phone(city, wechat, "o-wants", IPHONE)
    refused = await bind(city, bearer(lin), "taken@mail.cn")
    assert (refused.status_code, refused.json()["code"]) == (409, "identity_elsewhere")
    code = wechat.expect_code("taken-code", openid="o-wants")
    body = {"provider": "wechat", "code": code}
    again = await city.service.post("/v1/me/identities", body, bearer(chen))
    assert again.json()["code"] == "identity_elsewhere"
    assert len(await get(city, "identities", bearer(lin))) == 1
    await city.service.components.counts._redis.flushdb()
    assert (await city.enter("taken@mail.cn"))["citizen"] == chen["citizen"]


async def test_of_two_accounts_that_bind_one_way_at_once_one_has_it(city: City, wechat: WeChatServer) -> None:
    people = [await on_phone(city, wechat, f"o-race{n}", IPHONE) for n in range(2)]
    challenges = []
    for _ in people:
        challenges.append(await city.sent("race@mail.cn"))
        await city.service.components.counts._redis.flushdb()
    answers = await asyncio.gather(
        *(
            city.service.post(
                "/v1/me/identities",
                {"provider": "email", "challenge": challenge, "code": code},
                bearer(person),
            )
            for person, (challenge, code) in zip(people, challenges, strict=True)
        )
    )
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 1}


async def test_the_last_way_of_an_account_stays(
    city: City, wechat: WeChatServer, rows: asyncpg.Connection
) -> None:
    lin, client = bearer(await on_phone(city, wechat, "o-last", IPHONE)), city.service.client
    [only] = await get(city, "identities", lin)
    refused = await client.delete(f"/v1/me/identities/{only['id']}", headers=lin)
    assert (refused.status_code, refused.json()["code"]) == (409, "last_way_in")
    key = SoftAuthenticator(ORIGIN, DOMAIN)
    passkey = (await added(city, lin, key)).json()["id"]
    assert (await client.delete(f"/v1/me/identities/{only['id']}", headers=lin)).status_code == 204
    last = await client.delete(f"/v1/me/passkeys/{passkey}", headers=lin)
    assert last.json()["code"] == "last_way_in"
    gone = await client.delete(f"/v1/me/identities/{only['id']}", headers=lin)
    assert (gone.status_code, gone.json()["code"]) == (404, "identity_not_found")
    await bind(city, lin, "last@mail.cn")
    assert (await client.delete(f"/v1/me/passkeys/{passkey}", headers=lin)).status_code == 204
    # What was taken off leads to an account of its own from now on.
    other = await on_phone(city, wechat, "o-last", IPHONE)
    assert other["citizen"]["id"] != (await client.get("/v1/me", headers=lin)).json()["id"]
    kinds = await rows.fetch("SELECT kind, subject FROM security_records WHERE kind LIKE 'way_in%'")
    assert {("way_in_added", "passkey"), ("way_in_removed", "wechat"), ("way_in_added", "email")} <= {
        (row["kind"], row["subject"]) for row in kinds
    }


async def test_of_two_ways_taken_off_at_once_one_stays(city: City, wechat: WeChatServer) -> None:
    lin, client = bearer(await on_phone(city, wechat, "o-both", IPHONE)), city.service.client
    await bind(city, lin, "both@mail.cn")
    ids = [each["id"] for each in await get(city, "identities", lin)]
    answers = await asyncio.gather(*(client.delete(f"/v1/me/identities/{id_}", headers=lin) for id_ in ids))
    assert sorted(answer.status_code for answer in answers) == [204, 409]


async def test_an_account_has_so_many_ways_and_no_more(city: City, wechat: WeChatServer) -> None:
    lin = bearer(await on_phone(city, wechat, "o-many", IPHONE))
    for n in range(IDENTITIES_MAX - 1):
        body = {"provider": "wechat", "code": wechat.expect_code(f"many{n}", openid=f"o-many{n}")}
        assert (await city.service.post("/v1/me/identities", body, lin)).status_code == 201
    body = {"provider": "wechat", "code": wechat.expect_code("one-more", openid="o-one-more")}
    refused = await city.service.post("/v1/me/identities", body, lin)
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_identities")
    # A nickname is checked with WeChat under one of them.
    named = await city.service.post("/v1/me/profile", {"nickname": "小林"}, lin)
    assert named.status_code < 500, named.text


@pytest.mark.parametrize("provider", ["badge", "passkey", "facebook"])
async def test_what_is_no_way_into_an_account_is_not_bound(
    city: City, wechat: WeChatServer, provider: str
) -> None:
    lin = bearer(await on_phone(city, wechat, "o-none", IPHONE))
    refused = await city.service.post("/v1/me/identities", {"provider": provider, "code": "x"}, lin)
    assert (refused.status_code, refused.json()["code"]) == (422, "provider_unknown")


async def test_nothing_is_bound_to_somebody_who_has_left(
    city: City, wechat: WeChatServer, rows: asyncpg.Connection
) -> None:
    lin = bearer(await on_phone(city, wechat, "o-leaves", IPHONE))
    challenge, code = await city.sent("leaves@mail.cn")
    options = await begun(city, lin)
    assert (await city.service.client.delete("/v1/me", headers=lin)).status_code == 200
    # Another process does not know of it yet: the access token is still good there.
    city.service.components.revoked._here.clear()
    counted = "SELECT (SELECT count(*) FROM identities) + (SELECT count(*) FROM citizen_passkeys)"
    kept = await rows.fetchval(counted)
    body: Json = {"provider": "email", "challenge": challenge, "code": code}
    refused = await city.service.post("/v1/me/identities", body, lin)
    assert (refused.status_code, refused.json()["code"]) == (401, "session_revoked")
    made = SoftAuthenticator(ORIGIN, DOMAIN).make(options["options"]["challenge"])
    body = {"challenge": options["challenge"], "name": "x", "passkey": made}
    refused = await city.service.post("/v1/me/passkeys", body, lin)
    assert (refused.status_code, refused.json()["code"]) == (401, "session_revoked")
    assert await rows.fetchval(counted) == kept


async def test_the_wider_identity_of_wechat_is_no_way_of_its_own_and_goes_with_the_last_one(
    city: City, wechat: WeChatServer, rows: asyncpg.Connection
) -> None:
    body = {"provider": "wechat", "code": wechat.expect_code("021u", openid="o-union", unionid="u-own")}
    signed_in = (await city.service.post("/v1/sessions", body)).json()
    lin = bearer(signed_in)
    (own,) = await get(city, "identities", lin)
    assert own["provider"] == "wechat"
    assert await rows.fetchval("SELECT count(*) FROM identities WHERE subject = 'u-own'") == 1
    challenge = (await city.ask("union@mail.cn")).json()["challenge"]
    mail = {"provider": "email", "challenge": challenge, "code": city.mails.code_for("union@mail.cn")}
    assert (await city.service.post("/v1/me/identities", mail, lin)).status_code == 201
    removed = await city.service.client.delete(f"/v1/me/identities/{own['id']}", headers=lin)
    assert removed.status_code == 204, removed.text
    assert await rows.fetchval("SELECT count(*) FROM identities WHERE subject = 'u-own'") == 0
