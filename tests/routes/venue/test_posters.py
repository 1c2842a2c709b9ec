"""Posters: a static code that counts only while staff have opened it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx2 as httpx
import pypdfium2 as pdfium
import pytest
import zxingcpp

from backend.services.venue import poster_cache
from tests.routes.counting import row_counts
from tests.service import Json, Service


@pytest.fixture(scope="module")
async def fair(stage: Service) -> Service:
    gates = [
        {"gate": 1, "name": {"zh-CN": "东门", "en": "East gate"}},
        {"gate": 2, "name": {"zh-CN": "西门", "en": "West gate"}},
    ]
    await stage.event("fair", gates=gates)
    return stage


async def hang(fair: Service, gate: int = 1, name: str = "北厅立柱") -> Json:
    body = {"gate": gate, "name": name}
    answer = await fair.post("/v1/events/fair/posters", body, await fair.staff("staff"))
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


async def open_for(fair: Service, poster: Json, minutes: int = 10, **body: Any) -> httpx.Response:
    path = f"/v1/events/fair/posters/{poster['number']}/windows"
    return await fair.post(path, {"minutes": minutes} | body, await fair.staff("staff"))


async def close(fair: Service, window: Json) -> httpx.Response:
    return await fair.post(f"/v1/events/fair/windows/{window['id']}/closing", {}, await fair.staff("staff"))


async def test_a_poster_counts_from_the_opening_of_its_window_to_its_close(
    fair: Service, rows: asyncpg.Connection
) -> None:
    poster = await hang(fair, gate=2)
    citizen, other = await fair.citizen(), await fair.citizen()
    before = await row_counts(rows)
    shut = await fair.scan(poster["code"], citizen)
    assert (shut.status_code, shut.json()["code"]) == (409, "outside_window")
    assert shut.json()["detail"].endswith("下一时段尚未安排。")
    assert await row_counts(rows) == before
    opened = await open_for(fair, poster)
    assert (opened.status_code, opened.json()["is_open"]) == (201, True)
    joined = await fair.scan(poster["url"], citizen)
    assert (joined.status_code, joined.json()["outcome"]) == (201, "joined")
    assert await rows.fetchval("SELECT gate FROM attendances ORDER BY joined_at DESC LIMIT 1") == 2
    closed = await close(fair, opened.json()["windows"][-1])
    assert (closed.status_code, closed.json()["is_open"]) == (200, False)
    # The repeat is answered first, whatever has been closed since; somebody new is not let in.
    assert (await fair.scan(poster["code"], citizen)).json()["outcome"] == "already_joined"
    assert (await fair.scan(poster["code"], other)).json()["code"] == "outside_window"


async def test_who_scans_outside_a_window_is_told_the_next_opening(fair: Service) -> None:
    poster = await hang(fair)
    opens_at = (datetime.now(UTC) + timedelta(hours=3)).replace(microsecond=0)
    planned = await open_for(fair, poster, opens_at=opens_at.isoformat())
    assert planned.json()["is_open"] is False
    citizen = await fair.citizen() | {"Accept-Language": "en"}
    answer = await fair.scan(poster["code"], citizen)
    local = (opens_at + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M")
    assert local in answer.json()["detail"]
    # Called off before it began: nothing is known any more.
    assert (await close(fair, planned.json()["windows"][-1])).status_code == 200
    assert "No opening is planned" in (await fair.scan(poster["code"], citizen)).json()["detail"]


async def test_a_window_opened_elsewhere_is_known_within_two_seconds(
    fair: Service, rows: asyncpg.Connection
) -> None:
    poster = await hang(fair)
    assert (await fair.scan(poster["code"], await fair.citizen())).status_code == 409
    event_id = (await fair.client.get("/v1/events/fair")).json()["id"]
    await rows.execute(
        "INSERT INTO poster_windows (id, event_id, poster, opens_at, closes_at, opened_by) SELECT "
        "gen_random_uuid(), $1, $2, now(), now() + interval '1 hour', id FROM staff LIMIT 1",
        event_id,
        poster["number"],
    )
    await asyncio.sleep(poster_cache.KEPT_S + 0.1)
    assert (await fair.scan(poster["code"], await fair.citizen())).status_code == 201


async def test_a_crowd_at_a_poster_costs_no_statement_per_scan(fair: Service) -> None:
    poster = await hang(fair)
    await open_for(fair, poster)
    posters = fair.components.posters.cache
    event_id = await fair.components.event_cache.of_slug("fair")
    known = await posters.poster(event_id, poster["number"])
    found = await asyncio.gather(*(posters.poster(event_id, poster["number"]) for _ in range(200)))
    assert all(each is known for each in found)


async def test_looking_at_an_open_poster_gives_a_ticket_that_outlives_the_window(fair: Service) -> None:
    poster, citizen = await hang(fair), await fair.citizen()
    path = f"/v1/codes/{poster['code']}"
    assert (await fair.client.get(path, headers=citizen)).json()["code"] == "outside_window"
    window = (await open_for(fair, poster)).json()["windows"][-1]
    view = (await fair.client.get(path, headers=citizen)).json()
    assert view["kind"] == "W"
    await close(fair, window)
    assert (await fair.scan(view["ticket"], citizen)).status_code == 201


async def test_an_action_at_a_poster_counts_as_seen_on_the_spot_only_while_it_is_open(fair: Service) -> None:
    poster, citizen = await hang(fair), await fair.citizen()
    told = {"scene_code": poster["code"]}
    shut = await fair.act(citizen, "clean_plate", **told)
    assert (shut.status_code, shut.json()["code"]) == (409, "outside_window")
    await open_for(fair, poster)
    assert (await fair.scan(poster["code"], citizen)).status_code == 201
    assert (await fair.act(citizen, "clean_plate", **told)).status_code == 201


async def test_windows_of_a_poster_do_not_overlap_and_what_is_wrong_is_refused(fair: Service) -> None:
    poster = await hang(fair)
    assert (await open_for(fair, poster, 30)).status_code == 201
    now = datetime.now(UTC)
    for minutes, body, status, code in (
        (10, {}, 409, "window_overlaps"),
        (10, {"opens_at": (now + timedelta(minutes=20)).isoformat()}, 409, "window_overlaps"),
        (10, {"opens_at": (now - timedelta(days=1)).isoformat()}, 422, "invalid_body"),
        (10, {"opens_at": (now + timedelta(days=90)).isoformat()}, 422, "invalid_body"),
        (0, {}, 422, "invalid_body"),
        (24 * 60 + 1, {}, 422, "invalid_body"),
    ):
        answer = await open_for(fair, poster, minutes, **body)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    missing = await open_for(fair, {"number": 999})
    assert (missing.status_code, missing.json()["code"]) == (404, "poster_not_found")
    gone = await close(fair, {"id": "0196f7a8-0000-7000-8000-000000000000"})
    assert (gone.status_code, gone.json()["code"]) == (404, "window_not_found")


async def test_two_posters_hung_at_one_moment_have_two_numbers(fair: Service) -> None:
    posters = await asyncio.gather(*(hang(fair, name=f"柱 {place}") for place in range(5)))
    assert len({poster["number"] for poster in posters}) == 5
    assert len({poster["code"] for poster in posters}) == 5


async def test_what_staff_did_with_posters_is_on_record(fair: Service, rows: asyncpg.Connection) -> None:
    poster = await hang(fair)
    window = (await open_for(fair, poster)).json()["windows"][-1]
    await close(fair, window)
    recorded = await rows.fetch(
        "SELECT action FROM staff_actions WHERE subject = 'fair' AND (after->>'poster')::int = $1 ORDER BY id",
        poster["number"],
    )
    assert [row["action"] for row in recorded] == ["poster.hang", "poster.open", "poster.close"]


@pytest.mark.parametrize(("paper", "wide_mm"), [("A4", 210), ("A3", 297)])
async def test_posters_are_printed_with_codes_that_a_camera_reads(
    fair: Service, paper: str, wide_mm: int
) -> None:
    poster = await hang(fair)
    answer = await fair.client.get(
        f"/v1/events/fair/posters/{poster['number']}/sheet",
        params={"paper": paper},
        headers=await fair.staff("staff"),
    )
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    page = pdfium.PdfDocument(answer.content)[0]
    assert round(page.get_width() / 72 * 25.4) == wide_mm
    (found,) = zxingcpp.read_barcodes(page.render(scale=1.5).to_pil())
    assert found.text == poster["url"]
    text = page.get_textpage().get_text_range()
    assert "测试活动" in text
    assert "东门" in text
    assert "Scan to join" in text


async def test_all_posters_are_printed_in_one_file(fair: Service) -> None:
    staff = await fair.staff("staff")
    count = len((await fair.client.get("/v1/events/fair/posters", headers=staff)).json()["items"])
    answer = await fair.client.get("/v1/events/fair/posters/sheets", headers=staff)
    assert len(pdfium.PdfDocument(answer.content)) == count
    wrong = await fair.client.get("/v1/events/fair/posters/sheets", params={"paper": "A9"}, headers=staff)
    assert wrong.json()["code"] == "invalid_query"
