"""A worker has the ledger audited every night, so that a broken promise is known before anybody asks."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping

import msgspec
import structlog

from backend.jobs.job import Result
from backend.ledger.audit.ledger import Finding
from backend.services.security.records import record_security
from backend.settings import Settings

log = structlog.get_logger(__name__)


class AuditFailed(Exception):
    """The audit came to no end; the job is tried again."""


class Audit(msgspec.Struct, frozen=True):
    """What `tianfu audit --json` prints."""

    is_whole: bool
    findings: list[Finding]


async def audit_ledger(settings: Settings, environ: Mapping[str, str] = os.environ) -> Result:
    """Check every promise; each broken one is logged, counted and put on record. The ledger stays as it is.

    It is `tianfu audit` in a process of its own: hours of reading with a long deadline must not share a worker's pool.
    Raises AuditFailed.
    """
    audit = await _audit(settings, environ)
    broken = [finding for finding in audit.findings if finding.is_broken]
    for finding in broken:
        log.error("promise_broken", promise=finding.promise, sentence=finding.sentence)
        await record_security("promise_broken", subject=finding.promise, reason=finding.sentence)
    return {"promises": len(audit.findings), "broken": len(broken)}


async def _audit(settings: Settings, environ: Mapping[str, str]) -> Audit:
    # A worker beside the servers has the log's key by hand, not in its environment.
    keys = settings.transparency_log_keys
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "backend.cli", "audit", "--json"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=dict(environ) | ({"TIANFU_TRANSPARENCY_LOG_KEYS": keys} if keys else {}),
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
