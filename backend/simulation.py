"""Simulated attendees of a running server: each signs in, decodes a badge's picture and scans it, over plain HTTP."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx2 as httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

BORN = "1990-06"
BADGES_PER_CALL = 1000
RETRIES_MAX = 5
ACTION_SHARE = 0.3
CONNECTIONS_MAX = 100
# What people do at an event and its code proves: bodies of requests.
ACTIONS: tuple[dict[str, Any], ...] = (
    {"method": "clean_plate"},
    {"method": "plant_meal"},
    {"method": "own_cup"},
    {"method": "own_bag"},
)
JOURNEYS: tuple[dict[str, Any] | None, ...] = (
    None,
    None,
    None,
    {"from_city": "重庆", "mode": "hsr", "nights": 1},
    {"from_city": "北京", "mode": "plane", "nights": 2, "hotel_stars": 4, "room_sharing": 2},
    {"from_city": "绵阳", "mode": "hsr", "nights": 0, "diet": "vegetarian"},
)


class SimulationError(Exception):
    """The simulation cannot start, said in one sentence."""


@dataclass
class Tally:
    """Results: counts by outcome, and seconds by kind of request."""

    outcomes: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, list[float]] = field(default_factory=dict)

    def count(self, outcome: str) -> None:
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1


async def simulate_attendees(base: str, event: str, attendees: int, seconds: float) -> bool:
    """Let attendees scan and print the results. False when an attendee got no answer in the end.

    Raises SimulationError when the server, its demo sign-ins or the badge decoder are missing.
    """
    console = Console()
    limits = httpx.Limits(max_connections=CONNECTIONS_MAX, max_keepalive_connections=CONNECTIONS_MAX)
    async with httpx.AsyncClient(base_url=base, timeout=20, limits=limits, trust_env=False) as client:
        badges = await _issue_badges(client, event, attendees)
        action_share = ACTION_SHARE if await _is_open(client, event) else 0.0
        if not action_share:
            console.print("The event is not open at this hour: nobody logs an action.")
        pictures = await asyncio.to_thread(_draw_badges, badges, console)
        tally = Tally()
        began = time.monotonic()
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
        ) as progress:
            task = progress.add_task("attendees", total=attendees)

            async def attend(number: int) -> None:
                await asyncio.sleep(seconds * number / attendees)
                await _attend(client, pictures[number], tally, action_share)
                progress.advance(task)

            await asyncio.gather(*(attend(number) for number in range(attendees)))
        elapsed = time.monotonic() - began
    _print_summary(console, tally, attendees, elapsed)
    return tally.outcomes.get("failed", 0) == 0


async def _issue_badges(client: httpx.AsyncClient, event: str, count: int) -> list[str]:
    """Texts of fresh badges' QR codes, issued by the demo's staff."""
    try:
        answer = await client.post("/v1/staff/sessions", json={"username": "staff", "password": "demo"})
    except httpx.HTTPError as error:
        raise SimulationError(
            f"No server answers at {client.base_url}. Start one with `make run`."
        ) from error
    if answer.status_code != 201:
        raise SimulationError("The simulation needs a server in demo mode: its staff could not sign in.")
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    texts: list[str] = []
    while len(texts) < count:
        body = {"count": min(BADGES_PER_CALL, count - len(texts))}
        answer = await client.post(f"/v1/events/{event}/badges", json=body, headers=headers)
        if answer.status_code != 201:
            raise SimulationError(f"No badges for {event!r}: {answer.json().get('detail', answer.text)}")
        texts += [badge["url"] for badge in answer.json()["items"]]
    return texts


async def _is_open(client: httpx.AsyncClient, event: str) -> bool:
    """Whether the event's codes are evidence now: they are from its start to its end."""
    answer = await client.get(f"/v1/events/{event}")
    if answer.status_code != 200:
        raise SimulationError(f"The event {event!r} could not be read: {answer.text}")
    found = answer.json()
    starts_at, ends_at = (datetime.fromisoformat(found[name]) for name in ("starts_at", "ends_at"))
    return starts_at <= datetime.now(UTC) <= ends_at


