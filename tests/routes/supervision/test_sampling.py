"""Certificates drawn at random: the same for everybody who has the seed, each checked to factor and serial."""

from __future__ import annotations

import asyncpg
import pytest

from backend.domain.supervision.sampling import drawn
from backend.jobs.log_integration import integrate_log
from backend.models.keys import uuid7
from backend.services.certificates.transparency_log import log_keys
from tests.plan.test_row_40_each_agency_watches_its_own_events import remit
from tests.routes.attending import EXAMPLE_A, attend
from tests.service import Json, Service

LINKS = ["document", "log", "lines", "factors", "event", "allocation", "serials", "batch", "retirement"]


async def integrate(service: Service) -> None:
    await integrate_log(service.components.database, log_keys(service.settings), service.settings.issuer)


@pytest.fixture
async def fair(service: Service) -> Service:
    await service.event("fair")
    await service.pool("fair")
    return service


async def draw(service: Service, regulator: dict[str, str], **body: object) -> Json:
    answer = await service.post("/v1/supervision/samples", {"reason": "yearly"} | body, regulator)
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


def wrong_of(certificate: Json) -> dict[str, list[str]]:
    return {link["name"]: link["wrong"] for link in certificate["chain"] if link["wrong"]}


async def test_a_draw_is_repeated_by_its_seed_and_each_link_of_the_chain_holds(fair: Service) -> None:
    numbers = [(await attend(fair, offset={"share": 100}))["certificate"]["number"] for _ in range(4)]
    await integrate(fair)
    regulator = await fair.staff("regulator")
    sample = await draw(fair, regulator, event="fair", size=2)
    assert (sample["population"], sample["failed"]) == (4, 0)
    found = [each["number"] for each in sample["certificates"]]
    assert found == drawn(sample["seed"], numbers, 2)
    again = await draw(fair, regulator, event="fair", size=2, seed=sample["seed"])
    assert [each["number"] for each in again["certificates"]] == found
    for certificate in sample["certificates"]:
        assert [link["name"] for link in certificate["chain"]] == LINKS
        assert [link["is_ok"] for link in certificate["chain"]] == [True] * len(LINKS), wrong_of(certificate)
        links = {link["name"]: link["items"] for link in certificate["chain"]}
        assert {line["factor_id"] for line in links["lines"]} <= {
            each["factor_id"] for each in links["factors"]
        }
        assert all(factor["source"] and factor["factor_set"] for factor in links["factors"])
        assert links["retirement"][0]["retirement_ref"].startswith("RET-")
    # Lines tell of a journey: they are shown to who draws, and what is kept is whether they held.
    kept = (await fair.client.get(f"/v1/supervision/samples/{sample['id']}", headers=regulator)).json()
    lines = next(link for link in kept["certificates"][0]["chain"] if link["name"] == "lines")
    assert (lines["is_ok"], lines["items"]) == (True, [])


async def without_constraints(owner: asyncpg.Connection) -> None:
    """Tables as somebody with the owner's rights might leave them."""
    for table in ("allocations", "pools", "credit_batches", "tallies", "footprints"):
        await owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for row in await owner.fetch(
            "SELECT conname FROM pg_constraint WHERE conrelid = $1::regclass AND contype = 'c'", table
        ):
            await owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {row['conname']}")


@pytest.mark.parametrize(
    ("change", "link", "code"),
    [
        (
            "UPDATE allocations SET serial_to = serial_to + 1, grams = grams + 1",
            "allocation",
            "allocation_not_signed",
        ),
        ("UPDATE pools SET next_serial = serial_from", "serials", "serials_outside_pool"),
        ("UPDATE credit_batches SET quantity_t = 0", "serials", "serials_outside_batch"),
        ("UPDATE credit_batches SET retired_on = '2020-01-01'", "retirement", "retirement_not_logged"),
        ("UPDATE tallies SET footprint_g = footprint_g + 1", "event", "event_sum_differs"),
        (
            "UPDATE footprints SET body = replace(convert_from(body, 'UTF8'), '\"total_g\":', '\"total_g\":1')::bytea",
            "",
            "",
        ),
    ],
    ids=["grams", "pool", "batch", "retirement", "event", "footprint"],
)
async def test_what_was_changed_behind_the_ledger_is_found(
    fair: Service, owner: asyncpg.Connection, change: str, link: str, code: str
) -> None:
    await attend(fair, offset={"share": 100})
    await integrate(fair)
    await without_constraints(owner)
    await owner.execute(change)
    sample = await draw(fair, await fair.staff("regulator"), event="fair", size=1)
    assert sample["failed"] == 1
    found = wrong_of(sample["certificates"][0])
    assert code in found[link] if link else found, found


async def test_serials_that_two_certificates_have_are_found(fair: Service, owner: asyncpg.Connection) -> None:
    for _ in range(2):
        await attend(fair, offset={"share": 100})
    await without_constraints(owner)
    first = await owner.fetchval("SELECT min(serial_from) FROM allocations")
    await owner.execute("UPDATE allocations SET serial_to = serial_to + 5 WHERE serial_from = $1", first)
    sample = await draw(fair, await fair.staff("regulator"), event="fair", size=2)
    for certificate in sample["certificates"]:
        assert "serials_overlap" in wrong_of(certificate)["serials"]


