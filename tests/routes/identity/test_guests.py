"""Guests: whoever holds a badge joins its event with it, without an account; the badge is the identity."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from backend.settings import Settings
from backend.storage import database
from backend.storage.transaction import Transaction
from tests.routes.counting import row_counts
from tests.service import Json, Service, open_service

STATE = "a text that this phone made"


async def signed_in(service: Service, code: str, **body: str) -> Json:
    answer = await service.post("/v1/sessions", {"provider": "badge", "code": code} | body)
    return {"status": answer.status_code} | answer.json()


@pytest.fixture
async def code(service: Service) -> str:
    await service.event("fair", join_points=50)
    await service.pool("fair")
    [badge] = await service.badges(1)
    return str(badge["code"])


async def test_a_guest_joins_sees_and_offsets_and_earns_nothing(service: Service, code: str) -> None:
    guest = await service.guest(code)
    joined = await service.scan(code, guest, offset={"share": 100, "pay_with": "sponsor"})
    assert joined.status_code == 201, joined.text
    answer = joined.json()
    assert answer["footprint"]["total_g"] > 0
    assert answer["offset"]["grams"] == answer["footprint"]["total_g"]
    assert (answer["points"]["earned"], answer["points"]["balance"]) == (0, 0)
    assert answer["points"].get("pending", 0) == 0
    again = await service.scan(code, guest)
    assert (again.status_code, again.json()["outcome"]) == (200, "already_joined")
    mine = await service.client.get("/v1/events/fair/me", headers=guest)
    assert mine.status_code == 200
    listed = await service.client.get("/v1/me/certificates", headers=guest)
    assert [each["number"] for each in listed.json()["items"]] == [answer["certificate"]["number"]]


async def test_the_first_phone_binds_the_badge_and_a_second_is_told_in_words(
    service: Service, code: str
) -> None:
    await service.guest(code)
    second = await signed_in(service, code)
    assert (second["status"], second["code"]) == (409, "badge_taken")
    assert "desk" in second["detail"] or "服务台" in second["detail"]


async def test_a_phone_whose_answer_was_lost_is_the_same_guest(service: Service, code: str) -> None:
    first = await signed_in(service, code, state=STATE)
    again = await signed_in(service, code, state=STATE)
    other = await signed_in(service, code, state=f"{STATE}!")
    assert first["citizen"] == again["citizen"]
    assert other["code"] == "badge_taken"


async def test_two_phones_at_one_moment_are_one_guest(service: Service, code: str) -> None:
    answers = await asyncio.gather(*(signed_in(service, code) for _ in range(8)))
    assert sorted(each["status"] for each in answers) == [201, *[409] * 7]


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("Bk00000.1.AAAAAAAAAAAA", "code_forged"),
        ("rubbish", "code_malformed"),
    ],
)
async def test_invented_codes_ask_no_database(
    service: Service, code: str, text: str, refusal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    forged = code[:-12] + "A" * 12 if refusal == "code_forged" else text

    def nobody_asks(*_: object) -> None:
        raise AssertionError("the database was asked")

    monkeypatch.setattr(database.Database, "acquire", nobody_asks)
    answer = await signed_in(service, forged)
    assert answer["code"] == refusal


async def test_a_sign_in_costs_one_statement(service: Service, code: str) -> None:
    [other] = await service.badges(1)
    await service.guest(code)  # The event's code is known from here on.
    asked: list[str] = []
    async with database.acquire() as connection:
        raw = getattr(connection, "_con", connection)
    logger = lambda record: asked.append(record.query)  # noqa: E731
    raw.add_query_logger(logger)
    try:
        await service.guest(other["code"])
    finally:
        raw.remove_query_logger(logger)
    assert len([each for each in asked if each.startswith("-- ")]) <= 1


async def test_venue_codes_posters_and_passes_ask_a_guest_for_an_account(
    service: Service, code: str, owner: asyncpg.Connection
) -> None:
    guest = await service.guest(code)
    event_code = await owner.fetchval("SELECT code FROM events WHERE slug = 'fair'")
    codes, now = service.components.codes, datetime.now(UTC)
    texts = [
        codes.venue(event_code, 1, now),
        codes.poster(event_code, 1),
        codes.citizen_pass(event_code, 1, now),
        await service.sign(),
    ]
    for text in texts:
        answer = await service.scan(text, guest)
        assert (answer.status_code, answer.json()["code"]) == (403, "identity_needed"), text
        entered = await signed_in(service, text)
        assert entered["code"] == "identity_needed"
    assert await owner.fetchval("SELECT count(*) FROM attendances") == 0


async def test_a_second_badge_of_the_event_or_another_adds_nothing(
    service: Service, code: str, owner: asyncpg.Connection
) -> None:
    guest = await service.guest(code)
    await service.event("elsewhere")
    others = [*await service.badges(1), *await service.badges(1, "elsewhere")]
    for badge in others:  # before joining
        answer = await service.scan(badge["code"], guest)
        assert (answer.status_code, answer.json()["code"]) == (409, "guest_of_another_badge")
    assert (await service.scan(code, guest)).status_code == 201
    before = await row_counts(owner)
    for badge in others:
        answer = await service.scan(badge["code"], guest)
        assert (answer.status_code, answer.json()["code"]) == (409, "guest_of_another_badge")
    assert await row_counts(owner) == before


async def test_a_guest_brings_no_companion(service: Service, code: str) -> None:
    guest = await service.guest(code)
    [badge] = await service.badges(1)
    answer = await service.scan(badge["code"], guest, companion={"kind": "elder"})
    assert answer.json()["code"] == "identity_needed"


async def test_withdrawn_badges_and_closed_events_open_no_session(service: Service, code: str) -> None:
    [badge] = await service.badges(1)
    staff = await service.staff("operator")
    path = f"/v1/events/fair/badges/{badge['serial']}/revocation"
    assert (await service.post(path, {"reason": "lost"}, staff)).status_code == 200
    assert (await signed_in(service, badge["code"]))["code"] == "badge_revoked"
    moved = await service.post("/v1/events/fair/transitions", {"to": "accounting"}, staff)
    assert moved.status_code == 200, moved.text
    assert (await signed_in(service, code))["code"] == "event_not_running"


async def test_a_replaced_badge_is_the_same_guest_s(service: Service, code: str) -> None:
    guest = await service.guest(code, state=STATE)
    assert (await service.scan(code, guest)).status_code == 201
    new = await service.post(
        "/v1/events/fair/badges/1/reissue", {"reason": "torn"}, await service.staff("operator")
    )
    scanned = await service.scan(new.json()["code"], guest)
    assert (scanned.status_code, scanned.json()["outcome"]) == (200, "already_joined")
    assert (await signed_in(service, new.json()["code"]))["code"] == "badge_taken"
    assert (await signed_in(service, new.json()["code"], state=STATE))["status"] == 201


async def test_a_badge_that_an_account_joined_with_opens_no_guest(service: Service, code: str) -> None:
    assert (await service.scan(code, await service.citizen())).status_code == 201
    assert (await signed_in(service, code))["code"] == "badge_bound"


async def test_a_guest_who_has_not_joined_yet_keeps_nobody_with_an_account_out(
    service: Service, code: str
) -> None:
    guest = await service.guest(code)
    assert (await service.scan(code, await service.citizen())).status_code == 201
    answer = await service.scan(code, guest)
    assert (answer.status_code, answer.json()["code"]) == (409, "badge_bound")


async def test_a_guest_s_session_is_refreshed_and_ended(service: Service, code: str) -> None:
    session = await signed_in(service, code)
    fresh = await service.post("/v1/sessions/refresh", {"refresh_token": session["refresh_token"]})
    assert fresh.status_code == 201, fresh.text
    headers = {"Authorization": f"Bearer {fresh.json()['access_token']}"}
    assert (await service.scan(code, headers)).status_code == 201
    assert (await service.client.delete("/v1/sessions/current", headers=headers)).status_code == 204
    assert (await service.scan(code, headers)).json()["code"] == "session_revoked"


async def test_the_holder_s_link_opens_a_guest_s_rights(service: Service, code: str) -> None:
    guest = await service.guest(code)
    joined = await service.scan(code, guest, offset={"share": 100, "pay_with": "sponsor"})
    link = joined.json()["certificate"]["url"]
    assert "#s=" in link
    by_link = await service.guest(link)
    assert (await service.client.get("/v1/me", headers=by_link)).json()["id"] == (
        await service.client.get("/v1/me", headers=guest)
    ).json()["id"]
    given = await service.consent(by_link, "event_profile")
    assert given["is_granted"]
    exported = (await service.client.get("/v1/me/export", headers=by_link)).json()
    assert len(exported["attendances"]) == 1
    assert exported["identities"][0]["provider"] == "badge"
    receipt = await service.client.delete("/v1/me", headers=by_link)
    assert receipt.status_code == 200
    assert (await service.client.get(f"/v1/erasures/{receipt.json()['id']}")).status_code == 200
    # The badge was used, so nobody joins with it once more; the link opens nothing any more.
    assert (await signed_in(service, code))["code"] == "badge_bound"
    assert (await signed_in(service, link))["code"] == "holder_link_invalid"


async def test_wrong_links_and_those_of_accounts_open_no_guest(service: Service, code: str) -> None:
    scanned = await service.scan(code, await service.citizen(), offset={"share": 100, "pay_with": "sponsor"})
    link = str(scanned.json()["certificate"]["url"])
    for text in (link, link[:-1] + "x", "http://x/c/nothing#s=" + "A" * 32):
        answer = await signed_in(service, text)
        assert (answer["status"], answer["code"]) == (401, "holder_link_invalid"), text


async def test_a_guest_consents_to_what_an_event_asks_and_to_nothing_else(
    service: Service, code: str
) -> None:
    guest = await service.guest(code)
    listed = await service.client.get("/v1/me/consents", headers=guest)
    assert [each["scope"] for each in listed.json()["items"]] == ["event_profile"]
    for scope in ("leaderboard", "aggregation", "werun", "subscribe"):
        answer = await service.post("/v1/me/consents", {"scope": scope, "granted": True}, guest)
        assert (answer.status_code, answer.json()["code"]) == (403, "identity_needed"), scope


async def test_a_guest_who_leaves_before_joining_leaves_the_badge_free(service: Service, code: str) -> None:
    guest = await service.guest(code)
    assert (await service.client.delete("/v1/me", headers=guest)).status_code == 200
    assert (await service.scan(code, await service.guest(code))).status_code == 201


async def test_no_table_lets_a_guest_hold_a_point(
    service: Service, code: str, owner: asyncpg.Connection
) -> None:
    await service.guest(code)
    with pytest.raises(asyncpg.CheckViolationError, match="accounts_guest_holds_no_points"):
        await owner.execute("UPDATE accounts SET balance = 1 WHERE guest_badge = 1")


async def test_guests_join_in_production_and_nobody_does_where_they_are_closed(settings: Settings) -> None:
    async with open_service(
        settings
    ) as demo:  # outside demo mode an event is accepted first, with its documents
        await demo.event("fair")
        [badge] = await demo.badges(1)
    async with open_service(replace(settings, environment="production")) as production:
        ways = (await production.client.get("/v1/sessions/ways")).json()["items"]
        assert {"provider": "badge", "facts": {}} in ways
        assert (
            await production.scan(badge["code"], await production.guest(badge["code"]))
        ).status_code == 201
    async with open_service(replace(settings, guests="off")) as closed:
        assert (await signed_in(closed, badge["code"]))["code"] == "provider_unknown"
        ways = (await closed.client.get("/v1/sessions/ways")).json()["items"]
        assert "badge" not in [each["provider"] for each in ways]


async def test_a_scan_of_a_guest_asks_the_database_no_more_than_a_citizen_s(
    service: Service, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest, citizen = await service.guest(code), await service.citizen()
    [badge] = await service.badges(1)
    asked: list[str] = []
    for name in ("read", "lock", "write", "store"):
        door = getattr(Transaction, name)

        def counted(self: Transaction, what: Any, *values: Any, door: Any = door) -> Any:
            asked.append(getattr(what, "name", what))
            return door(self, what, *values)

        monkeypatch.setattr(Transaction, name, counted)
    assert (await service.scan(badge["code"], citizen)).status_code == 201
    as_citizen, asked[:] = list(asked), []
    assert (await service.scan(code, guest)).status_code == 201
    # Nothing is granted, so nothing is added up for points.
    assert set(asked) <= set(as_citizen)
    assert len(asked) <= len(as_citizen)
