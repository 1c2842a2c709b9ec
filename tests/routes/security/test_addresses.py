"""What is kept of the address that somebody calls from: where, how much of it, how long; as SECURITY.md says."""

from __future__ import annotations

import re
from datetime import timedelta

import asyncpg

from backend.routes.http.source import source_of
from backend.routes.security import KEPT
from backend.services.identity.sessions import SOURCE_CHARS_MAX
from backend.storage.redis import connect
from tests.house.source import ROOT
from tests.service import PASSWORD, Service

ADDRESS = "127.0.0.1"
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
TABLE = TEXT.split("| where |")[1].split("\n\n")[0]
ROWS = {
    cells[0].strip("` "): [cell.strip() for cell in cells[1:]]
    for cells in (line.strip("|").split("|") for line in TABLE.splitlines() if line.startswith("| `"))
    if len(cells) == 3
}


async def test_an_address_stands_where_the_document_says_and_nowhere_else(
    service: Service, owner: asyncpg.Connection
) -> None:
    """Everything that people and staff do at the doors, and then every column of every table, and Redis."""
    await service.event()
    await service.pool()
    citizen = await service.citizen()
    badge = (await service.badges(1))[0]["code"]
    await service.scan(badge, citizen, offset={"grams": 500})
    forged = badge[:-1] + ("A" if badge[-1] != "A" else "B")
    await service.scan(forged, citizen)
    await service.act(citizen, "bus", 3)
    team = await service.post("/v1/teams", {"name": "绿色骑行队", "kind": "community"}, citizen)
    about = {"kind": "team", "subject": team.json()["id"], "why": "other"}
    assert (await service.post("/v1/name-reports", about)).status_code == 204
    await service.staff("staff", username="lin")
    for password in (PASSWORD, "wrong"):
        await service.post("/v1/staff/sessions", {"username": "lin", "password": password})
    await service.client.get("/v1/me/export", headers=citizen)
    await service.client.delete("/v1/me", headers=citizen)
    await service.components.security.flush(is_last=True)

    columns = await owner.fetch(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
    )
    found = set()
    for table, column in columns:
        held = f"SELECT EXISTS (SELECT FROM {table} WHERE {column}::text LIKE $1)"  # noqa: S608 - of the catalogue
        if await owner.fetchval(held, f"%{ADDRESS}%"):
            found.add(f"{table}.{column}")
    assert (
        found
        == {name for name in ROWS if "." in name}
        == {"security_records.source", "staff_sessions.source"}
    )

    redis = connect(service.components.settings.redis_url, timeout_ms=1000)
    for key in await redis.keys("*"):
        assert ADDRESS not in str(key)
        kind = await redis.type(key)
        if kind in ("string", b"string"):
            assert ADDRESS not in str(await redis.execute_command("GET", key, NEVER_DECODE=True))
    await redis.aclose()


def test_an_address_is_kept_whole_for_ipv4_and_as_its_network_for_ipv6() -> None:
    def of(address: str) -> str:
        return source_of({"type": "http", "client": (address, 1), "headers": []}, ())

    assert of("203.0.113.77") == "203.0.113.77"
    assert of("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::/64"
    assert of("::ffff:203.0.113.77") == "203.0.113.77"
    assert len(of("2001:db8:1111:2222:3333:4444:5555:6666")) <= SOURCE_CHARS_MAX
    for row in ROWS.values():
        assert (
            "IPv4 whole, IPv6 as its network of 64 bits" in row[0] or "digest" in row[0] or "whole" in row[0]
        )


def test_the_days_are_those_of_the_code() -> None:
    days = re.findall(r"\d+", ROWS["security_records.source"][1])
    assert timedelta(days=int(days[0])) == KEPT
    removing = (ROOT / "backend/migrations/sql/0032_security_records.up.sql").read_text(encoding="utf-8")
    assert f"interval '{KEPT.days} days'" in removing
    ended = (ROOT / "backend/storage/sql/operations/remove_old_sessions.sql").read_text(encoding="utf-8")
    assert re.findall(r"interval '(\d+) days'", ended) == re.findall(r"\d+", ROWS["staff_sessions.source"][1])
