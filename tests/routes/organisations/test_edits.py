"""Edits of what several people edit carry the revision that was seen: a stale one changes nothing."""

from __future__ import annotations

import asyncio

from backend.models import Organisation
from tests.routes.organisations.organising import member, new_code, organisation
from tests.service import Json, Service


def changed(name: str) -> Json:
    return {"name": {"zh-CN": name, "en": name}, "reason": "a new name"}


async def test_an_organisation_s_edit_says_what_it_saw(stage: Service) -> None:
    found = await organisation()
    editor = await member(stage, found, "editor", username="e1-editor")
    path = f"/v1/organisations/{found.code}/changes"
    without = await stage.post(path, changed("甲"), editor)
    assert (without.status_code, without.json()["code"]) == (428, "edit_revision_missing")
    seen = (await stage.client.get(f"/v1/organisations/{found.code}")).headers["etag"]
    both = await asyncio.gather(
        *(stage.post(path, changed(name), editor | {"If-Match": seen}) for name in "甲乙")
    )
    assert sorted(each.status_code for each in both) == [200, 412]
    won = next(each for each in both if each.status_code == 200)
    assert won.headers["etag"] not in (seen, "")
    assert (await Organisation.get(id=found.id)).name_zh == won.json()["name"]["zh-CN"]
    for stale in (seen, f"W/{won.headers['etag']}", "nonsense", '"0"'):
        answer = await stage.post(path, changed("丙"), editor | {"If-Match": stale})
        assert (answer.status_code, answer.json()["code"]) == (412, "edit_outdated"), stale
    for good in (f'"9", {won.headers["etag"]}', "*"):
        answer = await stage.post(path, changed(f"丁{good}"), editor | {"If-Match": good})
        assert answer.status_code == 200, answer.text


async def test_what_an_organisation_is_stays_as_it_was_reviewed(stage: Service) -> None:
    found = await organisation()
    owner = await member(stage, found, "owner", username="e2-owner")
    path = f"/v1/organisations/{found.code}/changes"
    more = {"kinds": ["event_organiser", "verifier"], "reason": "we verify too"}
    answer = await stage.post(path, more, owner | {"If-Match": "*"})
    assert (answer.status_code, answer.json()["code"]) == (403, "role_forbidden")
    answer = await stage.post(path, more, await stage.staff("operator") | {"If-Match": "*"})
    assert answer.json()["kinds"] == ["event_organiser", "verifier"]


async def test_a_provisional_code_gives_way_to_the_true_one_once_after_a_review(stage: Service) -> None:
    found = await organisation(code="N-" + new_code()[:8])
    owner = await member(stage, found, "owner", username="e3-owner")
    operator = await stage.staff("operator")
    true = new_code()
    told = await stage.post(
        f"/v1/organisations/{found.code}/code", {"code": true[:-1] + "!", "reason": "typed"}, owner
    )
    assert told.json()["code"] == "organisation_code_invalid"
    told = await stage.post(f"/v1/organisations/{found.code}/code", {"code": true, "reason": "here"}, owner)
    assert (told.status_code, told.json()["code"]) == (200, found.code)
    waits = await stage.client.get("/v1/staff/organisations", params={"waits": "code"}, headers=operator)
    assert [each["wanted_code"] for each in waits.json()["items"]] == [true]
    path = f"/v1/organisations/{found.code}/code/review"
    decided = await stage.post(path, {"decision": "accepted", "reason": "as the licence"}, operator)
    assert decided.json()["organisation"]["code"] == true
    again = await stage.post(f"/v1/organisations/{true}/code", {"code": new_code(), "reason": "more"}, owner)
    assert (again.status_code, again.json()["code"]) == (409, "organisation_code_stands")


async def test_stale_edits_of_events_merchants_partners_causes_and_rewards_change_nothing(
    stage: Service,
) -> None:
    operator = await stage.staff("operator")
    name = {"zh-CN": "旧名", "en": "Old name"}
    made = {
        "merchants": {"code": "e-shop", "name": name, "reason": "x"},
        "partners": {"code": "e-metro", "name": name, "kind": "metro", "methods": ["metro"], "reason": "x"},
        "causes": {"slug": "e-trees", "name": name, "about": name, "reason": "x"},
        "rewards": {
            "slug": "e-tea",
            "kind": "donation",
            "name": name,
            "about": name,
            "cost_points": 5,
            "reason": "x",
        },
    }
    await stage.event("e-fair", state="draft")
    seen = {"events/e-fair": (await stage.client.get("/v1/events/e-fair", headers=operator)).headers["etag"]}
    for kind, body in made.items():
        answer = await stage.post(f"/v1/{kind}", body, operator)
        assert answer.status_code == 201, answer.text
        seen[f"{kind}/{body.get('slug') or body['code']}"] = answer.headers["etag"]
    for path, tag in seen.items():
        new = {"name": {"zh-CN": "新名", "en": "New name"}, "reason": "renamed"}
        first = await stage.post(f"/v1/{path}/changes", new, operator | {"If-Match": tag})
        assert first.status_code == 200, first.text
        other = {"name": {"zh-CN": "另名", "en": "Other name"}, "reason": "renamed"}
        stale = await stage.post(f"/v1/{path}/changes", other, operator | {"If-Match": tag})
        assert (stale.status_code, stale.json()["code"]) == (412, "edit_outdated"), path
        assert first.json()["name"]["en"] == "New name"
        fresh = await stage.post(f"/v1/{path}/changes", other, operator | {"If-Match": first.headers["etag"]})
        assert fresh.json()["name"]["en"] == "Other name", path
