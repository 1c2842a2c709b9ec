"""The platform's figures equal sums of the ledger, and are read once however many ask."""

from __future__ import annotations

import asyncio
import csv
import io

import asyncpg
import pytest

from backend.services.disclosure import statistics
from backend.services.disclosure.statistics import Statistics
from tests.routes.disclosure.releasing import closed_event
from tests.service import Json, Service

LEDGER = """
    SELECT (SELECT count(*) FROM current_attendances) AS people,
           (SELECT coalesce(sum(f.total_g), 0) FROM current_attendances a
            JOIN footprints f ON f.event_id = a.event_id AND f.digest = a.footprint_digest)::bigint AS footprint_g,
           (SELECT count(*) FROM current_offsets) AS offsets,
           (SELECT coalesce(sum(grams), 0) FROM current_offsets)::bigint AS offset_g,
           (SELECT coalesce(sum(serial_to - serial_from + 1), 0) FROM pools)::bigint AS retired_g,
           (SELECT count(*) FROM actions a WHERE state = 'posted' AND NOT EXISTS (
                SELECT FROM reversals r WHERE r.action_id = a.id)) AS actions,
           (SELECT coalesce(sum(reduction_g), 0) FROM actions a WHERE state = 'posted' AND tier <> 'E5' AND NOT EXISTS (
                SELECT FROM reversals r WHERE r.action_id = a.id))::bigint AS reduction_g,
           (SELECT coalesce(sum(points), 0) FROM transfers
            WHERE debit_account = '00000000-0000-7000-8000-000000000001')::bigint AS points_issued
"""


async def read(service: Service) -> Json:
    """The figures as they are now, whatever a process kept."""
    service.components.statistics._cache.forget_all()
    answer = await service.client.get("/v1/stats")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def test_every_figure_is_a_sum_of_the_ledger(service: Service, owner: asyncpg.Connection) -> None:
    await closed_event(service, "fair", people=3)
    await closed_event(service, "forum", people=2, kind="forum", city="绵阳")
    citizen = await service.citizen()
    acted = await service.act(citizen, "bike_own", 3)
    assert acted.status_code == 201, acted.text
    operator = await service.staff("operator")
    citizen_id = str(await owner.fetchval("SELECT citizen_id FROM actions WHERE method = 'bike_own'"))
    body = {"citizen_id": citizen_id, "reason": "twice"}
    taken = await service.post(f"/v1/actions/{acted.json()['id']}/reversal", body, operator)
    assert taken.status_code == 201, taken.text
    found = await read(service)
    row = dict(await owner.fetchrow(LEDGER) or {})
    assert {name: found[name] for name in row if name != "points_issued"} | {
        "points_issued": row["points_issued"]
    } == row | {"points_issued": row["points_issued"]}
    assert found["people"] == 5
    assert found["cities"] == ["成都", "绵阳"]
    # What was taken back is issued no longer.
    assert found["points_issued"] == row["points_issued"] - int(
        await owner.fetchval(
            "SELECT coalesce(sum(points), 0) FROM transfers "
            "WHERE credit_account = '00000000-0000-7000-8000-000000000001'"
        )
    )


async def test_targets_say_what_is_assumed_and_are_cut_off(service: Service) -> None:
    await closed_event(service, "fair", people=1)
    found = await read(service)
    targets = {(each["figure"], each["year"]): each for each in found["targets"]}
    assert targets["cities", 2022]["reached_pct"] == 20.0
    assert targets["people", 2025]["reached_pct"] == 0.0
    assert {each["is_assumption"] for each in found["targets"]} == {True}
    assert found["demonstrations"] == 0


async def test_a_crowd_of_readers_costs_one_reading(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings = 0
    original = statistics.read_statistics

    async def counted(database: object) -> object:
        nonlocal readings
        readings += 1
        return await original(database)  # type: ignore[arg-type]

    monkeypatch.setattr(statistics, "read_statistics", counted)
    fresh = Statistics(service.components.database)
    await asyncio.gather(*(fresh.show() for _ in range(50)))
    assert readings == 1


@pytest.mark.parametrize(
    ("scheme", "figure", "query"),
    [
        ("green_exhibition", "people", "SELECT count(*) FROM attendances"),
        ("green_exhibition", "retired_g", "SELECT sum(serial_to - serial_from + 1) FROM pools"),
        ("green_exhibition", "reduction_g", "SELECT sum(reduction_g) FROM actions WHERE state = 'posted'"),
        ("green_living", "actions", "SELECT count(*) FROM actions WHERE state = 'posted'"),
        ("green_living", "reduction_g", "SELECT sum(reduction_g) FROM actions WHERE state = 'posted'"),
        ("low_carbon_city", "offset_g", "SELECT sum(grams) FROM current_offsets"),
        ("low_carbon_city", "events", "SELECT count(*) FROM events"),
    ],
)
async def test_indicators_sum_up_to_the_ledger(
    service: Service, owner: asyncpg.Connection, scheme: str, figure: str, query: str
) -> None:
    await closed_event(service, "fair", people=2)
    await closed_event(service, "forum", people=1, kind="forum")
    table = await indicators(service, scheme)
    column = table[0].index(HEADS[figure])
    assert int(table[-1][column]) == await owner.fetchval(query)
    assert sum(int(row[column]) for row in table[1:-1]) == int(table[-1][column])


async def test_indicators_of_an_enterprise_are_those_of_its_events(
    service: Service, owner: asyncpg.Connection
) -> None:
    await closed_event(service, "fair", people=2)
    await owner.execute(
        """WITH made AS (INSERT INTO organisations (id, code, kinds, name_zh, name_en, state)
               VALUES (gen_random_uuid(), '91350100M000100Y43', '{enterprise}', '企业', '=Enterprise', 'active')
               RETURNING id)
           INSERT INTO event_organisations (event_id, id, organisation_id, part, added_by)
           SELECT e.id, gen_random_uuid(), made.id, 'host', e.created_by FROM events e, made"""
    )
    table = await indicators(service, "green_enterprise")
    rows = {row[0]: row for row in table[1:]}
    assert rows["91350100M000100Y43"][1] == "'=Enterprise"
    column = table[0].index(HEADS["people"])
    assert int(rows["91350100M000100Y43"][column]) == 2


async def test_indicators_of_an_unknown_scheme_are_refused(service: Service) -> None:
    operator = await service.staff("operator")
    for query in ("", "?scheme=blue_moon"):
        answer = await service.client.get(f"/v1/exports/indicators{query}", headers=operator)
        assert answer.status_code == 422


HEADS = {
    "people": "People",
    "retired_g": "Retired for it (g)",
    "reduction_g": "Verified reductions (g)",
    "actions": "Low-carbon actions",
    "offset_g": "Offset by people (g)",
    "events": "Events",
}


async def indicators(service: Service, scheme: str) -> list[list[str]]:
    """The table of a scheme, in English."""
    answer = await service.client.get(
        f"/v1/exports/indicators?scheme={scheme}&language=en", headers=await service.staff("regulator")
    )
    assert answer.status_code == 200, answer.text
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
