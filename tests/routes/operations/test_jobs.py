"""An operator sees how jobs go, has one done now, and revives what failed for good; each with a record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from backend.jobs.leases import Leases
from backend.jobs.schedule import JOBS
from backend.models import Job, Notice, StaffAction, Subscription, Task
from backend.models.keys import uuid7
from backend.services.notifications.notices import create_notice
from tests.service import Json, Service

REASON = {"reason": "the template was put right"}


async def overview(service: Service) -> Json:
    answer = await service.client.get("/v1/jobs", headers=await service.staff("operator"))
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def register() -> None:
    await Leases(JOBS, "test", lease_s=60).register(datetime.now(UTC) - timedelta(seconds=1))


async def test_before_the_first_worker_there_are_no_jobs(service: Service) -> None:
    assert await overview(service) == {
        "jobs": [],
        "tasks": {"waiting": 0, "dead": 0, "due_since": None},
        "dead_letters": [],
    }


async def test_jobs_are_told_with_their_state_in_both_languages(service: Service) -> None:
    await register()
    now = datetime.now(UTC)
    await Job.filter(name="outbox").update(lease_until=now + timedelta(seconds=60), leased_by="x")
    await Job.filter(name="medals").update(failures=2, last_error="Busy")
    await Job.filter(name="photos").update(next_at=now - timedelta(minutes=6))
    found = {job["name"]: job for job in (await overview(service))["jobs"]}
    assert found.keys() == {job.name for job in JOBS}
    states = {name: found[name]["state"] for name in ("outbox", "medals", "photos", "old_rows")}
    assert states == {"outbox": "running", "medals": "failing", "photos": "late", "old_rows": "waiting"}
    assert found["outbox"]["rhythm"] == {"zh-CN": "每 5 秒", "en": "every 5 seconds"}


async def test_job_that_an_operator_wants_is_due_now_and_recorded(service: Service) -> None:
    await register()
    await Job.filter(name="medals").update(next_at=datetime.now(UTC) + timedelta(days=1))
    answer = await service.post("/v1/jobs/medals/runs", REASON, await service.staff("operator"))
    assert answer.status_code == 202
    assert (await Job.get(name="medals")).next_at <= datetime.now(UTC)
    assert datetime.fromisoformat(answer.json()["next_at"]) <= datetime.now(UTC)
    kept = await StaffAction.get(action="job.run")
    assert (kept.subject, kept.reason) == ("medals", REASON["reason"])


async def test_job_that_is_unknown_and_a_reason_that_is_missing_are_refused(service: Service) -> None:
    operator = await service.staff("operator")
    unknown = await service.post("/v1/jobs/novelty/runs", REASON, operator)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "job_not_found")
    await register()
    for body in ({}, {"reason": ""}, {"reason": "x" * 401}):
        assert (await service.post("/v1/jobs/medals/runs", body, operator)).status_code == 422
    assert await StaffAction.all().count() == 0


async def a_dead_letter() -> UUID:
    """A notice whose sending failed for good; returns its task."""
    citizen_id = uuid4()
    await Subscription.create(citizen_id=citizen_id, template="points_expiring", accepts=1)
    await create_notice(citizen_id, "points_expiring", "k", {"points": 1, "expires_on": "2026-12-01"})
    await Notice.filter(citizen_id=citizen_id).update(delivery="failed")
    task = await Task.get(citizen_id=citizen_id)
    await Task.filter(id=task.id).update(failed_at=datetime.now(UTC), last_error="errcode 40037", attempts=3)
    return UUID(str(task.id))


async def test_dead_letters_are_shown_without_their_citizens(service: Service) -> None:
    dead = [await a_dead_letter() for _ in range(3)]
    await Task.create(citizen_id=uuid4(), id=uuid7(), kind="notice", topic_key="k", body={})
    found = await overview(service)
    assert (found["tasks"]["dead"], found["tasks"]["waiting"]) == (3, 1)
    assert [letter["id"] for letter in found["dead_letters"]] == [str(task_id) for task_id in reversed(dead)]
    assert {letter["error"] for letter in found["dead_letters"]} == {"errcode 40037"}
    assert "citizen_id" not in found["dead_letters"][0]


async def test_dead_letter_is_revived_once_and_its_notice_waits_again(service: Service) -> None:
    task_id, operator = await a_dead_letter(), await service.staff("operator")
    path = f"/v1/dead-letters/{task_id}/attempts"
    assert (await service.post(path, REASON, operator)).status_code == 204
    task = await Task.get(id=task_id)
    assert (task.failed_at, task.attempts) == (None, 0)
    assert (await Notice.get(citizen_id=task.citizen_id)).delivery == "waiting"
    again = await service.post(path, REASON, operator)
    assert (again.status_code, again.json()["code"]) == (404, "dead_letter_not_found")
    for name in (str(uuid4()), "nothing"):
        answer = await service.post(f"/v1/dead-letters/{name}/attempts", REASON, operator)
        assert answer.status_code == 404
    kept = await StaffAction.get(action="task.revive")
    assert (kept.subject, kept.before) == (str(task_id), {"kind": "notice", "error": "errcode 40037"})
