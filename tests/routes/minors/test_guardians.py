"""Ages, guardians and their children: who earns, who consents, what goes when a consent goes."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from backend.errors.minors import GuardianCodeUnknown
from backend.models import Account, Citizen, Erasure, GuardianCode, GuardianConsent, Identity
from backend.services.minors.children import CHILDREN_MAX
from tests.consents import agreed
from tests.routes.partnering import new_partner
from tests.service import Service

Headers = dict[str, str]


def id_of(service: Service, headers: Headers) -> UUID:
    return service.components.tokens.read(headers["Authorization"].removeprefix("Bearer ")).id


async def code_of(service: Service, child: Headers) -> str:
    answer = await service.post("/v1/me/guardian-codes", None, child)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


async def guarded(service: Service, child: Headers, guardian: Headers) -> dict[str, Any]:
    answer = await service.post("/v1/me/children", {"code": await code_of(service, child)}, guardian)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def act(service: Service, who: Headers) -> str:
    """What logging an action on one's own word comes to."""
    answer = await service.act(who, "walk_steps", 1000)
    return "earned" if answer.status_code == 201 else str(answer.json()["code"])


async def test_points_ask_for_the_month_of_birth_and_the_same_key_goes_on(service: Service) -> None:
    citizen = await service.person(None)
    first = await service.act(citizen, "walk_steps", 1000, key="a-key")
    assert (first.status_code, first.json()["code"]) == (409, "age_needed")
    told = await service.post("/v1/me/age", {"born": "1990-05"}, citizen)
    assert told.json()["band"] == "adult"
    again = await service.act(citizen, "walk_steps", 1000, key="a-key")
    assert again.status_code == 201, again.text


async def test_a_child_who_wants_points_types_another_year_in_vain(service: Service) -> None:
    child = await service.person(10)
    assert await act(service, child) == "guardian_needed"
    refused = await service.post("/v1/me/age", {"born": "1990-05"}, child)
    assert (refused.status_code, refused.json()["code"]) == (409, "age_told")
    assert await act(service, child) == "guardian_needed"
    younger = await service.post("/v1/me/age", {"born": f"{datetime.now(UTC).year - 8}-01"}, child)
    assert younger.json()["band"] == "child"


async def test_who_is_fourteen_needs_no_guardian(service: Service) -> None:
    youth = await service.person(15)
    assert await act(service, youth) == "earned"
    answer = await service.post("/v1/me/guardian-codes", None, youth)
    assert answer.json()["code"] == "guardian_not_needed"


@pytest.mark.parametrize("born", ["1990-5", "1990-05-01", "1990-13", "1800-01", "19９0-05", "1990-05\n", ""])
async def test_a_month_that_is_none_is_refused(service: Service, born: str) -> None:
    citizen = await service.person(None)
    assert (await service.post("/v1/me/age", {"born": born}, citizen)).status_code == 422


async def test_a_month_to_come_is_refused(service: Service) -> None:
    citizen = await service.person(None)
    answer = await service.post("/v1/me/age", {"born": f"{datetime.now(UTC).year + 2}-01"}, citizen)
    assert answer.json()["code"] == "age_implausible"


async def test_a_guardians_consent_lets_a_child_earn_and_its_withdrawal_erases(service: Service) -> None:
    child, guardian = await service.person(10), await service.person(40)
    code = await code_of(service, child)
    brief = await service.post("/v1/me/guardian-codes/lookup", {"code": code}, guardian)
    assert brief.status_code == 200
    assert brief.json()["about"]["zh-CN"]
    view = (await service.post("/v1/me/children", {"code": code}, guardian)).json()
    assert await act(service, child) == "earned"
    listed = await service.client.get("/v1/me/children", headers=guardian)
    assert [each["id"] for each in listed.json()["items"]] == [view["id"]]
    ended = await service.post(f"/v1/me/children/{view['id']}/withdrawal", None, guardian)
    assert ended.json()["receipt"]["id"]
    # The session ended with the data.
    assert await act(service, child) == "session_revoked"
    assert not await Identity.exists(citizen_id=view["id"])
    citizen = await Citizen.get(id=view["id"])
    assert (citizen.born_month, citizen.nickname) == (None, None)
    rows = (
        await GuardianConsent.filter(citizen_id=view["id"])
        .order_by("revision")
        .values_list("decision", flat=True)
    )
    assert rows == ["given", "withdrawn"]
    assert (await Erasure.get(id=ended.json()["receipt"]["id"])).age_band == "child"
    again = await service.post(f"/v1/me/children/{view['id']}/withdrawal", None, guardian)
    assert again.json()["code"] == "child_not_found"


