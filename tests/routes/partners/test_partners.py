"""What partners report: each item looked at alone, in order, and credited exactly once."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import asyncpg
import httpx2 as httpx
import pytest

from backend.ledger.audit.ledger import audit_all
from backend.messages.encoding import encode
from backend.settings import Settings
from tests.routes.contract import watch
from tests.routes.partnering import ACTIONS, Partner, new_partner, raw_of, ride
from tests.service import Service, open_service


@pytest.fixture
async def metro(service: Service) -> Partner:
    return await new_partner(service)


@pytest.fixture
async def lin(service: Service, metro: Partner) -> dict[str, str]:
    """A citizen who is bound as card-1."""
    citizen = await service.citizen()
    await metro.bind(citizen, "card-1")
    return citizen


async def actions_of(service: Service, citizen: dict[str, str]) -> list[dict[str, Any]]:
    answer = await service.client.get("/v1/me/actions", params={"limit": 100}, headers=citizen)
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def balance(service: Service, citizen: dict[str, str]) -> int:
    return int((await service.client.get("/v1/me", headers=citizen)).json()["balance"])


async def test_a_ride_is_credited_in_full_with_its_partner(
    service: Service, metro: Partner, lin: dict[str, str], owner: asyncpg.Connection
) -> None:
    item = ride(external_id="trip-1")
    (result,) = await metro.told(item)
    assert result == {
        "external_id": "trip-1",
        "status": "posted",
        "action_id": result["action_id"],
        "reduction_g": 468,
        "points": 46,
        "code": None,
        "facts": {},
        "reductions": [],
    }
    (action,) = await actions_of(service, lin)
    assert (action["id"], action["tier"], action["reduction_g"]) == (result["action_id"], "E1", 468)
    assert await balance(service, lin) == 46
    row = await owner.fetchrow("SELECT partner_id, tier FROM actions")
    assert row["partner_id"] == await owner.fetchval("SELECT id FROM partners")


async def test_results_stand_in_the_order_of_the_items(metro: Partner, lin: dict[str, str]) -> None:
    items = [
        ride(external_id="a"),
        ride("stranger", external_id="b"),
        ride(external_id="c", method="flying"),
        ride(external_id="d", method="bus", quantity=3),
        {"external_id": "e"},
        "not an item",
    ]
    answer = await metro.report(*items)
    told = [(r["external_id"], r["status"], r["code"]) for r in answer.json()["items"]]
    assert told == [
        ("a", "posted", None),
        ("b", "waiting", None),
        ("c", "refused", "method_not_found"),
        ("d", told[3][1], None),
        ("e", "refused", "invalid_item"),
        (None, "refused", "invalid_item"),
    ]
    assert sum(answer.json()["counts"].values()) == 6


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"method": "flying"}, "method_not_found"),
        ({"method": "recyclables"}, "method_not_agreed"),
        ({"quantity": 0}, "quantity_not_positive"),
        ({"quantity": -1}, "quantity_not_positive"),
        ({"quantity": 1_000_000}, "quantity_too_large"),
        ({"quantity": "1e999999"}, "quantity_too_large"),
        ({"quantity": "NaN"}, "quantity_not_finite"),
        ({"quantity": "1.00001"}, "quantity_too_precise"),
        ({"quantity": "ten"}, "invalid_item"),
        ({"quantity": True}, "invalid_item"),
        ({"parameters": {"colour": "red"}}, "unknown_parameter"),
        ({"parameters": [1]}, "invalid_item"),
        ({"occurred_at": "2020-01-01T00:00:00Z"}, "time_out_of_range"),
        ({"occurred_at": "9999-12-31T23:59:59Z"}, "time_out_of_range"),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "time_out_of_range"),
        ({"occurred_at": "2026-01-01T00:00:00"}, "invalid_item"),
        ({"occurred_at": "yesterday"}, "invalid_item"),
        ({"ended_at": "2020-01-01T00:00:00Z"}, "trip_ends_wrong"),
        ({"ended_at": "9999-12-31T23:59:59Z"}, "trip_ends_wrong"),
        ({"subject": ""}, "invalid_item"),
        ({"subject": "s" * 129}, "invalid_item"),
        ({"subject": "two words"}, "invalid_item"),
        ({"subject": "nul\0"}, "invalid_item"),
        ({"external_id": "e" * 65}, "invalid_item"),
        ({"external_id": "line\n"}, "invalid_item"),
        ({"external_id": 7}, "invalid_item"),
        ({"extra": 1}, "invalid_item"),
    ],
    ids=str,
)
async def test_a_bad_item_is_refused_alone(
    metro: Partner, lin: dict[str, str], owner: asyncpg.Connection, change: dict[str, Any], code: str
) -> None:
    bad, good = await metro.told(ride() | change, ride())
    assert (bad["status"], bad["code"], bad["points"]) == ("refused", code, 0)
    assert good["status"] == "posted"
    assert await owner.fetchval("SELECT count(*) FROM actions") == 1
    assert await owner.fetchval("SELECT count(*) FROM waiting_items") == 0


@pytest.mark.parametrize(("days", "status"), [(30.9, "posted"), (31.1, "refused")])
async def test_a_ride_may_be_reported_for_a_month(
    metro: Partner, lin: dict[str, str], days: float, status: str
) -> None:
    at = datetime.now(UTC) - timedelta(days=days)
    (result,) = await metro.told(ride(occurred_at=at.isoformat()))
    assert result["status"] == status


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"", 400, "malformed_json"),
        (b"{", 400, "malformed_json"),
        (b'{"items": [}', 400, "malformed_json"),
        (b"\xff\xfe", 400, "malformed_json"),
        (b'{"items": [{"external_id": 7}', 400, "malformed_json"),
        (b'{"items": ' + b"[" * 100_000, 400, "malformed_json"),
        (b"[]", 422, "invalid_body"),
        (b'{"items": []}', 422, "invalid_body"),
        (b'{"items": 5}', 422, "invalid_body"),
        (b'{"items": [], "more": 1}', 422, "invalid_body"),
        (b'{"items": [' + b",".join([b"1"] * 1001) + b"]}", 422, "invalid_body"),
    ],
    ids=lambda value: str(value)[:30],
)
async def test_a_request_that_is_no_list_of_items_is_refused_whole(
    metro: Partner, raw: bytes, status: int, code: str
) -> None:
    answer = await metro.send(ACTIONS, raw)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_thousand_items_of_two_hundred_people_in_one_request(
    service: Service, metro: Partner, owner: asyncpg.Connection, settings: Settings
) -> None:
    citizens = await service.citizens(20)
    for number, citizen in enumerate(citizens):
        await metro.bind(citizen, f"p-{number}")
    start = datetime.now(UTC) - timedelta(days=20)
    items = [
        ride(
            f"p-{n % 20}",
            external_id=f"t-{n}",
            occurred_at=(start + timedelta(hours=8 * (n // 20))).isoformat(),
        )
        for n in range(1000)
    ]
    results = await metro.told(*items)
    assert Counter(result["status"] for result in results) == {"posted": 1000}
    assert [result["external_id"] for result in results] == [item["external_id"] for item in items]
    assert await metro.told(*items) == results
    assert await owner.fetchval("SELECT count(*) FROM actions") == 1000
    assert not [finding for finding in await audit_all(settings) if finding.is_broken]


async def test_a_repeat_gets_the_first_answer_and_credits_nothing(
    service: Service, metro: Partner, lin: dict[str, str]
) -> None:
    items = [ride(external_id=f"t-{n}") for n in range(8)]
    first = await metro.told(*items)
    assert await metro.told(*items) == first
    assert await metro.told(*reversed(items)) == first[::-1]
    assert len(await actions_of(service, lin)) == 8


async def test_the_same_id_twice_in_one_request_is_a_repeat(
    service: Service, metro: Partner, lin: dict[str, str]
) -> None:
    item = ride()
    first, second = await metro.told(item, item)
    assert first == second
    assert len(await actions_of(service, lin)) == 1
    stranger = ride("stranger")
    assert [r["status"] for r in await metro.told(stranger, stranger)] == ["waiting", "waiting"]


async def test_the_same_content_written_otherwise_is_the_same_item(
    service: Service, metro: Partner, lin: dict[str, str]
) -> None:
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    shanghai = (at + timedelta(hours=8)).replace(tzinfo=None).isoformat() + "+08:00"
    item = ride(quantity=10, occurred_at=at.isoformat())
    first = await metro.told(item)
    assert await metro.told(item | {"quantity": 10.0, "occurred_at": shanghai}) == first
    assert len(await actions_of(service, lin)) == 1


@pytest.mark.parametrize(
    "change", [{"quantity": 11}, {"method": "bus"}, {"subject": "stranger"}, {"quantity": -1}], ids=str
)
async def test_the_same_id_with_other_content_is_refused(
    service: Service, metro: Partner, lin: dict[str, str], change: dict[str, Any]
) -> None:
    item = ride()
    first = await metro.told(item)
    (result,) = await metro.told(item | change)
    assert (result["status"], result["code"]) == ("refused", "external_id_reused")
    assert await metro.told(item) == first
    assert len(await actions_of(service, lin)) == 1


async def test_a_customers_id_cannot_be_found_in_what_is_kept_of_a_report(
    service: Service, metro: Partner, lin: dict[str, str], owner: asyncpg.Connection
) -> None:
    """The row outlives the account: whose it was must not be told by trying a partner's customers."""
    item = ride("card-1", "trip-1")
    first = await metro.told(item)
    at = datetime.fromisoformat(item["occurred_at"]).timestamp()
    guess = sha256(encode(("card-1", "metro", "1E+1", [], at, None))).digest()
    stored = await owner.fetchval("SELECT digest FROM partner_items")
    assert stored != guess
    # Such a digest is there of before, and what it is of is still known.
    await owner.execute("UPDATE partner_items SET digest = $1", guess)
    assert await metro.told(item) == first
    (other,) = await metro.told(item | {"quantity": 11})
    assert (other["status"], other["code"]) == ("refused", "external_id_reused")


