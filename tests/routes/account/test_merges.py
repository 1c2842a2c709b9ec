"""Two accounts of one person become one, and what a guest did is kept in an account: once, whole, nothing doubled."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import httpx2 as httpx
import pytest

from backend.ledger.audit.ledger import audit_database
from backend.models.keys import uuid7
from tests.routes.counting import row_counts
from tests.service import Json, Service

FULL: Json = {"share": 100, "pay_with": "sponsor"}


def token_of(headers: dict[str, str]) -> str:
    return headers["Authorization"].removeprefix("Bearer ")


def id_of(service: Service, headers: dict[str, str]) -> Any:
    return service.components.tokens.read(token_of(headers)).id


async def merge(
    service: Service, own: dict[str, str], other: dict[str, str], key: str | None = None
) -> httpx.Response:
    headers = own | ({} if key is None else {"Idempotency-Key": key})
    return await service.post("/v1/me/merges", {"other_access_token": token_of(other)}, headers)


async def keep(service: Service, own: dict[str, str], guest: dict[str, str]) -> httpx.Response:
    return await service.post("/v1/me/guest-attendances", {"guest_access_token": token_of(guest)}, own)


def noon_of_yesterday() -> datetime:
    """In Shanghai, so that some hours later it is the same day."""
    return (datetime.now(UTC) - timedelta(days=1)).replace(hour=4, minute=0, second=0, microsecond=0)


async def broken(service: Service) -> list[str]:
    findings = await audit_database(service.components.database, service.settings)
    return [f"{each.promise}: {each.sentence}" for each in findings if each.is_broken]


async def points(service: Service, headers: dict[str, str]) -> Json:
    found: Json = (await service.client.get("/v1/me/points", headers=headers)).json()
    return found


async def certificates(service: Service, headers: dict[str, str]) -> set[str]:
    listed = await service.client.get("/v1/me/certificates", headers=headers)
    return {each["number"] for each in listed.json()["items"]}


@pytest.fixture
async def fair(service: Service) -> list[str]:
    """Codes of badges of an event that pays 50 points for joining."""
    await service.event("fair", join_points=50)
    await service.pool("fair")
    return [badge["code"] for badge in await service.badges(4)]


# -- keeping what a guest did ---------------------------------------------------------------------


async def test_a_guest_s_attendance_is_kept_once_with_its_certificate_and_its_points(
    service: Service, fair: list[str]
) -> None:
    guest, citizen = await service.guest(fair[0]), await service.citizen()
    joined = (await service.scan(fair[0], guest, offset=FULL)).json()
    kept = await keep(service, citizen, guest)
    assert kept.status_code == 201, kept.text
    answer = kept.json()
    assert answer["event"]["slug"] == "fair"
    assert answer["certificate_number"] == joined["certificate"]["number"]
    assert (answer["points"]["earned"], answer["points"]["balance"]) == (50, 50)
    assert await certificates(service, citizen) == {joined["certificate"]["number"]}
    shown = await service.client.get(f"/v1/certificates/{joined['certificate']['number']}")
    assert shown.status_code == 200
    scanned = await service.scan(fair[0], citizen)
    assert (scanned.status_code, scanned.json()["outcome"]) == (200, "already_joined")
    # Again, and by others: nothing more.
    again = await keep(service, citizen, guest)
    assert (again.status_code, again.json()) == (201, answer)
    stranger = await keep(service, await service.citizen(), guest)
    assert (stranger.status_code, stranger.json()["code"]) == (409, "kept_elsewhere")
    assert (await points(service, citizen))["balance"] == 50
    assert (await service.scan(fair[0], guest)).json()["code"] == "session_revoked"
    opened = await service.post("/v1/sessions", {"provider": "badge", "code": fair[0]})
    assert opened.json()["code"] == "badge_bound"
    assert await broken(service) == []


async def test_two_taps_at_one_moment_keep_once(service: Service, fair: list[str]) -> None:
    guest, citizen = await service.guest(fair[0]), await service.citizen()
    await service.scan(fair[0], guest)
    answers = await asyncio.gather(*(keep(service, citizen, guest) for _ in range(5)))
    assert {(each.status_code, each.json()["id"]) for each in answers} == {(201, answers[0].json()["id"])}
    assert (await points(service, citizen))["balance"] == 50
    assert await broken(service) == []


async def test_a_newcomer_s_points_wait_as_if_they_had_joined_themselves(
    service: Service, fair: list[str]
) -> None:
    guest, newcomer = await service.guest(fair[0]), await service.newcomer()
    await service.scan(fair[0], guest)
    kept = (await keep(service, newcomer, guest)).json()
    assert (kept["points"]["earned"], kept["points"]["pending"]) == (0, 50)
    assert await broken(service) == []


async def test_an_account_that_joined_the_event_itself_keeps_no_second_attendance(
    service: Service, fair: list[str], owner: asyncpg.Connection
) -> None:
    guest, citizen = await service.guest(fair[0]), await service.citizen()
    await service.scan(fair[0], guest, offset=FULL)
    await service.scan(fair[1], citizen, offset=FULL)
    before = await row_counts(owner)
    refused = await keep(service, citizen, guest)
    assert (refused.status_code, refused.json()["code"]) == (409, "event_joined_before")
    assert await row_counts(owner) == before
    assert (await service.scan(fair[0], guest)).status_code == 200
    assert await broken(service) == []


async def test_what_a_guest_never_joined_and_what_is_no_guest_s_is_not_kept(
    service: Service, fair: list[str]
) -> None:
    guest, citizen = await service.guest(fair[0]), await service.citizen()
    assert (await keep(service, citizen, guest)).json()["code"] == "attendance_not_found"
    for other in (
        await service.citizen(),
        await service.staff("operator"),
        {"Authorization": "Bearer nonsense"},
    ):
        refused = await keep(service, citizen, other)
        assert (refused.status_code, refused.json()["code"]) == (422, "other_account_invalid")
    await service.scan(fair[0], guest)
    await service.client.delete("/v1/sessions/current", headers=guest)
    assert (await keep(service, citizen, guest)).json()["code"] == "other_account_invalid"


async def test_a_guest_s_journey_goes_where_the_account_withdrew_its_consent(
    service: Service, fair: list[str], owner: asyncpg.Connection
) -> None:
    guest, citizen = await service.guest(fair[0]), await service.citizen()
    await service.consent(guest, "event_profile")
    await service.scan(fair[0], guest, journey={"from_city": "重庆", "mode": "hsr"})
    assert await owner.fetchval("SELECT count(*) FROM footprints WHERE journey IS NOT NULL") == 1
    await service.consent(citizen, "event_profile")
    await service.consent(citizen, "event_profile", granted=False)
    assert (await keep(service, citizen, guest)).status_code == 201
    assert await owner.fetchval("SELECT count(*) FROM footprints WHERE journey IS NOT NULL") == 0
    assert await broken(service) == []


# -- merging two accounts -------------------------------------------------------------------------


async def test_balances_add_lots_keep_their_day_and_both_ways_lead_to_one_account(
    service: Service, fair: list[str], owner: asyncpg.Connection
) -> None:
    own, other = await service.citizen("Ann"), await service.citizen("Ann at home")
    await service.event("elsewhere", join_points=30)
    [elsewhere] = await service.badges(1, "elsewhere")
    await service.scan(fair[0], own, offset=FULL)
    joined = (await service.scan(elsewhere["code"], other)).json()
    await owner.execute("UPDATE lots SET expires_on = '2027-03-01' WHERE points = 30")
    await owner.execute("UPDATE transfers SET expires_on = '2027-03-01' WHERE points = 30")
    merged = await merge(service, own, other)
    assert merged.status_code == 201, merged.text
    answer = merged.json()
    assert (answer["balance"], answer["points_moved"], answer["points_taken_back"]) == (80, 30, 0)
    assert (answer["attendances_moved"], answer["staying"]) == (1, [])
    lots = (await points(service, own))["lots"]
    assert {each["points"] for each in lots} == {50, 30}
    assert {each["expires_on"] for each in lots if each["points"] == 30} == {"2027-03-01"}
    mine = await service.client.get("/v1/events/elsewhere/me", headers=own)
    assert mine.json()["footprint"]["total_g"] == joined["footprint"]["total_g"]
    assert (await service.client.get("/v1/me", headers=other)).json()["code"] == "session_revoked"
    again = await service.citizen("Ann at home")
    assert id_of(service, again) == id_of(service, own)
    told = (await service.client.get("/v1/me/notices", headers=own)).json()["items"]
    assert {each["title"]["en"] for each in told} == {
        "Your other account is part of this one",
        "This account became part of your other one",
    }
    exported = (await service.client.get("/v1/me/export", headers=own)).json()
    assert [each["points"] for each in exported["account_moves"]] == [30]
    assert sum(each["points"] for each in exported["points"]) == 80
    assert await broken(service) == []


async def test_a_double_submit_is_answered_alike_and_at_one_moment_too(
    service: Service, fair: list[str]
) -> None:
    own, other = await service.citizens(2)
    await service.scan(fair[0], other)
    answers = await asyncio.gather(*(merge(service, own, other) for _ in range(6)))
    assert {(each.status_code, each.text) for each in answers} == {(201, answers[0].text)}
    key = uuid4().hex
    for _ in range(2):
        repeated = await merge(service, own, other, key)
        assert (repeated.status_code, repeated.json()) == (201, answers[0].json())
    assert (await points(service, own))["balance"] == 50
    assert await broken(service) == []


async def test_merges_that_cross_end_in_one_account(service: Service, fair: list[str]) -> None:
    own, other = await service.citizens(2)
    await service.scan(fair[0], own)
    answers = await asyncio.gather(merge(service, own, other), merge(service, other, own))
    assert sorted(each.status_code < 300 for each in answers) == [False, True]
    assert await broken(service) == []


async def test_an_event_that_both_joined_pays_once_and_both_certificates_stay_valid(
    service: Service, fair: list[str], owner: asyncpg.Connection
) -> None:
    own, other = await service.citizens(2)
    numbers = []
    for code, citizen in zip(fair, (own, other), strict=False):
        scanned = await service.scan(code, citizen, offset=FULL)
        numbers.append(scanned.json()["certificate"]["number"])
    grams = await owner.fetchval("SELECT sum(grams) FROM allocations")
    merged = await merge(service, own, other)
    answer = merged.json()
    assert (answer["balance"], answer["points_taken_back"]) == (50, 50)
    assert [each["certificate_number"] for each in answer["staying"]] == [numbers[1]]
    assert "valid" in answer["about"]["en"]
    for number in numbers:
        assert (await service.client.get(f"/v1/certificates/{number}")).status_code == 200
    assert await certificates(service, own) == set(numbers)
    renewed = await service.post(f"/v1/me/certificates/{numbers[1]}/link", {}, own)
    assert renewed.status_code == 200, renewed.text
    assert await owner.fetchval("SELECT sum(grams) FROM allocations") == grams
    exported = (await service.client.get("/v1/me/export", headers=own)).json()
    assert len(exported["attendances"]) == 2
    assert await broken(service) == []


async def test_joining_is_paid_once_through_a_chain_of_accounts_too(
    service: Service, fair: list[str]
) -> None:
    """The attack: what one account joined is moved through a second one before a third, which joined too, takes it."""
    first, second, third = await service.citizens(3)
    await service.scan(fair[0], first)
    await service.scan(fair[1], third)
    assert (await merge(service, second, first)).json()["points_moved"] == 50
    answer = (await merge(service, third, second)).json()
    assert (answer["points_taken_back"], answer["balance"]) == (50, 50)
    assert await broken(service) == []


async def test_who_leaves_after_a_merge_takes_what_stayed_along(
    service: Service, fair: list[str], owner: asyncpg.Connection
) -> None:
    own, other = await service.citizens(2)
    for code, citizen in zip(fair, (own, other), strict=False):
        await service.consent(citizen, "event_profile")
        await service.scan(code, citizen, journey={"from_city": "重庆", "mode": "hsr"}, offset=FULL)
    assert (await merge(service, own, other)).status_code == 201
    assert (await service.client.delete("/v1/me", headers=own)).status_code == 200
    assert await owner.fetchval("SELECT count(*) FROM footprints WHERE journey IS NOT NULL") == 0
    assert await owner.fetchval("SELECT count(*) FROM identities") == 0
    assert await broken(service) == []


async def test_points_that_wait_go_on_waiting_and_one_proof_is_for_both(
    service: Service, fair: list[str]
) -> None:
    own, other = await service.newcomer(), await service.newcomer()
    await service.scan(fair[0], other)
    assert (await merge(service, own, other)).json()["points_moved"] == 0
    assert (await points(service, own))["pending"]["points"] == 50
    third, proven = await service.newcomer(), await service.citizen()
    await service.event("elsewhere", join_points=30)
    [elsewhere] = await service.badges(1, "elsewhere")
    await service.scan(elsewhere["code"], third)
    assert (await merge(service, own, third)).status_code == 201
    assert (await points(service, own))["pending"]["points"] == 80
    assert (await merge(service, proven, own)).json()["balance"] == 80
    assert await broken(service) == []


async def test_no_cap_is_passed_twice_on_one_day(service: Service) -> None:
    """The attack: a second account takes the whole of every cap again, and is merged."""
    own, other = await service.resident(), await service.person(30)
    await service.consent(own, "werun")
    noon = noon_of_yesterday()
    for citizen, hours in ((own, 0), (other, 3)):
        for quantity in (12, 8):
            start = noon + timedelta(hours=hours + (quantity == 8))
            ridden = await service.prove(citizen, "bike_share", quantity, occurred_at=start)
            assert ridden["points"] > 0
    alone = await points(service, own)
    merged = await merge(service, own, other)
    assert merged.status_code == 201, merged.text
    assert (merged.json()["actions_moved"], merged.json()["actions_reversed"]) == (2, 2)
    assert merged.json()["points_moved"] == 0
    after = await points(service, own)
    assert after["balance"] == alone["balance"]
    assert await broken(service) == []
    more = await service.prove(own, "bike_share", 5, occurred_at=noon + timedelta(hours=6))
    assert more["points"] == 0
    assert (await points(service, own))["balance"] == alone["balance"]


async def test_what_fits_under_the_caps_of_one_day_comes_along(service: Service) -> None:
    own, other = await service.resident(), await service.person(30)
    noon = noon_of_yesterday()
    await service.prove(own, "bike_share", 12, occurred_at=noon)
    second = await service.prove(other, "bike_share", 8, occurred_at=noon + timedelta(hours=3))
    answer = (await merge(service, own, other)).json()
    assert (answer["actions_moved"], answer["actions_reversed"]) == (1, 0)
    listed = await service.client.get("/v1/me/actions", headers=own)
    assert second["id"] in {each["id"] for each in listed.json()["items"]}
    reversed_ = await service.post(
        f"/v1/actions/{second['id']}/reversal",
        {"citizen_id": str(id_of(service, own)), "reason": "test"},
        await service.staff("operator"),
    )
    assert reversed_.status_code == 201, reversed_.text
    assert reversed_.json()["points"] == second["points"]
    assert await broken(service) == []


async def test_given_away_reductions_above_a_cap_refuse_the_merge_and_change_nothing(
    service: Service, owner: asyncpg.Connection
) -> None:
    own, other = await service.resident(), await service.person(30)
    for citizen, hours in ((own, 0), (other, 3)):
        start = noon_of_yesterday() + timedelta(hours=hours)
        await service.prove(citizen, "bike_share", 15, occurred_at=start)
    cancelled = await service.post("/v1/me/cancellations", {}, other | {"Idempotency-Key": uuid4().hex})
    assert cancelled.status_code == 201, cancelled.text
    before = await row_counts(owner)
    refused = await merge(service, own, other)
    assert (refused.status_code, refused.json()["code"]) == (409, "merge_overlaps")
    assert await row_counts(owner) == before
    assert await broken(service) == []


async def test_the_stricter_decision_about_a_consent_wins(service: Service) -> None:
    own, other = await service.citizens(2)
    await service.consent(own, "aggregation")
    await service.consent(other, "aggregation")
    await service.consent(other, "aggregation", granted=False)
    await service.consent(other, "werun")
    assert (await merge(service, own, other)).status_code == 201
    listed = (await service.client.get("/v1/me/consents", headers=own)).json()["items"]
    assert {each["scope"]: each["is_granted"] for each in listed} | {
        "aggregation": False,
        "werun": True,
        "leaderboard": False,
    } == {each["scope"]: each["is_granted"] for each in listed}


async def test_of_two_ages_the_younger_one_holds(service: Service, owner: asyncpg.Connection) -> None:
    own, other = await service.person(30), await service.person(16)
    await service.consent(own, "leaderboard")
    assert (await merge(service, own, other)).status_code == 201
    told = (await service.client.get("/v1/me/age", headers=own)).json()
    assert told["band"] == "youth"
    youth, adult = await service.person(16), await service.person(30)
    await service.consent(adult, "leaderboard")
    assert (await merge(service, youth, adult)).status_code == 201
    newest = "SELECT is_granted FROM consents WHERE citizen_id = $1 ORDER BY revision DESC LIMIT 1"
    assert await owner.fetchval(newest, id_of(service, youth)) is False
    assert await broken(service) == []


async def test_a_child_gets_no_consent_by_keeping_a_guest_s(
    service: Service, fair: list[str], owner: asyncpg.Connection
) -> None:
    guest, child = await service.guest(fair[0]), await service.person(10)
    await service.consent(guest, "event_profile")
    await service.scan(fair[0], guest, journey={"from_city": "重庆", "mode": "hsr"})
    assert (await keep(service, child, guest)).status_code == 201
    assert await owner.fetchval("SELECT count(*) FROM footprints WHERE journey IS NOT NULL") == 0
    newest = "SELECT is_granted FROM consents WHERE citizen_id = $1 ORDER BY revision DESC LIMIT 1"
    assert await owner.fetchval(newest, id_of(service, child)) is False
    assert await broken(service) == []


async def test_bad_merges_say_why_and_change_nothing(
    service: Service, fair: list[str], owner: asyncpg.Connection
) -> None:
    own, other = await service.citizen("Ann"), await service.citizen()
    guest, ended = await service.guest(fair[0]), await service.citizen()
    await service.client.delete("/v1/sessions/current", headers=ended)
    child = await service.person(10)
    before = await row_counts(owner)
    for wrong, code in (
        (own, "same_account"),
        (guest, "guest_is_kept"),
        (ended, "other_account_invalid"),
        (await service.staff("operator"), "other_account_invalid"),
        ({"Authorization": "Bearer x.y.z"}, "other_account_invalid"),
        (child, "merge_of_child"),
    ):
        refused = await merge(service, own, wrong)
        assert refused.json()["code"] == code, refused.text
    assert (await merge(service, child, other)).json()["code"] == "merge_of_child"
    after = await row_counts(owner)
    # A member of staff signed in meanwhile.
    changed = {table for table in before if before[table] != after[table]}
    assert changed <= {"staff", "sessions", "refresh_tokens", "staff_sessions", "security_records"}


async def test_a_token_of_an_old_sign_in_takes_no_account_over(
    service: Service, owner: asyncpg.Connection
) -> None:
    own, other = await service.citizen(), await service.citizen("Ann")
    await owner.execute("UPDATE sessions SET created_at = now() - interval '31 minutes'")
    assert (await merge(service, own, other)).json()["code"] == "other_account_invalid"
    assert (await merge(service, own, await service.citizen("Ann"))).status_code == 201


async def test_an_account_takes_up_a_few_others_and_no_crowd(service: Service) -> None:
    own = await service.citizen()
    for _ in range(5):
        assert (await merge(service, own, await service.citizen())).status_code == 201
    assert (await merge(service, own, await service.citizen())).json()["code"] == "merges_enough"
    # Nor by a chain: what the other one took up counts with it.
    assert await broken(service) == []


async def test_redemptions_teams_and_sign_ins_follow(service: Service, owner: asyncpg.Connection) -> None:
    own, other = await service.citizens(2)
    team = await service.post("/v1/teams", {"kind": "school", "name": "绿色一队"}, other)
    assert team.status_code == 201, team.text
    assert (await merge(service, own, other)).status_code == 201
    listed = (await service.client.get("/v1/me/teams", headers=own)).json()["items"]
    assert [each["id"] for each in listed] == [team.json()["id"]]
    owner_id = await owner.fetchval("SELECT owner_id FROM teams")
    assert owner_id == id_of(service, own)


async def test_two_teams_of_one_kind_become_the_one_of_the_account_that_stays(
    service: Service, owner: asyncpg.Connection
) -> None:
    own, other, third = await service.citizens(3)
    for citizen, name in ((own, "一队同学"), (other, "二队同学")):
        answer = await service.post("/v1/teams", {"kind": "school", "name": name}, citizen)
        assert answer.status_code == 201, answer.text
    joined = await service.post("/v1/team-joinings", {"code": answer.json()["code"]}, third)
    assert joined.status_code == 201, joined.text
    assert (await merge(service, own, other)).status_code == 201
    teams = await owner.fetch("SELECT name, members, owner_id FROM teams ORDER BY created_at")
    assert [(row["name"], row["members"], row["owner_id"]) for row in teams] == [
        ("一队同学", 1, id_of(service, own)),
        ("二队同学", 1, id_of(service, third)),
    ]


# -- what the audit finds -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("breaking", "named"),
    [
        ("UPDATE accounts SET erased_at = NULL WHERE id = $1", "moves are whole"),
        ("UPDATE attendances SET citizen_id = $1", "moves are whole"),
        ("UPDATE account_moves SET points = points + 1 WHERE other_id = $1", "moves are whole"),
        ("DELETE FROM merged_accounts WHERE other_id = $1", "moves are whole"),
        ("DELETE FROM transfers WHERE reason = 'merge' AND citizen_id <> $1", "moves are whole"),
    ],
)
async def test_the_audit_names_a_broken_move(
    service: Service, fair: list[str], owner: asyncpg.Connection, breaking: str, named: str
) -> None:
    own, other = await service.citizens(2)
    await service.scan(fair[0], other)
    assert (await merge(service, own, other)).status_code == 201
    assert await broken(service) == []
    await owner.execute(breaking, id_of(service, other))
    assert any(each.startswith(named) for each in await broken(service))


async def test_the_application_moves_no_account_twice_and_none_that_is_closed(
    service: Service, owner: asyncpg.Connection
) -> None:
    own, other = await service.citizens(2)
    assert (await merge(service, own, other)).status_code == 201
    values = (uuid7(), id_of(service, own), id_of(service, other), "merge", 0, 0, 0, b"{}", datetime.now(UTC))
    with pytest.raises(asyncpg.CheckViolationError):
        await owner.execute("SELECT move_account($1, $2, $3, $4, $5, $6, $7, $8, $9)", *values)


async def test_every_table_that_names_a_person_says_what_a_move_does_with_it(
    owner: asyncpg.Connection,
) -> None:
    """A table that a later migration adds is named here, and moved by the function or left on purpose."""
    movers = await owner.fetch(
        "SELECT prosrc FROM pg_proc WHERE proname IN ('move_account', 'move_personal_periods')"
    )
    assert len(movers) == 2
    text = "\n".join(row["prosrc"] for row in movers)
    stays = {
        # The ledger's own history and what waits on it: resolved by merged_accounts.
        "transfers", "lots", "pending_points", "pending_point_ends",
        # Answers to repeats, eight days; guardians' decisions; who is what today.
        "idempotency_keys", "guardian_consents", "merged_accounts",
    }  # fmt: skip
    named = await owner.fetch(
        """SELECT DISTINCT c.table_name FROM information_schema.columns c
           JOIN pg_tables t ON t.tablename = c.table_name AND t.schemaname = 'public'
           WHERE c.column_name IN ('citizen_id', 'guardian_id', 'owner_id', 'principal_id', 'reporter_id')"""
    )
    assert {row["table_name"] for row in named if row["table_name"] not in text} == stays - {
        "merged_accounts"
    }
