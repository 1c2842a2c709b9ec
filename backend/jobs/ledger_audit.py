"""A worker has the ledger audited every night, so that a broken promise is known before anybody asks."""

from __future__ import annotations

import asyncio
import os
import sys

import msgspec
import structlog

from backend.jobs.job import Result
from backend.ledger.audit.ledger import Finding
from backend.services.security.records import record_security
from backend.settings import Settings
from backend.tenant import current_tenant

log = structlog.get_logger(__name__)


class AuditFailed(Exception):
    """The audit came to no end; the job is tried again."""


class Audit(msgspec.Struct, frozen=True):
    """What `tianfu audit --json` prints."""

    is_whole: bool
    findings: list[Finding]


async def audit_ledger(settings: Settings) -> Result:
    """Check every promise; each broken one is logged, counted and put on record. The ledger stays as it is.

    It is `tianfu audit` in a process of its own: hours of reading with a long deadline must not share a worker's pool.
    Raises AuditFailed.
    """
    audit = await _audit(settings)
    broken = [finding for finding in audit.findings if finding.is_broken]
    for finding in broken:
        log.error("promise_broken", promise=finding.promise, sentence=finding.sentence)
        await record_security("promise_broken", subject=finding.promise, reason=finding.sentence)
    return {"promises": len(audit.findings), "broken": len(broken)}


def _command() -> list[str]:
    city = current_tenant().id
    return [sys.executable, "-m", "backend.cli", *(["--city", city] if city else []), "audit", "--json"]


def _environment(settings: Settings) -> dict[str, str]:
    """Settings as the worker has them: beside servers some were handed to it, and are in no variable.

    One of several cities reads its own in their file.
    """
    if current_tenant().id:
        return dict(os.environ)
    given = {
        "TIANFU_ENVIRONMENT": settings.environment,
        "TIANFU_DATABASE_URL": settings.database_url,
        "TIANFU_REDIS_URL": settings.redis_url,
        "TIANFU_TRANSPARENCY_LOG_KEYS": settings.transparency_log_keys,
    }
    files = {f"{name}_FILE" for name in given}
    return {name: value for name, value in (os.environ | given).items() if value and name not in files}


async def _audit(settings: Settings) -> Audit:
    process = await asyncio.create_subprocess_exec(
        *_command(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=_environment(settings),
        start_new_session=True,
    )
    try:
        printed, complaint = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    try:
        return msgspec.json.decode(printed, type=Audit)
    except msgspec.DecodeError as error:
        raise AuditFailed(complaint.decode(errors="replace")[-400:]) from error
