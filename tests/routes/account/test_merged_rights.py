"""What a move leaves of a person's own decisions, and what is theirs under the other id, to take along and to erase."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from backend.domain.days import day_of
from backend.jobs.community.leaderboards import count_team_days
from backend.models.keys import uuid7
from backend.services.account import merges
from tests.routes.account.test_merges import FULL, broken, id_of, keep, merge
from tests.service import Service

JOURNEY = {"from_city": "重庆", "mode": "hsr"}
NEWEST = "SELECT is_granted FROM consents WHERE citizen_id = $1 AND scope = $2 ORDER BY revision DESC LIMIT 1"


@pytest.fixture
async def fair(service: Service) -> list[str]:
    await service.event("fair", join_points=50)
    await service.pool("fair")
    return [badge["code"] for badge in await service.badges(4)]


async def journeys(owner: asyncpg.Connection) -> Any:
    return await owner.fetchval("SELECT count(*) FROM footprints WHERE journey IS NOT NULL")


async def test_who_becomes_younger_by_a_merge_is_off_the_boards(
    service: Service, owner: asyncpg.Connection
) -> None:
    own, other = await service.person(30), await service.person(16)
    await service.consent(own, "leaderboard")
    assert (await merge(service, own, other)).status_code == 201
    assert await owner.fetchval(NEWEST, id_of(service, own), "leaderboard") is False


async def test_a_move_that_is_refused_withdraws_no_consent(
    service: Service, fair: list[str], owner: asyncpg.Connection
) -> None:
    guest, citizen = await service.guest(fair[0]), await service.citizen()
    await service.consent(guest, "event_profile")
    await service.consent(guest, "event_profile", granted=False)
    await service.consent(citizen, "event_profile")
    await service.scan(fair[0], guest)
    await service.scan(fair[1], citizen, journey=JOURNEY)
    refused = await keep(service, citizen, guest)
    assert refused.json()["code"] == "event_joined_before"
    assert await owner.fetchval(NEWEST, id_of(service, citizen), "event_profile") is True
    assert await journeys(owner) == 1
    child = await service.person(10)
    await service.consent(child, "aggregation", granted=False)
    refused = await merge(service, citizen, child)
    assert refused.json()["code"] == "merge_of_child"
    assert await owner.fetchval(NEWEST, id_of(service, citizen), "event_profile") is True


async def test_a_new_link_ends_what_the_old_one_opened(service: Service, fair: list[str]) -> None:
    guest = await service.guest(fair[0])
    joined = (await service.scan(fair[0], guest, offset=FULL)).json()["certificate"]
    stranger = await service.guest(joined["url"])
    renewed = await service.post(f"/v1/me/certificates/{joined['number']}/link", {}, guest)
    assert renewed.status_code == 200, renewed.text
    assert (await service.client.get("/v1/me", headers=guest)).status_code == 200
    assert (await service.client.get("/v1/me", headers=stranger)).status_code == 401


async def test_a_link_that_was_shown_around_takes_no_certificate_away(
    service: Service, fair: list[str]
) -> None:
    guest = await service.guest(fair[0])
    joined = (await service.scan(fair[0], guest, offset=FULL)).json()["certificate"]
    stranger = await service.guest(joined["url"])
    taken = await keep(service, await service.citizen(), stranger)
    assert (taken.status_code, taken.json()["code"]) == (422, "other_account_invalid")
    assert (await keep(service, await service.citizen(), guest)).status_code == 201


async def test_a_child_gets_no_name_by_keeping_a_guest_s(
    service: Service, fair: list[str], owner: asyncpg.Connection
) -> None:
    guest, child = await service.guest(fair[0]), await service.person(10)
    joined = (await service.scan(fair[0], guest, offset=FULL)).json()["certificate"]
    path, body = f"/v1/me/certificates/{joined['number']}/name", {"name": "林小溪", "consent": True}
    named = await service.post(path, body, guest)
    assert named.status_code == 200, named.text
    assert (await keep(service, child, guest)).status_code == 201
    assert await owner.fetchval("SELECT count(*) FROM certificate_names") == 0
    assert await broken(service) == []


async def test_what_stays_under_the_other_id_is_exported_and_erased(
    service: Service, fair: list[str], owner: asyncpg.Connection
) -> None:
    own, other = await service.citizens(2)
    ids = [id_of(service, each) for each in (own, other)]
    # What there can be once only: of both accounts, about one subject.
    await owner.executemany(
        """INSERT INTO complaints (id, about, subject, citizen_id, text, received_at, due_on)
           VALUES (gen_random_uuid(), 'action', 'one', $1, $2, now(), current_date)""",
        [(ids[0], "mine"), (ids[1], "the other one's")],
    )
    await owner.execute("UPDATE sessions SET device = 'a phone'")
    assert (await merge(service, own, other)).status_code == 201
    exported = (await service.client.get("/v1/me/export", headers=own)).json()
    assert {each["text"] for each in exported["complaints"]} == {"mine", "the other one's"}
    assert len(exported["sessions"]) == 2
    assert (await service.client.delete("/v1/me", headers=own)).status_code == 200
    assert await owner.fetchval("SELECT count(*) FROM complaints WHERE text IS NOT NULL") == 0
    named = "SELECT count(*) FROM sessions WHERE principal_id = ANY ($1) AND device IS NOT NULL"
    assert await owner.fetchval(named, ids) == 0


async def test_what_two_accounts_did_counts_for_one_team(service: Service, owner: asyncpg.Connection) -> None:
    own, other = await service.resident(), await service.person(30)
    for citizen, name in ((own, "一队同学"), (other, "二队同学")):
        answer = await service.post("/v1/teams", {"kind": "school", "name": name}, citizen)
        assert answer.status_code == 201, answer.text
    await owner.execute("UPDATE team_members SET joined_at = now() - interval '1 day'")
    now = datetime.now(UTC)
    done = [
        await service.prove(own, "bike_share", 5, occurred_at=now - timedelta(hours=3)),
        await service.prove(other, "bike_share", 6, occurred_at=now - timedelta(hours=1)),
    ]
    today = day_of(now)
    days = (today - timedelta(days=1), today + timedelta(days=1))
    await count_team_days(service.components.database, *days)
    assert (await merge(service, own, other)).json()["actions_moved"] == 1
    await count_team_days(service.components.database, *days)
    counted = await owner.fetchval("SELECT sum(actions) FROM team_days")
    assert counted == len(done)


async def test_a_release_and_an_erasure_at_one_moment_do_not_wait_for_each_other(
    service: Service, fair: list[str]
) -> None:
    operator = await service.staff("operator")
    for serial, code in enumerate(fair, start=1):
        guest = await service.guest(code)
        await service.scan(code, guest)
        path = f"/v1/events/fair/badges/{serial}/release"
        citizen = await service.citizen()
        left, moved, released = await asyncio.gather(
            service.client.delete("/v1/me", headers=guest),
            keep(service, citizen, guest),
            service.post(path, {"reason": "lost"}, operator),
        )
        assert released.status_code in (200, 409), released.text
        assert left.status_code in (200, 401), left.text
        assert moved.status_code in (201, 401, 409, 422), moved.text
    assert await broken(service) == []


async def test_one_who_asks_for_moves_again_and_again_waits(
    service: Service, fair: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A move is alone in its batch: one phone could keep a stadium waiting."""
    monkeypatch.setattr(merges, "MOVES_PER_HOUR_MAX", 2)
    own, other = await service.citizens(2)
    codes = [(await merge(service, own, other)).status_code for _ in range(3)]
    assert codes == [201, 201, 429]
    guest = await service.guest(fair[0])
    refused = await keep(service, own, guest)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_moves")
    assert int(refused.headers["Retry-After"]) > 0


