"""What an entry of the black list stops, everywhere at once, and what goes on when it ends."""

from __future__ import annotations

import asyncio
from itertools import count
from typing import Any

import asyncpg
import pytest

from backend.models import Organisation
from backend.services.organisations.standing import is_blacklisted
from tests.mall import open_mall
from tests.organising import blacklist, host_event, join_organisation, new_organisation, propose, publish
from tests.routes.partnering import new_partner, raw_of
from tests.service import TONNE, Json, Service

numbers = count(1)


@pytest.fixture
async def organisation(stage: Service) -> Organisation:
    return await new_organisation(next(numbers), "event_organiser", "credit_developer", "merchant", "partner")


async def remove(service: Service, entry: Json) -> Json:
    """In demo mode one person takes both steps."""
    answer = await service.post(
        f"/v1/list-entries/{entry['id']}/removal", {"reason": "已整改"}, await service.staff("regulator")
    )
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def frozen(service: Service, slug: str) -> Json:
    answer = await service.client.get(f"/v1/events/{slug}/freezes", headers=await service.staff("regulator"))
    found: Json = answer.json()
    return found


async def file_event(service: Service, slug: str, username: str) -> Any:
    body = {
        "slug": slug,
        "name": {"zh-CN": "展会", "en": "Fair"},
        "kind": "exhibition",
        "city": "成都",
        "starts_at": "2027-05-01T09:00:00+08:00",
        "ends_at": "2027-05-02T18:00:00+08:00",
        "boundary": "extended",
        "factor_set": "sichuan-2026.1",
    }
    return await service.post("/v1/events", body, await service.staff("organiser", username))


async def test_a_blacklisted_organiser_files_no_event(stage: Service, organisation: Organisation) -> None:
    await stage.staff("organiser", "listed")
    await join_organisation(organisation, "listed", "editor")
    assert (await file_event(stage, "before", "listed")).status_code == 201
    entry = await blacklist(stage, organisation)
    assert await is_blacklisted(stage.components.database, [organisation.id]) == {organisation.id}
    answer = await file_event(stage, "during", "listed")
    assert (answer.status_code, answer.json()["code"]) == (403, "organisation_blacklisted")
    assert answer.json()["facts"] == {"entry": entry["id"], "reason": "伪造注销凭证"}
    assert (await file_event(stage, "others", "organiser")).status_code == 201
    # The draft of before is frozen: it is not handed in through the back door.
    moved = await stage.post(
        "/v1/events/before/transitions", {"to": "submitted"}, await stage.staff("organiser", "listed")
    )
    assert moved.json()["code"] == "event_frozen"
    await remove(stage, entry)
    assert await is_blacklisted(stage.components.database, [organisation.id]) == set()
    assert (await file_event(stage, "after", "listed")).status_code == 201


async def test_its_running_events_are_frozen_with_it_and_go_on_after_it(
    stage: Service, organisation: Organisation
) -> None:
    for slug, part in (("hosted", "host"), ("beside", "co_host")):
        event = await stage.event(slug)
        await stage.pool(slug, TONNE)
        await host_event(organisation, event["id"], part)
    entry = await blacklist(stage, organisation)
    for slug in ("hosted", "beside"):
        seen = await frozen(stage, slug)
        assert seen["is_frozen"] is True
        assert [(each["cause"], each["entry"]) for each in seen["freezes"]] == [("blacklist", entry["id"])]
    [badge] = await stage.badges(1, "hosted")
    scanned = await stage.scan(badge["code"], await stage.citizen(), offset={"share": 100})
    assert scanned.json()["offset_status"] == "frozen"
    regulator = await stage.staff("regulator")
    released = await stage.post("/v1/events/hosted/release", {"reason": "?"}, regulator)
    assert released.json()["code"] == "event_frozen_by_list"
    # An order holds beyond the entry.
    await stage.post("/v1/events/beside/freeze", {"reason": "另案核查"}, regulator)
    await remove(stage, entry)
    assert (await frozen(stage, "hosted"))["is_frozen"] is False
    still = await frozen(stage, "beside")
    assert (still["is_frozen"], still["frozen_why"]) == (True, "另案核查")


