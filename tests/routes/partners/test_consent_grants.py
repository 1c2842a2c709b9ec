"""A citizen's consent to a partner: given with a code from the partner, taken back at any time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx2 as httpx
import pytest

from backend.jobs.pending_items import credit_waiting
from backend.services.partners.pending_items import WaitingReport
from tests.routes.evidencing import decide, pending
from tests.routes.partnering import BINDINGS, Partner, new_partner, post_grant, ride
from tests.service import Service

GRANTS = "/v1/me/source-grants"


@pytest.fixture
async def metro(service: Service) -> Partner:
    return await new_partner(service)


def refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def balance(service: Service, citizen: dict[str, str]) -> int:
    return int((await service.client.get("/v1/me", headers=citizen)).json()["balance"])


async def go_round(service: Service) -> WaitingReport:
    components = service.components
    return await credit_waiting(
        components.database,
        components.queue,
        components.catalogue,
        waiting_days_max=components.settings.waiting_days_max,
    )


async def test_what_one_agrees_to_is_told_in_both_languages(service: Service, metro: Partner) -> None:
    (source,) = (await service.client.get("/v1/sources")).json()["items"]
    assert (source["code"], source["methods"]) == ("metro", ["bike_share", "bus", "carpool", "metro"])
    assert "地铁" in source["consent"]["text"]["zh-CN"]
    assert "withdraw" in source["consent"]["text"]["en"]


async def test_a_grant_shows_the_partner_and_only_the_end_of_the_subject(
    service: Service, metro: Partner, owner: asyncpg.Connection
) -> None:
    lin = await service.citizen()
    bound = await metro.bind(lin, "510100-778899")
    assert bound["credited"] == 0
    assert bound["grant"]["subject_hint"] == "…8899"
    (listed,) = (await service.client.get(GRANTS, headers=lin)).json()["items"]
    assert listed == bound["grant"]
    assert await owner.fetchval("SELECT consent_version FROM source_grants") == listed["consent_version"]


async def test_a_code_is_good_once_and_a_repeat_of_the_same_citizen_finds_the_grant(
    service: Service, metro: Partner
) -> None:
    lin, chen = await service.citizen(), await service.citizen()
    code = await metro.binding_code("card-1")
    first = await post_grant(service, lin, "metro", code)
    again = await post_grant(service, lin, "metro", code)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["grant"] == again.json()["grant"]
    assert refused(await post_grant(service, chen, "metro", code)) == (422, "binding_code_invalid")


async def test_a_code_may_be_typed_as_people_type(service: Service, metro: Partner) -> None:
    lin = await service.citizen()
    code = await metro.binding_code("card-1")
    typed = code.replace("-", " ").lower().replace("0", "o").replace("1", "l")
    assert (await post_grant(service, lin, "metro", typed)).status_code == 201


async def test_a_code_is_kept_as_a_hash(service: Service, metro: Partner, owner: asyncpg.Connection) -> None:
    code = (await metro.binding_code("card-1")).replace("-", "")
    row = await owner.fetchrow("SELECT * FROM binding_codes")
    assert code not in str(dict(row))


@pytest.mark.parametrize("code", ["0000-0000-0000", "????????", "é" * 12])
async def test_a_guess_binds_nobody(service: Service, metro: Partner, code: str) -> None:
    await metro.binding_code("card-1")
    answer = await post_grant(service, await service.citizen(), "metro", code)
    assert refused(answer) == (422, "binding_code_invalid")


async def test_a_code_of_another_partner_binds_nobody(service: Service, metro: Partner) -> None:
    await new_partner(service, "bus", "bus")
    code = await metro.binding_code("card-1")
    lin = await service.citizen()
    for partner in ("bus", "nobody"):
        assert refused(await post_grant(service, lin, partner, code)) == (422, "binding_code_invalid")


async def test_a_code_ends_after_ten_minutes_and_with_the_next_one(
    service: Service, metro: Partner, owner: asyncpg.Connection
) -> None:
    lin = await service.citizen()
    first = await metro.binding_code("card-1")
    await asyncio.sleep(1.1)  # another second: the same request signed in the same second is a repeat
    second = await metro.binding_code("card-1")
    assert refused(await post_grant(service, lin, "metro", first)) == (422, "binding_code_invalid")
    await owner.execute("UPDATE binding_codes SET expires_at = expires_at - interval '10 minutes'")
    assert refused(await post_grant(service, lin, "metro", second)) == (422, "binding_code_invalid")


async def test_a_binding_request_that_somebody_recorded_brings_them_no_code(metro: Partner) -> None:
    raw = b'{"subject":"card-1"}'
    headers = metro.headers(BINDINGS, raw)
    assert (await metro.send(BINDINGS, raw, headers)).status_code == 201
    assert refused(await metro.send(BINDINGS, raw, headers)) == (409, "binding_repeated")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"consent": False}, 422, "invalid_body"),
        ({"consent_version": "1999"}, 409, "consent_outdated"),
    ],
    ids=str,
)
async def test_without_consent_to_the_text_in_force_nobody_is_bound(
    service: Service, metro: Partner, change: dict[str, Any], status: int, code: str
) -> None:
    lin = await service.citizen()
    answer = await post_grant(service, lin, "metro", await metro.binding_code("card-1"), **change)
    assert refused(answer) == (status, code)
    assert (await service.client.get(GRANTS, headers=lin)).json()["items"] == []


async def test_one_account_is_bound_to_one_citizen_and_one_citizen_to_one_account(
    service: Service, metro: Partner
) -> None:
    lin, chen = await service.citizen(), await service.citizen()
    await metro.bind(lin, "card-1")
    other = await metro.binding_code("card-2")
    assert refused(await post_grant(service, lin, "metro", other)) == (409, "source_granted")
    await asyncio.sleep(1.1)
    same = await metro.binding_code("card-1")
    assert refused(await post_grant(service, chen, "metro", same)) == (409, "subject_bound")


async def test_ten_citizens_with_one_code_at_once_and_one_is_bound(
    service: Service, metro: Partner, owner: asyncpg.Connection
) -> None:
    citizens = await service.citizens(10)
    code = await metro.binding_code("card-1")
    answers = await asyncio.gather(*(post_grant(service, each, "metro", code) for each in citizens))
    assert sorted(answer.status_code for answer in answers) == [201] + [422] * 9
    assert await owner.fetchval("SELECT count(*) FROM source_grants") == 1


async def test_a_closed_partner_binds_nobody(service: Service, metro: Partner) -> None:
    code = await metro.binding_code("card-1")
    body = {"is_open": False, "reason": "audit"}
    await service.post("/v1/partners/metro/changes", body, await service.staff("operator"))
    assert refused(await post_grant(service, await service.citizen(), "metro", code)) == (
        409,
        "source_closed",
    )
    assert (await service.client.get("/v1/sources")).json()["items"] == []


async def test_what_waited_is_credited_on_binding_at_its_own_day_and_once(
    service: Service, metro: Partner, owner: asyncpg.Connection
) -> None:
    lin = await service.citizen()
    start = datetime.now(UTC) - timedelta(days=3)
    items = [
        ride(external_id=f"t-{n}", occurred_at=(start + timedelta(days=n)).isoformat()) for n in range(3)
    ]
    assert [r["status"] for r in await metro.told(*items)] == ["waiting"] * 3
    assert [r["status"] for r in await metro.told(*items)] == ["waiting"] * 3
    bound = await metro.bind(lin, "card-1")
    assert bound["credited"] == 3
    assert await balance(service, lin) == 3 * 46
    rows = await owner.fetch("SELECT day, occurred_at AT TIME ZONE 'Asia/Shanghai' AS at, tier FROM actions")
    assert all(row["day"] == row["at"].date() and row["tier"] == "E1" for row in rows)
    assert [r["status"] for r in await metro.told(*items)] == ["posted"] * 3
    assert await go_round(service) == WaitingReport()
    assert await balance(service, lin) == 3 * 46
    assert await owner.fetchval("SELECT count(*) FROM waiting_items") == 0


async def test_caps_hold_for_what_waited(service: Service, metro: Partner) -> None:
    lin = await service.citizen()
    day = (datetime.now(UTC) - timedelta(days=2)).replace(hour=2, minute=0)
    items = [ride(occurred_at=(day + timedelta(hours=n)).isoformat(), quantity=1) for n in range(8)]
    await metro.told(*items)
    assert (await metro.bind(lin, "card-1"))["credited"] == 8
    states = [result["status"] for result in await metro.told(*items)]
    assert states == ["posted"] * 6 + ["capped"] * 2


async def test_an_item_that_waits_is_not_replaced_by_another_with_its_id(
    service: Service, metro: Partner
) -> None:
    chen = await service.citizen()
    await metro.bind(chen, "card-2")
    item = ride("card-1")
    await metro.told(item)
    for change in ({"quantity": 20}, {"subject": "card-2"}, {"subject": "card-3"}):
        (result,) = await metro.told(item | change)
        assert (result["status"], result["code"]) == ("refused", "external_id_reused"), change


async def test_a_crash_between_crediting_and_forgetting_credits_once(
    service: Service, metro: Partner, owner: asyncpg.Connection
) -> None:
    lin = await service.citizen()
    await metro.told(*(ride(external_id=f"t-{n}", quantity=1) for n in range(4)))
    kept = await owner.fetch("SELECT * FROM waiting_items")
    await metro.bind(lin, "card-1")
    earned = await balance(service, lin)
    # As a process leaves them that died after the ledger's COMMIT.
    for row in kept:
        await owner.execute("INSERT INTO waiting_items VALUES ($1, $2, $3, $4, $5, $6, $7)", *row.values())
    reports = await asyncio.gather(*(go_round(service) for _ in range(3)))
    assert sum(report.refused for report in reports) == 0
    assert await balance(service, lin) == earned
    assert await owner.fetchval("SELECT count(*) FROM waiting_items") == 0
    assert await owner.fetchval("SELECT count(*) FROM actions") == 4


async def test_a_round_credits_what_a_binding_could_not(
    service: Service, metro: Partner, owner: asyncpg.Connection
) -> None:
    lin = await service.citizen()
    await metro.bind(lin, "card-1")
    other = await new_partner(service, "bus", "bus")
    await other.told(ride("card-9", external_id="t-1", method="bus"))
    # The item came in while its subject was being bound.
    partner_id = await owner.fetchval("SELECT id FROM partners WHERE code = 'metro'")
    await owner.execute("UPDATE waiting_items SET partner_id = $1, subject = 'card-1'", partner_id)
    report = await go_round(service)
    assert (report.credited, report.refused, report.expired) == (1, 0, 0)
    assert await balance(service, lin) > 0


async def test_an_item_waits_for_a_bounded_time(
    service: Service, metro: Partner, owner: asyncpg.Connection
) -> None:
    await metro.told(ride(external_id="old"), ride("card-2", external_id="young"))
    lives = await owner.fetchval("SELECT max(expires_at - received_at) FROM waiting_items")
    assert lives == timedelta(days=service.settings.waiting_days_max)
    await owner.execute(
        "UPDATE waiting_items SET received_at = received_at - interval '31 days',"
        " expires_at = expires_at - interval '31 days' WHERE external_id = 'old'"
    )
    assert (await go_round(service)).expired == 1
    assert await owner.fetchval("SELECT external_id FROM waiting_items") == "young"


async def test_withdrawing_stops_crediting_at_once_and_keeps_what_was_credited(
    service: Service, metro: Partner, owner: asyncpg.Connection
) -> None:
    lin = await service.citizen()
    grant = (await metro.bind(lin, "card-1"))["grant"]
    await metro.told(ride())
    earned = await balance(service, lin)
    for _ in range(2):
        answer = await service.client.delete(f"{GRANTS}/{grant['id']}", headers=lin)
        assert answer.status_code == 204
    (result,) = await metro.told(ride())
    assert (result["status"], result["code"]) == ("refused", "grant_withdrawn")
    assert await balance(service, lin) == earned
    assert await owner.fetchval("SELECT count(*) FROM waiting_items") == 0
    (listed,) = (await service.client.get(GRANTS, headers=lin)).json()["items"]
    assert listed["withdrawn_at"] is not None
    assert listed["subject_hint"] is None


async def test_after_withdrawing_one_may_bind_again(service: Service, metro: Partner) -> None:
    lin, chen = await service.citizen(), await service.citizen()
    grant = (await metro.bind(lin, "card-1"))["grant"]
    await service.client.delete(f"{GRANTS}/{grant['id']}", headers=lin)
    await asyncio.sleep(1.1)
    await metro.bind(chen, "card-1")
    assert (await metro.told(ride()))[0]["status"] == "posted"
    assert (await balance(service, lin), await balance(service, chen) > 0) == (0, True)


async def test_nobody_withdraws_the_consent_of_another(service: Service, metro: Partner) -> None:
    lin, chen = await service.citizen(), await service.citizen()
    grant = (await metro.bind(lin, "card-1"))["grant"]
    for grant_id in (grant["id"], "nothing"):
        answer = await service.client.delete(f"{GRANTS}/{grant_id}", headers=chen)
        assert refused(answer) == (404, "grant_not_found")
    assert (await metro.told(ride()))[0]["status"] == "posted"


async def test_erasing_an_account_destroys_the_subject_and_keeps_the_record_of_the_consent(
    service: Service, metro: Partner, owner: asyncpg.Connection
) -> None:
    lin = await service.citizen()
    await metro.bind(lin, "card-1")
    assert (await service.client.delete("/v1/me", headers=lin)).status_code == 200
    row = await owner.fetchrow("SELECT subject, withdrawn_at, consent_version FROM source_grants")
    assert row["subject"] is None
    assert row["withdrawn_at"] is not None
    for table in ("waiting_items", "binding_codes"):
        assert await owner.fetchval(f"SELECT count(*) FROM {table}") == 0  # noqa: S608
    # Nobody knows the subject any more, so it waits like anybody's.
    assert (await metro.told(ride()))[0]["status"] == "waiting"


async def test_an_account_that_was_erased_binds_nothing_with_its_old_token(
    service: Service, metro: Partner, owner: asyncpg.Connection
) -> None:
    lin = await service.citizen()
    code = await metro.binding_code("card-1")
    await owner.execute("UPDATE sessions SET revoked_at = now(), revoked_why = 'signed_out'")
    assert refused(await post_grant(service, lin, "metro", code)) == (401, "session_revoked")


async def test_what_waits_for_a_person_is_not_booked_after_the_consent_is_withdrawn(
    service: Service, metro: Partner, owner: asyncpg.Connection
) -> None:
    citizen, action = await pending(service)
    grant = (await metro.bind(citizen, "card-9"))["grant"]
    await owner.execute(
        "UPDATE reviews SET partner_id = (SELECT id FROM partners WHERE code = $1) WHERE id = $2",
        metro.code,
        UUID(action["id"]),
    )
    assert (await service.client.delete(f"{GRANTS}/{grant['id']}", headers=citizen)).status_code == 204
    await decide(service, action["id"], "approve")
    assert await owner.fetchval("SELECT state FROM reviews WHERE id = $1", UUID(action["id"])) == "rejected"
    assert await owner.fetchval("SELECT count(*) FROM actions WHERE id = $1", UUID(action["id"])) == 0