async def test_an_item_that_was_refused_may_be_corrected_under_its_id(
    metro: Partner, lin: dict[str, str]
) -> None:
    item = ride(quantity=-1)
    assert (await metro.told(item))[0]["status"] == "refused"
    assert (await metro.told(item | {"quantity": 1}))[0]["status"] == "posted"


async def test_a_partner_is_no_evidence_for_what_only_a_place_can_prove(
    service: Service, metro: Partner, lin: dict[str, str]
) -> None:
    change = {"methods": ["clean_plate"], "reason": "a canteen"}
    answer = await service.post("/v1/partners/metro/changes", change, await service.staff("operator"))
    assert answer.status_code == 200
    (told,) = await metro.told(ride(method="clean_plate", quantity=1))
    assert (told["status"], told["code"]) == ("refused", "evidence_not_accepted")


async def test_ceilings_hold_for_what_partners_report(
    service: Service, metro: Partner, lin: dict[str, str]
) -> None:
    change = {"methods": ["rail_for_air"], "reason": "the railway"}
    answer = await service.post("/v1/partners/metro/changes", change, await service.staff("operator"))
    assert answer.status_code == 200
    trips = [
        ride(
            method="rail_for_air",
            quantity=1500,
            occurred_at=(datetime.now(UTC) - timedelta(hours=hours)).isoformat(),
        )
        for hours in (1, 2)
    ]
    one, two = await metro.told(*trips)
    assert (one["points"], one["reduction_g"]) == (920, 120_180)
    assert one["reductions"][-1]["rule"] == "points_per_act"
    assert two["reduction_g"] == 120_180
    assert two["points"] in (80, 920), "80 where both fall on one day, and never more for an act"


