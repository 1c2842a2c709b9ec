"""The account in numbers: few statements however long the account is, and numbers that agree with the lists."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from backend.domain.account.lots import lot_of
from backend.domain.days import day_of
from tests.routes.history import EXPIRY, History, id_at, noon
from tests.service import Json, Service

STATEMENTS_MAX = 3
ENTRIES = 5000
TODAY = day_of(datetime.now(UTC))


async def known(stage: Service, rows: asyncpg.Connection) -> tuple[dict[str, str], History]:
    """A citizen, and the pen that writes their past."""
    citizen = await stage.citizen()
    id_ = (await stage.client.get("/v1/me", headers=citizen)).json()["id"]
    return citizen, History(rows, UUID(id_))


async def summary(stage: Service, citizen: dict[str, str]) -> Json:
    answer = await stage.client.get("/v1/me/summary", headers=citizen)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


@contextmanager
def counted(stage: Service) -> Iterator[list[str]]:
    """Statements that the pool's connections send meanwhile, without those that clean a connection."""
    seen: list[str] = []

    def note(record: Any) -> None:
        if "pg_advisory_unlock_all" not in record.query:
            seen.append(record.query)

    connections = [holder._con for holder in stage.components.database.client._pool._holders if holder._con]
    assert connections
    for connection in connections:
        connection.add_query_logger(note)
    yield seen
    for connection in connections:
        connection.remove_query_logger(note)


async def test_five_thousand_entries_cost_three_statements(stage: Service, rows: asyncpg.Connection) -> None:
    citizen, history = await known(stage, rows)
    # Actions and transfers of years, by one statement each: what is counted does not look at them one by one.
    await rows.execute(
        "INSERT INTO actions (citizen_id, id, method, method_version, factor_set, credited_quantity, tier,"
        " occurred_at, day, reduction_g, points, state, created_at)"
        " SELECT $1, gen_random_uuid(), 'walk_steps', '2026.1', 'sichuan-2026.1', 5000, 'E2', now(),"
        " current_date - n % 700, 100, 10, 'posted', now() FROM generate_series(1, $2::int) AS n",
        history.citizen_id,
        ENTRIES,
    )
    await rows.execute(
        "INSERT INTO action_sums SELECT citizen_id, date_trunc('month', day)::date, method, true, count(*),"
        " sum(reduction_g), sum(points) FROM actions WHERE citizen_id = $1 GROUP BY 1, 2, 3",
        history.citizen_id,
    )
    await summary(stage, citizen)
    with counted(stage) as statements:
        shown = await summary(stage, citizen)
    assert 1 <= len(statements) <= STATEMENTS_MAX, statements
    assert all("FROM actions" not in statement for statement in statements)
    assert (shown["actions"], shown["reduction_g"]) == (ENTRIES, ENTRIES * 100)


async def test_a_new_citizen_has_a_summary_of_zeros(stage: Service) -> None:
    shown = await summary(stage, await stage.citizen())
    assert (shown["balance"], shown["actions"], shown["by_method"]) == (0, 0, [])
    assert shown["points_expiring"] is None
    assert shown["claims"] == {
        "logged_g": 0,
        "personal_g": 0,
        "donated_g": 0,
        "aggregated_g": 0,
        "cancelled_g": 0,
    }
    assert len(shown["points_by_month"]) == 12


async def test_the_four_claim_states_sum_to_what_was_verified(
    stage: Service, rows: asyncpg.Connection
) -> None:
    citizen, history = await known(stage, rows)
    grams = (310, 120, 45, 8)
    ids = [await history.action(TODAY, grams=each) for each in grams]
    await history.action(TODAY, method="own_cup", grams=7, tier="E5", quantity=None)
    for id_, state, each in zip(ids[1:], ("donated", "aggregated", "cancelled"), grams[1:], strict=True):
        await history.claim(id_, state, each)
    shown = await summary(stage, citizen)
    claims = shown["claims"]
    assert claims == {
        "logged_g": 483,
        "personal_g": 310,
        "donated_g": 120,
        "aggregated_g": 45,
        "cancelled_g": 8,
    }
    assert sum(claims[name] for name in claims if name != "logged_g") == shown["reduction_g"] == 483
    assert shown["self_declared_g"] == 7


async def test_a_reversed_action_leaves_the_sums(stage: Service, rows: asyncpg.Connection) -> None:
    citizen, history = await known(stage, rows)
    await history.action(TODAY, grams=200, points=20)
    await history.reverse(await history.action(TODAY, grams=100, points=10))
    shown = await summary(stage, citizen)
    assert (shown["actions"], shown["reduction_g"], shown["balance"]) == (1, 200, 20)
    assert shown["points_by_month"][-1]["earned"] == 20


async def test_the_points_that_run_out_next_are_named(stage: Service, rows: asyncpg.Connection) -> None:
    citizen, history = await known(stage, rows)
    early, late = TODAY - timedelta(days=500), TODAY - timedelta(days=40)
    gone = TODAY - timedelta(days=900)
    for day, points in ((gone, 5), (early, 30), (late, 70)):
        await history.action(day, points=points)
    shown = await summary(stage, citizen)
    # Expired points that no job has booked off yet are not what runs out next: they have.
    assert shown["points_expiring"] == {"expires_on": lot_of(early).isoformat(), "points": 30}
    await history.spend(30, lot_of(early), datetime.now(UTC))
    shown = await summary(stage, citizen)
    assert shown["points_expiring"] == {"expires_on": lot_of(late).isoformat(), "points": 70}


async def test_points_by_month_tell_earned_spent_returned_and_expired(
    stage: Service, rows: asyncpg.Connection
) -> None:
    citizen, history = await known(stage, rows)
    this, before = TODAY.replace(day=1), (TODAY.replace(day=1) - timedelta(days=1)).replace(day=1)
    await history.action(before, points=40)
    await history.action(this, points=25)
    await history.move(5, "quiz", id_at(noon(this)), lot_of(this), noon(this))
    await history.spend(12, lot_of(before), noon(before))
    await history.move(12, "cancellation", id_at(noon(this)), lot_of(before), noon(this))
    await history.move(-3, "expiry", id_at(noon(this)), lot_of(before), noon(this), EXPIRY)
    months = (await summary(stage, citizen))["points_by_month"]
    assert [month["month"] for month in months] == sorted(month["month"] for month in months)
    assert months[-1] == {"month": f"{this:%Y-%m}", "earned": 30, "spent": 0, "returned": 12, "expired": 3}
    assert months[-2] == {"month": f"{before:%Y-%m}", "earned": 40, "spent": 12, "returned": 0, "expired": 0}
    assert all(not month["earned"] for month in months[:-2])


async def test_joining_an_event_is_among_the_points_of_its_month(stage: Service) -> None:
    await stage.event("summed")
    badge = (await stage.badges(1, "summed"))[0]
    citizen = await stage.citizen()
    joined = await stage.scan(badge["code"], citizen)
    assert joined.status_code == 201
    shown = await summary(stage, citizen)
    assert shown["points_by_month"][-1]["earned"] == joined.json()["points"]["earned"] == shown["balance"]
    assert shown["attendances"] == 1


async def test_nobody_sees_another_citizens_numbers(stage: Service, rows: asyncpg.Connection) -> None:
    _, history = await known(stage, rows)
    await history.action(TODAY, grams=999)
    assert (await summary(stage, await stage.citizen()))["reduction_g"] == 0