async def test_the_application_adds_no_points_to_an_attendance_by_moving_it(
    service: Service, fair: list[str], owner: asyncpg.Connection
) -> None:
    guest, citizen = await service.guest(fair[0]), await service.citizen()
    await service.scan(fair[0], guest)
    ids = (uuid7(), id_of(service, citizen), id_of(service, guest))
    for points in (51, -1, 10_000):
        values = (*ids, "keep", 0, 0, points, b"{}", datetime.now(UTC))
        with pytest.raises(asyncpg.CheckViolationError):
            await owner.execute("SELECT move_account($1, $2, $3, $4, $5, $6, $7, $8, $9)", *values)


async def test_one_phone_at_two_events_is_not_told_by_what_is_kept(
    service: Service, owner: asyncpg.Connection
) -> None:
    for _ in range(2):
        await service.guest(state="a text that this phone made")
    hashes = await owner.fetch("SELECT device_hash FROM guests")
    assert len({row["device_hash"] for row in hashes}) == 2


async def test_a_move_reads_no_table_of_everybody(service: Service, owner: asyncpg.Connection) -> None:
    """The ledger waits for a move: what it looks for by the person alone is found by an index, or is little."""
    text = await owner.fetchval("SELECT prosrc FROM pg_proc WHERE proname = 'move_account'")
    by_person = set(
        re.findall(
            r"(?:UPDATE|FROM) (\w+)(?: \w+)?(?: SET [^;]*?)?\s+WHERE (?:\w+\.)?citizen_id = old_id", text
        )
    )
    assert {"identities", "guests", "source_grants"} <= by_person
    indexed = await owner.fetch(
        """SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
           JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] WHERE a.attname = 'citizen_id'"""
    )
    assert by_person - {row["relname"] for row in indexed} == set()
