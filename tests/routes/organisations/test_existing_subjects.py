"""Migration 0051: organisers, merchants, partners, agencies and companies' teams that exist become organisations."""

from __future__ import annotations

import asyncpg

from backend.catalogue.agencies import load_agencies
from backend.migrations import read_sql
from tests.service import Service

SCRIPT = read_sql("0051_existing_subjects.up")


async def put_back(rows: asyncpg.Connection) -> None:
    """As the version before left the tables."""
    for table in ("merchants", "partners", "teams"):
        await rows.execute(f"UPDATE {table} SET organisation_id = NULL")  # noqa: S608
    await rows.execute("DELETE FROM event_organisations")
    await rows.execute("DELETE FROM organisation_members")
    await rows.execute("DELETE FROM organisations WHERE agency IS NULL")


async def everything(rows: asyncpg.Connection) -> dict[str, list[asyncpg.Record]]:
    tables = (
        "organisations",
        "organisation_members",
        "event_organisations",
        "merchants",
        "partners",
        "teams",
    )
    return {table: await rows.fetch(f"SELECT * FROM {table} ORDER BY id") for table in tables}  # noqa: S608


async def test_what_exists_becomes_organisations_once(stage: Service, rows: asyncpg.Connection) -> None:
    operator = await stage.staff("operator")
    organiser = await stage.staff("organiser", "zhang.wei")
    name = {"zh-CN": "老店", "en": "Old shop"}
    await stage.post("/v1/merchants", {"code": "old-shop", "name": name, "reason": "x"}, operator)
    body = {"code": "old-metro", "name": name, "kind": "metro", "methods": ["metro"], "reason": "x"}
    await stage.post("/v1/partners", body, operator)
    for kind, title in (("company", "老公司小组"), ("school", "老学校小组")):
        await stage.post("/v1/teams", {"kind": kind, "name": title}, await stage.citizen("old"))
    await stage.event("old-fair")
    await rows.execute("UPDATE events SET created_by = (SELECT id FROM staff WHERE username = 'zhang.wei')")
    await put_back(rows)
    await rows.execute(SCRIPT)
    after = await everything(rows)
    await rows.execute(SCRIPT)
    assert await everything(rows) == after

    event = (await stage.client.get("/v1/events/old-fair", headers=organiser)).json()
    (host,) = event["organisations"]
    shown = (await stage.client.get(f"/v1/organisations/{host['organisation']['code']}")).json()
    assert (shown["is_provisional"], shown["kinds"], shown["state"]) == (True, ["event_organiser"], "active")
    # The register is public, and a user name is somebody's own.
    assert "zhang" not in str(shown)
    (own,) = (await stage.client.get("/v1/staff/me/organisations", headers=organiser)).json()["items"]
    assert (own["organisation"]["code"], own["duties"]) == (shown["code"], ["owner"])
    merchants = (await stage.client.get("/v1/merchants", headers=operator)).json()["items"]
    shop = (await stage.client.get(f"/v1/organisations/{merchants[0]['organisation']}")).json()
    assert (shop["name"], shop["kinds"]) == (name, ["merchant"])
    partner = next(iter(after["partners"]))
    belongs = {row["id"]: row for row in after["organisations"]}
    assert belongs[partner["organisation_id"]]["kinds"] == ["partner"]
    teams = {row["name"]: row["organisation_id"] for row in after["teams"]}
    assert teams["老学校小组"] is None
    assert belongs[teams["老公司小组"]]["state"] == "applied"


async def test_the_agencies_are_those_of_the_catalogue(rows: asyncpg.Connection) -> None:
    found = await rows.fetch(
        "SELECT agency, name_zh, name_en, kinds FROM organisations WHERE agency IS NOT NULL"
    )
    assert {row["agency"]: (row["name_zh"], row["name_en"]) for row in found} == {
        code: (agency.name["zh-CN"], agency.name["en"]) for code, agency in load_agencies().items()
    }
    assert {tuple(row["kinds"]) for row in found} == {("public_institution",)}


async def test_two_that_would_draw_one_code_get_two(rows: asyncpg.Connection) -> None:
    await rows.execute("DELETE FROM event_organisations")
    await rows.execute("DELETE FROM organisation_members")
    await rows.execute("UPDATE merchants SET organisation_id = NULL")
    (merchant,) = await rows.fetch(
        "INSERT INTO merchants (id, code, name_zh, name_en) "
        "VALUES (gen_random_uuid(), 'twin', '双', 'Twin') RETURNING id"
    )
    await rows.execute(
        "INSERT INTO organisations (id, code, kinds, name_zh, name_en) VALUES (gen_random_uuid(), "
        "'N-' || upper(left(md5('merchant:' || $1::uuid || ':0'), 8)), '{enterprise}', '占', 'Taken')",
        merchant["id"],
    )
    await rows.execute(SCRIPT)
    found = await rows.fetchrow(
        "SELECT o.name_en, o.code FROM merchants m JOIN organisations o ON o.id = m.organisation_id WHERE m.id = $1",
        merchant["id"],
    )
    assert found["name_en"] == "Twin"
