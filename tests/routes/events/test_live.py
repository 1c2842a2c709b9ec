"""The live picture: equal to what was scanned, from whichever store, and sent on to those who watch."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import asyncpg
import pytest
from starlette.types import Message

from backend.outside.embedded import EmbeddedServers
from backend.services.events.live_counts import OF_ONE_SESSION_MAX
from backend.settings import Settings
from tests.routes.contract import watch
from tests.service import Json, Service, open_service

COUNTS = ("joined", "footprints", "footprint_g", "offsets", "grams", "actions", "points")
SETTLE_S = 10.0
STILL_HERE = b": still here\n\n"


@pytest.fixture(scope="module")
async def board(stage_settings: Settings) -> AsyncIterator[Service]:
    """A service with room for three streams."""
    async with open_service(replace(stage_settings, live_streams_max=3, live_interval_ms=20)) as running:
        yield watch(running)


async def stats(board: Service, slug: str) -> Json:
    answer = await board.client.get(f"/v1/events/{slug}/stats")
    assert answer.status_code == 200
    found: Json = answer.json()
    return found


async def settled(board: Service, slug: str, **wanted: object) -> Json:
    """The picture once it says what is wanted; Redis is told a moment after COMMIT."""
    async with asyncio.timeout(SETTLE_S):
        while True:
            shown = await stats(board, slug)
            if all(shown[name] == value for name, value in wanted.items()):
                return shown
            await asyncio.sleep(0.02)


async def venue_code(board: Service, slug: str, gate: int) -> str:
    path = f"/v1/events/{slug}/venue-codes"
    answer = await board.client.get(path, params={"gate": gate}, headers=await board.staff("staff"))
    return str(answer.json()["items"][0]["code"])


async def crowd(board: Service, slug: str) -> dict[str, int]:
    """Five who join by badge, by gate 1 and gate 2, three of them offset, one acts; returns what that comes to."""
    gates = [{"gate": gate, "name": {"zh-CN": f"{gate}号门", "en": f"Gate {gate}"}} for gate in (1, 2)]
    await board.event(slug, gates=gates)
    await board.pool(slug)
    badges = await board.badges(2, slug)
    one, two = await venue_code(board, slug, 1), await venue_code(board, slug, 2)
    answers = []
    for code, offset in (
        (badges[0]["code"], {"share": 100}),
        (badges[1]["code"], None),
        (one, {"share": 10}),
        (one, None),
        (two, {"grams": 500}),
    ):
        citizen = await board.citizen()
        body = {} if offset is None else {"offset": offset}
        answers.append((await board.scan(code, citizen, **body)).json())
    action = (await board.act(citizen, "own_cup", scene_code=two)).json()
    return {
        "joined": 5,
        "footprints": 5,
        "footprint_g": sum(answer["footprint"]["total_g"] for answer in answers),
        "offsets": 3,
        "grams": sum(answer["offset"]["grams"] for answer in answers if answer["offset"]),
        "actions": 1,
        "points": 50 + action["points"],
    }


async def test_the_picture_equals_what_was_scanned_by_gate_and_by_minute(board: Service) -> None:
    began = datetime.now(UTC).replace(second=0, microsecond=0)
    truth = await crowd(board, "counted")
    shown = await settled(board, "counted", source="live", **truth)
    assert {gate["gate"]: (gate["joined"], gate["actions"]) for gate in shown["by_gate"]} == {
        0: (2, 0),
        1: (2, 0),
        2: (1, 1),
    }
    for parts in (shown["by_gate"], shown["by_minute"]):
        assert {name: sum(part[name] for part in parts) for name in COUNTS} == truth
    minutes = [datetime.fromisoformat(part["minute"]) for part in shown["by_minute"]]
    assert minutes == sorted(minutes)
    assert all(began <= minute <= datetime.now(UTC) for minute in minutes)


async def test_an_event_without_anybody_is_all_zeros(board: Service) -> None:
    await board.event("silent")
    shown = await stats(board, "silent")
    assert {name: shown[name] for name in COUNTS} == dict.fromkeys(COUNTS, 0)
    assert shown["by_gate"] == shown["by_minute"] == []


async def test_second_scans_and_refusals_are_not_counted(board: Service) -> None:
    await board.event("repeats")
    badge = (await board.badges(1, "repeats"))[0]
    citizen = await board.citizen()
    for _ in range(3):
        await board.scan(badge["code"], citizen)
        await board.scan(badge["code"], await board.citizen())
    shown = await settled(board, "repeats", source="live", joined=1)
    assert (shown["joined"], shown["points"]) == (1, 10)


async def test_after_redis_was_emptied_the_numbers_stay_and_become_live_again(board: Service) -> None:
    truth = await crowd(board, "emptied")
    before = await settled(board, "emptied", source="live", **truth)
    for _ in range(3):
        await board.components.counts._redis.flushdb()
        first = await stats(board, "emptied")
        assert {name: first[name] for name in COUNTS} == truth
        again = await settled(board, "emptied", source="live")
        for part in (*COUNTS, "by_gate", "by_minute"):
            assert again[part] == first[part] == before[part]
    # And what is scanned after it is counted on.
    code = await venue_code(board, "emptied", 1)
    await board.components.counts._redis.flushdb()
    await board.scan(code, await board.citizen())
    await settled(board, "emptied", source="live", joined=6)


class Reader:
    """Somebody who reads a live stream, spoken to as a server speaks to the application."""

    def __init__(self, board: Service, slug: str, headers: dict[str, str]) -> None:
        self.sent: asyncio.Queue[Message] = asyncio.Queue()
        self.leaves = asyncio.Event()
        path = f"/v1/events/{slug}/live"
        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": b"",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        }
        app = board.client._transport.app  # type: ignore[attr-defined]
        self.task = asyncio.create_task(app(scope, self._receive, self.sent.put))

    async def _receive(self) -> Message:
        await self.leaves.wait()
        return {"type": "http.disconnect"}

    async def start(self) -> Message:
        return await asyncio.wait_for(self.sent.get(), SETTLE_S)

    async def picture(self) -> Json:
        """The next picture of the stream."""
        body = await self.heard()
        while body == STILL_HERE:
            body = await self.heard()
        name, data, *rest = body.decode().split("\n")
        assert (name, rest) == ("event: stats", ["", ""])
        found: Json = json.loads(data.removeprefix("data: "))
        return found

    async def heard(self) -> bytes:
        """What the stream says next, be it that nothing has changed."""
        message = await asyncio.wait_for(self.sent.get(), SETTLE_S)
        body: bytes = message["body"]
        return body

    async def leave(self) -> None:
        self.leaves.set()
        await asyncio.wait_for(self.task, SETTLE_S)


@asynccontextmanager
async def reading(board: Service, slug: str, role: str = "staff") -> AsyncIterator[Reader]:
    reader = Reader(board, slug, await board.staff(role))
    try:
        yield reader
    finally:
        await reader.leave()


@pytest.mark.parametrize("role", ["staff", "organiser", "operator", "regulator"])
async def test_a_stream_shows_the_picture_at_once_and_again_when_it_changed(
    board: Service, role: str
) -> None:
    await board.event(f"watched-{role}")
    code = await venue_code(board, f"watched-{role}", 1)
    async with reading(board, f"watched-{role}", role) as reader:
        start = await reader.start()
        assert start["status"] == 200
        headers = dict(start["headers"])
        assert headers[b"content-type"].startswith(b"text/event-stream")
        assert headers[b"cache-control"] == b"no-store"
        assert headers[b"x-accel-buffering"] == b"no"
        first = await reader.picture()
        assert (first["event"], first["joined"]) == (f"watched-{role}", 0)
        await board.scan(code, await board.citizen())
        shown = first
        while shown["joined"] == 0:  # the source may change from database to live before
            shown = await reader.picture()
        assert (shown["joined"], shown["by_gate"][0]["gate"]) == (1, 1)


async def test_all_who_watch_see_the_same_and_a_newcomer_the_newest(board: Service) -> None:
    await board.event("crowded")
    async with reading(board, "crowded") as one, reading(board, "crowded") as other:
        for reader in (one, other):
            assert (await reader.start())["status"] == 200
            assert (await reader.picture())["joined"] == 0
        await board.scan(await venue_code(board, "crowded", 1), await board.citizen())
        for reader in (one, other):
            while (await reader.picture())["joined"] != 1:
                pass
        async with reading(board, "crowded") as late:
            assert (await late.start())["status"] == 200
            assert (await late.picture())["joined"] == 1


async def test_a_quiet_stream_says_every_two_seconds_that_the_line_is_there(board: Service) -> None:
    await board.event("quiet")
    async with reading(board, "quiet") as reader:
        await reader.start()
        await reader.picture()
        begun = asyncio.get_running_loop().time()
        # The source may change once from the database to the live counts.
        assert STILL_HERE in [await reader.heard() for _ in range(2)]
        # A page takes a line for dead after 4.5 s (backend/static/js/shared/stream.js).
        assert asyncio.get_running_loop().time() - begun < 2 * 4.5


async def test_a_stream_ends_when_its_reader_leaves(board: Service) -> None:
    await board.event("left")
    live = board.components.live
    async with reading(board, "left") as reader:
        await reader.start()
        await reader.picture()
        assert (live._streams, len(live._hubs)) == (1, 1)
    assert reader.task.done()
    assert (live._streams, live._hubs) == (0, {})


async def test_one_stream_too_many_is_refused_and_a_place_that_was_left_is_free(board: Service) -> None:
    await board.event("full")
    places = [Reader(board, "full", await board.staff("staff")) for _ in range(3)]
    for place in places:
        assert (await place.start())["status"] == 200
    refused = await board.client.get("/v1/events/full/live", headers=await board.staff("staff"))
    assert (refused.status_code, refused.json()["code"]) == (503, "too_many_streams")
    assert int(refused.headers["retry-after"]) >= 1
    await places[0].leave()
    async with reading(board, "full") as reader:
        assert (await reader.start())["status"] == 200
    for place in places[1:]:
        await place.leave()


async def test_one_session_has_so_many_streams_and_others_theirs(stage: Service) -> None:
    await stage.event("screens")
    session = await stage.staff("staff")
    mine = [Reader(stage, "screens", session) for _ in range(OF_ONE_SESSION_MAX)]
    for reader in mine:
        assert (await reader.start())["status"] == 200
    refused = await stage.client.get("/v1/events/screens/live", headers=session)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_at_once")
    async with reading(stage, "screens") as another:
        assert (await another.start())["status"] == 200
    await mine.pop().leave()
    again = Reader(stage, "screens", session)
    assert (await again.start())["status"] == 200
    for reader in (*mine, again):
        await reader.leave()
    assert not stage.components.live._sessions


async def test_only_staff_may_watch_and_only_what_is_there(board: Service) -> None:
    await board.event("closed-to")
    for headers, status, code in (
        ({}, 401, "not_signed_in"),
        (await board.citizen(), 403, "role_forbidden"),
    ):
        answer = await board.client.get("/v1/events/closed-to/live", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    staff = await board.staff("staff")
    for path in ("/v1/events/nothing/live", "/v1/events/nothing/stats"):
        answer = await board.client.get(path, headers=staff)
        assert (answer.status_code, answer.json()["code"]) == (404, "event_not_found")


async def test_a_stream_outlives_a_database_that_was_away(
    board: Service, rows: asyncpg.Connection, servers: EmbeddedServers
) -> None:
    await board.event("survivor")
    name = await rows.fetchval("SELECT current_database()")
    staff = await board.staff("staff")
    code = await venue_code(board, "survivor", 1)
    citizen = await board.citizen()
    reader = Reader(board, "survivor", staff)
    await reader.start()
    assert (await reader.picture())["joined"] == 0
    live, counts = board.components.live, board.components.counts
    await rows.execute(f"ALTER DATABASE {name} CONNECTION LIMIT 0")
    admin = await asyncpg.connect(servers.admin_url)
    try:
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND usename = 'tianfu_app'",
            name,
        )
        # The next look finds neither a picture in Redis nor a database to ask.
        live._gates.forget_all()
        await counts._redis.flushdb()
        await asyncio.sleep(2.5)
        away = await board.client.get("/v1/events/survivor/stats")
        assert (away.status_code, away.json()["code"]) == (503, "database_unavailable")
    finally:
        await rows.execute(f"ALTER DATABASE {name} CONNECTION LIMIT -1")
        await admin.close()
    joined = await board.scan(code, citizen)
    assert joined.status_code == 201
    while (await reader.picture())["joined"] != 1:
        pass
    await reader.leave()
