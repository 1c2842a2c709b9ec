"""Signing in with a code sent to an address, in production mode, against a mail server and a hook that are real."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from backend.errors.identity import TooManySignInCodes
from backend.outside import sent_codes
from backend.services.identity.sign_in_codes import PER_ADDRESS_AND_SOURCE_PER_HOUR, PER_ADDRESS_PER_HOUR
from backend.settings import Settings
from tests.routes.identity.code_doors import HOOK_SECRET, City, bearer, open_city, wrong
from tests.routes.identity.doors import browser_at
from tests.service import Service

CODES_MAX = 60


@pytest.fixture(scope="module")
async def opened(stage_settings: Settings) -> AsyncIterator[City]:
    async with open_city(stage_settings, sign_in_codes_max=CODES_MAX) as city:
        yield city


@pytest.fixture
async def city(opened: City) -> AsyncIterator[City]:
    """Nothing was sent yet, and nothing is counted."""
    await opened.service.components.counts._redis.flushdb()
    opened.service.components.citizen_sign_in.codes._quotas._here.clear()
    yield opened
    opened.forget()


async def test_a_code_sent_by_mail_signs_in_and_the_same_address_is_the_same_citizen(city: City) -> None:
    first = await city.enter("lin@mail.cn")
    await city.service.components.counts._redis.flushdb()
    again = await city.ask("  Ｌin@MAIL.cn ")
    code = city.mails.code_for("lin@mail.cn")
    second = await city.show(again.json()["challenge"], f" {code[:3]} {code[3:]} ")
    assert second.json()["citizen"]["id"] == first["citizen"]["id"]
    assert (await city.enter("chen@mail.cn"))["citizen"]["id"] != first["citizen"]["id"]
    ways = (await city.service.client.get("/v1/sessions/ways")).json()["items"]
    assert [way["provider"] for way in ways] == ["badge", "email", "phone", "passkey"]


async def test_whoever_used_a_code_asks_for_the_next_one_at_once(city: City) -> None:
    for _ in range(2):
        asked = await city.ask("again@mail.cn")
        assert asked.status_code == 202, asked.text
        body = {"provider": "email", "challenge": asked.json()["challenge"]}
        code = city.mails.code_for("again@mail.cn")
        assert (await city.service.post("/v1/sessions", body | {"code": code})).status_code == 201
    assert (await city.ask("again@mail.cn")).status_code == 202
    refused = await city.ask("again@mail.cn")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_sign_in_codes")


async def test_a_mail_says_the_code_in_both_languages_and_what_it_is_for(city: City) -> None:
    answer = await city.ask("lin@mail.cn", **{"Accept-Language": "en"})
    assert set(answer.json()) == {"challenge", "expires_at", "again_in", "demo_code"}
    assert (answer.json()["demo_code"], answer.json()["again_in"]) == (None, 60)
    left = datetime.fromisoformat(answer.json()["expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=4, seconds=50) < left <= timedelta(minutes=5)
    [caught] = city.mails.mails
    mail = caught.mail
    assert (caught.sender, caught.recipients) == ("no-reply@carbon.example", ["lin@mail.cn"])
    assert (mail["To"], mail["Subject"], mail["Auto-Submitted"]) == (
        "lin@mail.cn",
        "Your sign-in code",
        "auto-generated",
    )
    assert "碳迹" in str(mail["From"])
    said = mail.get_content()
    assert said.index("Tell it to nobody") < said.index("请勿告诉任何人")
    assert "carbon.example" in said
    # Nobody reads the code off the answer.
    assert city.mails.code_for("lin@mail.cn") not in answer.text


async def test_a_phone_gets_its_code_through_the_signed_hook(city: City) -> None:
    first = await city.enter("+8613800138000", "phone")
    [handed] = city.hook.handed
    assert set(handed.message) == {"to", "text", "code", "language", "sent_at"}
    assert handed.message["language"] == "zh-CN"
    assert handed.message["code"] in handed.message["text"]
    id_, at = handed.headers["webhook-id"], handed.headers["webhook-timestamp"]
    assert abs(int(at) - datetime.now(UTC).timestamp()) < 60
    expected = sent_codes.signature(HOOK_SECRET.encode(), id_, at, handed.body)
    assert handed.headers["webhook-signature"] == expected
    await city.service.components.counts._redis.flushdb()
    again = await city.ask("１３８ ００１３ ８０００", "phone")
    shown = await city.show(again.json()["challenge"], city.hook.code_for("+8613800138000"), "phone")
    assert shown.json()["citizen"]["id"] == first["citizen"]["id"]


async def test_a_code_works_once(city: City, rows: asyncpg.Connection) -> None:
    challenge, code = await city.sent("once@mail.cn")
    answers = await asyncio.gather(*(city.show(challenge, code) for _ in range(8)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 410: 7}
    again = await city.show(challenge, code)
    assert (again.status_code, again.json()["code"]) == (410, "sign_in_code_over")


async def test_five_tries_over_many_connections_are_five(city: City) -> None:
    challenge, code = await city.sent("guessed@mail.cn")
    guesses = [f"{(int(code) + 1 + n) % 1_000_000:06}" for n in range(40)]
    answers = await asyncio.gather(*(city.show(challenge, guess) for guess in guesses))
    assert Counter(answer.status_code for answer in answers) == {403: 5, 410: 35}
    said = sorted(answer.json()["facts"]["tries_left"] for answer in answers if answer.status_code == 403)
    assert said == [0, 1, 2, 3, 4]
    # The right one is too late.
    assert (await city.show(challenge, code)).json()["code"] == "sign_in_code_over"


async def test_what_is_no_code_costs_no_try(city: City) -> None:
    challenge, code = await city.sent("typing@mail.cn")
    for typed in ("12345", "1234567", "abcdef", "١٢٣٤٥", "12 34 5", "--", "１２３４５６７"):
        refused = await city.show(challenge, typed)
        assert refused.status_code == 422
        assert [each["pointer"] for each in refused.json()["errors"]] == ["/code"]
    wide = code.translate({ord(str(n)): 0xFF10 + n for n in range(10)})
    assert (await city.show(challenge, f"{wide[:3]}-{wide[3:]}")).status_code == 201


async def test_the_code_of_another_address_or_another_way_opens_nothing(city: City) -> None:
    one, code_of_one = await city.sent("one@mail.cn")
    two, code_of_two = await city.sent("two@mail.cn")
    if code_of_one != code_of_two:
        assert (await city.show(one, code_of_two)).status_code == 403
    assert (await city.show(one, code_of_one, "phone")).status_code == 410
    for invented in ("x", "demo.AAAA", one[:-4] + "AAAA", two[::-1], "胸牌"):
        refused = await city.show(invented, code_of_one)
        assert (refused.status_code, refused.json()["code"]) == (410, "sign_in_code_over")
    assert (await city.show(one, code_of_one)).status_code == 201


async def test_a_code_ends_after_five_minutes(city: City, rows: asyncpg.Connection) -> None:
    challenge, code = await city.sent("late@mail.cn")
    await rows.execute("UPDATE sign_in_challenges SET expires_at = expires_at - interval '5 minutes'")
    assert (await city.show(challenge, code)).status_code == 410


async def test_of_two_requests_at_once_one_is_sent(city: City) -> None:
    answers = await asyncio.gather(*(city.ask("twice@mail.cn") for _ in range(6)))
    assert Counter(answer.status_code for answer in answers) == {202: 1, 429: 5}
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.json()["code"] == "too_many_sign_in_codes"
    assert 1 <= int(refused.headers["retry-after"]) <= 120
    assert len(city.mails.mails) == 1
    # The one that was sent is good.
    sent = next(answer for answer in answers if answer.status_code == 202)
    assert (
        await city.show(sent.json()["challenge"], city.mails.code_for("twice@mail.cn"))
    ).status_code == 201


@pytest.mark.parametrize(
    "address",
    [
        "lin@mail.cn\r\nBcc: everybody@mail.cn",
        "lin@mail.cn\nSubject: won",
        "lin@mail.cn,chen@mail.cn",
        "lin@mail.cn chen@mail.cn",
        "Lin <lin@mail.cn>",
        "<lin@mail.cn>",
        '"lin\\r\\n"@mail.cn',
        "lin@mail.cn\u2028Bcc: x@mail.cn",
        "lin@[127.0.0.1]",
        "lin@localhost",
        "@mail.cn",
        "林@mail.cn",
        "+8613800138000",
        "a" * 65 + "@mail.cn",
    ],
)
async def test_an_address_that_is_more_than_one_or_none_is_refused_before_anybody_is_asked(
    city: City, address: str
) -> None:
    refused = await city.ask(address)
    assert refused.status_code == 422
    assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [
        ("/address", "not_an_email_address")
    ]
    assert city.mails.asked == 0


async def test_an_internationalised_domain_gets_its_mail(city: City) -> None:
    answer = await city.ask("lin@邮件。中国")
    code = city.mails.code_for("lin@xn--5nq051n.xn--fiqs8s")
    assert (await city.show(answer.json()["challenge"], code)).status_code == 201


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("028-85551234", "not_a_phone_number"),
        ("110", "not_a_phone_number"),
        ("lin@mail.cn", "not_a_phone_number"),
        ("+8613800138000\r\n+8613800138001", "not_a_phone_number"),
        ("+44 7911 123456", "country_not_served"),
        ("+1 900 555 0123", "not_a_phone_number"),
    ],
)
async def test_a_number_that_gets_no_messages_here_is_refused_in_words(
    city: City, number: str, code: str
) -> None:
    refused = await city.ask(number, "phone")
    assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [("/address", code)]
    assert city.hook.handed == []


async def test_a_carrier_that_is_down_keeps_nothing_and_counts_nothing(
    city: City, rows: asyncpg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    kept = await rows.fetchval("SELECT count(*) FROM sign_in_challenges")
    city.hook.status = "500 Internal Server Error"
    for setting in ("hangs_up", "answer_to_data"):
        setattr(city.mails, setting, True if setting == "hangs_up" else "451 try later")
        for _ in range(PER_ADDRESS_PER_HOUR + 1):
            refused = await city.ask("patient@mail.cn")
            assert (refused.status_code, refused.json()["code"]) == (503, "sign_in_code_not_sent")
            assert "retry-after" in refused.headers
        city.mails.hangs_up = False
    for _ in range(PER_ADDRESS_PER_HOUR + 1):
        assert (await city.ask("13800138000", "phone")).status_code == 503
    assert await rows.fetchval("SELECT count(*) FROM sign_in_challenges") == kept
    assert "patient@mail.cn" not in caplog.text
    assert "13800138000" not in caplog.text
    # As soon as it is there again, all is as if nobody had asked.
    city.forget()
    await city.enter("patient@mail.cn")
    await city.enter("+8613800138000", "phone")


async def test_a_slow_carrier_holds_few_connections_and_nobody_for_long(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sent_codes, "TIMEOUT_S", 0.8)
    city.mails.delay_s = city.hook.delay_s = 5.0
    began = asyncio.get_running_loop().time()
    asking = [asyncio.create_task(city.ask(f"slow{n}@mail.cn")) for n in range(25)]
    await asyncio.sleep(0.4)
    assert city.mails.asked == sent_codes.CONNECTIONS_MAX
    answers = list(await asyncio.gather(*asking))
    answers += [await city.ask("13800138000", "phone")]
    assert {answer.status_code for answer in answers} == {503}
    assert asyncio.get_running_loop().time() - began < 3


async def test_what_a_carrier_says_of_one_address_stays_counted(city: City) -> None:
    # Or somebody could have it asked about invented addresses for ever.
    city.mails.refused |= {"nobody@mail.cn": "550 no such user", "full@mail.cn": "452 mailbox full"}
    refused = await city.ask("nobody@mail.cn")
    assert (refused.status_code, refused.json()["code"]) == (422, "address_takes_nothing")
    refused = await city.ask("full@mail.cn")
    assert (refused.status_code, refused.json()["code"]) == (503, "sign_in_code_not_sent")
    city.hook.status = "422 Unprocessable Content"
    refused = await city.ask("13800138000", "phone")
    assert (refused.status_code, refused.json()["code"]) == (422, "address_takes_nothing")
    for provider, address in (
        ("email", "nobody@mail.cn"),
        ("email", "full@mail.cn"),
        ("phone", "13800138000"),
    ):
        assert (await city.ask(address, provider)).status_code == 429


async def test_a_source_that_keeps_a_slow_carrier_busy_leaves_others_a_turn(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sent_codes, "WAITING_MAX", 8)
    city.mails.delay_s = 0.3
    async with browser_at(city.service, "203.0.113.8") as stranger:
        flood = [asyncio.create_task(city.ask(f"flood{n}@mail.cn", client=stranger)) for n in range(12)]
        await asyncio.sleep(0.1)
        assert (await city.ask("patient@mail.cn")).status_code == 202
        found = Counter(answer.status_code for answer in await asyncio.gather(*flood))
    assert found == {202: 4, 503: 8}


async def test_ten_thousand_invented_addresses_of_one_source_take_half_of_the_codes_and_nobody_in(
    city: City, rows: asyncpg.Connection
) -> None:
    codes = city.service.components.citizen_sign_in.codes
    citizens = await rows.fetchval("SELECT count(*) FROM citizens")
    refused: Counter[str] = Counter()
    for n in range(10_000):
        try:
            await codes.send("email", f"invented{n}@mail.cn", "203.0.113.9", "en")
        except Exception as refusal:
            refused[type(refusal).__name__] += 1
    assert refused == {"TooManySignInCodes": 10_000 - CODES_MAX // 2}
    assert len(city.mails.mails) == CODES_MAX // 2
    assert await rows.fetchval("SELECT count(*) FROM citizens") == citizens
    # Somebody else signs in meanwhile.
    await city.enter("real@mail.cn")


async def test_a_stranger_who_asks_for_somebodys_codes_leaves_them_theirs(city: City) -> None:
    async with browser_at(city.service, "203.0.113.1") as stranger:
        for _ in range(PER_ADDRESS_AND_SOURCE_PER_HOUR + 3):
            await city.ask("owner@mail.cn", client=stranger)
    assert len(city.mails.mails) == 1  # one a minute
    await city.enter("owner@mail.cn")


async def test_a_patient_stranger_keeps_nobody_out_for_a_day(city: City) -> None:
    codes = city.service.components.citizen_sign_in.codes
    sent = 0
    for _ in range(30):
        try:
            await codes.send("email", "owner@mail.cn", "203.0.113.1", "en")
        except TooManySignInCodes:
            continue
        sent += 1
        # An hour goes by.
        of_stranger = codes._quotas_of("email", "owner@mail.cn", "203.0.113.1")
        await codes._quotas.give_back([quota for quota in of_stranger if quota.window_s <= 3600])
    assert sent == 10
    await city.enter("owner@mail.cn")


async def test_one_mailbox_is_not_flooded_by_its_many_spellings(city: City) -> None:
    spellings = ["l.in@mail.cn", "lin+1@mail.cn", "li.n+2@mail.cn", "lin@mail.cn"]
    answers = [await city.ask(each) for each in spellings]
    assert [answer.status_code for answer in answers] == [202, 429, 429, 429]
    # What is counted together is still no one person: accounts are told apart by every sign.
    city.service.components.citizen_sign_in.codes._quotas._here.clear()
    await city.service.components.counts._redis.flushdb()
    first = await city.enter("l.in@mail.cn")
    assert (await city.enter("lin@mail.cn"))["citizen"]["id"] != first["citizen"]["id"]


async def test_thousands_at_one_source_get_their_codes(city: City) -> None:
    # A venue's Wi-Fi is one source: nothing closes for its address before half of the whole city's codes are sent.
    answers = [await city.ask(f"guest{n}@mail.cn") for n in range(CODES_MAX // 2)]
    assert {answer.status_code for answer in answers} == {202}
    assert (await city.ask("guest-too-many@mail.cn")).status_code == 429


async def test_known_and_unknown_addresses_are_answered_alike(city: City) -> None:
    await city.enter("known@mail.cn")
    await city.service.components.counts._redis.flushdb()
    answers = [await city.ask(address) for address in ("known@mail.cn", "unknown@mail.cn")]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert {*answers[0].json()} == {*answers[1].json()}
    assert len({len(answer.json()["challenge"]) for answer in answers}) == 1
    refusals = [await city.show(answer.json()["challenge"], "000000") for answer in answers]
    assert refusals[0].json() == refusals[1].json()


async def test_an_address_is_kept_as_a_keyed_digest_and_encrypted(
    city: City, rows: asyncpg.Connection
) -> None:
    await city.enter("secret.person@mail.cn")
    await city.enter("+8613912345678", "phone")
    tables = await rows.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for row in tables:
        for said in ("secret.person", "13912345678"):
            statement = f"SELECT 1 FROM {row['tablename']} t WHERE position($1 in t::text) > 0"  # noqa: S608
            assert not await rows.fetch(statement, said), row["tablename"]
    keys = [str(key) async for key in city.service.components.counts._redis.scan_iter()]
    assert not any("mail.cn" in key or ("139" in key and "+86" in key) for key in keys)


async def test_without_redis_the_process_counts_by_itself(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    quotas = city.service.components.citizen_sign_in.codes._quotas

    async def away(**_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(quotas, "_take", away)
    monkeypatch.setattr(quotas, "_give_back", away)
    assert (await city.ask("local@mail.cn")).status_code == 202
    assert (await city.ask("local@mail.cn")).status_code == 429
    city.mails.hangs_up = True
    for _ in range(3):
        assert (await city.ask("local2@mail.cn")).status_code == 503
    city.mails.hangs_up = False
    await city.enter("local2@mail.cn")


async def test_wrong_codes_go_on_record_without_the_address(city: City, rows: asyncpg.Connection) -> None:
    challenge, code = await city.sent("recorded@mail.cn")
    await city.show(challenge, wrong(code))
    await city.ask("recorded@mail.cn")
    await city.service.components.security.flush()
    found = await rows.fetch("SELECT kind, r::text AS row FROM security_records r")
    assert {"code_refused", "codes_locked_out"} <= {row["kind"] for row in found}
    assert not any("recorded" in row["row"] or code in row["row"] for row in found)


async def test_the_export_has_the_address_and_an_erasure_takes_it_away(
    city: City, rows: asyncpg.Connection
) -> None:
    session = await city.enter("leaving@mail.cn")
    citizen_id = session["citizen"]["id"]
    document = (await city.service.client.get("/v1/me/export", headers=bearer(session))).json()
    assert [(each["provider"], each["subject"]) for each in document["identities"]] == [
        ("email", "leaving@mail.cn")
    ]
    await city.service.components.counts._redis.flushdb()
    await city.sent("leaving@mail.cn")
    gone = await city.service.client.delete("/v1/me", headers=bearer(session))
    erased = {each["code"]: each["count"] for each in gone.json()["erased"]}
    assert erased["sign_ins"] == 1
    assert await rows.fetchval("SELECT count(*) FROM identities WHERE citizen_id = $1", citizen_id) == 0
    await city.service.components.counts._redis.flushdb()
    assert (await city.enter("leaving@mail.cn"))["citizen"]["id"] != citizen_id


async def test_the_demo_shows_the_code_where_nothing_is_sent(
    stage: Service, caplog: pytest.LogCaptureFixture
) -> None:
    for provider, address in (("email", "demo@mail.cn"), ("phone", "13800138000")):
        with caplog.at_level(logging.WARNING):
            answer = await stage.post("/v1/sessions/codes", {"provider": provider, "address": address})
        code = answer.json()["demo_code"]
        assert code in caplog.text
        body = {"provider": provider, "challenge": answer.json()["challenge"], "code": code}
        assert (await stage.post("/v1/sessions", body)).status_code == 201


async def test_a_way_that_is_not_set_up_sends_nothing(stage_settings: Settings) -> None:
    async with open_city(stage_settings, sms_hook_url="", smtp_url="") as city:
        refused = await city.ask("lin@mail.cn")
        assert (refused.status_code, refused.json()["code"]) == (422, "provider_unknown")
        ways = (await city.service.client.get("/v1/sessions/ways")).json()["items"]
        assert [way["provider"] for way in ways] == ["badge", "passkey"]
