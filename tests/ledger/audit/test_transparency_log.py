"""The audit makes the log again and finds every edit, deletion, insertion and change of order."""

from __future__ import annotations

import asyncpg
import pytest

from backend.domain.certificates.merkle import cover
from backend.jobs.log_integration import integrate_log
from backend.ledger.audit.ledger import Finding, audit_all
from backend.services.certificates.transparency_log import log_keys
from backend.settings import Settings
from backend.storage.database import Database
from tests.ledger.audit.breaks import Break
from tests.ledger.audit.log_breaks import LOG, LOG_BREAKS
from tests.ledger.audit.test_ledger import _broken, _owner, played, scene  # noqa: F401 - fixtures


async def _integrate(settings: Settings) -> None:
    database = Database(settings.database_url, pool_size_max=1)
    await database.open()
    try:
        await integrate_log(database, log_keys(settings), settings.issuer)
    finally:
        await database.close()


@pytest.mark.parametrize("damage", LOG_BREAKS, ids=str)
async def test_audit_finds_what_was_broken_in_the_log(played: Settings, damage: Break) -> None:  # noqa: F811
    await _integrate(played)
    assert _broken(await audit_all(played)) == set()
    async with _owner(played) as owner:
        for statement in damage.statements:
            await owner.execute(statement)
    findings = await audit_all(played)
    assert _broken(findings) == damage.found, [finding.sentence for finding in findings if finding.is_broken]


async def test_a_log_is_shown_with_its_size(played: Settings) -> None:  # noqa: F811
    await _integrate(played)
    (said,) = [each for each in await audit_all(played) if each.promise == LOG]
    assert said == Finding(LOG, False, "4 entries lead to the root of every signed head")
    async with _owner(played) as owner:
        assert await owner.fetchval("SELECT count(*) FROM log_nodes") == 3
        assert cover((0, 4)) == [(2, 0)]


async def test_the_database_itself_refuses_an_entry_that_does_not_hash(
    played: Settings,  # noqa: F811
) -> None:
    await _integrate(played)
    async with _owner(played) as owner:
        with pytest.raises(asyncpg.CheckViolationError, match="log_entries_leaf_of_body"):
            await owner.execute("UPDATE log_entries SET body = body || ' '::bytea")
