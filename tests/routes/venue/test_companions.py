"""Companions: children and elders without a phone, scanned in by somebody else's, by badges of their own."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import asyncpg
import httpx2 as httpx
import pytest

from backend.ledger.audit.ledger import audit_database
from tests.routes.attending import id_of
from tests.routes.counting import row_counts
from tests.service import TONNE, Json, Service

COMPANIONS_MAX = 5


@pytest.fixture(scope="module")
async def fair(stage: Service) -> Service:
    await stage.event("fair")
    await stage.pool("fair", 100 * TONNE)
    return stage


async def bring(
    fair: Service, guardian: dict[str, str], code: str, kind: str = "child", **body: Any
) -> httpx.Response:
    return await fair.scan(code, guardian, companion={"kind": kind}, **body)


async def test_a_companion_has_an_attendance_and_a_certificate_of_their_own_and_earns_nothing(
    fair: Service, rows: asyncpg.Connection
) -> None:
    own, child = await fair.badges(2)
    guardian = await fair.citizen()
    mine = (await fair.scan(own["code"], guardian, offset={"share": 100})).json()
    answer = await bring(fair, guardian, child["code"], offset={"share": 100})
    assert answer.status_code == 201
    body = answer.json()
    assert body["companion"] == {"kind": "child", "badge_serial": child["serial"]}
    assert body["points"] == {"earned": 0, "pending": 0, "balance": 0}
    assert body["certificate"]["number"] != mine["certificate"]["number"]
    assert "companion" not in mine
    row = await rows.fetchrow("SELECT * FROM companions WHERE badge_serial = $1", child["serial"])
    assert row is not None
    assert row["guardian_id"] == id_of(fair, guardian)
    attendance = await rows.fetchrow(
        "SELECT points, badge_serial FROM attendances WHERE citizen_id = $1", row["companion_id"]
    )
    assert dict(attendance or {}) == {"points": 0, "badge_serial": child["serial"]}
    assert (
        await rows.fetchval("SELECT count(*) FROM identities WHERE citizen_id = $1", row["companion_id"]) == 0
    )
    assert (await fair.client.get("/v1/me", headers=guardian)).json()["balance"] == 10


async def test_the_second_scan_of_a_companion_gets_the_first_answer(
    fair: Service, rows: asyncpg.Connection
) -> None:
    badge = (await fair.badges(1))[0]
    guardian = await fair.citizen()
    first = await bring(fair, guardian, badge["code"], "elder", offset={"share": 100})
    before = await row_counts(rows)
    again = await bring(fair, guardian, badge["code"], "elder", offset={"share": 100})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["certificate"] == first.json()["certificate"]
    assert again.json()["companion"] == first.json()["companion"]
    assert await row_counts(rows) == before


async def test_ten_phones_at_one_badge_bring_one_companion(fair: Service, rows: asyncpg.Connection) -> None:
    badge = (await fair.badges(1))[0]
    guardians = await fair.citizens(10)
    answers = await asyncio.gather(*(bring(fair, guardian, badge["code"]) for guardian in guardians))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"badge_bound"}
    count = "SELECT count(*) FROM companions WHERE badge_serial = $1"
    assert await rows.fetchval(count, badge["serial"]) == 1


async def test_one_phone_brings_as_many_as_the_event_allows_even_at_one_moment(
    fair: Service, rows: asyncpg.Connection
) -> None:
    guardian = await fair.citizen()
    badges = await fair.badges(COMPANIONS_MAX + 4)
    answers = await asyncio.gather(*(bring(fair, guardian, badge["code"]) for badge in badges))
    refused = [answer.json()["code"] for answer in answers if answer.status_code != 201]
    assert refused == ["companions_too_many"] * 4
    count = "SELECT count(*) FROM companions WHERE guardian_id = $1"
    assert await rows.fetchval(count, id_of(fair, guardian)) == COMPANIONS_MAX


async def test_what_a_companion_is_refused_for_leaves_nobody_behind(
    fair: Service, rows: asyncpg.Connection
) -> None:
    guardian, other = await fair.citizen(), await fair.citizen()
    mine, theirs, revoked = await fair.badges(3)
    await fair.scan(mine["code"], guardian)
    await fair.scan(theirs["code"], other)
    await rows.execute("UPDATE badges SET revoked_at = now() WHERE serial = $1", revoked["serial"])
    draft = await fair.event("draft", state="draft")
    event = (await fair.client.get("/v1/events/fair")).json()
    keys = fair.components.codes
    staff = await fair.staff("staff")
    shown = await fair.client.get("/v1/events/fair/venue-codes", headers=staff)
    venue = shown.json()["items"][0]["code"]
    before = await row_counts(rows)
    for code, status, refusal in (
        (mine["code"], 409, "badge_bound"),
        (theirs["code"], 409, "badge_bound"),
        (revoked["code"], 409, "badge_revoked"),
        (keys.badge(event["code"], 99_999), 409, "badge_unknown"),
        (keys.badge(draft["code"], 1), 409, "event_not_running"),
        (venue, 422, "companion_needs_badge"),
    ):
        answer = await bring(fair, guardian, code)
        assert (answer.status_code, answer.json()["code"]) == (status, refusal)
    wrong = await bring(fair, guardian, mine["code"], "dog")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_body")
    assert await row_counts(rows) == before


async def test_a_companions_badge_is_nobody_elses_afterwards(fair: Service) -> None:
    badge = (await fair.badges(1))[0]
    guardian = await fair.citizen()
    assert (await bring(fair, guardian, badge["code"])).status_code == 201
    for who in (guardian, await fair.citizen()):
        answer = await fair.scan(badge["code"], who)
        assert (answer.status_code, answer.json()["code"]) == (409, "badge_bound")


async def reissue(fair: Service, badge: Json) -> Json:
    path = f"/v1/events/fair/badges/{badge['serial']}/reissue"
    answer = await fair.post(path, {"reason": "lost"}, await fair.staff("organiser"))
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


async def test_a_companions_badge_that_was_reissued_brings_nobody_new(
    fair: Service, rows: asyncpg.Connection
) -> None:
    badge = (await fair.badges(1))[0]
    guardian = await fair.citizen()
    first = await bring(fair, guardian, badge["code"], offset={"share": 100})
    badges = [badge]
    for _ in range(3):
        badges.append(await reissue(fair, badges[-1]))
    stranger = await fair.citizen()
    before = await row_counts(rows)
    again = await bring(fair, guardian, badges[-1]["code"], offset={"share": 100})
    assert (again.status_code, again.json()["outcome"]) == (200, "already_joined")
    for name in ("certificate", "joined_at", "footprint", "offset", "companion"):
        assert again.json()[name] == first.json()[name]
    other = await bring(fair, stranger, badges[-1]["code"])
    assert (other.status_code, other.json()["code"]) == (409, "badge_bound")
    ended = await bring(fair, guardian, badges[1]["code"])
    assert (ended.status_code, ended.json()["code"]) == (409, "badge_revoked")
    assert await row_counts(rows) == before


async def test_a_reissued_badge_of_somebody_with_a_phone_is_no_companions(
    fair: Service, rows: asyncpg.Connection
) -> None:
    badge = (await fair.badges(1))[0]
    citizen = await fair.citizen()
    first = await fair.scan(badge["code"], citizen, offset={"share": 100})
    fresh = await reissue(fair, await reissue(fair, badge))
    stranger = await fair.citizen()
    before = await row_counts(rows)
    again = await fair.scan(fresh["code"], citizen, offset={"share": 100})
    assert (again.status_code, again.json()["outcome"]) == (200, "already_joined")
    assert again.json()["certificate"] == first.json()["certificate"]
    for guardian in (citizen, stranger):
        brought = await bring(fair, guardian, fresh["code"])
        assert (brought.status_code, brought.json()["code"]) == (409, "badge_bound")
    assert await row_counts(rows) == before


async def test_one_key_for_two_companions_is_refused_and_a_repeat_is_replayed(fair: Service) -> None:
    first, second = await fair.badges(2)
    guardian = await fair.citizen() | {"Idempotency-Key": uuid4().hex}
    joined = await bring(fair, guardian, first["code"])
    again = await bring(fair, guardian, first["code"])
    assert (again.status_code, again.headers["idempotency-replayed"]) == (201, "true")
    assert again.json() == joined.json()
    other = await bring(fair, guardian, second["code"])
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_key_is_the_guardians_for_everybody_they_bring_in_whatever_order(
    fair: Service, rows: asyncpg.Connection
) -> None:
    """As with any other request: a key that comes with something else is refused, and changes nothing."""
    mine, first, second = await fair.badges(3)
    guardian = await fair.citizen()
    keyed = guardian | {"Idempotency-Key": uuid4().hex}
    assert (await bring(fair, guardian, second["code"])).status_code == 201
    joined = await bring(fair, keyed, first["code"])
    before = await row_counts(rows)
    # Somebody who is known already, the guardian, and the same companion with another wish: none of them is `first`.
    for answer in (
        await bring(fair, keyed, second["code"]),
        await fair.scan(mine["code"], keyed),
        await bring(fair, keyed, first["code"], offset={"share": 100}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    again = await bring(fair, keyed, first["code"])
    assert (again.content, again.headers["idempotency-replayed"]) == (joined.content, "true")
    assert await row_counts(rows) == before
    # Another citizen's key of the same name is another key.
    stranger = await fair.citizen() | {"Idempotency-Key": keyed["Idempotency-Key"]}
    assert (await fair.scan(mine["code"], stranger)).status_code == 201


async def test_one_key_for_two_companions_at_one_moment_brings_one(
    fair: Service, rows: asyncpg.Connection
) -> None:
    badges = await fair.badges(2)
    guardian = await fair.citizen()
    for badge in badges:
        assert (await bring(fair, guardian, badge["code"])).status_code == 201
    keyed = guardian | {"Idempotency-Key": uuid4().hex}
    answers = await asyncio.gather(
        *(bring(fair, keyed, badge["code"], offset={"share": 100}) for badge in badges)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 422]
    offsets = (
        "SELECT count(*) FROM offsets JOIN companions ON companion_id = citizen_id WHERE guardian_id = $1"
    )
    assert await rows.fetchval(offsets, id_of(fair, guardian)) == 1


async def test_a_guardian_sees_their_companions_with_certificates_and_nobody_elses(fair: Service) -> None:
    guardian = await fair.citizen()
    badges = await fair.badges(3)
    numbers = []
    for badge, kind in zip(badges, ("child", "elder", "other"), strict=True):
        body = (await bring(fair, guardian, badge["code"], kind, offset={"share": 100})).json()
        numbers.append(body["certificate"]["number"])
    seen, cursor = [], None
    while True:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await fair.client.get("/v1/me/companions", params=params, headers=guardian)).json()
        seen += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert [item["certificate_number"] for item in seen] == numbers[::-1]
    assert [item["kind"] for item in seen] == ["other", "elder", "child"]
    assert all(item["footprint_g"] == item["grams"] for item in seen)
    assert (await fair.client.get(f"/v1/certificates/{numbers[0]}")).status_code == 200
    stranger = await fair.citizen()
    assert (await fair.client.get("/v1/me/companions", headers=stranger)).json()["items"] == []


async def test_the_tie_to_a_guardian_ends_with_their_account_and_the_attendance_stays(
    fair: Service, rows: asyncpg.Connection
) -> None:
    badge = (await fair.badges(1))[0]
    guardian = await fair.citizen()
    await bring(fair, guardian, badge["code"])
    exported = (await fair.client.get("/v1/me/export", headers=guardian)).json()["companions"]
    assert [row["badge_serial"] for row in exported] == [badge["serial"]]
    assert (await fair.client.delete("/v1/me", headers=guardian)).status_code == 200
    count = "SELECT count(*) FROM companions WHERE badge_serial = $1"
    assert await rows.fetchval(count, badge["serial"]) == 0
    kept = "SELECT count(*) FROM attendances WHERE badge_serial = $1"
    assert await rows.fetchval(kept, badge["serial"]) == 1


async def test_the_books_are_right_with_companions_in_them(fair: Service) -> None:
    findings = await audit_database(fair.components.database, fair.settings)
    assert [finding for finding in findings if finding.is_broken] == []
