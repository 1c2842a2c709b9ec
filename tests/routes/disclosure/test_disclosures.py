"""Releases of figures to the public: made on closing, chained, never changed, corrected by another release."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import asyncpg
import pypdfium2
import pytest

from backend.domain.certificates.canonical_json import canonical_bytes
from backend.domain.disclosure.periods import period_of
from backend.errors.disclosure import OwnCorrection
from backend.jobs.log_integration import integrate_log
from backend.messages.disclosure.releases import CorrectionDecision
from backend.services.certificates.transparency_log import log_keys
from backend.services.disclosure import event_releases
from backend.services.disclosure.corrections import decide_correction
from backend.services.disclosure.event_releases import disclose_closed_events
from backend.services.disclosure.period_releases import disclose_period, disclose_periods_over
from tests.routes.disclosure.releasing import closed_event, correct, released, releases
from tests.service import TONNE, Service

NEXT_MONTH = timedelta(days=32)


async def test_closing_an_event_releases_its_figures_to_everybody(service: Service) -> None:
    await closed_event(service, "fair", people=6)
    (brief,) = await releases(service)
    assert (brief["number"][:7], brief["kind"], brief["subject"]) == (
        f"D-{datetime.now(UTC).year}-",
        "event",
        "fair",
    )
    assert brief["previous_sha256"] is None
    found = await released(service, brief["number"])
    content = found["release"]["content"]
    assert content["totals"]["attendances"] == 6
    assert content["method"]["factor_set"] == "sichuan-2026.1"
    assert [batch["retirement_ref"] is not None for batch in content["offsets"]["batches"]] == [True]
    assert {each["held_by"] for each in content["offsets"]["batches"][0]["serials"]} == {"people", "nobody"}
    assert found["sha256"] == sha256(canonical_bytes(found["release"])).hexdigest() == brief["sha256"]


async def test_a_release_is_chained_to_the_one_before(service: Service) -> None:
    for slug in ("first", "second", "third"):
        await closed_event(service, slug, people=1)
    newest, middle, oldest = await releases(service)
    assert newest["previous_sha256"] == middle["sha256"]
    assert middle["previous_sha256"] == oldest["sha256"]
    assert [int(each["number"][-6:]) for each in (oldest, middle, newest)] == [1, 2, 3]
    assert [each["sequence"] for each in (oldest, middle, newest)] == [1, 2, 3]
    shown = await released(service, middle["number"])
    assert (shown["previous"], shown["following"]) == (oldest["number"], newest["number"])


async def test_a_release_that_was_lost_with_the_process_is_made_by_the_job(
    service: Service, owner: asyncpg.Connection
) -> None:
    await closed_event(service, "fair", people=1)
    await owner.execute("ALTER TABLE disclosures DISABLE TRIGGER USER")
    await owner.execute("DELETE FROM disclosures")
    parts = service.components
    assert await disclose_closed_events(parts.database, parts.catalogue, datetime.now(UTC), 100) == 1
    assert await disclose_closed_events(parts.database, parts.catalogue, datetime.now(UTC), 100) == 0
    assert [each["subject"] for each in await releases(service)] == ["fair"]


async def test_nobody_changes_what_is_published(service: Service, owner: asyncpg.Connection) -> None:
    await closed_event(service, "fair", people=1)
    for statement in (
        "UPDATE disclosures SET body = body",
        "UPDATE disclosures SET published_at = now()",
        "DELETE FROM disclosures",
        "TRUNCATE disclosures CASCADE",
    ):
        with pytest.raises(asyncpg.CheckViolationError, match="never changed"):
            await owner.execute(statement)


async def test_a_chain_cannot_fork(service: Service, owner: asyncpg.Connection) -> None:
    for slug in ("first", "second"):
        await closed_event(service, slug, people=1)
    copied = """
        INSERT INTO disclosures
        SELECT 'D-2026-000009', 9, 'month', '2026-01', period_from, period_to, NULL, NULL, $1, '\\x01',
               sha256('\\x01'), previous_sha256, published_at, published_by
        FROM disclosures WHERE sequence = 2
    """
    with pytest.raises(asyncpg.UniqueViolationError) as caught:
        await owner.execute(copied, None)
    assert caught.value.constraint_name == "disclosures_chain_one_way"


async def test_two_workers_make_one_release(service: Service) -> None:
    await closed_event(service, "fair", people=1)
    database = service.components.database
    later = datetime.now(UTC) + NEXT_MONTH
    name = period_of("month", datetime.now(UTC).date()).name
    numbers = await asyncio.gather(*(disclose_period(database, name, later) for _ in range(4)))
    assert len(set(numbers)) == 1
    assert [each["kind"] for each in await releases(service)] == ["month", "event"]


async def test_a_period_that_is_not_over_is_refused(service: Service) -> None:
    operator = await service.staff("operator")
    now = datetime.now(UTC)
    for kind in ("month", "quarter", "year"):
        name = period_of(kind, now.date()).name  # type: ignore[arg-type]
        answer = await service.post("/v1/disclosures", {"period": name}, operator)
        assert (answer.status_code, answer.json()["code"]) == (409, "period_open"), answer.text
    answer = await service.post("/v1/disclosures", {"period": "2026-13"}, operator)
    assert answer.status_code == 422
    assert await releases(service) == []


async def test_a_period_just_over_waits_until_its_rows_are_written(service: Service) -> None:
    period = period_of("month", datetime.now(UTC).date())
    assert not period.is_over(period.ends_at + timedelta(minutes=9))
    assert period.is_over(period.ends_at + timedelta(minutes=10))


async def test_the_same_period_twice_is_the_same_release(service: Service) -> None:
    await closed_event(service, "fair", people=1)
    database, later = service.components.database, datetime.now(UTC) + NEXT_MONTH
    name = period_of("month", datetime.now(UTC).date()).name
    first = await disclose_period(database, name, later)
    body = await released(service, first)
    await closed_event(service, "other", people=2)
    assert await disclose_period(database, name, later + NEXT_MONTH) == first
    again = await released(service, first)
    assert (again["sha256"], again["release"]) == (body["sha256"], body["release"])


async def test_a_late_worker_catches_up_with_every_period(
    service: Service, owner: asyncpg.Connection
) -> None:
    await closed_event(service, "fair", people=1)
    await owner.execute("UPDATE events SET created_at = now() - interval '70 days'")
    database, now = service.components.database, datetime.now(UTC)
    made = await disclose_periods_over(database, now)
    assert made >= 2
    assert await disclose_periods_over(database, now) == 0
    names = [each["subject"] for each in await releases(service) if each["kind"] == "month"]
    assert names == sorted(names, reverse=True)


async def test_a_year_counts_nothing_that_no_month_of_it_does(
    service: Service, owner: asyncpg.Connection
) -> None:
    await closed_event(service, "fair", people=1)
    await owner.execute("UPDATE staff SET created_at = '2026-08-31T16:00:00Z'")
    await owner.execute("UPDATE actions SET written_at = '2026-09-30T15:59:59Z'")
    await owner.execute("UPDATE events SET created_at = '2026-11-05T00:00:00Z'")
    assert await disclose_periods_over(service.components.database, datetime(2027, 1, 2, tzinfo=UTC)) == 7
    months: Counter[str] = Counter()
    for brief in await releases(service):
        if brief["kind"] == "month":
            totals = (await released(service, brief["number"]))["release"]["content"]["totals"]
            assert (totals["actions"] > 0) == (brief["subject"] == "2026-09")
            months.update(totals)
    (year,) = await releases(service, "?kind=year")
    totals = (await released(service, year["number"]))["release"]["content"]["totals"]
    assert totals["actions"] == 1
    assert {name: totals[name] for name in ("actions", "people", "footprint_g", "offset_g")} == {
        name: months[name] for name in ("actions", "people", "footprint_g", "offset_g")
    }


async def test_a_batch_that_became_void_stays_in_the_month_of_its_retirement(
    service: Service, owner: asyncpg.Connection
) -> None:
    batch = await service.batch(3)
    await owner.execute("UPDATE credit_batches SET published_at = '2026-09-30T16:00:00Z'")
    voided = await service.post(
        f"/v1/credit-batches/{batch['id']}/voiding", {"reason": "twice"}, await service.staff("operator")
    )
    assert voided.status_code == 200, voided.text
    await owner.execute("UPDATE credit_batches SET voided_at = '2026-10-31T16:00:00Z'")
    database, later = service.components.database, datetime(2027, 2, 1, tzinfo=UTC)
    for period, recorded, became_void in (
        ("2026-09", 0, 0),
        ("2026-10", 1, 0),
        ("2026-11", 0, 1),
        ("2026-Q4", 1, 1),
    ):
        number = await disclose_period(database, period, later)
        content = (await released(service, number))["release"]["content"]
        assert [each["grams"] for each in content["credits"]] == [3 * TONNE] * recorded, period
        assert [each["grams"] for each in content["credits_voided"]] == [3 * TONNE] * became_void, period
    table = await service.client.get(f"/v1/disclosures/{number}.csv?language=en")
    assert "Retirements that became void" in table.text


async def test_a_correction_needs_two_operators_and_names_what_it_corrects(
    service: Service, owner: asyncpg.Connection
) -> None:
    await closed_event(service, "fair", people=2)
    (brief,) = await releases(service)
    before = await released(service, brief["number"])
    await owner.execute("UPDATE events SET is_demonstration = true")
    proposal = await correct(service, brief["number"], "示范活动未注明")
    assert {"figure": "event.is_demonstration", "before": False, "after": True} in proposal["changes"]
    assert not [each for each in proposal["changes"] if each["figure"].endswith("_g")]
    path = f"/v1/disclosure-corrections/{proposal['id']}/decision"
    parts = service.components
    operator = parts.tokens.read((await service.staff("operator"))["Authorization"].removeprefix("Bearer "))
    with pytest.raises(OwnCorrection):
        await decide_correction(
            parts.database,
            parts.catalogue,
            operator,
            proposal["id"],
            CorrectionDecision(decision="confirmed"),
            datetime.now(UTC),
            is_demo=False,
        )
    assert len(await releases(service)) == 1
    other = await service.staff("operator", "second-operator")
    decided = await service.post(path, {"decision": "confirmed"}, other)
    assert decided.status_code == 200, decided.text
    number = decided.json()["published"]
    corrected = await released(service, number)
    assert corrected["release"]["corrects"] == {
        "number": brief["number"],
        "sha256": before["sha256"],
        "reason": "示范活动未注明",
    }
    assert corrected["release"]["content"]["event"]["is_demonstration"] is True
    after = await released(service, brief["number"])
    assert (after["corrected_by"], after["release"]) == (number, before["release"])
    again = await service.post(path, {"decision": "rejected"}, other)
    assert (again.status_code, again.json()["code"]) == (409, "correction_decided")
    late = await service.post(
        f"/v1/disclosures/{brief['number']}/corrections", {"reason": "x"}, await service.staff("operator")
    )
    assert (late.status_code, late.json()["code"]) == (409, "disclosure_corrected")


async def test_one_proposal_is_open_at_a_time_and_a_rejected_one_publishes_nothing(service: Service) -> None:
    await closed_event(service, "fair", people=1)
    (brief,) = await releases(service)
    proposal = await correct(service, brief["number"], "x")
    operator = await service.staff("operator")
    second = await service.post(f"/v1/disclosures/{brief['number']}/corrections", {"reason": "y"}, operator)
    assert (second.status_code, second.json()["code"]) == (409, "correction_proposed")
    other = await service.staff("operator", "second-operator")
    path = f"/v1/disclosure-corrections/{proposal['id']}/decision"
    assert (await service.post(path, {"decision": "rejected"}, other)).status_code == 200
    assert len(await releases(service)) == 1


async def test_a_release_is_in_the_log_with_its_proof(service: Service) -> None:
    await closed_event(service, "fair", people=1)
    parts = service.components
    (brief,) = await releases(service)
    assert (await released(service, brief["number"]))["log"] is None
    await integrate_log(parts.database, log_keys(parts.settings), parts.settings.issuer)
    found = await released(service, brief["number"])
    assert found["log"]["entry"]["sha256"] == found["sha256"]
    entry = (await service.client.get(f"/v1/log/entries/{found['log']['position']}")).json()
    assert (entry["kind"], entry["subject"]) == ("disclosure", brief["number"])


async def test_lists_are_filtered_and_paged(service: Service) -> None:
    for slug in ("first", "second", "third"):
        await closed_event(service, slug, people=1)
    page = (await service.client.get("/v1/disclosures?limit=2")).json()
    rest = (await service.client.get(f"/v1/disclosures?limit=2&cursor={page['next_cursor']}")).json()
    assert [each["subject"] for each in page["items"] + rest["items"]] == ["third", "second", "first"]
    assert rest["next_cursor"] is None
    only = await releases(service, "?event=second")
    assert [each["subject"] for each in only] == ["second"]
    assert await releases(service, "?kind=month") == []
    assert len(await releases(service, f"?year={datetime.now(UTC).year}")) == 3
    assert (await service.client.get("/v1/disclosures?kind=week")).status_code == 422


@pytest.mark.parametrize("number", ["D-2026-999999", "x", "D-2026-1", "%00"])
async def test_what_is_no_release_is_not_found(service: Service, number: str) -> None:
    for ending in ("", ".csv", ".pdf"):
        answer = await service.client.get(f"/v1/disclosures/{number}{ending}")
        assert answer.status_code in (404, 400), (ending, answer.text)


async def test_pdf_and_csv_say_the_same(service: Service) -> None:
    await closed_event(service, "fair", people=6)
    (brief,) = await releases(service)
    found = await released(service, brief["number"])
    for language in ("zh-CN", "en"):
        answer = await service.client.get(
            f"/v1/disclosures/{brief['number']}.csv", params={"language": language}
        )
        assert answer.status_code == 200
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        cells = {row[0]: row[1] for row in rows if len(row) > 1}
        name = {"zh-CN": "为其注销", "en": "Retired for it"}[language]
        assert int(cells[name]) == found["release"]["content"]["offsets"]["retired_g"]
        paper = await service.client.get(
            f"/v1/disclosures/{brief['number']}.pdf", params={"language": language}
        )
        assert paper.status_code == 200
        pages = pypdfium2.PdfDocument(paper.content)
        text = "".join(page.get_textpage().get_text_range() for page in pages)
        assert brief["number"] in text
        assert found["sha256"] in text.replace("\r\n", "")


async def test_a_release_says_nothing_of_a_person(service: Service, owner: asyncpg.Connection) -> None:
    await closed_event(service, "fair", people=6)
    database = service.components.database
    later = datetime.now(UTC) + NEXT_MONTH
    await disclose_period(database, period_of("month", datetime.now(UTC).date()).name, later)
    ids = {str(row["citizen_id"]) for row in await owner.fetch("SELECT citizen_id FROM attendances")}
    numbers = {
        row["certificate_number"] for row in await owner.fetch("SELECT certificate_number FROM offsets")
    }
    for brief in await releases(service):
        text = json.dumps(await released(service, brief["number"]))
        assert not any(each in text for each in ids | numbers)


async def test_small_groups_of_a_period_are_put_together(service: Service) -> None:
    await closed_event(service, "fair", people=6)
    await closed_event(service, "small", people=1, kind="forum")
    database, later = service.components.database, datetime.now(UTC) + NEXT_MONTH
    number = await disclose_period(database, period_of("month", datetime.now(UTC).date()).name, later)
    kinds: list[Any] = (await released(service, number))["release"]["content"]["by_kind"]
    # One person at a forum is too few, and alone in `other` they could be had by subtraction.
    assert [(each["key"], each["people"]) for each in kinds] == [("other", 7)]


async def test_an_event_whose_release_cannot_be_made_keeps_no_other_back(
    service: Service, owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = event_releases.disclose_event

    async def broken(database: Any, catalogue: Any, event: Any, now: Any) -> str:
        if event.slug == "broken":
            raise ValueError("a report that cannot be read")
        return await whole(database, catalogue, event, now)

    monkeypatch.setattr(event_releases, "disclose_event", broken)
    await closed_event(service, "broken", people=1)
    assert await owner.fetchval("SELECT state FROM events") == "closed"
    await closed_event(service, "fair", people=1)
    assert [each["subject"] for each in await releases(service)] == ["fair"]
    monkeypatch.undo()
    parts = service.components
    assert await disclose_closed_events(parts.database, parts.catalogue, datetime.now(UTC), 100) == 1
    assert [each["subject"] for each in await releases(service)] == ["broken", "fair"]


async def test_a_closing_is_told_though_its_release_finds_no_database(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: Any) -> str:
        raise asyncpg.ConnectionDoesNotExistError("the connection was closed")

    monkeypatch.setattr(event_releases, "disclose_event", away)
    await closed_event(service, "fair", people=1)
    monkeypatch.undo()
    assert await releases(service) == []
    parts = service.components
    assert await disclose_closed_events(parts.database, parts.catalogue, datetime.now(UTC), 100) == 1
