"""The table of jobs, what docs/jobs.md says of it, and that each of them runs on an empty city, twice."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from backend.domain.operations.schedules import Every
from backend.jobs.job import Job, WorkerComponents
from backend.jobs.schedule import JOBS
from backend.messages.notifications.notice_kinds import NOTICE_KINDS, TEMPLATES
from backend.messages.notifications.notices import SubscriptionRequest
from backend.settings import WECHAT_TEMPLATES, Settings, SettingsError, load_settings
from backend.texts import say

DOCUMENT = (Path(__file__).parents[2] / "docs" / "jobs.md").read_text(encoding="utf-8")


def rows_after(heading: str) -> list[list[str]]:
    """Cells of the first table after a heading, without its head."""
    part = DOCUMENT.split(f"\n## {heading}\n", 1)[1]
    table = re.search(r"\n(\|.*\n)+", part)
    assert table
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table[0].split("\n")[3:-1]]


@pytest.mark.parametrize(
    ("heading", "language"), [("The jobs", "en"), ("任务一览", "zh-CN")], ids=["english", "chinese"]
)
def test_the_document_lists_each_job_as_it_is(heading: str, language: str) -> None:
    rows = [[cell.strip("|` ") for cell in row] for row in rows_after(heading)]
    assert rows == [
        [
            job.name,
            job.rhythm.rendered(language),
            say(language, f"job.{job.name}"),
            say(language, f"job.{job.name}.late"),
        ]
        for job in sorted(JOBS, key=lambda job: job.name)
    ]


def test_the_document_lists_each_template_with_its_keys() -> None:
    told = dict(re.findall(r"^\| `(\w+)` \| `[\w`, ]+` \| (`[\w`, ]+`) \|$", DOCUMENT, re.MULTILINE))
    assert told.keys() == set(TEMPLATES)
    for kind, text in NOTICE_KINDS.items():
        if text.template:
            assert told[text.template] == ", ".join(f"`{key}`" for key in text.data), kind


def test_settings_and_requests_know_the_same_templates() -> None:
    assert WECHAT_TEMPLATES == TEMPLATES
    annotation = SubscriptionRequest.__annotations__["template"]
    assert annotation == "Template" or get_args(annotation) == TEMPLATES
    assert {text.template for text in NOTICE_KINDS.values()} - {None} == set(TEMPLATES)


@pytest.mark.parametrize("text", ["points_expiring", "points_expiring:", "advertisement:abc", ":abc"])
def test_templates_that_cannot_be_read_are_refused_at_the_start(text: str) -> None:
    with pytest.raises(SettingsError, match="TIANFU_WECHAT_TEMPLATES"):
        load_settings({"TIANFU_WECHAT_TEMPLATES": text}, environment="demo")


def test_templates_are_read_by_name() -> None:
    settings: Settings = load_settings(
        {"TIANFU_WECHAT_TEMPLATES": "points_expiring:Ab-1_x, offset_done:y"}, environment="demo"
    )
    assert settings.template_ids == {"points_expiring": "Ab-1_x", "offset_done": "y"}


def test_names_are_unique_and_texts_are_in_both_languages() -> None:
    assert len({job.name for job in JOBS}) == len(JOBS)
    for job in JOBS:
        for text in (job.about, job.late):
            assert re.search(r"[\u4e00-\u9fff]", text.zh), job.name
            assert text.en.isascii(), job.name


def test_no_job_may_take_longer_than_a_lease_is_worth() -> None:
    for job in JOBS:
        if isinstance(job.rhythm, Every):
            assert job.longest_s <= 3600


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
async def test_each_job_runs_with_nothing_to_do_and_says_numbers(
    components: WorkerComponents, job: Job
) -> None:
    for _ in range(2):
        result = await job.run(components)
        assert all(isinstance(number, int) for number in (result or {}).values())
