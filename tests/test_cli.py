"""The `tianfu` command for programs: --version, --json, and what it says of settings with an old name."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from importlib.metadata import version
from typing import Any

import asyncpg
from typer.testing import CliRunner

from backend.cli import app
from backend.ledger.audit.ledger import CHECKS
from backend.settings import SETTINGS, Settings
from tests.house.source import ROOT
from tests.service import Service
from tests.test_settings import GOOD, NEW, OLD, WITHOUT_LOG

RUNNER = CliRunner()


def told(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, with these settings and no others."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TIANFU_")}
    return subprocess.run(
        [sys.executable, "-m", "backend.cli", *arguments],
        cwd=ROOT,
        env=kept | environ,
        capture_output=True,
        text=True,
    )


async def told_of(settings: Settings, *arguments: str) -> tuple[int, Any, str]:
    """Exit status, the document on standard output, and what was said beside it."""
    result = await asyncio.to_thread(
        told,
        *arguments,
        TIANFU_ENVIRONMENT="demo",
        TIANFU_DATABASE_URL=settings.database_url,
        TIANFU_REDIS_URL=settings.redis_url,
    )
    return result.returncode, json.loads(result.stdout), result.stderr


def test_the_version_is_the_packages() -> None:
    for arguments in (["--version"], ["--version", "run"]):
        result = RUNNER.invoke(app, arguments)
        assert (result.exit_code, result.stdout) == (0, f"tianfu {version('tianfu-carbon')}\n")


def test_settings_as_json_are_the_whole_table() -> None:
    result = RUNNER.invoke(app, ["settings", "--json"])
    assert result.exit_code == 0
    rows = json.loads(result.stdout)
    assert [row["env"] for row in rows] == [setting.env for setting in SETTINGS]
    assert all(row.keys() == {"name", "env", "type", "default", "unit", "help", "secret"} for row in rows)


async def test_jobs_as_json_are_the_operators_document(service: Service, owner: asyncpg.Connection) -> None:
    status, document, said = await told_of(service.settings, "jobs", "--json")
    assert (status, document["jobs"]) == (1, [])
    assert "tianfu worker" in said
    await owner.execute(
        "INSERT INTO jobs (name, about_zh, about_en, rhythm_zh, rhythm_en, next_at)"
        " VALUES ('boards', '榜', 'boards', '时', 'hourly', now() + interval '1 hour')"
    )
    status, document, said = await told_of(service.settings, "jobs", "--json")
    assert (status, said) == (0, "")
    operator = await service.staff("operator")
    assert document == (await service.client.get("/v1/jobs", headers=operator)).json()
    await owner.execute("UPDATE jobs SET next_at = now() - interval '1 hour'")
    status, document, _ = await told_of(service.settings, "jobs", "--json")
    assert (status, document["jobs"][0]["state"]) == (1, "late")


async def test_an_audit_as_json_names_every_promise_and_keeps_its_exit_status(
    settings: Settings, owner: asyncpg.Connection
) -> None:
    status, document, said = await told_of(settings, "audit", "--json")
    assert (status, document["is_whole"], said) == (0, True, "")
    assert len(document["findings"]) > len(CHECKS)
    assert document["findings"][0].keys() == {"promise", "is_broken", "sentence"}
    await owner.execute("UPDATE accounts SET balance = balance + 1 WHERE kind = 'issuance'")
    status, document, _ = await told_of(settings, "audit", "--json", "--quiet")
    assert (status, document["is_whole"]) == (1, False)
    assert {finding["is_broken"] for finding in document["findings"]} == {True}
    await owner.execute("UPDATE accounts SET balance = balance - 1 WHERE kind = 'issuance'")


def test_a_setting_with_an_old_name_leaves_a_warning_with_both() -> None:
    result = told("serve", **WITHOUT_LOG, TIANFU_LOG_KEYS=GOOD[NEW])
    warning = json.loads(result.stderr.splitlines()[0])
    assert (warning["level"], warning["event"]) == ("warning", "setting_renamed")
    assert (warning["old"], warning["new"]) == (OLD, NEW)
    assert GOOD[NEW] not in result.stderr
    assert "TIANFU_DATABASE_URL" in result.stderr
    assert "setting_renamed" not in told("serve", **GOOD).stderr