def _draw_badges(texts: list[str], console: Console) -> list[Any]:
    """Badges as pictures, as a camera would see them. Needs the `dev` extra's Pillow and zxing-cpp."""
    try:
        import qrcode
        import zxingcpp  # noqa: F401 - looked for here, so that it is missed before the simulation starts
        from PIL import Image  # noqa: F401
    except ImportError as error:
        raise SimulationError(
            f"The simulation reads real badges: install {error.name} (extra `dev`)."
        ) from error
    pictures = []
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console
    ) as progress:
        for text in progress.track(texts, description="printing badges"):
            code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=3)
            code.add_data(text)
            pictures.append(code.make_image().get_image())
    return pictures


def _read_badge(picture: Any) -> str:
    import zxingcpp

    found = zxingcpp.read_barcodes(picture)
    if not found:
        raise SimulationError("A badge's picture could not be read.")
    return str(found[0].text)


async def _attend(client: httpx.AsyncClient, picture: Any, tally: Tally, action_share: float) -> None:
    """One attendee: sign in, read the badge, scan it, perhaps log an action."""
    session = await _send(
        client, tally, "sign in", "/v1/sessions", {"provider": "demo", "code": str(uuid4())}, {}
    )
    if session is None:
        tally.count("failed")
        return
    headers = {"Authorization": f"Bearer {session['access_token']}"}
    code = await asyncio.to_thread(_read_badge, picture)
    body: dict[str, Any] = {"code": code, "offset": {"share": random.choice((100, 100, 50))}}  # noqa: S311
    journey = random.choice(JOURNEYS)  # noqa: S311
    if journey is not None:
        body["journey"] = journey
    scan = await _send(client, tally, "scan", "/v1/scans", body, headers)
    if scan is None:
        tally.count("failed")
        return
    tally.count(scan["outcome"])
    if scan["offset_status"] != "allocated":
        tally.count(scan["offset_status"])
    if random.random() < action_share:  # noqa: S311
        await _send(client, tally, "age", "/v1/me/age", {"born": BORN}, headers)
        action = dict(random.choice(ACTIONS), scene_code=code)  # noqa: S311
        key = {"Idempotency-Key": str(uuid4())}
        logged = await _send(client, tally, "action", "/v1/actions", action, headers | key)
        tally.count("failed" if logged is None else "action")


async def _send(
    client: httpx.AsyncClient,
    tally: Tally,
    kind: str,
    path: str,
    body: dict[str, Any],
    headers: dict[str, str],
) -> dict[str, Any] | None:
    """POST until the server answers; 503 and lost connections are tried again with jitter, as a phone does."""
    for attempt in range(RETRIES_MAX):
        began = time.monotonic()
        try:
            answer = await client.post(path, json=body, headers=headers)
        except httpx.HTTPError:
            tally.count("connection lost")
        else:
            if answer.status_code < 300:
                tally.seconds.setdefault(kind, []).append(time.monotonic() - began)
                found: dict[str, Any] = answer.json()
                return found
            tally.count(f"{answer.status_code} {answer.json().get('code', '')}")
            if answer.status_code not in (429, 503):
                return None
        await asyncio.sleep(random.uniform(0.5, 1.5) * 2**attempt)  # noqa: S311
    return None


def _print_summary(console: Console, tally: Tally, attendees: int, elapsed: float) -> None:
    table = Table(title=f"{attendees} attendees in {elapsed:.1f} s, {attendees / elapsed:.0f} a second")
    for heading in ("request", "answers", "p50 ms", "p95 ms", "p99 ms", "max ms"):
        table.add_column(heading, justify="left" if heading == "request" else "right")
    for kind, seconds in tally.seconds.items():
        ordered = sorted(seconds)
        cells = [f"{_percentile(ordered, share) * 1000:.0f}" for share in (0.5, 0.95, 0.99, 1.0)]
        table.add_row(kind, str(len(ordered)), *cells)
    console.print(table)
    console.print(", ".join(f"{count} {outcome}" for outcome, count in sorted(tally.outcomes.items())))


def _percentile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
