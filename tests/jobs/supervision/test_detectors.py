"""Each detector of the negative list raises a case of what was planted, and none of what is innocent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import asyncpg
import msgspec
import pytest

from backend.catalogue.negative_rules import load_negative_rules
from backend.models import ListCase, Organisation
from backend.services.supervision.detectors import DETECTORS, DetectorRun, detect
from tests.mall import open_mall
from tests.organising import host_event, join_organisation, new_organisation
from tests.routes.contract import ENDPOINTS
from tests.service import TONNE, Json, Service


async def look(service: Service) -> DetectorRun:
    return await detect(service.components.database, datetime.now(UTC))


async def cases(rule: str) -> list[ListCase]:
    return await ListCase.filter(rule=rule).order_by("id")


@pytest.fixture
async def organisation(service: Service) -> Organisation:
    return await new_organisation(1, "event_organiser", "credit_developer")


def test_every_rule_has_a_detector() -> None:
    assert DETECTORS.keys() == load_negative_rules().keys()


def test_no_route_gives_points_to_somebody_else() -> None:
    # What an account holds moves to another account of the same person by a merge alone, which both sign in for.
    moving = {each.route for each in ENDPOINTS if "transfer" in each.path or "gift" in each.path}
    assert moving == set()
    taking = {
        each.route
        for each in ENDPOINTS
        if each.body is not None
        and isinstance(each.body, type)
        and issubclass(each.body, msgspec.Struct)
        and {"points"} & set(each.body.__struct_fields__)
        and {"citizen", "to", "recipient", "citizen_id"} & set(each.body.__struct_fields__)
    }
    assert taking == set()


async def test_serials_that_are_entered_again_and_again(service: Service, organisation: Organisation) -> None:
    batch = await service.batch(1, retirement_ref="RET-ONCE", developer=organisation.code)
    body = {
        "product": "cdcer",
        "project_name": batch["project_name"],
        "vintage": 2024,
        "quantity_t": 1,
        "retirement_ref": "RET-ONCE",
        "retired_on": "2026-01-15",
        "developer": organisation.code,
    }
    operator = await service.staff("operator")
    for _ in range(2):
        refused = await service.post("/v1/credit-batches", body, operator)
        assert (refused.status_code, refused.json()["code"]) == (409, "retirement_entered")
    assert (await look(service)).raised == 0
    await service.post("/v1/credit-batches", body, operator)
    assert (await look(service)).raised == 1
    [case] = await cases("false_serials")
    assert case.organisation_id == organisation.id
    assert case.facts == {"refusals": 3, "codes": ["retirement_entered"]}
    # Again it finds the same, and what grew is the same case.
    assert await look(service) == DetectorRun()
    await service.post("/v1/credit-batches", body, operator)
    assert await look(service) == DetectorRun(raised=0, updated=1)
    assert len(await cases("false_serials")) == 1


async def test_an_organisation_that_deals_with_itself(
    service: Service, organisation: Organisation, owner: asyncpg.Connection
) -> None:
    honest, verifier = await new_organisation(2), await new_organisation(3, "verifier")
    for slug, host in (("own", organisation), ("honest", honest)):
        event = await service.event(slug)
        await host_event(host, event["id"])
        await service.pool(slug, TONNE, await service.batch(1, developer=organisation.code))
    named = "UPDATE events SET evaluation = jsonb_build_object('verifier', $1::text)"
    await owner.execute(named, verifier.name_zh)
    assert (await look(service)).raised == 1
    [case] = await cases("self_dealing")
    assert (case.organisation_id, case.facts) == (organisation.id, {"event": "own", "how": ["developer"]})
    # A person of the host at the verifier, and then the host as its own verifier.
    for each in (honest, verifier):
        await join_organisation(each, "organiser", "editor")
    assert (await look(service)).raised == 1
    await owner.execute(
        """UPDATE events SET evaluation = jsonb_build_object('verifier', $1::text) WHERE slug = 'honest'""",
        honest.code,
    )
    await look(service)
    found = [each.facts for each in await cases("self_dealing") if each.organisation_id == honest.id]
    assert found[-1] == {"event": "honest", "how": ["verifier"]}


async def test_pools_far_beyond_the_need(
    service: Service, organisation: Organisation, owner: asyncpg.Connection
) -> None:
    for slug, pooled_t in (("hoards", 60), ("careful", 12)):
        event = await service.event(slug)
        await host_event(organisation, event["id"])
        await service.pool(slug, pooled_t * TONNE)
        await owner.execute(
            """INSERT INTO surpluses (event_id, grams, unused_g, released_g, by_batch, at)
               SELECT id, $2, $2, 0, '[]', now() FROM events WHERE slug = $1""",
            slug,
            (pooled_t - 10) * TONNE,
        )
    assert (await look(service)).raised == 1
    [case] = await cases("speculation")
    assert case.subject == "event:hoards"
    assert case.facts == {"event": "hoards", "pooled_g": 60 * TONNE, "unused_g": 50 * TONNE, "released_g": 0}


async def test_a_phone_of_many_accounts_that_reviewers_rejected(
    service: Service, organisation: Organisation, owner: asyncpg.Connection
) -> None:
    for slug, state in (("farm", "rejected"), ("family", "approved")):
        event = await service.event(slug)
        await host_event(organisation, event["id"])
        for _ in range(6):
            await owner.execute(
                """INSERT INTO reviews (citizen_id, id, why, state, method, tier, occurred_at, day, event_id,
                       expected_by, created_at, decided_at, decided_by, reason)
                   SELECT gen_random_uuid(), gen_random_uuid(), 'device', $2, 'bike_own', 'E5', now(),
                       current_date, e.id, now(), now(), now(), s.id, '一人多号'
                   FROM events e, staff s WHERE e.slug = $1 AND s.username = 'operator'""",
                slug,
                state,
            )
    assert (await look(service)).raised == 1
    [case] = await cases("many_accounts")
    assert (case.subject, case.organisation_id) == ("event:farm", organisation.id)
    assert case.facts == {"rejected": 6, "accounts": 6}
    assert not {"citizen", "name", "openid"} & case.facts.keys()


async def plant_vouchers(owner: asyncpg.Connection, merchant: str, methods: list[str]) -> None:
    """Used vouchers of one till and day, each of an account with one action by one of these methods."""
    for method in methods:
        await owner.execute(
            """WITH account AS (SELECT gen_random_uuid() AS citizen_id),
               acted AS (
                   INSERT INTO actions (citizen_id, id, method, method_version, factor_set, credited_quantity, tier,
                       occurred_at, day, reduction_g, points, state, created_at)
                   SELECT citizen_id, gen_random_uuid(), $2, '1', 'sichuan-2026.1', 1, 'E5', now(), current_date,
                       0, 10, 'posted', now() FROM account
               )
               INSERT INTO vouchers (citizen_id, redemption_id, code, reward_id, merchant_id, state, expires_at,
                   used_at, used_by, created_at)
               SELECT citizen_id, gen_random_uuid(),
                   regexp_replace(upper(left(md5(random()::text), 20)), '(.{5})(?!$)', '\\1-', 'g'),
                   gen_random_uuid(), m.id, 'used', now() + interval '1 day', now(), d.id, now()
               FROM account, merchants m JOIN merchant_devices d ON d.merchant_id = m.id WHERE m.code = $1""",
            merchant,
            method,
        )


async def test_vouchers_of_many_accounts_alike_at_one_till(
    service: Service, organisation: Organisation, owner: asyncpg.Connection
) -> None:
    mall = await open_mall(service)
    await owner.execute("UPDATE merchants SET organisation_id = $1", organisation.id)
    await mall.merchant("bakery")
    await mall.device("bakery")
    await plant_vouchers(owner, "teahouse", ["bike_own"] * 12)
    await plant_vouchers(owner, "bakery", ["bike_own", "metro", "bus", "walk"] * 6)
    assert (await look(service)).raised == 1
    [case] = await cases("resale")
    facts: dict[str, Any] = case.facts
    assert case.organisation_id == organisation.id
    assert (facts["merchant"], facts["accounts"], facts["alike"]) == ("teahouse", 12, 12)


async def test_a_dismissed_case_is_raised_no_more_and_an_entered_one_names_its_entry(
    service: Service, organisation: Organisation
) -> None:
    batch = await service.batch(1, retirement_ref="RET-A", developer=organisation.code)
    body = {
        "product": "cdcer",
        "project_name": batch["project_name"],
        "vintage": 2024,
        "quantity_t": 1,
        "retirement_ref": "RET-A",
        "retired_on": "2026-01-15",
        "developer": organisation.code,
    }
    operator = await service.staff("operator")
    for _ in range(3):
        await service.post("/v1/credit-batches", body, operator)
    await look(service)
    listed: list[Json] = (await service.client.get("/v1/staff/list-cases", headers=operator)).json()["items"]
    path = f"/v1/list-cases/{listed[0]['id']}/dismissal"
    assert (await service.post(path, {"reason": "录入错误"}, operator)).json()["state"] == "dismissed"
    assert (await service.post(path, {"reason": "录入错误"}, operator)).json()["code"] == "list_case_decided"
    assert await look(service) == DetectorRun()
    await service.post("/v1/credit-batches", body, operator)
    assert (await look(service)).raised == 1
    [case] = (await service.client.get("/v1/staff/list-cases", headers=operator)).json()["items"]
    other = await new_organisation(7)
    proposal: Json = {
        "organisation": other.code,
        "reason": "屡次重复登记",
        "rule": "false_serials",
        "evidence": [{"title": "登记记录", "is_public": True}],
        "valid_to": None,
        "case": case["id"],
    }
    answer = await service.post("/v1/lists/negative/entries", proposal, operator)
    assert answer.json()["code"] == "list_case_of_another"
    entered = await service.post(
        "/v1/lists/negative/entries", proposal | {"organisation": organisation.code}, operator
    )
    assert entered.status_code == 201, entered.text
    stored = await ListCase.get(id=case["id"])
    assert (stored.state, str(stored.entry_id)) == ("entered", entered.json()["id"])