async def test_while_another_guardians_consent_holds_the_child_goes_on(service: Service) -> None:
    child, one, other = await service.person(9), await service.person(40), await service.person(41)
    view = await guarded(service, child, one)
    await guarded(service, child, other)
    assert (await service.post("/v1/me/guardian-codes", None, child)).json()["code"] == "guardians_enough"
    ended = await service.post(f"/v1/me/children/{view['id']}/withdrawal", None, one)
    assert ended.json()["receipt"] is None
    assert await act(service, child) == "earned"


async def test_a_code_counts_once_and_a_new_one_replaces_it(service: Service) -> None:
    child, one, other = await service.person(9), await service.person(40), await service.person(41)
    old = await code_of(service, child)
    new = await code_of(service, child)
    answers = [
        (await service.post("/v1/me/children", {"code": code}, who)).status_code
        for code, who in [(old, one), (new, one), (new, other)]
    ]
    assert answers == [404, 201, 404]


@pytest.mark.parametrize("form", ["{0} ", "{1}-{2}", " {3}", "{3}\n"])
async def test_a_code_is_taken_however_it_is_typed(service: Service, form: str) -> None:
    child, guardian = await service.person(9), await service.person(40)
    code = await code_of(service, child)
    typed = form.format(code.lower(), code[:5], code[5:], code)
    assert (await service.post("/v1/me/children", {"code": typed}, guardian)).status_code == 201


async def test_a_code_runs_out(service: Service) -> None:
    child, guardian = await service.person(9), await service.person(40)
    code = await code_of(service, child)
    later = datetime.now(UTC) + timedelta(minutes=16)
    with pytest.raises(GuardianCodeUnknown):
        await service.components.guardians.consent(id_of(service, guardian), code, later)


async def test_two_phones_with_one_code_make_one_guardian(service: Service) -> None:
    child = await service.person(9)
    guardians = [await service.person(40) for _ in range(4)]
    code = await code_of(service, child)
    answers = await asyncio.gather(
        *(service.post("/v1/me/children", {"code": code}, guardian) for guardian in guardians)
    )
    assert sorted(answer.status_code for answer in answers) == [201, 404, 404, 404]


async def test_guessing_is_over_after_ten_codes(service: Service) -> None:
    guardian = await service.person(40)
    codes = [f"{number:010}" for number in range(10_000)]
    statuses = [
        (await service.post("/v1/me/children", {"code": code}, guardian)).status_code for code in codes[:30]
    ]
    assert statuses == [404] * 10 + [429] * 20
    refused = await service.post("/v1/me/guardian-codes/lookup", {"code": codes[-1]}, guardian)
    assert refused.json()["code"] == "too_many_guardian_codes"


async def test_two_children_are_not_each_others_guardians(service: Service) -> None:
    one, other = await service.person(12), await service.person(13)
    for child, guardian in ((one, other), (other, one)):
        answer = await service.post("/v1/me/children", {"code": await code_of(service, child)}, guardian)
        assert answer.json()["code"] == "guardian_not_adult"
    for age, code in ((16, "guardian_not_adult"), (None, "age_needed")):
        guardian = await service.person(age)
        answer = await service.post("/v1/me/children", {"code": await code_of(service, one)}, guardian)
        assert answer.json()["code"] == code
    assert not await GuardianConsent.exists()


async def test_nobody_is_their_own_guardian(service: Service) -> None:
    child = await service.person(12)
    answer = await service.post("/v1/me/children", {"code": await code_of(service, child)}, child)
    assert answer.json()["code"] == "guardian_not_adult"


async def test_a_guardian_has_so_many_children_and_no_more(service: Service) -> None:
    guardian = await service.person(40)
    for _ in range(CHILDREN_MAX):
        await guarded(service, await service.person(8), guardian)
    last = await service.person(8)
    code = await code_of(service, last)
    answer = await service.post("/v1/me/children", {"code": code}, guardian)
    assert answer.json()["code"] == "children_enough"
    # Refused as a whole: the code is not used up.
    assert await GuardianCode.exists(citizen_id=id_of(service, last))


