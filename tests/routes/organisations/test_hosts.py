"""An event has a host from when it is filed; another organisation runs it too when both sides say so."""

from __future__ import annotations

from backend.models import EventOrganisation, Organisation
from tests.routes.organisations.organising import member, organisation
from tests.service import Json, Service


def filing(slug: str, **changes: object) -> Json:
    return {
        "slug": slug,
        "name": {"zh-CN": "联合论坛", "en": "Joint forum"},
        "kind": "forum",
        "city": "成都",
        "starts_at": "2027-03-01T09:00:00+08:00",
        "ends_at": "2027-03-02T18:00:00+08:00",
    } | changes


async def file(service: Service, by: dict[str, str], slug: str, **changes: object) -> tuple[int, Json]:
    answer = await service.post("/v1/events", filing(slug, **changes), by)
    return answer.status_code, answer.json()


async def mine(service: Service, by: dict[str, str]) -> list[str]:
    answer = await service.client.get("/v1/staff/events", headers=by)
    return [each["slug"] for each in answer.json()["items"]]


async def test_an_event_is_hosted_by_the_only_organisation_of_its_creator(production: Service) -> None:
    found = await organisation()
    editor = await member(production, found, "editor", username="h1-editor")
    status, event = await file(production, editor, "h1")
    assert status == 201, event
    shown = [(each["organisation"]["code"], each["part"]) for each in event["organisations"]]
    assert shown == [(found.code, "host")]
    colleague = await member(production, found, "reader", username="h1-reader")
    assert await mine(production, colleague) == ["h1"]
    renamed = {"name": {"zh-CN": "改名", "en": "Renamed"}, "reason": "x"}
    refused = await production.post("/v1/events/h1/changes", renamed, colleague)
    assert (refused.status_code, refused.json()["code"]) == (403, "organisation_duty_missing")


async def test_of_none_or_several_organisations_one_has_to_be_named(production: Service) -> None:
    alone = await production.staff("organiser", "h2-alone", has_organisation=False)
    assert (await file(production, alone, "h2"))[1]["code"] == "event_organisation_missing"
    one, two = await organisation(), await organisation()
    both = await member(production, one, "owner", username="h2-both")
    await member(production, two, "editor", username="h2-both")
    assert (await file(production, both, "h2"))[1]["code"] == "event_organisation_missing"
    status, event = await file(production, both, "h2", organisation=two.code.lower())
    assert (status, event["organisations"][0]["organisation"]["code"]) == (201, two.code)


async def test_nobody_files_for_an_organisation_that_is_not_theirs_or_not_active(
    production: Service,
) -> None:
    found, other = await organisation(), await organisation()
    owner = await member(production, found, "owner", username="h3-owner")
    finance = await member(production, other, "finance", username="h3-finance")
    assert (await file(production, owner, "h3", organisation=other.code))[0] == 404
    assert (await file(production, finance, "h3", organisation=other.code))[1]["code"] == (
        "organisation_duty_missing"
    )
    await Organisation.filter(id=found.id).update(state="suspended", state_why="an inspection")
    status, said = await file(production, owner, "h3", organisation=found.code)
    assert (status, said["code"]) == (409, "organisation_not_active")
    assert (await file(production, owner, "h3"))[1]["code"] == "event_organisation_missing"


async def test_who_leaves_the_host_runs_its_events_no_more(stage: Service) -> None:
    found = await organisation()
    creator = await member(stage, found, "editor", username="h4-creator")
    await file(stage, creator, "h4")
    assert await mine(stage, creator) == ["h4"]
    owner = await member(stage, found, "owner", username="h4-owner")
    shown = (await stage.client.get(f"/v1/organisations/{found.code}/members", headers=owner)).json()
    id_ = next(each["id"] for each in shown["items"] if each["username"] == "h4-creator")
    path = f"/v1/organisations/{found.code}/members/{id_}/removal"
    assert (await stage.post(path, {"reason": "left"}, owner)).status_code == 204
    assert await mine(stage, creator) == []
    assert (await stage.client.get("/v1/events/h4", headers=creator)).status_code == 404
    assert (await stage.client.get("/v1/events/h4", headers=owner)).status_code == 200


