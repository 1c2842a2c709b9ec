"""Scanning over HTTP: the journey told, the footprint to the gram, badges on paper, codes on screens."""

from __future__ import annotations

import asyncio
import io
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
import qrcode
import zxingcpp
from PIL import Image

from tests.routes.attending import EXAMPLE_A, EXAMPLE_B, FULLY_TOLD, attend, id_of
from tests.routes.counting import row_counts
from tests.service import TONNE, Json, Service


@pytest.fixture(scope="module")
async def fair(stage: Service) -> Service:
    """A running two-day event in Chengdu with the extended boundary and ten tonnes."""
    await stage.event("fair")
    await stage.pool("fair", 10 * TONNE)
    return stage


@pytest.mark.parametrize(("journey", "total_g"), [(EXAMPLE_A, 133_294), (EXAMPLE_B, 503_057)])
async def test_the_worked_examples_come_out_to_the_gram(fair: Service, journey: Json, total_g: int) -> None:
    footprint = (await attend(fair, journey=journey))["footprint"]
    assert footprint["total_g"] == total_g
    assert sum(line["emission_g"] for line in footprint["lines"]) == total_g
    estimate = await fair.post("/v1/events/fair/footprints", {"journey": journey})
    assert estimate.json() == footprint


@pytest.mark.parametrize(
    ("journey", "basis", "uncertainty_pct"),
    [
        (None, "default", 50),
        ({}, "default", 50),
        ({"mode": "hsr"}, "partial", 30),
        (EXAMPLE_A, "partial", 30),
        (FULLY_TOLD, "declared", 20),
    ],
)
async def test_the_basis_says_how_much_was_told(
    fair: Service, journey: Json | None, basis: str, uncertainty_pct: int
) -> None:
    footprint = (await attend(fair, journey=journey))["footprint"]
    assert (footprint["basis"], footprint["uncertainty_pct"]) == (basis, uncertainty_pct)


async def test_every_line_names_its_factor_and_what_was_filled_in(fair: Service) -> None:
    lines = (await attend(fair))["footprint"]["lines"]
    assert {line["source"] for line in lines} >= {
        "travel_local",
        "meals",
        "venue_energy",
        "materials",
        "waste",
    }
    for line in lines:
        assert line["factor_id"] == line["factor_ids"][0]
        for factor_id in line["factor_ids"]:
            assert (await fair.client.get(f"/v1/factors/{factor_id}")).status_code == 200
        assert line["defaults"]
    told = (await attend(fair, journey=FULLY_TOLD))["footprint"]["lines"]
    assert not any(
        {"mode", "distance_km", "nights", "diet", "meals"} & set(line["defaults"]) for line in told
    )


def printed(text: str) -> str:
    """A text put on paper as a QR in PNG, and read back by another decoder."""
    paper = io.BytesIO()
    qrcode.make(text).save(paper)
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(paper.getvalue())))
    assert len(found) == 1
    return str(found[0].text)


async def test_a_badge_that_was_printed_and_photographed_is_scanned_over_http(fair: Service) -> None:
    badge = (await fair.badges(1))[0]
    assert printed(badge["url"]) == badge["url"]
    answer = await fair.scan(printed(badge["url"]), await fair.citizen(), offset={"share": 100})
    assert (answer.status_code, answer.json()["outcome"]) == (201, "joined")


async def test_a_mini_programs_scene_holds_the_bare_code(fair: Service) -> None:
    badge = (await fair.badges(1))[0]
    assert set(badge["code"]) <= set(
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!#$&'()*+,/:;=?@-._~"
    )
    assert (await fair.scan(printed(badge["code"]), await fair.citizen())).status_code == 201


async def test_a_venues_screen_is_scanned_within_its_window(fair: Service) -> None:
    shown = await fair.client.get(
        "/v1/events/fair/venue-codes", params={"gate": 1}, headers=await fair.staff("staff")
    )
    view = shown.json()["items"][0]
    left_s = (datetime.fromisoformat(view["to"]) - datetime.now(UTC)).total_seconds()
    assert -1 < left_s <= 30
    assert len(view["code"]) <= 32
    for _ in range(2):  # a screen is for everybody
        joined = await fair.scan(view["url"], await fair.citizen())
        assert joined.status_code == 201
    event = (await fair.client.get("/v1/events/fair")).json()
    codes, now = fair.components.codes, datetime.now(UTC)
    for seconds, status in ((-20, 201), (-91, 409), (20, 201), (91, 409)):
        at = codes.venue(event["code"], 1, now + timedelta(seconds=seconds))
        assert (await fair.scan(at, await fair.citizen())).status_code == status, seconds