async def test_what_was_credited_is_repeated_whatever_has_changed_since(
    service: Service, metro: Partner, lin: dict[str, str], owner: asyncpg.Connection
) -> None:
    item = ride()
    first = await metro.told(item)
    change = {"methods": ["bus"], "reason": "metro is reported by its own operator"}
    answer = await service.post("/v1/partners/metro/changes", change, await service.staff("operator"))
    assert answer.status_code == 200
    assert await metro.told(item) == first
    assert (await metro.told(ride()))[0]["code"] == "method_not_agreed"
    (grant,) = (await service.client.get("/v1/me/source-grants", headers=lin)).json()["items"]
    await service.client.delete(f"/v1/me/source-grants/{grant['id']}", headers=lin)
    assert await metro.told(item) == first


async def test_points_of_the_quiz_do_not_come_from_a_partner(
    service: Service, metro: Partner, lin: dict[str, str]
) -> None:
    change = {"methods": ["learn"], "reason": "a school reports what is learnt"}
    answer = await service.post("/v1/partners/metro/changes", change, await service.staff("operator"))
    assert answer.status_code == 200
    item = ride(method="learn", quantity=1)
    (told,) = await metro.told(item | {"parameters": {"kind": "quiz"}})
    assert (told["status"], told["code"]) == ("refused", "earned_elsewhere")
    assert (await metro.told(item | {"parameters": {"kind": "learn"}}))[0]["status"] == "posted"


async def test_two_partners_may_use_the_same_ids(
    service: Service, metro: Partner, lin: dict[str, str]
) -> None:
    bus = await new_partner(service, "bus", "bus")
    await bus.bind(lin, "card-1")
    at = datetime.now(UTC) - timedelta(hours=9)
    (one,) = await metro.told(ride(external_id="1"))
    (other,) = await bus.told(ride(external_id="1", method="bus", occurred_at=at.isoformat()))
    assert (one["status"], other["status"]) == ("posted", "posted")
    assert one["action_id"] != other["action_id"]


async def test_the_same_trip_from_two_partners_is_credited_once(
    service: Service, metro: Partner, lin: dict[str, str]
) -> None:
    bikes = await new_partner(service, "bikes", "shared_bike")
    await bikes.bind(lin, "rider-7")
    start = datetime.now(UTC) - timedelta(hours=2)
    trip = {"occurred_at": start.isoformat(), "ended_at": (start + timedelta(minutes=30)).isoformat()}
    (first,) = await metro.told(ride(**trip))
    (second,) = await bikes.told(ride("rider-7", method="bike_share", quantity=4, **trip))
    assert (first["status"], second["status"]) == ("posted", "capped")
    assert [each["rule"] for each in second["reductions"]] == ["overlapping_trip"]
    assert (second["points"], second["reduction_g"]) == (0, 0)