async def test_the_same_guardian_again_changes_nothing(service: Service) -> None:
    child, guardian = await service.person(8), await service.person(40)
    first = await guarded(service, child, guardian)
    assert await guarded(service, child, guardian) == first
    assert await GuardianConsent.all().count() == 1


async def test_a_guardian_exports_and_erases_for_the_child_and_for_no_other(service: Service) -> None:
    child, guardian, stranger = (
        await service.person(8, "kid"),
        await service.person(40),
        await service.person(50),
    )
    view = await guarded(service, child, guardian)
    address = f"/v1/me/children/{view['id']}"
    for call in (
        service.client.get(f"{address}/export", headers=stranger),
        service.client.delete(address, headers=stranger),
        service.post(f"{address}/withdrawal", None, stranger),
        service.client.get(f"{address}/export", headers=child),
    ):
        assert (await call).json()["code"] == "child_not_found"
    export = (await service.client.get(f"{address}/export", headers=guardian)).json()
    assert export["citizen"]["id"] == view["id"]
    born = (await service.client.get("/v1/me/age", headers=child)).json()["born"]
    assert [each["born"] for each in export["age"]] == [born]
    # Who the guardian is, is another person's data.
    assert str(id_of(service, guardian)) not in str(export)
    erased = await service.client.delete(address, headers=guardian)
    assert {part["code"]: part["count"] for part in erased.json()["erased"]}["age"] == 1
    assert await act(service, child) == "session_revoked"


async def test_one_of_two_guardians_does_not_erase_what_the_other_consented_to(service: Service) -> None:
    child, one, other = await service.person(9), await service.person(40), await service.person(41)
    view = await guarded(service, child, one)
    await guarded(service, child, other)
    address = f"/v1/me/children/{view['id']}"
    refused = await service.client.delete(address, headers=one)
    assert (refused.status_code, refused.json()["code"]) == (409, "other_guardian_consents")
    assert await act(service, child) == "earned"
    both = await asyncio.gather(*(service.post(f"{address}/withdrawal", None, each) for each in (one, other)))
    assert sorted(answer.json()["receipt"] is None for answer in both) == [False, True]
    assert await act(service, child) == "session_revoked"


async def test_a_child_sees_who_consents_and_ends_a_strangers_consent(service: Service) -> None:
    child, stranger, parent = (
        await service.person(9),
        await service.person(30, "生人"),
        await service.person(40),
    )
    view = await guarded(service, child, stranger)
    (seen,) = (await service.client.get("/v1/me/guardians", headers=child)).json()["items"]
    assert seen["name"]["zh-CN"] == "生人"
    refusal = f"/v1/me/guardians/{seen['id']}/refusal"
    assert (await service.post(refusal, None, parent)).json()["code"] == "guardian_not_found"
    answer = await service.post(refusal, None, child)
    assert (answer.status_code, answer.json()["items"]) == (200, [])
    for call in (
        service.client.get(f"/v1/me/children/{view['id']}/export", headers=stranger),
        service.client.delete(f"/v1/me/children/{view['id']}", headers=stranger),
    ):
        assert (await call).json()["code"] == "child_not_found"
    assert (await service.client.get("/v1/me/children", headers=stranger)).json()["items"] == []
    assert await act(service, child) == "guardian_needed"
    assert (await service.post(refusal, None, child)).json()["code"] == "guardian_not_found"
    # What was there stays, and a guardian lets it go on.
    await guarded(service, child, parent)
    assert await act(service, child) == "earned"


async def test_a_child_refuses_one_of_two_and_earns_on(service: Service) -> None:
    child, stranger, parent = await service.person(9), await service.person(30), await service.person(40)
    await guarded(service, child, stranger)
    await guarded(service, child, parent)
    answer = await service.post(f"/v1/me/guardians/{id_of(service, stranger)}/refusal", None, child)
    assert [each["id"] for each in answer.json()["items"]] == [str(id_of(service, parent))]
    assert await act(service, child) == "earned"