async def test_a_screen_that_was_read_in_time_gives_a_ticket_for_ten_minutes_to_one_citizen(
    fair: Service,
) -> None:
    event = (await fair.client.get("/v1/events/fair")).json()
    codes, now = fair.components.codes, datetime.now(UTC)
    screen = codes.venue(event["code"], 1, now)
    lin, chen = await fair.citizens(2)
    assert (await fair.client.get(f"/v1/codes/{screen}")).json()["ticket"] is None
    ticket = (await fair.client.get(f"/v1/codes/{screen}", headers=lin)).json()["ticket"]
    assert len(ticket) <= 32
    stolen = await fair.scan(ticket, chen)
    assert (stolen.status_code, stolen.json()["code"]) == (422, "code_forged")
    joined = await fair.scan(ticket, lin, journey=EXAMPLE_A)
    assert (joined.status_code, joined.json()["outcome"]) == (201, "joined")
    for minutes, status, code in ((9, 201, None), (12, 409, "code_expired")):
        citizen = await fair.citizen()
        old = codes.ticket(event["code"], 1, now - timedelta(minutes=minutes), id_of(fair, citizen))
        answer = await fair.scan(old, citizen)
        assert (answer.status_code, answer.json().get("code")) == (status, code)
    # A ticket is no screen: it buys no other ticket.
    fresh = codes.ticket(event["code"], 1, now, id_of(fair, chen))
    assert (await fair.client.get(f"/v1/codes/{fresh}", headers=chen)).json()["ticket"] is None


async def test_a_repeat_gets_its_first_answer_after_the_screen_has_moved_on(fair: Service) -> None:
    event = (await fair.client.get("/v1/events/fair")).json()
    citizen = await fair.citizen()
    codes, now = fair.components.codes, datetime.now(UTC)
    joined = await fair.scan(codes.venue(event["code"], 1, now), citizen)
    late = await fair.scan(codes.venue(event["code"], 1, now - timedelta(minutes=5)), citizen)
    assert (late.status_code, late.json()["outcome"]) == (200, "already_joined")
    assert late.json()["footprint"] == joined.json()["footprint"]


async def test_one_badge_on_fifty_phones_at_once_belongs_to_one(fair: Service) -> None:
    badge = (await fair.badges(1))[0]
    phones = await fair.citizens(50)
    answers = await asyncio.gather(*(fair.scan(badge["code"], phone) for phone in phones))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 49
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"badge_bound"}


async def test_one_citizen_with_fifty_badges_at_once_joins_once(fair: Service) -> None:
    citizen = await fair.citizen()
    badges = await fair.badges(50)
    answers = await asyncio.gather(*(fair.scan(badge["code"], citizen) for badge in badges))
    assert sorted(answer.status_code for answer in answers) == [200] * 49 + [201]


async def test_a_ticket_of_a_category_is_charged_its_distance(fair: Service) -> None:
    totals = {}
    for category in (None, "local", "province", "national", "international"):
        badge = (await fair.badges(1, category=category))[0]
        totals[category] = (await fair.scan(badge["code"], await fair.citizen())).json()["footprint"][
            "total_g"
        ]
    assert totals[None] == totals["local"] < totals["province"] < totals["national"] < totals["international"]


async def test_a_code_tells_its_event_and_reading_it_writes_nothing(
    fair: Service, rows: asyncpg.Connection
) -> None:
    badge = (await fair.badges(1))[0]
    before = await row_counts(rows)
    answer = await fair.client.get(f"/v1/codes/{badge['code']}")
    assert (answer.status_code, answer.json()["kind"]) == (200, "B")
    assert answer.json()["event"] == (await fair.client.get("/v1/events/fair")).json()
    for path, code in (("x", "code_malformed"), (badge["code"][:-1] + "!", "code_malformed")):
        assert (await fair.client.get(f"/v1/codes/{path}")).json()["code"] == code
    estimate = await fair.post("/v1/events/fair/footprints", {"category": "national"})
    assert estimate.status_code == 200
    assert await row_counts(rows) == before


async def test_the_picture_of_a_code_decodes_to_its_address(fair: Service) -> None:
    badge = (await fair.badges(1))[0]
    answer = await fair.client.get("/v1/qr", params={"text": badge["url"]})
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.text.count("<path") == 1
    assert "<script" not in answer.text