async def test_a_cap_is_named_in_the_result(metro: Partner, lin: dict[str, str]) -> None:
    start = datetime.now(UTC) - timedelta(days=2)
    day = start.replace(hour=2, minute=0)
    items = [ride(occurred_at=(day + timedelta(hours=n)).isoformat(), quantity=1) for n in range(8)]
    results = await metro.told(*items)
    assert [result["status"] for result in results] == ["posted"] * 6 + ["capped"] * 2
    assert results[-1]["reductions"][0]["rule"] == "rides_per_day"


async def test_twenty_of_the_same_request_at_once_credit_once(settings: Settings) -> None:
    async with open_service(replace(settings, partner_requests_max=20)) as running:
        service = watch(running)
        metro = await new_partner(service)
        lin = await service.citizen()
        await metro.bind(lin, "card-1")
        items = [ride(external_id=f"t-{n}", quantity=1) for n in range(6)] + [ride("stranger")]
        answers = await asyncio.gather(*(metro.report(*items) for _ in range(20)))
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.text for answer in answers}) == 1
        assert len(await actions_of(service, lin)) == 6


async def test_more_requests_than_may_be_under_way_are_told_to_come_back(
    settings: Settings, owner: asyncpg.Connection
) -> None:
    async with open_service(replace(settings, partner_requests_max=1)) as running:
        service = watch(running)
        metro = await new_partner(service)
        lin = await service.citizen()
        await metro.bind(lin, "card-1")
        citizen_id = await owner.fetchval("SELECT citizen_id FROM source_grants")
        async with owner.transaction():
            # The first one is held up in the ledger for as long as somebody holds the citizen's row.
            await owner.fetch("SELECT FROM accounts WHERE id = $1 FOR UPDATE", citizen_id)
            first = asyncio.create_task(metro.report(ride()))
            await asyncio.sleep(0.2)
            second = await metro.report(ride())
        assert (second.status_code, second.json()["code"]) == (503, "busy")
        assert (await first).status_code == 200
        assert (await metro.report(ride(quantity=1))).status_code == 200


async def test_a_database_that_is_held_up_loses_and_doubles_nothing(
    service: Service, metro: Partner, lin: dict[str, str], owner: asyncpg.Connection
) -> None:
    item = ride()
    citizen_id = await owner.fetchval("SELECT citizen_id FROM source_grants")
    async with owner.transaction():
        await owner.fetch("SELECT FROM accounts WHERE id = $1 FOR UPDATE", citizen_id)
        answer: httpx.Response = await metro.report(item)
    assert answer.status_code == 503
    assert (await metro.told(item))[0]["status"] == "posted"
    assert len(await actions_of(service, lin)) == 1


async def test_a_scan_does_not_stand_behind_a_partners_thousand(service: Service, metro: Partner) -> None:
    lin = await service.citizen()
    await metro.bind(lin, "card-1")
    queue = service.components.queue
    items = [ride(external_id=f"t-{n}") for n in range(1000)]
    report = asyncio.create_task(metro.send(ACTIONS, raw_of(*items)))
    while not queue.length:  # noqa: ASYNC110 - the queue tells nobody
        await asyncio.sleep(0)
    chen = await service.citizen()
    answer = await service.act(chen, "walk_steps", 1000)
    assert answer.status_code == 201
    assert not report.done()
    assert (await report).status_code == 200


async def test_a_partner_takes_back_what_it_reported_by_mistake(
    service: Service, metro: Partner, lin: dict[str, str]
) -> None:
    trip = ride(external_id="trip-1")
    await metro.told(trip)
    assert await balance(service, lin) == 46
    raw = b'{"external_id": "trip-1", "reason": "the gate read twice"}'
    answer = await metro.send("/v1/partners/reversals", raw)
    assert (answer.status_code, answer.json()["points"]) == (201, 46)
    assert await balance(service, lin) == 0
    again = await metro.send("/v1/partners/reversals", raw)
    assert (again.status_code, again.json()["code"]) == (409, "action_reversed")
    (repeat,) = await metro.told(trip)
    assert repeat["status"] == "posted", "a repeat of the report gets its first answer and credits nothing"
    assert await balance(service, lin) == 0
    nobody = await metro.send("/v1/partners/reversals", b'{"external_id": "no-such", "reason": "x"}')
    assert (nobody.status_code, nobody.json()["code"]) == (404, "partner_item_not_found")
    other = await new_partner(service, code="other-metro")
    theirs = await other.send("/v1/partners/reversals", raw)
    assert (theirs.status_code, theirs.json()["code"]) == (404, "partner_item_not_found")
