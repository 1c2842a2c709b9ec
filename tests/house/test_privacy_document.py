"""docs/privacy.md promises what the jobs do: every row names a job, every removal has its days in the table."""

from __future__ import annotations

import re
from dataclasses import fields

from backend.jobs.retention import JOURNEY_DAYS_MAX, REMOVALS
from backend.jobs.schedule import JOBS
from backend.settings import Settings
from tests.house.source import BACKEND, ROOT
from tests.shipped import shipped_catalogue

TEXT = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
(PHOTO_DAYS_MAX,) = (each.default for each in fields(Settings) if each.name == "photo_days_max")
PROMISED = {
    "stored answers": "remove_old_answers",
    "places in reviews": "remove_old_places",
    "complaints: text, contact, person": "remove_old_complaints",
    "notices": "remove_old_notices",
    "sessions: kind of device": "remove_old_sessions",
    "sign-in codes: the address": "remove_old_sign_in_challenges",
    "tasks of the outbox": "remove_old_tasks",
    "security records: name or id, address": "remove_old_security_records",
    "reports of names: the name, a note, who reported": "remove_old_name_reports",
    "periods of life that were never closed": "remove_old_periods",
}


def rows(part: str) -> dict[str, list[str]]:
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line[:1] == "|"
    ]
    return {row[0]: row[1:] for row in cells[2:]}


ENGLISH, CHINESE = (rows(part) for part in TEXT.split("## 中文"))


def days(text: str) -> list[str]:
    return re.findall(r"\d+", text)


def test_every_row_names_a_job_that_runs() -> None:
    names = {job.name for job in JOBS}
    assert {row[2].strip("`") for row in ENGLISH.values()} <= names


def removal(statement: str) -> str:
    """What a statement of a removal does, or the function of the database that does it."""
    (path,) = (BACKEND / "storage" / "sql").rglob(f"{statement}.sql")
    text = path.read_text(encoding="utf-8")
    if f"{statement}(" not in text:
        return text
    (made,) = (
        found
        for script in sorted((BACKEND / "migrations" / "sql").glob("*.up.sql"))
        for found in re.findall(
            rf"CREATE OR REPLACE FUNCTION {statement}\(.*?\$\$.*?\$\$;",
            script.read_text(encoding="utf-8"),
            re.DOTALL,
        )
    )
    return str(made)


def test_the_days_promised_are_those_of_the_statements() -> None:
    for data, statement in PROMISED.items():
        found = re.findall(r"interval '(\d+) days?'", removal(statement))
        assert set(found) == set(days(ENGLISH[data][1])), data
        assert statement in REMOVALS
    assert days(ENGLISH["journeys"][1]) == [str(JOURNEY_DAYS_MAX)]
    assert days(ENGLISH["photos"][1]) == [str(PHOTO_DAYS_MAX)]


def test_security_records_go_by_the_owners_function() -> None:
    path = BACKEND / "migrations" / "sql" / "0032_security_records.up.sql"
    found = re.findall(r"interval '(\d+) days?'", path.read_text(encoding="utf-8"))
    assert set(found) == set(days(ENGLISH["security records: name or id, address"][1]))


def test_no_removal_is_left_out_of_the_table() -> None:
    # Refresh tokens go with their sessions' row.
    assert set(REMOVALS) - {"remove_old_tokens"} == set(PROMISED.values())


def test_both_languages_promise_the_same() -> None:
    assert [(days(row[1]), row[2]) for row in ENGLISH.values()] == [
        (days(row[1]), row[2]) for row in CHINESE.values()
    ]


def test_the_privacy_page_shows_the_same_table() -> None:
    shown = shipped_catalogue().policies.retention
    for language, table in (("en", ENGLISH), ("zh-CN", CHINESE)):
        assert {
            kept.data[language]: [kept.why[language], kept.how_long[language], f"`{kept.job}`"]
            for kept in shown
        } == table
