# ruff: noqa: S608 - names of tables come from the database
"""Whether a journey is kept is its citizen's to say: what the ledger holds with consent, without it, and after it."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from backend.domain.certificates.document import lines_digest
from backend.domain.certificates.verification import Forged, check_certificate, read_keys
from backend.jobs.log_integration import integrate_log
from backend.services.certificates.transparency_log import log_keys
from tests.routes.attending import holding, id_of
from tests.service import Json, Service

CITY: Json = {"from_city": "重庆", "mode": "hsr", "nights": 1}
FARTHER: Json = {"from_city": "北京", "mode": "plane", "nights": 1}


@pytest.fixture
async def fair(service: Service) -> Service:
    await service.event("fair")
    await service.pool("fair")
    return service


async def consent(service: Service, citizen: dict[str, str], granted: bool) -> None:
    body = {"scope": "event_profile", "granted": granted}
    answer = await service.client.post("/v1/me/consents", json=body, headers=citizen)
    assert answer.status_code == 200, answer.text


async def scan(service: Service, citizen: dict[str, str], journey: Json | None = CITY, **more: Any) -> Json:
    badge = (await service.badges(1))[0]
    answer = await service.scan(badge["code"], citizen, journey=journey, offset={"share": 100}, **more)
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


async def everything(owner: asyncpg.Connection) -> str:
    """Every row of every table that has to do with people, as text; what the search finds is public."""
    tables = await owner.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    kept = []
    for table in tables:
        if table["tablename"] in ("catalogue_entries", "tortoise_migrations", "search_items"):
            continue
        rows = await owner.fetch(
            f"SELECT t::text AS row, to_json(t)::text AS json FROM {table['tablename']} t"
        )
        kept += [row["json"] for row in rows]
    texts = "\n".join(kept)
    # Columns of bytes are spelled in hexadecimal; what they say is looked at as well.
    return texts + "\n".join(
        bytes.fromhex(each.split('"')[0]).decode("utf-8", "replace")
        for each in texts.split('"\\\\x')[1:]
        if len(each.split('"')[0]) % 2 == 0
    )


async def keys_of(service: Service) -> Any:
    return read_keys((await service.client.get("/.well-known/tianfu-log.json")).json())


async def test_without_consent_a_journey_is_answered_and_not_kept(
    fair: Service, owner: asyncpg.Connection
) -> None:
    citizen = await fair.citizen()
    joined = await scan(fair, citizen)
    lines = joined["footprint"]["lines"]
    train = next(line for line in lines if line["source"] == "travel_intercity")
    kept = await everything(owner)
    # The search finds what is there.
    assert "travel_intercity" in kept
    assert str(joined["footprint"]["total_g"]) in kept
    for told in (
        "重庆",
        "from_city",
        train["factor_id"],
        f'"quantity":{train["quantity"]}',
        joined["lines_salt"],
    ):
        assert told not in kept, told
    assert joined["lines_sha256"] in kept
    digest = lines_digest(lines, bytes.fromhex(joined["lines_salt"]))
    assert digest == joined["lines_sha256"]
    assert lines_digest(lines) not in kept


async def test_a_stored_digest_of_a_request_cannot_be_found_by_trying(
    fair: Service, owner: asyncpg.Connection
) -> None:
    citizen, badge, key = await fair.citizen(), (await fair.badges(1))[0], uuid4().hex
    body = json.dumps({"code": badge["code"], "journey": CITY}).encode()
    headers = citizen | {"Idempotency-Key": key, "Content-Type": "application/json"}
    first = await fair.client.post("/v1/scans", content=body, headers=headers)
    assert first.status_code == 201
    guess = sha256(b"/v1/scans\0" + body).digest()
    stored = await owner.fetchval("SELECT request_digest FROM idempotency_keys WHERE key = $1", key)
    assert len(stored) == len(guess)
    assert stored != guess
    # Such a digest is there only of before, and its request is still known.
    await owner.execute("UPDATE idempotency_keys SET request_digest = $2 WHERE key = $1", key, guess)
    again = await fair.client.post("/v1/scans", content=body, headers=headers)
    assert (again.status_code, again.json()["joined_at"]) == (201, first.json()["joined_at"])
    other = await fair.client.post("/v1/scans", content=body + b" ", headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_lines_that_the_holder_shows_are_checked(fair: Service) -> None:
    joined = await scan(fair, await fair.citizen())
    link = joined["certificate"]
    await integrate_log(fair.components.database, log_keys(fair.settings), fair.settings.issuer)
    answer = await fair.client.get(f"/v1/certificates/{link['number']}", headers=holding(link))
    record = answer.json()
    assert (record["shows"], record["footprint"]["lines"]) == ("lines", None)
    assert record["document"]["footprint"]["lines_sha256"] == joined["lines_sha256"]
    keys = await keys_of(fair)
    assert not check_certificate(record, keys).shows_lines
    # The holder puts in what the phone has.
    shown = json.loads(json.dumps(record))
    shown["footprint"] |= {"lines": joined["footprint"]["lines"], "lines_salt": joined["lines_salt"]}
    assert check_certificate(shown, keys).shows_lines
    shown["footprint"]["lines"][0]["quantity"] += 1
    with pytest.raises(Forged):
        check_certificate(shown, keys)


async def test_a_repeat_has_the_sums(fair: Service) -> None:
    citizen, badge = await fair.citizen(), (await fair.badges(1))[0]
    key = {"Idempotency-Key": uuid4().hex}
    body = {"code": badge["code"], "journey": CITY, "offset": {}}
    first = (await fair.client.post("/v1/scans", json=body, headers=citizen | key)).json()
    again = (await fair.client.post("/v1/scans", json=body, headers=citizen | key)).json()
    assert first["footprint"]["lines"]
    assert again["footprint"]["lines"] == []
    assert "lines_salt" not in again
    categories = again["footprint"]["categories"]
    assert sum(each["emission_g"] for each in categories) == first["footprint"]["total_g"]
    assert again["certificate"] == first["certificate"]
    # The journey told again brings them anew.
    answer = await fair.post(
        "/v1/events/fair/journey", {"journey": CITY}, citizen | {"Idempotency-Key": uuid4().hex}
    )
    told = answer.json()
    assert (answer.status_code, told["delta_g"], told["difference"]) == (200, 0, "none")
    assert told["footprint"]["lines"] == first["footprint"]["lines"]
    assert told["lines_sha256"] != first["lines_sha256"]
    record = (await fair.client.get(f"/v1/certificates/{first['certificate']['number']}")).json()
    assert record["document"]["footprint"]["lines_sha256"] == told["lines_sha256"]


async def test_with_consent_a_journey_is_kept_for_its_citizen_alone(
    fair: Service, owner: asyncpg.Connection
) -> None:
    first, second = [await fair.citizen() for _ in range(2)]
    for citizen in (first, second):
        await consent(fair, citizen, True)
        joined = await scan(fair, citizen)
        assert "lines_salt" not in joined
    rows = await owner.fetch("SELECT journey::text AS journey FROM footprints WHERE journey IS NOT NULL")
    assert len(rows) == 2
    assert all("重庆" in row["journey"] for row in rows)
    mine = (await fair.client.get("/v1/events/fair/me", headers=first)).json()
    assert mine["revisions"][0]["journey"]["from_city"] == "重庆"


async def test_a_crowd_without_a_word_shares_one_footprint_whatever_it_agreed_to(
    fair: Service, owner: asyncpg.Connection
) -> None:
    for granted in (True, False, False):
        citizen = await fair.citizen()
        if granted:
            await consent(fair, citizen, True)
        await scan(fair, citizen, None)
    assert await owner.fetchval("SELECT count(*) FROM footprints") == 1
    for _ in range(2):
        await scan(fair, await fair.citizen())
    # Without the consent the sums are shared too; what tells the two apart is a salted digest.
    assert await owner.fetchval("SELECT count(*) FROM footprints") == 2
    digests = await owner.fetch("SELECT lines_digest FROM attendances WHERE lines_digest IS NOT NULL")
    assert len({row["lines_digest"] for row in digests}) == 2


@pytest.mark.parametrize("how", ["withdrawn", "erased"])
async def test_what_was_kept_goes_at_once(fair: Service, owner: asyncpg.Connection, how: str) -> None:
    citizen, other = await fair.citizen(), await fair.citizen()
    for each in (citizen, other):
        await consent(fair, each, True)
    joined = await scan(fair, citizen)
    link = joined["certificate"]
    await scan(fair, other)
    again = await fair.post(
        "/v1/events/fair/journey", {"journey": FARTHER}, citizen | {"Idempotency-Key": uuid4().hex}
    )
    assert again.status_code == 200, again.text
    await integrate_log(fair.components.database, log_keys(fair.settings), fair.settings.issuer)
    before = (await fair.client.get(f"/v1/certificates/{link['number']}")).json()
    if how == "withdrawn":
        await consent(fair, citizen, False)
    else:
        assert (await fair.client.delete("/v1/me", headers=citizen)).status_code == 200
    rows = await owner.fetch("SELECT journey::text AS journey FROM footprints WHERE journey IS NOT NULL")
    assert ["重庆" in row["journey"] for row in rows] == [True]
    after = (await fair.client.get(f"/v1/certificates/{link['number']}", headers=holding(link))).json()
    assert after["footprint"]["lines"] is None
    # What was signed stays signed, and the sums are what they were.
    for name in ("document", "signature", "log"):
        assert after[name] == before[name]
    check_certificate(after, await keys_of(fair))
    if how == "withdrawn":
        mine = (await fair.client.get("/v1/events/fair/me", headers=citizen)).json()
        assert [each["journey"] for each in mine["revisions"]] == [None, None]
        assert mine["footprint"]["total_g"] == again.json()["footprint"]["total_g"]


async def test_the_application_can_put_nothing_else_in_a_journeys_place(
    fair: Service, owner: asyncpg.Connection
) -> None:
    citizen = await fair.citizen()
    await consent(fair, citizen, True)
    await scan(fair, citizen)
    await scan(fair, await fair.citizen(), FARTHER)
    event_id = await owner.fetchval("SELECT id FROM events WHERE slug = 'fair'")
    kept = await owner.fetchval("SELECT digest FROM footprints WHERE journey IS NOT NULL")
    other = await owner.fetchval("SELECT digest FROM footprints WHERE journey IS NULL")
    async with fair.components.database.acquire() as connection:
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute(
                "SELECT forget_journey($1, $2, $3, $4, $5)",
                *(id_of(fair, citizen), event_id, kept, other, sha256(b"").digest()),
            )
