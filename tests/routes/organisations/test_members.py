"""Members of organisations: invitations, duties, and an owner always."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import asyncpg

from backend.models import Organisation, OrganisationInvitation, OrganisationMember, Staff
from tests.routes.organisations.organising import id_of, member, organisation
from tests.service import Json, Service

TOKENS = "/v1/organisation-invitations"


def of(found: Organisation, rest: str) -> str:
    return f"/v1/organisations/{found.code}/{rest}"


async def invite(service: Service, found: Organisation, owner: dict[str, str], *duties: str) -> str:
    body = {"duties": list(duties), "reason": "a new colleague"}
    answer = await service.post(of(found, "invitations"), body, owner)
    assert answer.status_code == 201, answer.text
    url: str = answer.json()["url"]
    assert "/staff/invitation#" in url
    return url.partition("#")[2]


async def leave(service: Service, found: Organisation, username: str, by: dict[str, str]) -> Json:
    answer = await service.post(
        of(found, f"members/{await id_of(username)}/removal"), {"reason": "leaves"}, by
    )
    return {"status": answer.status_code} | (answer.json() if answer.content else {})


async def test_who_holds_an_invitation_joins_once(stage: Service) -> None:
    found = await organisation()
    owner = await member(stage, found, "owner", username="m1-owner")
    token = await invite(stage, found, owner, "editor", "gate")
    offered = (await stage.post(f"{TOKENS}/lookup", {"token": token})).json()
    assert (offered["organisation"]["code"], offered["duties"]) == (found.code, ["editor", "gate"])
    colleague = await stage.staff("organiser", "m1-colleague")
    joined = await stage.post(f"{TOKENS}/acceptance", {"token": token}, colleague)
    assert joined.json()["duties"] == ["editor", "gate"]
    again = await stage.post(f"{TOKENS}/acceptance", {"token": token}, await stage.staff("organiser", "m1-x"))
    assert (again.status_code, again.json()["code"]) == (404, "organisation_invitation_invalid")
    shown = (await stage.client.get(of(found, "members"), headers=colleague)).json()["items"]
    assert [(each["username"], each["duties"]) for each in shown] == [
        ("m1-owner", ["owner"]),
        ("m1-colleague", ["editor", "gate"]),
    ]


async def test_one_invitation_opens_one_account_however_many_ask(stage: Service) -> None:
    found = await organisation(("verifier",))
    owner = await member(stage, found, "owner", username="m2-owner", role="verifier")
    token = await invite(stage, found, owner, "reader")
    bodies = [
        {"token": token, "username": f"m2-new-{number}", "password": "a long sentence of mine"}
        for number in range(3)
    ]
    answers = await asyncio.gather(*(stage.post(f"{TOKENS}/accounts", body) for body in bodies))
    assert sorted(each.status_code for each in answers) == [204, 404, 404]
    (opened,) = await Staff.filter(username__startswith="m2-new")
    assert opened.role == "verifier"
    assert await OrganisationMember.filter(staff_id=opened.id).values_list("duty", flat=True) == ["reader"]


async def test_an_invitation_names_no_accounts_for_ever(stage: Service) -> None:
    found = await organisation()
    token = await invite(stage, found, await member(stage, found, "owner", username="m3-owner"), "reader")
    body = {"token": token, "username": "m3-owner", "password": "a long sentence of mine"}
    codes = [(await stage.post(f"{TOKENS}/accounts", body)).json()["code"] for _ in range(11)]
    assert codes == ["username_taken"] * 10 + ["too_many_registrations"]


async def test_an_invitation_ends_with_its_week_its_withdrawal_and_its_makers_right(
    stage: Service, rows: asyncpg.Connection
) -> None:
    found = await organisation()
    owner = await member(stage, found, "owner", username="m4-owner")
    await member(stage, found, "owner", username="m4-second")
    old, withdrawn, left_behind = [await invite(stage, found, owner, "owner") for _ in range(3)]
    made = await OrganisationInvitation.filter(organisation_id=found.id).order_by("id")
    await rows.execute("UPDATE organisation_invitations SET expires_at = now() WHERE id = $1", made[0].id)
    ended = await stage.post(
        of(found, f"invitations/{made[1].id}/revocation"), {"reason": "a mistake"}, owner
    )
    assert ended.status_code == 204
    second = await stage.staff("organiser", "m4-second")
    assert (await leave(stage, found, "m4-owner", second))["status"] == 204
    for token in (old, withdrawn, left_behind):
        assert (await stage.post(f"{TOKENS}/lookup", {"token": token})).status_code == 404
        assert (await stage.post(f"{TOKENS}/acceptance", {"token": token}, owner)).status_code == 404


async def test_the_only_owner_stays(stage: Service) -> None:
    found = await organisation()
    owner = await member(stage, found, "owner", "editor", username="m5-owner")
    await member(stage, found, "reader", username="m5-reader")
    assert (await leave(stage, found, "m5-owner", owner))["code"] == "organisation_last_owner"
    fewer = {"duties": ["reader"], "reason": "less to do"}
    answer = await stage.post(of(found, f"members/{await id_of('m5-owner')}"), fewer, owner)
    assert (answer.status_code, answer.json()["code"]) == (409, "organisation_last_owner")
    # An owner whose account is closed is none.
    await member(stage, found, "owner", username="m5-gone")
    await Staff.filter(username="m5-gone").update(disabled_at=datetime.now(UTC))
    assert (await leave(stage, found, "m5-owner", owner))["code"] == "organisation_last_owner"


async def test_two_owners_who_leave_at_one_moment_do_not_both_leave(stage: Service) -> None:
    found = await organisation()
    both = {name: await member(stage, found, "owner", username=name) for name in ("m6-a", "m6-b")}
    left = await asyncio.gather(*(leave(stage, found, name, headers) for name, headers in both.items()))
    assert sorted(each["status"] for each in left) == [204, 409]
    assert await OrganisationMember.filter(organisation_id=found.id, removed_at=None).count() == 1


async def test_members_of_other_organisations_see_and_change_nothing(stage: Service) -> None:
    found, other = await organisation(), await organisation()
    await member(stage, found, "owner", username="m7-owner")
    stranger = await member(stage, other, "owner", username="m7-stranger")
    reader = await member(stage, found, "reader", username="m7-reader")
    target = of(found, f"members/{await id_of('m7-reader')}")
    more = {"duties": ["owner"], "reason": "why not"}
    assert (await stage.client.get(of(found, "members"), headers=stranger)).status_code == 404
    assert (await stage.post(target, more, stranger)).status_code == 404
    raised = await stage.post(target, more, reader)
    assert (raised.status_code, raised.json()["code"]) == (403, "organisation_duty_missing")
    assert (await leave(stage, found, "m7-owner", reader))["code"] == "organisation_duty_missing"
    assert (await leave(stage, found, "m7-reader", reader))["status"] == 204


async def test_an_account_that_is_closed_or_gets_another_role_acts_for_no_organisation(
    stage: Service,
) -> None:
    found = await organisation()
    await member(stage, found, "owner", username="m8-owner")
    operator = await stage.staff("operator")
    account = await id_of("m8-owner")
    changed = await stage.post(
        f"/v1/staff/accounts/{account}/role", {"role": "regulator", "reason": "a new post"}, operator
    )
    assert changed.status_code == 200, changed.text
    assert not await OrganisationMember.filter(staff_id=account, removed_at=None).exists()
