"""Jobs and dead letters, for operators."""

from __future__ import annotations

from backend.errors.operations import DeadLetterNotFound, JobNotFound
from backend.messages.operations import jobs as m_jobs
from backend.routes.http.call import Call
from backend.routes.http.endpoint import OPERATOR, Endpoint, in_section
from backend.routes.http.reply import Reply
from backend.services.operations import jobs


async def show_jobs(call: Call) -> m_jobs.JobsAnswer:
    return await jobs.overview(call.components.database)


async def run_now(call: Call) -> m_jobs.JobItem:
    return await jobs.run_now(call.components.database, call.principal, call.params["name"], call.body.reason)


async def revive(call: Call) -> Reply:
    await jobs.revive(call.components.database, call.principal, call.params["id"], call.body.reason)
    return Reply(status=204)


async def dismiss(call: Call) -> Reply:
    await jobs.dismiss(call.components.database, call.principal, call.params["id"], call.body.reason)
    return Reply(status=204)


ENDPOINTS = in_section(
    "jobs",
    Endpoint(
        "GET /v1/jobs",
        show_jobs,
        roles=OPERATOR,
        summary="Periodic jobs with their last run, tasks that wait, and dead letters",
        answers={200: m_jobs.JobsAnswer},
    ),
    Endpoint(
        "POST /v1/jobs/{name}/runs",
        run_now,
        roles=OPERATOR,
        summary="Have a job done now; recorded",
        body=m_jobs.RunRequest,
        answers={202: m_jobs.JobItem},
        refusals=(JobNotFound,),
    ),
    Endpoint(
        "POST /v1/dead-letters/{id}/attempts",
        revive,
        roles=OPERATOR,
        summary="Have a task that failed for good tried again from the beginning; recorded",
        body=m_jobs.RunRequest,
        answers={204: None},
        refusals=(DeadLetterNotFound,),
    ),
    Endpoint(
        "POST /v1/dead-letters/{id}/dismissal",
        dismiss,
        roles=OPERATOR,
        summary="Remove a task that failed for good; recorded with its error",
        body=m_jobs.RunRequest,
        answers={204: None},
        refusals=(DeadLetterNotFound,),
    ),
)
