"""Scope by place: without the consent nothing is done, with it all is, and after it was taken back nothing again."""

from __future__ import annotations

import re

import asyncpg
import pytest

from backend.domain.community import consent_uses as uses
from backend.domain.community.consent_uses import SCOPES, USES, ConsentUse
from backend.jobs.schedule import JOBS
from backend.routes import ROUTES
from tests.house.source import BACKEND
from tests.routes.community.trials import TRIALS, open_trial
from tests.service import Service

NAMES = {use: name for name, use in vars(uses).items() if isinstance(use, ConsentUse)}
NOT_DECIDING = {
    "audit_clocks": "looks for rows from the future",
    "count_erasable": "counts what an erasure takes away",
    "read_withdrawn_subjects": "tells who took it back from who never gave it; both are refused",
    "remove_expired_pending_items": "removes",
}
"""Statements that read consents or grants, and by which nothing is done for anybody."""
DECIDING = {
    "services/community/consents.py",
    "services/account/consent_decisions.py",
    "services/partners/consent_grants.py",
    "services/community/data_export.py",
    "services/actions/data_export.py",
}
"""Modules that read the rows by themselves: they store, list and export decisions."""


@pytest.mark.parametrize("use", USES, ids=NAMES.get)
async def test_nothing_is_done_without_the_consent(
    service: Service, owner: asyncpg.Connection, use: ConsentUse
) -> None:
    trial, is_done = await open_trial(service, owner, use), TRIALS[use]
    assert not await is_done(trial)
    await trial.decide(use.scope, True)
    assert await is_done(trial)
    await trial.decide(use.scope, False)
    trial.refusals.clear()
    assert not await is_done(trial)
    expected = "grant_withdrawn" if use.scope == uses.PARTNER_SOURCES else "consent_needed"
    assert trial.refusals == ([expected] if use.without == "refused" else [])


def test_every_use_has_its_trial_and_is_asked_by_the_code() -> None:
    assert set(TRIALS) == set(USES) == set(NAMES)
    code = {path: path.read_text(encoding="utf-8") for path in BACKEND.rglob("*.py")}
    for name in NAMES.values():
        places = [path for path, text in code.items() if re.search(rf"\b{name}\b", text)]
        assert len(places) >= 2, f"nothing asks for {name}"


def test_every_route_that_needs_a_consent_is_in_the_table() -> None:
    at_the_door = {route.consent for route in ROUTES if route.consent is not None}
    assert at_the_door == {use for use in USES if use.statement is None}
    known = {route.route for route in ROUTES} | {f"job {job.name}" for job in JOBS}
    assert {use.place for use in USES} <= known


def test_every_statement_that_reads_consents_is_in_the_table() -> None:
    reading = {
        path.stem
        for path in (BACKEND / "storage" / "sql").rglob("*.sql")
        if re.search(r"\b(FROM|JOIN) (consents|source_grants)\b", path.read_text(encoding="utf-8"))
    }
    assert reading == {use.statement for use in USES if use.statement is not None} | NOT_DECIDING.keys()
    asking = {
        path.relative_to(BACKEND).as_posix()
        for path in BACKEND.rglob("*.py")
        if re.search(r"\b(Consent|SourceGrant)\.(filter|get|exists|all)", path.read_text(encoding="utf-8"))
    }
    assert asking <= DECIDING


def test_a_scope_that_a_statement_names_is_its_uses(service: Service) -> None:
    for use in USES:
        if use.statement is not None:
            (path,) = (BACKEND / "storage" / "sql").rglob(f"{use.statement}.sql")
            named = re.findall(r"scope = '(\w+)'", path.read_text(encoding="utf-8"))
            assert set(named) <= {use.scope}
    assert service.components.catalogue.policies.versions[-1].scopes.keys() == SCOPES
