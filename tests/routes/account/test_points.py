"""Points: lots, the balance of a past moment, the statement as a list and as a table."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from backend.domain.account.lots import lot_of
from backend.domain.days import SHANGHAI, day_of
from backend.render.tables.cells import harmless
from backend.services.account import points as points_service
from tests.routes.account.test_summary import known
from tests.routes.history import History, id_at, noon
from tests.service import Json, Service

TODAY = day_of(datetime.now(UTC))


async def account(stage: Service, citizen: dict[str, str], **query: str) -> Json:
    answer = await stage.client.get("/v1/me/points", params=query, headers=citizen)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def eventful(history: History) -> list[tuple[datetime, int]]:
    """A past with earning, spending and giving back; the balance after each moment."""
    first, second = TODAY - timedelta(days=200), TODAY - timedelta(days=100)
    moments: list[tuple[datetime, int]] = []
    await history.action(first, points=100)
    moments.append((noon(first), 100))
    await history.action(second, points=50)
    moments.append((noon(second), 150))
    spent_at = noon(second) + timedelta(days=3)
    await history.spend(100, lot_of(first), spent_at)
    moments.append((spent_at, 50))
    back_at = spent_at + timedelta(days=2)
    await history.move(40, "cancellation", id_at(back_at), lot_of(first), back_at)
    moments.append((back_at, 90))
    return moments


async def test_lots_sum_to_the_balance_and_tell_when_they_run_out(
    stage: Service, rows: asyncpg.Connection
) -> None:
    citizen, history = await known(stage, rows)
    await eventful(history)
    shown = await account(stage, citizen)
    lots = {lot["expires_on"]: lot["points"] for lot in shown["lots"]}
    first, second = TODAY - timedelta(days=200), TODAY - timedelta(days=100)
    assert lots == {str(lot_of(first)): 40, str(lot_of(second)): 50}
    assert sum(lots.values()) == shown["balance"] == shown["available"] == 90
    assert shown["next_expiry"] == {"expires_on": str(lot_of(first)), "points": 40}
    assert list(lots) == sorted(lots)
    assert shown["as_of"] is None


async def test_expired_points_stay_in_the_balance_and_cannot_be_spent(
    stage: Service, rows: asyncpg.Connection
) -> None:
    citizen, history = await known(stage, rows)
    await history.action(TODAY - timedelta(days=900), points=11)
    await history.action(TODAY, points=5)
    shown = await account(stage, citizen)
    assert (shown["balance"], shown["available"]) == (16, 5)
    assert shown["next_expiry"]["points"] == 5


async def test_nobody_without_points_has_lots(stage: Service) -> None:
    shown = await account(stage, await stage.citizen())
    assert shown.pop("pending") == {"points": 0, "items": []}
    assert shown == {"balance": 0, "available": 0, "as_of": None, "lots": [], "next_expiry": None}


async def test_the_balance_of_every_past_moment_is_the_replayed_ledger(
    stage: Service, rows: asyncpg.Connection
) -> None:
    citizen, history = await known(stage, rows)
    moments = await eventful(history)
    before = moments[0][0] - timedelta(microseconds=1)
    assert (await account(stage, citizen, as_of=before.isoformat()))["balance"] == 0
    for at, balance in moments:
        shown = await account(stage, citizen, as_of=at.isoformat())
        assert shown["balance"] == balance
        assert sum(lot["points"] for lot in shown["lots"]) == balance
        assert datetime.fromisoformat(shown["as_of"]) == at
        kept = await rows.fetchval(
            "SELECT balance_after FROM transfers WHERE citizen_id = $1 AND created_at <= $2"
            " ORDER BY id DESC LIMIT 1",
            history.citizen_id,
            at,
        )
        assert kept == balance
    assert (await account(stage, citizen, as_of=datetime.now(UTC).isoformat()))["balance"] == 90


async def test_a_plus_sign_that_nobody_escaped_is_understood(stage: Service) -> None:
    citizen = await stage.citizen()
    answer = await stage.client.get("/v1/me/points?as_of=2026-01-01T08:00:00+08:00", headers=citizen)
    assert answer.status_code == 200
    assert datetime.fromisoformat(answer.json()["as_of"]) == datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("as_of", ["2026-01-01", "2026-01-01T08:00:00", "2999-01-01T00:00:00Z", "x"])
async def test_an_instant_that_is_none_is_refused(stage: Service, as_of: str) -> None:
    answer = await stage.client.get("/v1/me/points", params={"as_of": as_of}, headers=await stage.citizen())
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_query")


async def entries(stage: Service, citizen: dict[str, str], **query: Any) -> list[Json]:
    answer = await stage.client.get("/v1/me/points/entries", params=query, headers=citizen)
    assert answer.status_code == 200, answer.text
    items: list[Json] = answer.json()["items"]
    return items


async def test_an_entry_says_in_both_languages_what_it_was_for(
    stage: Service, rows: asyncpg.Connection
) -> None:
    citizen, history = await known(stage, rows)
    await eventful(history)
    items = await entries(stage, citizen)
    assert [item["points"] for item in items] == [40, -100, 50, 100]
    assert items[-1]["description"] == {"zh-CN": "低碳行为：步行", "en": "Low-carbon action: Walking"}
    assert items[1]["description"]["en"] == "Redeemed"
    assert items[1]["expires_on"] == str(lot_of(TODAY - timedelta(days=200)))


async def test_an_event_is_named_in_its_entry(stage: Service) -> None:
    await stage.event("named")
    badge = (await stage.badges(1, "named"))[0]
    citizen = await stage.citizen()
    await stage.scan(badge["code"], citizen)
    assert (await entries(stage, citizen))[0]["description"]["zh-CN"] == "参加活动：测试活动"


async def test_reason_and_days_can_be_asked_for(stage: Service, rows: asyncpg.Connection) -> None:
    citizen, history = await known(stage, rows)
    await eventful(history)
    assert [item["points"] for item in await entries(stage, citizen, reason="redemption")] == [-100]
    day = str(TODAY - timedelta(days=100))
    assert [item["points"] for item in await entries(stage, citizen, **{"from": day, "to": day})] == [50]
    answer = await stage.client.get("/v1/me/points/entries", params={"reason": "gift"}, headers=citizen)
    assert answer.status_code == 422


async def test_a_day_is_one_of_shanghai(stage: Service, rows: asyncpg.Connection) -> None:
    citizen, history = await known(stage, rows)
    midnight = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=SHANGHAI) - timedelta(days=10)
    for points, at in (
        (1, midnight - timedelta(seconds=1)),
        (2, midnight),
        (4, midnight + timedelta(hours=23)),
    ):
        await history.move(points, "quiz", id_at(at), lot_of(TODAY), at)
    day = str(midnight.date())
    found = await entries(stage, citizen, **{"from": day, "to": day})
    assert sum(item["points"] for item in found) == 6


async def download(stage: Service, citizen: dict[str, str], **query: str) -> tuple[bytes, list[list[str]]]:
    answer = await stage.client.get("/v1/me/points/entries.csv", params=query, headers=citizen)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    text = answer.content.decode("utf-8-sig")
    return answer.content, list(csv.reader(io.StringIO(text, newline="")))


async def test_the_table_holds_every_entry_oldest_first_and_opens_in_excel(
    stage: Service, rows: asyncpg.Connection
) -> None:
    citizen, history = await known(stage, rows)
    await eventful(history)
    raw, table = await download(stage, citizen)
    assert raw.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in raw
    items = (await entries(stage, citizen))[::-1]
    assert [row[0] for row in table[1:]] == [item["id"] for item in items]
    assert [int(row[2]) for row in table[1:]] == [item["points"] for item in items]
    assert [int(row[3]) for row in table[1:]] == [item["balance_after"] for item in items]
    assert table[0][2] == "积分"
    assert table[1][5] == "低碳行为：步行"
    assert table[1][1].endswith("12:00:00")
    _, english = await download(stage, citizen, language="en")
    assert (english[0][2], english[1][5]) == ("points", "Low-carbon action: Walking")


async def test_the_table_takes_days(stage: Service, rows: asyncpg.Connection) -> None:
    citizen, history = await known(stage, rows)
    await eventful(history)
    _, table = await download(stage, citizen, **{"from": str(TODAY - timedelta(days=98))})
    assert [row[2] for row in table[1:]] == ["-100", "40"]


async def test_an_empty_statement_has_its_head(stage: Service) -> None:
    _, table = await download(stage, await stage.citizen())
    assert len(table) == 1


async def test_a_statement_that_is_too_long_is_refused_whole(
    stage: Service, rows: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    citizen, history = await known(stage, rows)
    await eventful(history)
    monkeypatch.setattr(points_service, "CSV_ROWS_MAX", 3)
    answer = await stage.client.get("/v1/me/points/entries.csv", headers=citizen)
    assert (answer.status_code, answer.json()["code"]) == (422, "statement_too_long")
    monkeypatch.setattr(points_service, "CSV_ROWS_MAX", 4)
    assert len((await download(stage, citizen))[1]) == 5


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "\ufeff=1", "＝1", "\r\n=1"])
def test_a_text_that_begins_like_a_formula_is_shown_and_not_run(text: str) -> None:
    assert harmless(text) == "'" + text


@pytest.mark.parametrize("text", ["", "步行", "1-1", "a=b", "兑换：=1"])
def test_a_text_that_is_none_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


async def test_a_statement_is_read_to_the_last_day_that_a_query_may_name(stage: Service) -> None:
    citizen = await stage.citizen()
    _, table = await download(stage, citizen, **{"from": "2026-01-01", "to": "2100-12-31"})
    assert len(table) == 1
    assert date(2100, 12, 31) > TODAY
