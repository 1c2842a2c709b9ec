"""Who may report: a signature of a key that is valid now, over this very request, at this very time."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx2 as httpx
import pytest

from backend.domain.partners.request_signature import signature
from backend.settings import Settings
from tests.routes.contract import watch
from tests.routes.partnering import ACTIONS, BINDINGS, Partner, new_key, new_partner, raw_of, ride
from tests.service import Service, open_service


@pytest.fixture
async def metro(service: Service) -> Partner:
    return await new_partner(service)


def refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def end(service: Service, partner: Partner, **body: Any) -> httpx.Response:
    path = f"/v1/partners/{partner.code}/keys/{partner.key_id}/end"
    return await service.post(path, {"reason": "rotation"} | body, await service.staff("operator"))


async def test_a_request_that_is_signed_is_taken(metro: Partner) -> None:
    assert (await metro.told(ride()))[0]["status"] == "waiting"


@pytest.mark.parametrize("missing", ["X-Partner", "X-Key", "X-Timestamp", "X-Signature"])
async def test_without_one_of_the_headers_nobody_is_let_in(metro: Partner, missing: str) -> None:
    raw = raw_of(ride())
    headers = {name: value for name, value in metro.headers(ACTIONS, raw).items() if name != missing}
    answer = await metro.send(ACTIONS, raw, headers)
    assert refused(answer) == (401, "partner_not_signed")
    assert answer.headers["www-authenticate"] == "Signature"


@pytest.mark.parametrize(
    "change",
    [
        {"X-Signature": "0" * 64},
        {"X-Signature": "A" * 64},
        {"X-Signature": "é"},
        {"X-Partner": "nobody"},
        {"X-Partner": "metro'--"},
        {"X-Key": "another"},
        {"X-Timestamp": "now"},
        {"X-Timestamp": "-1"},
        {"X-Timestamp": "9" * 30},
    ],
    ids=str,
)
async def test_a_header_that_is_not_the_one_that_was_signed_is_refused(
    metro: Partner, owner: asyncpg.Connection, change: dict[str, str]
) -> None:
    raw = raw_of(ride())
    headers = httpx.Headers(metro.headers(ACTIONS, raw, **change), encoding="latin-1")
    answer = await metro.service.client.post(ACTIONS, content=raw, headers=headers)
    assert answer.status_code == 401
    assert answer.json()["code"] in ("partner_signature", "partner_not_signed", "partner_clock")
    assert await owner.fetchval("SELECT count(*) FROM waiting_items") == 0


async def test_a_bearer_token_of_anybody_opens_nothing(metro: Partner) -> None:
    for headers in (await metro.service.staff("operator"), await metro.service.citizen()):
        answer = await metro.send(ACTIONS, raw_of(ride()), headers)
        assert refused(answer) == (401, "partner_not_signed")


async def test_a_body_that_was_changed_on_its_way_is_refused(metro: Partner) -> None:
    raw = raw_of(ride(quantity=10))
    headers = metro.headers(ACTIONS, raw)
    answer = await metro.send(ACTIONS, raw.replace(b'"quantity": 10', b'"quantity": 99'), headers)
    assert refused(answer) == (401, "partner_signature")


async def test_a_signature_for_one_address_is_none_for_another(metro: Partner) -> None:
    raw = b'{"subject":"card-1"}'
    answer = await metro.send(BINDINGS, raw, metro.headers(ACTIONS, raw))
    assert refused(answer) == (401, "partner_signature")


async def test_one_partner_cannot_sign_for_another(service: Service, metro: Partner) -> None:
    bus = await new_partner(service, "bus", "bus")
    raw = raw_of(ride())
    answer = await metro.send(ACTIONS, raw, metro.headers(ACTIONS, raw, **{"X-Partner": bus.code}))
    assert refused(answer) == (401, "partner_signature")


@pytest.mark.parametrize("days", [-1, 1])
async def test_a_clock_a_day_off_is_told_the_servers_time(metro: Partner, days: int) -> None:
    raw = raw_of(ride())
    timestamp = str(int(time.time()) + days * 86_400)
    right = signature(metro.secret.encode(), timestamp, "POST", ACTIONS, raw)
    headers = metro.headers(ACTIONS, raw, **{"X-Timestamp": timestamp, "X-Signature": right})
    answer = await metro.send(ACTIONS, raw, headers)
    assert refused(answer) == (401, "partner_clock")
    assert datetime.now(UTC).isoformat()[:16] in answer.json()["detail"]


@pytest.mark.parametrize("seconds", [-290, 290])
async def test_a_clock_some_minutes_off_is_good_enough(metro: Partner, seconds: int) -> None:
    raw = raw_of(ride())
    timestamp = str(int(time.time()) + seconds)
    right = signature(metro.secret.encode(), timestamp, "POST", ACTIONS, raw)
    headers = metro.headers(ACTIONS, raw, **{"X-Timestamp": timestamp, "X-Signature": right})
    assert (await metro.send(ACTIONS, raw, headers)).status_code == 200


async def test_two_keys_overlap_until_the_old_one_ends(service: Service, metro: Partner) -> None:
    new = await new_key(service, "metro")
    for each in (metro, new):
        assert (await each.report(ride())).status_code == 200
    ended = await end(service, metro)
    assert ended.status_code == 200
    assert refused(await metro.report(ride())) == (401, "partner_key_not_valid")
    assert (await new.report(ride())).status_code == 200
    assert refused(await end(service, metro)) == (409, "partner_key_ended")


async def test_a_key_may_end_later_and_its_end_may_be_moved(service: Service, metro: Partner) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    answer = await end(service, metro, at=later.isoformat())
    assert datetime.fromisoformat(answer.json()["valid_to"]) == later
    assert (await metro.report(ride())).status_code == 200
    assert (await end(service, metro)).status_code == 200
    assert refused(await metro.report(ride())) == (401, "partner_key_not_valid")


async def test_a_key_whose_time_has_not_come_signs_nothing(service: Service, metro: Partner) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    coming = await new_key(service, "metro", valid_from=tomorrow.isoformat())
    assert refused(await coming.report(ride())) == (401, "partner_key_not_valid")
    ended = await end(service, coming)
    assert ended.json()["valid_to"] == ended.json()["valid_from"]


async def test_what_is_wrong_with_a_key_is_told_to_its_owner_alone(service: Service, metro: Partner) -> None:
    await end(service, metro)
    stranger = replace(metro, secret="guess")
    assert refused(await stranger.report(ride())) == (401, "partner_signature")


async def test_a_partner_that_was_closed_is_turned_away_until_it_is_opened(
    service: Service, metro: Partner
) -> None:
    operator = await service.staff("operator")
    for is_open, expected in ((False, 403), (True, 200)):
        body = {"is_open": is_open, "reason": "audit"}
        assert (await service.post("/v1/partners/metro/changes", body, operator)).status_code == 200
        assert (await metro.report(ride())).status_code == expected


async def test_secrets_are_encrypted_in_the_database(
    metro: Partner, owner: asyncpg.Connection, settings: Settings
) -> None:
    sealed = await owner.fetchval("SELECT sealed FROM partner_keys")
    assert metro.secret.encode() not in sealed
    told = str(await owner.fetch("SELECT after FROM staff_actions"))
    assert metro.secret not in told


async def test_a_key_that_was_sealed_elsewhere_opens_nothing(metro: Partner, settings: Settings) -> None:
    others = replace(settings, secret_keys="other:another-secret-of-32-bytes-or-more-0123")
    async with open_service(others) as elsewhere:
        there = replace(metro, service=watch(elsewhere))
        assert refused(await there.report(ride())) == (401, "partner_signature")


async def test_secrets_open_after_the_sealing_key_was_exchanged(metro: Partner, settings: Settings) -> None:
    both = replace(
        settings, secret_keys=f"new:another-secret-of-32-bytes-or-more-0123,{settings.secret_keys}"
    )
    async with open_service(both) as later:
        there = replace(metro, service=watch(later))
        assert (await there.report(ride())).status_code == 200


async def test_a_body_of_a_megabyte_is_read_and_a_larger_one_is_not(metro: Partner) -> None:
    raw = raw_of(ride()) + b" " * 1_000_000
    assert (await metro.send(ACTIONS, raw)).status_code == 200
    raw += b" " * 100_000
    assert refused(await metro.send(ACTIONS, raw)) == (413, "body_too_large")