async def test_a_guardian_who_leaves_takes_along_children_without_another(service: Service) -> None:
    guardian, other = await service.person(40), await service.person(41)
    alone, shared = await service.person(8), await service.person(9)
    mine = await guarded(service, alone, guardian)
    ours = await guarded(service, shared, guardian)
    await guarded(service, shared, other)
    receipt = await service.client.delete("/v1/me", headers=guardian)
    assert receipt.status_code == 200, receipt.text
    assert {part["code"]: part["count"] for part in receipt.json()["erased"]}["children"] == 1
    assert await act(service, alone) == "session_revoked"
    assert await act(service, shared) == "earned"
    assert (await Account.get(id=mine["id"])).erased_at is not None
    newest = await GuardianConsent.filter(guardian_id=id_of(service, guardian)).order_by("-revision").first()
    assert newest is not None
    assert newest.decision == "ended"
    assert (await Account.get(id=ours["id"])).erased_at is None


async def test_a_child_who_leaves_ends_the_consent(service: Service) -> None:
    child, guardian = await service.person(8), await service.person(40)
    await guarded(service, child, guardian)
    await code_of(service, child)
    assert (await service.client.delete("/v1/me", headers=child)).status_code == 200
    assert (await service.client.get("/v1/me/children", headers=guardian)).json()["items"] == []
    assert not await GuardianCode.exists()


async def test_a_withdrawal_while_acts_are_under_way_lets_no_later_one_through(service: Service) -> None:
    child, guardian = await service.person(8), await service.person(40)
    view = await guarded(service, child, guardian)

    async def keep_acting() -> list[int]:
        return [(await service.act(child, "walk_steps", 1000)).status_code for _ in range(20)]

    async def withdraw() -> int:
        await asyncio.sleep(0.05)
        answer = await service.post(f"/v1/me/children/{view['id']}/withdrawal", None, guardian)
        return answer.status_code

    *acted, withdrawn = await asyncio.gather(keep_acting(), keep_acting(), keep_acting(), withdraw())
    assert withdrawn == 200
    for statuses in acted:
        first_refused = next((n for n, status in enumerate(statuses) if status == 401), len(statuses))
        assert set(statuses[first_refused:]) <= {401}
        assert 500 not in statuses
    erased_at = (await Account.get(id=view["id"])).erased_at
    assert erased_at is not None
    balance = (await Account.get(id=view["id"])).balance
    await service.act(child, "walk_steps", 1000)
    assert (await Account.get(id=view["id"])).balance == balance


async def test_a_consent_given_while_the_guardian_leaves_is_ended_or_refused(service: Service) -> None:
    guardian = await service.person(40)
    children = [await service.person(8) for _ in range(3)]
    codes = [await code_of(service, child) for child in children]
    left, *given = await asyncio.gather(
        service.client.delete("/v1/me", headers=guardian),
        *(service.post("/v1/me/children", {"code": code}, guardian) for code in codes),
    )
    assert left.status_code == 200, left.text
    assert {answer.status_code for answer in given} <= {201, 401, 404, 409}
    guardian_id = id_of(service, guardian)
    rows = await GuardianConsent.filter(guardian_id=guardian_id).order_by("citizen_id", "revision")
    assert {row.decision for row in {row.citizen_id: row for row in rows}.values()} <= {"ended"}


async def test_a_scan_is_never_held_up_and_its_points_wait(service: Service) -> None:
    await service.event("fair")
    child = await service.person(8)
    [badge] = await service.badges(1)
    scan = await service.scan(badge["url"], child)
    assert scan.status_code == 201, scan.text
    assert (scan.json()["points"]["earned"], scan.json()["points"]["pending"] > 0) == (0, True)


async def test_a_child_who_earned_before_proves_again_with_a_guardian(service: Service) -> None:
    await service.event("fair")
    citizen = await service.person(None)
    await Account.filter(id=id_of(service, citizen)).update(is_proven=True)
    born = f"{datetime.now(UTC).year - 8}-01"
    assert (await service.post("/v1/me/age", {"born": born}, citizen)).status_code == 200
    [badge] = await service.badges(1)
    scan = await service.scan(badge["url"], citizen)
    assert scan.json()["points"]["earned"] == 0


