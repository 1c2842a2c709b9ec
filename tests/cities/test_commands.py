"""The commands of several cities: each does its work in one of them, and says so when it is not told in which."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import asyncpg

from backend.outside.embedded import EmbeddedServers
from tests.cities.test_tenants_file import city, load, settings
from tests.conftest import settings_for
from tests.databases import Databases
from tests.house.source import ROOT


async def tianfu(path: Path, *words: str, text: str = "") -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TIANFU_")}
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "backend.cli", *words],
        cwd=ROOT,
        env=environ | {"TIANFU_CITIES": str(path), "TIANFU_VAR_DIR": str(path.parent)},
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )


async def test_a_command_is_for_the_city_that_is_named(
    servers: EmbeddedServers, databases: Databases, tmp_path: Path
) -> None:
    async with databases.lent() as one, databases.lent() as two:
        cities, owners = [], []
        for number, (name, database) in enumerate((("aba", one), ("yibin", two))):
            plain = settings_for(servers, database)
            here = {
                "database_url": plain.database_url,
                "owner_database_url": plain.owner_database_url,
                "redis_url": f"{servers.redis_url}?db={number + 2}",
            }
            cities.append(city(name, settings=settings(name) | here))
            owners.append(plain.owner_database_url)
        load(tmp_path, *cities)
        path = tmp_path / "cities.toml"
        added = ("staff", "add", "only-in-yibin", "--role", "operator")
        migrated, unnamed, unknown, named = await asyncio.gather(
            tianfu(path, "migrate"),
            tianfu(path, *added, text="a long enough password 2026\n"),
            tianfu(path, "--city", "nowhere", *added),
            tianfu(path, "--city", "yibin", *added, text="a long enough password 2026\n"),
        )
        assert migrated.returncode == 0, migrated.stderr
        assert "aba: tables are up to date" in migrated.stdout
        assert "yibin: tables are up to date" in migrated.stdout
        assert (unnamed.returncode, "Name the city" in unnamed.stderr) == (1, True)
        assert (unknown.returncode, "there are: aba, yibin" in unknown.stderr) == (1, True)
        assert named.returncode == 0, named.stderr
        found = []
        for url in owners:
            owner = await asyncpg.connect(url)
            found.append(await owner.fetchval("SELECT count(*) FROM staff WHERE username = 'only-in-yibin'"))
            await owner.close()
        assert found == [0, 1]