async def test_where_the_lines_are_not_kept_their_sums_are_looked_at_and_then_the_holders_copy(
    fair: Service,
) -> None:
    joined = await attend(fair, journey=EXAMPLE_A, offset={"share": 100})
    await integrate(fair)
    regulator, number = await fair.staff("regulator"), joined["certificate"]["number"]
    sample = await draw(fair, regulator, event="fair", size=1)
    (certificate,) = sample["certificates"]
    assert (certificate["basis"], certificate["is_ok"]) == ("sums", True)
    assert next(link["is_ok"] for link in certificate["chain"] if link["name"] == "factors") is None
    path = f"/v1/supervision/samples/{sample['id']}/certificates/1/checks"
    record = (await fair.client.get(f"/v1/certificates/{number}")).json()
    told = joined["footprint"]
    record["footprint"] |= {"lines": told["lines"], "lines_salt": joined["lines_salt"]}
    record["shows"] = "lines"
    checked = await fair.post(path, {"certificate": record}, regulator)
    assert checked.status_code == 200, checked.text
    assert (checked.json()["basis"], checked.json()["is_ok"], checked.json()["checks"]) == (
        "holder_copy",
        True,
        2,
    )
    assert all(link["is_ok"] for link in checked.json()["chain"]), checked.json()
    forged = record | {"footprint": record["footprint"] | {"lines": told["lines"][:-1]}}
    answer = await fair.post(path, {"certificate": forged}, regulator)
    assert (answer.status_code, answer.json()["code"]) == (409, "holder_copy_forged")
    for foreign in ({"number": "TF-1"}, record | {"footprint": {}}, record | {"footprint": 7}):
        answer = await fair.post(path, {"certificate": foreign}, regulator)
        assert (answer.status_code, answer.json()["code"]) == (422, "holder_copy_foreign")


async def test_no_name_of_a_person_is_in_a_sample(fair: Service, owner: asyncpg.Connection) -> None:
    citizen = await fair.citizen("小林")
    [badge] = await fair.badges(1)
    joined = await fair.scan(badge["code"], citizen, offset={"share": 100})
    number = joined.json()["certificate"]["number"]
    named = await fair.post(
        f"/v1/me/certificates/{number}/name", {"name": "林小满", "consent": True}, citizen
    )
    assert named.status_code == 200, named.text
    answer = await fair.post(
        "/v1/supervision/samples",
        {"event": "fair", "size": 1, "reason": "yearly"},
        await fair.staff("regulator"),
    )
    assert "林小满" not in answer.text
    assert str(await owner.fetchval("SELECT citizen_id FROM offsets")) not in answer.text


PERIOD = {"period_from": "2026-01-01", "period_to": "2026-01-02"}
REFUSED: tuple[tuple[Json, int, str], ...] = (
    ({"event": "fair", "size": 9}, 409, "sample_too_large"),
    ({"event": "nowhere", "size": 1}, 404, "event_not_found"),
    ({"size": 1}, 422, "invalid_body"),
    ({"size": 1, "period_from": "2026-01-01"}, 422, "invalid_body"),
    ({"event": "fair", "size": 1, "period_from": "2026-01-01"}, 422, "invalid_body"),
    ({"event": "fair", "size": 1} | PERIOD, 422, "invalid_body"),
    ({"size": 1, "period_from": "2026-01-02", "period_to": "2026-01-01"}, 422, "invalid_body"),
    ({"size": 1, "period_from": "2020-01-01", "period_to": "2026-01-01"}, 422, "invalid_body"),
    ({"event": "fair", "size": 51}, 422, "invalid_body"),
    ({"event": "fair", "size": 1, "seed": "a b"}, 422, "invalid_body"),
)


async def test_a_draw_that_cannot_be_is_refused(fair: Service, owner: asyncpg.Connection) -> None:
    await attend(fair, offset={"share": 100})
    regulator = await fair.staff("regulator")
    for body, status, code in REFUSED:
        answer = await fair.post("/v1/supervision/samples", {"reason": "yearly"} | body, regulator)
        assert (answer.status_code, answer.json()["code"]) == (status, code), body
    assert await owner.fetchval("SELECT count(*) FROM certificate_samples") == 0


async def test_a_regulator_draws_only_from_their_remit(service: Service) -> None:
    for slug, kind in (("race", "competition"), ("show", "exhibition")):
        await service.event(slug, kind=kind)
        await service.pool(slug)
        [badge] = await service.badges(1, slug)
        await service.scan(badge["code"], await service.citizen(), offset={"share": 100})
    sport = await remit(service, "sports-bureau", agency="sport")
    foreign = await service.post(
        "/v1/supervision/samples", {"event": "show", "size": 1, "reason": "yearly"}, sport
    )
    assert (foreign.status_code, foreign.json()["code"]) == (404, "event_not_found")
    period = {"period_from": "2026-01-01", "period_to": "2026-12-31"}
    sample = await draw(service, sport, size=1, **period)
    assert sample["population"] == 1
    assert sample["remits"] == [{"agency": "sport", "city": None}]
    everywhere = await draw(service, await service.staff("regulator", "province"), event="show", size=1)
    hidden = await service.client.get(f"/v1/supervision/samples/{everywhere['id']}", headers=sport)
    assert (hidden.status_code, hidden.json()["code"]) == (404, "sample_not_found")
    listed = (await service.client.get("/v1/supervision/samples", headers=sport)).json()["items"]
    assert [each["id"] for each in listed] == [sample["id"]]


async def test_a_check_of_what_was_not_drawn_is_refused(fair: Service) -> None:
    await attend(fair, offset={"share": 100})
    regulator = await fair.staff("regulator")
    sample = await draw(fair, regulator, event="fair", size=1)
    for path in (
        f"{sample['id']}/certificates/2",
        f"{sample['id']}/certificates/x",
        f"{uuid7()}/certificates/1",
    ):
        answer = await fair.post(f"/v1/supervision/samples/{path}/checks", {}, regulator)
        assert (answer.status_code, answer.json()["code"]) == (404, "sample_not_found")
    again = await fair.post(f"/v1/supervision/samples/{sample['id']}/certificates/1/checks", {}, regulator)
    assert (again.status_code, again.json()["checks"]) == (200, 2)