async def test_steps_photos_quiz_and_partners_ask_the_same(service: Service) -> None:
    for age, code in ((None, "age_needed"), (8, "guardian_needed")):
        who = await service.person(age)
        await agreed(id_of(service, who), "werun")
        key = {"Idempotency-Key": uuid4().hex}
        payload = (await service.client.get("/demo/werun?steps=9000", headers=who)).json()
        steps = await service.post("/v1/me/steps", payload, who | key)
        assert steps.json()["code"] == code
        photo = await service.client.post(
            "/v1/me/photos", content=b"\xff\xd8\xff", headers=who | {"Content-Type": "image/jpeg"}
        )
        assert photo.json()["code"] == code
        quiz = (await service.client.get("/v1/me/quiz", headers=who)).json()
        answers = [{"question": each["id"], "choice": each["choices"][0]["id"]} for each in quiz["questions"]]
        answered = await service.post(
            "/v1/me/quiz", {"answers": answers}, who | {"Idempotency-Key": uuid4().hex}
        )
        assert answered.json()["code"] == code, answered.text


async def test_a_wrong_month_is_objected_to_and_told_once_more(
    service: Service, owner: asyncpg.Connection
) -> None:
    citizen = await service.person(10)
    born = (await service.client.get("/v1/me/age", headers=citizen)).json()["born"]
    body = {"about": "age", "subject": born, "text": "I typed the year of my child."}
    taken = await service.post("/v1/me/complaints", body, citizen)
    assert taken.status_code == 201, taken.text
    operator = await service.staff("operator")
    address = f"/v1/complaints/{taken.json()['id']}"
    await service.post(f"{address}/review", None, operator)
    answered = await service.post(
        f"{address}/answer", {"state": "upheld", "answer": "Tell it again."}, operator
    )
    assert answered.status_code == 200, answered.text
    assert (await service.client.get("/v1/me/age", headers=citizen)).json()["band"] is None
    assert (await service.post("/v1/me/age", {"born": "1990-05"}, citizen)).json()["may_earn"] is True
    assert await act(service, citizen) == "earned"


async def test_a_month_never_told_is_no_subject_of_an_objection(service: Service) -> None:
    citizen = await service.person(10)
    body = {"about": "age", "subject": "1990-05", "text": "Not mine."}
    assert (await service.post("/v1/me/complaints", body, citizen)).status_code == 404


async def test_who_turns_out_to_be_a_child_keeps_no_grant_and_puts_no_name_on_a_certificate(
    service: Service,
) -> None:
    await service.event("fair")
    await service.pool("fair")
    citizen = await service.citizen()
    metro = await new_partner(service)
    grant = (await metro.bind(citizen, "card-1"))["grant"]
    [badge] = await service.badges(1)
    number = (await service.scan(badge["code"], citizen, offset={})).json()["certificate"]["number"]
    named = await service.post(
        f"/v1/me/certificates/{number}/name", {"name": "小林", "consent": True}, citizen
    )
    assert named.status_code == 200, named.text
    born = f"{datetime.now(UTC).year - 9}-01"
    assert (await service.post("/v1/me/age", {"born": born}, citizen)).json()["band"] == "child"
    grants = (await service.client.get("/v1/me/source-grants", headers=citizen)).json()["items"]
    assert [(each["id"], each["withdrawn_at"] is None) for each in grants] == [(grant["id"], False)]
    assert (await service.client.get(f"/v1/certificates/{number}")).json()["name"] is None
    again = await service.post(
        f"/v1/me/certificates/{number}/name", {"name": "小林", "consent": True}, citizen
    )
    assert (again.status_code, again.json()["code"]) == (409, "guardian_needed")


async def test_a_child_who_consented_for_others_before_can_be_erased_by_a_guardian(service: Service) -> None:
    parent, once_adult, child = [await service.person(age) for age in (40, 30, 9)]
    await guarded(service, child, once_adult)
    born = f"{datetime.now(UTC).year - 10}-01"
    assert (await service.post("/v1/me/age", {"born": born}, once_adult)).json()["band"] == "child"
    found = await guarded(service, once_adult, parent)
    erased = await service.client.delete(f"/v1/me/children/{found['id']}", headers=parent)
    assert erased.status_code == 200, erased.text
    assert await Erasure.all().count() == 2
