"""Metrics of jobs and tasks for Prometheus. Labels are few: a job's or a task's kind, and its outcome."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

JOBS = Counter("tianfu_jobs_total", "Runs of periodic jobs", ["job", "outcome"])
JOB_SECONDS = Histogram(
    "tianfu_job_seconds",
    "From taking a job to its end",
    ["job"],
    buckets=(0.01, 0.1, 0.5, 1, 5, 30, 120, 600, 3600),
)
TASKS = Counter("tianfu_tasks_total", "Attempts at single tasks", ["kind", "outcome"])