async def test_two_organisations_run_one_event_until_either_ends_it(stage: Service) -> None:
    host, guest = await organisation(), await organisation()
    owner = await member(stage, host, "owner", username="h5-owner")
    editor = await member(stage, host, "editor", username="h5-editor")
    theirs = await member(stage, guest, "owner", username="h5-theirs")
    await file(stage, owner, "h5")
    asking = {"organisation": guest.code, "reason": "together"}
    path = "/v1/events/h5/organisations"
    assert (await stage.post(path, asking, editor)).json()["code"] == "organisation_duty_missing"
    assert (await stage.post(path, asking, owner)).status_code == 201
    assert (await stage.post(path, asking, owner)).json()["code"] == "event_organisation_taken"
    assert await mine(stage, theirs) == []
    listed = f"/v1/organisations/{guest.code}/event-invitations"
    (asked,) = (await stage.client.get(listed, headers=theirs)).json()["items"]
    assert (asked["slug"], asked["host"]["code"]) == ("h5", host.code)
    accepting = {"answer": "accepted", "reason": "gladly"}
    assert (await stage.post(f"{listed}/{asked['id']}/answer", accepting, owner)).status_code == 404
    assert (await stage.post(f"{listed}/{asked['id']}/answer", accepting, theirs)).status_code == 204
    assert (await stage.post(f"{listed}/{asked['id']}/answer", accepting, theirs)).status_code == 404
    shown = (await stage.client.get("/v1/events/h5", headers=theirs)).json()["organisations"]
    assert [(each["organisation"]["code"], each["part"]) for each in shown] == [
        (host.code, "host"),
        (guest.code, "co_host"),
    ]
    renamed = {"name": {"zh-CN": "合办", "en": "Together"}, "reason": "agreed"}
    assert (await stage.post("/v1/events/h5/changes", renamed, theirs)).status_code == 200
    leaving = {"reason": "no time"}
    assert (await stage.post(f"{path}/{host.code}/removal", leaving, theirs)).json()["code"] == (
        "event_host_stays"
    )
    assert (await stage.post(f"{path}/{guest.code}/removal", leaving, editor)).status_code == 403
    left = await stage.post(f"{path}/{guest.code}/removal", leaving, theirs)
    assert [each["organisation"]["code"] for each in left.json()["items"]] == [host.code]
    assert await mine(stage, theirs) == []
    assert await EventOrganisation.filter(organisation_id=guest.id, removed_at=None).count() == 0


async def test_merchants_partners_and_companies_teams_belong_to_an_organisation(stage: Service) -> None:
    operator = await stage.staff("operator")
    shop = await organisation(("merchant",))
    name = {"zh-CN": "茶铺", "en": "Tea shop"}
    named = {"code": "h6-named", "name": name, "reason": "x", "organisation": shop.code}
    assert (await stage.post("/v1/merchants", named, operator)).json()["organisation"] == shop.code
    unnamed = {"code": "h6-unnamed", "name": name, "reason": "x"}
    code = (await stage.post("/v1/merchants", unnamed, operator)).json()["organisation"]
    shown = (await stage.client.get(f"/v1/organisations/{code}")).json()
    assert (shown["is_provisional"], shown["kinds"], shown["name"]) == (True, ["merchant"], name)
    wrong = named | {"code": "h6-wrong", "organisation": "N-NOTTHERE"}
    assert (await stage.post("/v1/merchants", wrong, operator)).json()["code"] == "organisation_not_found"
    team = {"kind": "company", "name": "成都某公司"}
    assert (await stage.post("/v1/teams", team, await stage.citizen("h6"))).status_code == 201
    # A citizen called it what they liked: nobody reads of it before a review.
    found = await Organisation.get(name_zh="成都某公司")
    assert found.state == "applied"
    assert (await stage.client.get(f"/v1/organisations/{found.code}")).status_code == 404