async def test_an_event_of_two_blacklisted_hosts_stays_frozen_until_both_are_off(
    stage: Service, organisation: Organisation
) -> None:
    other = await new_organisation(next(numbers))
    event = await stage.event("two-hosts")
    await host_event(organisation, event["id"])
    await host_event(other, event["id"], "co_host")
    entries = [await blacklist(stage, each) for each in (organisation, other)]
    await remove(stage, entries[0])
    assert (await frozen(stage, "two-hosts"))["is_frozen"] is True
    await remove(stage, entries[1])
    assert (await frozen(stage, "two-hosts"))["is_frozen"] is False


async def test_an_event_filed_at_the_moment_of_the_listing_is_refused_or_frozen(
    stage: Service, organisation: Organisation
) -> None:
    await stage.staff("organiser", "quick")
    await join_organisation(organisation, "quick")
    entry = await propose(stage, organisation)
    filing = [asyncio.create_task(file_event(stage, f"quick-{n}", "quick")) for n in range(12)]
    await publish(stage, entry)
    for n, answer in enumerate(await asyncio.gather(*filing)):
        if answer.status_code == 201:
            assert (await frozen(stage, f"quick-{n}"))["is_frozen"] is True
        else:
            assert answer.json()["code"] == "organisation_blacklisted"


async def test_the_credits_that_it_developed_are_not_assigned(
    stage: Service, organisation: Organisation
) -> None:
    await stage.event("buys")
    batch = await stage.batch(2, developer=organisation.code)
    await stage.pool("buys", TONNE, batch)
    entry = await blacklist(stage, organisation)
    body = {"batch_id": batch["id"], "grams": 1000}
    refused = await stage.post("/v1/events/buys/pools", body, await stage.staff("operator"))
    assert (refused.status_code, refused.json()["code"]) == (403, "organisation_blacklisted")
    more = {
        "product": "cdcer",
        "project_name": "造林",
        "vintage": 2024,
        "quantity_t": 1,
        "status": "pending",
        "developer": organisation.code,
    }
    refused = await stage.post("/v1/credit-batches", more, await stage.staff("operator"))
    assert refused.json()["code"] == "organisation_blacklisted"
    await remove(stage, entry)
    assert (await stage.post("/v1/events/buys/pools", body, await stage.staff("operator"))).status_code == 201


async def test_its_reports_as_a_partner_are_refused(
    stage: Service, organisation: Organisation, rows: asyncpg.Connection
) -> None:
    partner = await new_partner(stage)
    await rows.execute(
        "UPDATE partners SET organisation_id = $1 WHERE code = $2", organisation.id, partner.code
    )
    raw = raw_of()
    before = (await partner.send("/v1/partners/actions", raw)).json().get("code")
    entry = await blacklist(stage, organisation)
    refused = await partner.send("/v1/partners/actions", raw)
    assert (refused.status_code, refused.json()["code"]) == (403, "organisation_blacklisted")
    # A wrong signature learns nothing of it.
    wrong = await partner.send("/v1/partners/actions", raw, partner.headers("/v1/partners/actions", b"other"))
    assert wrong.json()["code"] == "partner_signature"
    await remove(stage, entry)
    assert (await partner.send("/v1/partners/actions", raw)).json().get("code") == before


async def test_its_rewards_are_not_sold_and_vouchers_of_before_stay_good(
    stage: Service, organisation: Organisation, rows: asyncpg.Connection
) -> None:
    mall = await open_mall(stage)
    await mall.reward()
    await rows.execute("UPDATE merchants SET organisation_id = $1 WHERE code = 'teahouse'", organisation.id)
    buyer = await mall.buyer()
    bought = await mall.redeem(buyer)
    assert bought.status_code == 201, bought.text
    entry = await blacklist(stage, organisation)
    refused = await mall.redeem(await mall.buyer())
    assert (refused.status_code, refused.json()["code"]) == (409, "reward_suspended")
    verified = await mall.verify(bought.json()["voucher"]["code"])
    assert verified.status_code == 200, verified.text
    await remove(stage, entry)
    assert (await mall.redeem(await mall.buyer())).status_code == 201
