"""Citizens with grams: rows as the ledger leaves them, and the verbs that tests of boards and teams speak in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg

from backend.domain.days import day_of
from backend.jobs.community.leaderboards import Rebuilt, rebuild_boards
from backend.models.keys import uuid7
from tests.service import Json, Service


async def id_of(service: Service, citizen: dict[str, str]) -> UUID:
    return UUID((await service.client.get("/v1/me", headers=citizen)).json()["id"])


async def agree(service: Service, citizen: dict[str, str], granted: bool = True) -> None:
    answer = await service.post("/v1/me/consents", {"scope": "leaderboard", "granted": granted}, citizen)
    assert answer.status_code == 200, answer.text


async def credit(
    owner: asyncpg.Connection,
    citizen_id: UUID,
    grams: int,
    at: datetime | None = None,
    *,
    method: str = "metro",
    tier: str = "E1",
    quantity: int = 1,
    points: int = 1,
) -> UUID:
    """An action and its sums, as if it had been logged."""
    action_id, at = uuid7(), at or datetime.now(UTC)
    async with owner.transaction():
        await owner.execute(
            """INSERT INTO actions (citizen_id, id, method, method_version, factor_set, quantity, credited_quantity,
                   tier, occurred_at, day, reduction_g, points, state, created_at)
               VALUES ($1, $2, $3, '2026.1', 'cn-2026.1', $4, $4, $5, $6, $7, $8, $9, 'posted', $6)""",
            *(citizen_id, action_id, method, quantity, tier, at, day_of(at), grams, points),
        )
        await owner.execute(
            """INSERT INTO action_sums AS kept (citizen_id, month, method, is_verified, actions, reduction_g, points)
               VALUES ($1, date_trunc('month', $2::date)::date, $3, $4, 1, $5, $6)
               ON CONFLICT (citizen_id, month, method, is_verified) DO UPDATE
               SET actions = kept.actions + 1, reduction_g = kept.reduction_g + $5, points = kept.points + $6""",
            *(citizen_id, day_of(at), method, tier != "E5", grams, points),
        )
    return action_id


async def take_back(owner: asyncpg.Connection, citizen_id: UUID, action_id: UUID) -> None:
    """A reversal, as the ledger leaves it."""
    async with owner.transaction():
        await owner.execute(
            """INSERT INTO reversals (citizen_id, action_id, id, points, points_short, reason, actor, created_at)
               VALUES ($1, $2, $3, 1, 0, 'wrong', 'staff', now())""",
            *(citizen_id, action_id, uuid7()),
        )
        await owner.execute(
            """UPDATE action_sums s SET actions = s.actions - 1, reduction_g = s.reduction_g - a.reduction_g,
                   points = s.points - a.points
               FROM actions a WHERE a.citizen_id = $1 AND a.id = $2 AND s.citizen_id = $1 AND s.method = a.method
                 AND s.month = date_trunc('month', a.day)::date AND s.is_verified = (a.tier <> 'E5')""",
            *(citizen_id, action_id),
        )


async def count(service: Service, at: datetime | None = None) -> Rebuilt:
    """Have all boards counted, as the worker does when Redis holds none."""
    components = service.components
    return await rebuild_boards(
        components.database, components.community, at or datetime.now(UTC), everything=True
    )


async def board(service: Service, citizen: dict[str, str], name: str = "city", **query: object) -> Json:
    answer = await service.client.get(f"/v1/leaderboards/{name}", params=query, headers=citizen)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def ranked(
    service: Service, owner: asyncpg.Connection, grams: int, name: str | None = None
) -> dict[str, str]:
    """A citizen who agreed to be ranked and has grams this week."""
    citizen = await service.citizen(name)
    await agree(service, citizen)
    if grams:
        await credit(owner, await id_of(service, citizen), grams)
    return citizen


async def team_of(
    service: Service, count: int, kind: str = "company", name: str = "碳惠小组"
) -> tuple[Json, list[dict[str, str]]]:
    """A team as its owner sees it, and its members, the owner first."""
    owner, *others = await service.citizens(count)
    created = await service.post("/v1/teams", {"kind": kind, "name": name}, owner)
    assert created.status_code == 201, created.text
    team: Json = created.json()
    for other in others:
        joined = await service.post("/v1/team-joinings", {"code": team["code"]}, other)
        assert joined.status_code == 201, joined.text
    return team, [owner, *others]


async def show_team(service: Service, citizen: dict[str, str], team: Json) -> Json:
    answer = await service.client.get(f"/v1/teams/{team['id']}", headers=citizen)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


A_WEEK = timedelta(days=7)
