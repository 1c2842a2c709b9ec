"""The nightly audit: a broken promise is on record in the morning, a whole ledger leaves no line."""

from __future__ import annotations

import asyncpg
import pytest

from backend.jobs.ledger_audit import AuditFailed, audit_ledger
from tests.service import Service


async def test_a_balance_written_past_the_service_is_on_record_after_the_night(
    service: Service, owner: asyncpg.Connection
) -> None:
    await service.citizen()
    before = await audit_ledger(service.settings)
    assert (before["promises"] > 10, before["broken"]) == (True, 0)
    assert await _alerts(service) == []
    await owner.execute("UPDATE accounts SET balance = balance + 5 WHERE is_proven")
    after = await audit_ledger(service.settings)
    alerts = await _alerts(service)
    assert after["broken"] == len(alerts) >= 1
    assert any("balance" in f"{each['subject']} {each['reason']}" for each in alerts)


async def test_an_audit_that_comes_to_no_end_is_a_job_that_failed(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIANFU_NONSENSE", "1")
    with pytest.raises(AuditFailed, match="TIANFU_NONSENSE"):
        await audit_ledger(service.settings)
    assert await _alerts(service) == []


async def _alerts(service: Service) -> list[dict[str, str]]:
    answer = await service.client.get(
        "/v1/security-records", params={"kind": "promise_broken"}, headers=await service.staff("operator")
    )
    assert answer.status_code == 200, answer.text
    found: list[dict[str, str]] = answer.json()["items"]
    return found
