"""Drafts of methods and points rules: their effect on the last days, two persons, and what would ruin the catalogue."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2 as httpx
import pytest

from backend.domain.days import day_of
from backend.models import CatalogueDraft, StaffAction
from backend.services.catalogue import effects
from backend.services.catalogue.effects import compute_effects
from backend.settings import Settings
from tests.routes.contract import watch
from tests.service import Json, Service, open_service

TODAY = day_of(datetime.now(UTC))
TOMORROW = TODAY + timedelta(days=1)
PLATE, RULES = "/v1/methods/clean_plate/drafts", "/v1/point-rules/drafts"
METRO = "/v1/methods/metro/drafts"
RIDES = [{"name": "rides_per_day", "kind": "count", "period": "day", "limit": 6}]


def version(**changes: Any) -> Json:
    return {
        "version": "2027.1",
        "effective_from": TOMORROW.isoformat(),
        "reason": "too high",
        "caps": [{"name": "meals_per_day", "kind": "count", "period": "day", "limit": 1}],
    } | changes


def rule(**changes: Any) -> Json:
    return {
        "id": "points-2027.1",
        "effective_from": TOMORROW.isoformat(),
        "grams_per_point": 20,
        "points_min": 0,
        "note": {"zh-CN": "每 20 克 1 分", "en": "One point per 20 g"},
        "reason": "dearer",
    } | changes


async def write(
    service: Service, path: str, body: Json, revision: int | None = None, who: str = "operator"
) -> httpx.Response:
    headers = await service.staff("operator", who)
    return await service.post(
        path, body, headers | ({} if revision is None else {"If-Match": f'"{revision}"'})
    )


async def propose(service: Service, view: Json, who: str = "operator") -> httpx.Response:
    headers = await service.staff("operator", who)
    return await service.post(f"/v1/catalogue-drafts/{view['id']}/proposal", {"reason": "ready"}, headers)


async def decide(
    service: Service,
    view: Json,
    decision: str = "published",
    who: str = "second",
    revision: int | None = None,
) -> httpx.Response:
    now = await CatalogueDraft.get(id=view["id"])
    headers = await service.staff("operator", who) | {"If-Match": f'"{revision or now.revision}"'}
    body = {"decision": decision, "reason": "seen"}
    return await service.post(f"/v1/catalogue-drafts/{view['id']}/decision", body, headers)


async def computed(service: Service) -> None:
    await compute_effects(service.components.database, service.components.catalogue, TODAY)


async def shown(service: Service, view: Json) -> Json:
    path = f"/v1/catalogue-drafts/{view['id']}"
    found: Json = (await service.client.get(path, headers=await service.staff("regulator"))).json()
    return found


async def test_a_draft_shows_its_effect_is_proposed_and_published_for_a_later_day(service: Service) -> None:
    for name in ("lin", "wei"):
        citizen = await service.citizen(name)
        for _ in range(2 if name == "lin" else 1):
            await service.prove(citizen, "clean_plate")
    await service.prove(await service.citizen("lin"), "metro", 5)
    written = await write(service, PLATE, version())
    assert written.status_code == 201, written.text
    view = written.json()
    assert (view["effect"], view["base"], written.headers["etag"]) == (None, "2026.1", '"1"')
    assert [each["field"] for each in view["changes"]] == ["version", "caps", "effective_from"]
    assert (await propose(service, view)).json()["code"] == "draft_effect_missing"
    await computed(service)
    effect = (await shown(service, view))["effect"]
    assert effect["is_done"]
    assert effect["citizens_done"] == effect["citizens_total"] >= 2
    assert (effect["actions"], effect["citizens"], effect["citizens_with_less"]) == (3, 2, 1)
    assert effect["booked_points"] == 3 * 14
    sums = effect["methods"]["clean_plate"]
    assert (sums["before_g"], effect["booked_g"]) == (3 * 144, 3 * 144)
    assert (sums["after_g"], effect["capped_before"], effect["capped_after"]) == (2 * 144, 0, 1)
    assert effect["days"][TODAY.isoformat()]["after_points"] == sums["after_points"]
    assert (await propose(service, view)).json()["state"] == "proposed"
    assert (await decide(service, view)).json()["state"] == "published"
    catalogue = service.components.catalogue
    assert [catalogue.method_on("clean_plate", day).caps[0].limit for day in (TODAY, TOMORROW)] == [2, 1]
    acts = (
        await StaffAction.filter(subject="method clean_plate").order_by("id").values_list("action", flat=True)
    )
    assert list(acts) == ["catalogue_draft.write", "catalogue_draft.propose", "catalogue_draft.decide"]
    assert await StaffAction.exists(action="method.publish", subject="clean_plate")


async def test_a_points_rule_is_reckoned_over_all_methods(service: Service) -> None:
    citizen = await service.citizen()
    await service.prove(citizen, "clean_plate")
    await service.prove(citizen, "metro", 5)
    view = (await write(service, RULES, rule())).json()
    await computed(service)
    effect = (await shown(service, view))["effect"]
    assert set(effect["methods"]) == {"clean_plate", "metro"}
    plate = effect["methods"]["clean_plate"]
    assert (plate["before_points"], plate["after_points"]) == (14, 7)
    await propose(service, view)
    assert (await decide(service, view)).status_code == 200
    assert service.components.catalogue.point_rule_on(TOMORROW).grams_per_point == 20


async def test_the_count_goes_on_where_it_stopped_and_begins_anew_with_an_edited_draft(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(effects, "CITIZENS_PER_STEP", 2)
    for name in "abcde":
        await service.prove(await service.citizen(name), "clean_plate")
    view = (await write(service, PLATE, version())).json()
    draft, components = await CatalogueDraft.get(id=view["id"]), service.components
    assert await effects._step(components.database, components.catalogue, draft, TODAY)
    seen = (await shown(service, view))["effect"]
    assert (seen["is_done"], seen["citizens_done"], seen["citizens_total"]) == (False, 2, 5)
    await computed(service)
    assert (await shown(service, view))["effect"]["actions"] == 5
    edited = await write(service, PLATE, version(version="2027.2"), 1)
    assert edited.json()["effect"] is None
    assert not await effects._step(components.database, components.catalogue, draft, TODAY), (
        "an old draft's step"
    )
    assert (await shown(service, view))["effect"] is None


async def test_two_writers_of_one_draft_and_two_versions_at_once(service: Service) -> None:
    view = (await write(service, PLATE, version())).json()
    assert (await write(service, PLATE, version())).json()["code"] == "edit_revision_missing"
    assert (await write(service, PLATE, version(), 1)).status_code == 201
    assert (await write(service, PLATE, version(), 1)).json()["code"] == "edit_outdated"
    await computed(service)
    direct = version(version="2026.9", effective_from=(TOMORROW + timedelta(days=7)).isoformat())
    published = await service.post(
        "/v1/methods/clean_plate/versions", direct, await service.staff("operator")
    )
    assert published.status_code == 201, published.text
    assert (await propose(service, view)).json()["code"] == "draft_base_changed"
    assert (await write(service, PLATE, version(), 2)).json()["base"] == "2026.9"
    await computed(service)
    await propose(service, view)
    assert (await write(service, PLATE, version(), 4)).json()["code"] == "draft_waits"
    assert (await decide(service, view, revision=3)).json()["code"] == "edit_outdated"
    assert (await decide(service, view, "returned")).json()["state"] == "draft"
    assert (await decide(service, view)).json()["code"] == "draft_decided"
    assert (await decide(service, view, "discarded")).json()["state"] == "discarded"
    assert (await write(service, PLATE, version())).status_code == 201


async def test_outside_the_demo_a_second_person_publishes_and_nobody_does_alone(settings: Settings) -> None:
    async with open_service(replace(settings, environment="test")) as running:
        service = watch(running)
        view = (await write(service, PLATE, version(), who="author")).json()
        await computed(service)
        await propose(service, view, who="proposer")
        for who in ("author", "proposer"):
            assert (await decide(service, view, who=who)).json()["code"] == "draft_own_proposal"
        alone = await service.staff("operator")
        for path, body in (("/v1/methods/clean_plate/versions", version()), ("/v1/point-rules", rule())):
            assert (await service.post(path, body, alone)).json()["code"] == "draft_needed"
        assert (await decide(service, view, who="third")).json()["state"] == "published"


BAD: dict[str, tuple[str, Json, str]] = {
    "no cap": (PLATE, version(caps=[]), "no_cap_of_a_time"),
    "a cap of one act alone": (
        PLATE,
        version(caps=[{"name": "trip", "kind": "quantity", "period": "trip", "limit": 1}]),
        "no_cap_of_a_time",
    ),
    "a cap of 0": (
        PLATE,
        version(caps=[{"name": "x", "kind": "count", "period": "day", "limit": 0}]),
        "cap_wrong",
    ),
    "a thousandfold act": (METRO, version(caps=RIDES, formula="metro_saving * quantity * 1000"), "leap"),
    "a sign turned round": (PLATE, version(formula="clean_plate * quantity * (0 - 1)"), "worth_nothing"),
    "an act worth nothing": (
        PLATE,
        version(formula="clean_plate * quantity * 0"),
        "worth_nothing",
    ),
    "a script": (PLATE, version(name={"zh-CN": "光盘<img src=x>", "en": "Plate"}), "markup"),
    "swapped languages": (
        RULES,
        rule(note={"zh-CN": "One point per 20 g", "en": "每 20 克 1 分"}),
        "not_this_language",
    ),
    "grams of nothing": (PLATE, version(formula="quantity"), "formula_units"),
    "a point a gram": (RULES, rule(grams_per_point=1, points_min=100), "out_of_range"),
}


@pytest.mark.parametrize("bad", BAD)
async def test_a_draft_that_would_ruin_the_catalogue_is_refused(service: Service, bad: str) -> None:
    path, body, code = BAD[bad]
    answer = await write(service, path, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "catalogue_invalid"), answer.text
    assert answer.json()["errors"][0]["code"] == code
    assert not await CatalogueDraft.exists()


@pytest.mark.parametrize("day", [TODAY, TODAY - timedelta(days=400)])
async def test_a_draft_begins_tomorrow_at_the_earliest(service: Service, day: object) -> None:
    for path, body in ((PLATE, version(effective_from=str(day))), (RULES, rule(effective_from=str(day)))):
        assert (await write(service, path, body)).json()["code"] == "effective_too_early"


async def test_two_versions_do_not_begin_on_one_day(service: Service) -> None:
    for path, first, second in (
        (PLATE, version(), version(version="2027.2")),
        (RULES, rule(), rule(id="points-2027.2")),
    ):
        view = (await write(service, path, first)).json()
        await computed(service)
        await propose(service, view)
        assert (await decide(service, view)).json()["state"] == "published"
        assert (await write(service, path, first)).json()["code"] == "version_published"
        assert (await write(service, path, second)).json()["errors"][0]["code"] == "twice"
        back = second | {"effective_from": (TOMORROW + timedelta(days=1)).isoformat()}
        assert (await write(service, path, back)).status_code == 201


async def test_every_shipped_method_is_bounded_and_may_be_drafted_as_it_is(service: Service) -> None:
    refused = {}
    for code in service.components.catalogue.methods:
        body = version()
        del body["caps"]
        answer = await write(service, f"/v1/methods/{code}/drafts", body)
        if answer.status_code != 201:
            refused[code] = answer.text
    assert refused == {}
    headers = await service.staff("operator")
    found = (await service.client.get("/v1/catalogue-drafts?query=PLATE", headers=headers)).json()["items"]
    assert [each["subject"] for each in found] == ["clean_plate"]
