"""Photos as evidence: cleaned, bounded, used once; told to the ledger they wait for a person."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import re
import struct
import zlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from PIL import Image

from backend.outside.workshop.process import Limits
from backend.services.actions.photos import ATTEMPTS_PER_PHOTO
from tests.routes.evidencing import PLACE, act_with_photo, decide, kept, new_photo, pending, picture, send
from tests.service import Service

# -- sending ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")]
)
async def test_a_photo_is_kept_under_its_hash(
    stage: Service, rows: asyncpg.Connection, form: str, media_type: str
) -> None:
    citizen = await stage.citizen()
    answer = await send(stage, citizen, picture((321, 200), form), media_type)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["width"], told["height"]) == (321, 200)
    content = await kept(stage, rows, told["sha256"])
    assert content is not None
    assert hashlib.sha256(content).hexdigest() == told["sha256"]
    assert Image.open(io.BytesIO(content)).format == "JPEG"


async def test_place_time_and_maker_of_the_camera_are_not_kept(
    stage: Service, rows: asyncpg.Connection
) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "SecretMaker", 6  # turned by a quarter
    exif.get_ifd(0x8825)[1] = "N"
    raw = picture((400, 200), exif=exif, comment=b"SecretNote")
    assert b"SecretMaker" in raw
    told = (await send(stage, await stage.citizen(), raw)).json()
    assert (told["width"], told["height"]) == (200, 400), "upright"
    content = await kept(stage, rows, told["sha256"])
    assert content is not None
    assert b"Secret" not in content
    assert not Image.open(io.BytesIO(content)).getexif()


async def test_a_large_photo_is_made_smaller_and_a_transparent_one_white(
    stage: Service, rows: asyncpg.Connection
) -> None:
    told = (await send(stage, await stage.citizen(), picture((6000, 3000)))).json()
    assert (told["width"], told["height"]) == (2048, 1024)
    raw = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(raw, "PNG")
    told = (await send(stage, await stage.citizen(), raw.getvalue(), "image/png")).json()
    content = await kept(stage, rows, told["sha256"])
    assert Image.open(io.BytesIO(content or b"")).getpixel((4, 4)) == (255, 255, 255)


def bomb(width: int, height: int, form: int = 2) -> bytes:
    """A PNG of some bytes that claims to be huge."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, form, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def claiming(width: int, height: int) -> bytes:
    """A small JPEG whose head claims another size."""
    raw = picture((64, 64))
    at = raw.index(b"\xff\xc0") + 5
    return raw[:at] + struct.pack(">HH", height, width) + raw[at + 4 :]


def animated(form: str, size: tuple[int, int], frames: int) -> bytes:
    """Many frames of which each is the size of a photo: a file of some kilobytes."""
    first, *others = [Image.new("RGB", size, (number % 256, 90, 90)) for number in range(frames)]
    content = io.BytesIO()
    first.save(content, form, save_all=True, append_images=others, duration=40)
    return content.getvalue()


def talkative(megabytes: int) -> bytes:
    """A PNG with a text that is small only while it is packed."""
    chunk = b"zTXtComment\0\0" + zlib.compress(bytes(megabytes * 1024 * 1024))
    text = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    raw = picture((64, 64), "PNG")
    return raw[:33] + text + raw[33:]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (claiming(60_000, 60_000), "photo_too_large"),
        (claiming(12_000, 5_000), "photo_too_large"),
        (picture((600, 600), "PNG")[:-400], "photo_unreadable"),
        (picture((600, 600), "WEBP")[:-200], "photo_unreadable"),
        (talkative(80), "photo_unreadable"),
        (b"", "photo_unreadable"),
        (b"not a picture", "photo_unreadable"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 200, "photo_unreadable"),
        (picture((600, 600))[:-400], "photo_unreadable"),
        (picture(form="GIF"), "photo_unreadable"),
        (picture(form="BMP"), "photo_unreadable"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "photo_unreadable"),
        (bomb(8000, 8000), "photo_too_large"),
        (bomb(7000, 7000), "photo_too_large"),
        (bomb(5000, 4000, 6), "photo_too_large"),
        (bomb(60_000, 60_000), "photo_too_large"),
        (bomb(12_001, 2), "photo_too_large"),
        (bomb(100, 100), "photo_unreadable"),
    ],
    ids=range(18),
)
async def test_what_is_no_photo_is_refused(stage: Service, raw: bytes, code: str) -> None:
    answer = await send(stage, await stage.citizen(), raw)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def filled(width: int, height: int) -> bytes:
    """A PNG that is whole and has all the pixels that it claims: 50 millions in 150 KB."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    deflate, row = zlib.compressobj(9), b"\0" + bytes(3 * width)
    data = b"".join(deflate.compress(row) for _ in range(height)) + deflate.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


async def test_a_bomb_is_refused_by_its_head_and_the_largest_photo_is_decoded_within_limits(
    stage: Service,
) -> None:
    raw = filled(8000, 6200)
    assert len(raw) < 400_000
    photos = stage.components.photos
    (await send(stage, await stage.citizen(), picture())).raise_for_status()  # the process is there
    pid = photos._workshop.pid
    assert pid is not None
    before = processor_s(pid)
    answer = await send(stage, await stage.citizen(), raw, "image/png")
    assert (answer.status_code, answer.json()["code"]) == (422, "photo_too_large")
    assert processor_s(pid) - before < 0.1, "no pixel of it was decoded"
    answer = await send(stage, await stage.citizen(), filled(4000, 4000), "image/png")
    assert (answer.status_code, photos._workshop.pid) == (201, pid)
    assert memory_mb(pid) < 400


@pytest.mark.parametrize(("form", "media_type"), [("PNG", "image/png"), ("WEBP", "image/webp")])
async def test_of_a_film_one_picture_is_decoded(stage: Service, form: str, media_type: str) -> None:
    raw = animated(form, (1500, 1000), 60)
    assert len(raw) < 1_000_000
    photos = stage.components.photos
    (await send(stage, await stage.citizen(), picture())).raise_for_status()  # the process is there
    pid = photos._workshop.pid
    assert pid is not None
    before = processor_s(pid)
    answer = await send(stage, await stage.citizen(), raw, media_type)
    assert (answer.status_code, answer.json()["width"]) == (201, 1500)
    assert photos._workshop.pid == pid
    assert processor_s(pid) - before < 1.0, "sixty would take several seconds"


def processor_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(pid: int) -> float:
    """The most it ever held."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


async def test_a_photo_that_takes_too_much_is_refused_and_the_next_one_is_decoded(
    stage: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = stage.components.photos._workshop._process
    monkeypatch.setattr(process, "_limits", Limits(memory_bytes=80 * 1024 * 1024))
    await process.end()
    answer = await send(stage, await stage.citizen(), filled(4000, 4000), "image/png")
    assert (answer.status_code, answer.json()["code"]) == (422, "photo_too_costly")
    answer = await send(stage, await stage.citizen(), picture((100, 100)))
    assert answer.status_code == 201
    await process.end()


async def test_a_decoder_that_was_killed_costs_one_answer(stage: Service) -> None:
    photos, lin = stage.components.photos, await stage.citizen()
    raw = filled(4000, 4000)
    (await send(stage, lin, picture())).raise_for_status()
    pid = photos._workshop.pid
    assert pid is not None
    waiting = asyncio.ensure_future(send(stage, lin, raw, "image/png"))
    await asyncio.sleep(0.1)
    os.kill(pid, 9)
    answer = await waiting
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert int(answer.headers["retry-after"]) >= 1
    assert (await send(stage, lin, raw, "image/png")).status_code == 201


async def test_one_citizen_keeps_nobodys_photos_out(stage: Service) -> None:
    greedy, others = await stage.citizen(), await stage.citizens(6)
    raw = filled(4000, 4000)
    many = [asyncio.ensure_future(send(stage, greedy, raw, "image/png")) for _ in range(30)]
    await asyncio.sleep(0.05)
    answers = await asyncio.gather(*(send(stage, other, picture()) for other in others))
    assert {answer.status_code for answer in answers} == {201}
    statuses = Counter(answer.status_code for answer in await asyncio.gather(*many))
    assert statuses[429] >= 20, statuses


async def test_what_cannot_be_read_is_counted_before_it_is_decoded(stage: Service) -> None:
    citizen = await stage.citizen()
    attempts = ATTEMPTS_PER_PHOTO * stage.settings.photos_per_day_max
    for _ in range(attempts):
        assert (await send(stage, citizen, b"not a picture")).json()["code"] == "photo_unreadable"
    answer = await send(stage, citizen, picture())
    assert (answer.status_code, answer.json()["code"]) == (429, "photos_per_day")
    assert (await send(stage, await stage.citizen(), picture())).status_code == 201


async def test_other_media_types_and_too_many_bytes_are_refused(stage: Service) -> None:
    citizen = await stage.citizen()
    for media_type in ("image/gif", "application/json", "text/html"):
        answer = await send(stage, citizen, picture(), media_type)
        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
        assert "image/webp" in answer.json()["detail"]
    answer = await send(stage, citizen, b"\0" * (stage.settings.photo_bytes_max + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


# -- using -----------------------------------------------------------------------------------------


async def test_an_action_with_a_photo_waits_without_points(stage: Service, rows: asyncpg.Connection) -> None:
    citizen = await stage.citizen()
    photo = await new_photo(stage, citizen)
    began = datetime.now(UTC)
    action = (await act_with_photo(stage, citizen, photo)).json()
    assert (action["state"], action["tier"], action["points"], action["reduction_g"]) == (
        "pending",
        "E4",
        0,
        0,
    )
    hours = (datetime.fromisoformat(action["expected_by"]) - began) / timedelta(hours=1)
    assert 47.9 < hours < 48.1
    assert (await stage.client.get("/v1/me", headers=citizen)).json()["balance"] == 0
    (mine,) = (await stage.client.get("/v1/me/reviews", headers=citizen)).json()["items"]
    assert (mine["id"], mine["state"], mine["why"]) == (action["id"], "pending", "photo")
    assert mine["expected_by"] == action["expected_by"]
    evidence = await rows.fetchval("SELECT evidence FROM reviews WHERE id = $1", action["id"])
    assert '"lat": 30.66' in evidence
    assert "30.657" not in evidence, "the place is kept to a kilometre"


async def test_a_photo_counts_once_whoever_uses_it(stage: Service) -> None:
    raw = picture()
    lin, chen = await stage.citizen(), await stage.citizen()
    photo = (await send(stage, lin, raw)).json()["sha256"]
    assert (await send(stage, chen, raw)).json()["sha256"] == photo
    answers = await asyncio.gather(*(act_with_photo(stage, who, photo) for who in [lin, chen] * 5))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 9}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"photo_used"}
    again = await send(stage, chen, raw)
    assert again.status_code == 201


async def test_the_same_request_again_gets_the_first_answer(stage: Service) -> None:
    citizen = await stage.citizen()
    photo = await new_photo(stage, citizen)
    answers = await asyncio.gather(*(act_with_photo(stage, citizen, photo, key="once") for _ in range(10)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    other = await act_with_photo(stage, citizen, photo, "own_chopsticks", key="once")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    fresh = await act_with_photo(stage, citizen, photo)
    assert (fresh.status_code, fresh.json()["code"]) == (409, "photo_used")


async def test_a_photo_taken_by_a_request_that_died_is_still_there_for_its_repeat(
    stage: Service, rows: asyncpg.Connection
) -> None:
    """The photo was claimed, and the process killed before the ledger heard of it."""
    citizen = await stage.citizen()
    photo = await new_photo(stage, citizen)
    claimed = (
        "UPDATE photos SET used_by = gen_random_uuid(), used_key = 'died' WHERE sha256 = $1 RETURNING used_by"
    )
    used_by = await rows.fetchval(claimed, bytes.fromhex(photo))
    other = await act_with_photo(stage, citizen, photo, key="other")
    assert (other.status_code, other.json()["code"]) == (409, "photo_used")
    answer = await act_with_photo(stage, citizen, photo, key="died")
    assert (answer.status_code, answer.json()["id"]) == (201, str(used_by))


async def test_a_refused_action_gives_its_photo_back(stage: Service) -> None:
    citizen = await stage.citizen()
    photo = await new_photo(stage, citizen)
    long_ago = (datetime.now(UTC) - timedelta(days=9)).isoformat()
    refused = await act_with_photo(stage, citizen, photo, occurred_at=long_ago, key="old")
    assert (refused.status_code, refused.json()["code"]) == (422, "time_out_of_range")
    again = await act_with_photo(stage, citizen, photo, occurred_at=long_ago, key="old")
    assert again.headers["idempotency-replayed"] == "true"
    assert (await act_with_photo(stage, citizen, photo)).status_code == 201


async def test_anothers_photo_and_none_are_not_found(stage: Service) -> None:
    photo = await new_photo(stage, await stage.citizen())
    for sha256 in (photo, "0" * 64):
        answer = await act_with_photo(stage, await stage.citizen(), sha256)
        assert (answer.status_code, answer.json()["code"]) == (404, "photo_not_found")


@pytest.mark.parametrize(
    ("evidence", "code"),
    [
        ({"tier": "E4"}, "photo_place_missing"),
        ({"tier": "E4", "photo": "0" * 64}, "photo_place_missing"),
        ({"tier": "E4", "photo": "0" * 64, "lat": 30.0}, "photo_place_missing"),
        ({"tier": "E4", **PLACE}, "photo_place_missing"),
        ({"tier": "E5", "photo": "0" * 64}, "photo_place_missing"),
        ({"tier": "E5", **PLACE}, "photo_place_missing"),
        ({"tier": "E3", "photo": "0" * 64, **PLACE}, "evidence_unsupported"),
        ({"tier": "E1"}, "evidence_unsupported"),
        ({"tier": "E4", "photo": "0" * 63, **PLACE}, "invalid_body"),
        ({"tier": "E4", "photo": "Z" * 64, **PLACE}, "invalid_body"),
        ({"tier": "E4", "photo": "0" * 64 + "\n", **PLACE}, "invalid_body"),
        ({"tier": "E4", "photo": "0" * 64, "lat": 91, "lon": 0}, "invalid_body"),
    ],
)
async def test_evidence_that_is_not_whole_is_refused(
    stage: Service, evidence: dict[str, Any], code: str
) -> None:
    answer = await stage.act(await stage.citizen(), "clean_plate", evidence=evidence)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_an_approved_photo_is_worth_eight_tenths(stage: Service) -> None:
    citizen, action = await pending(stage)
    booked = (await decide(stage, action["id"])).json()["action"]
    scene_worth = load(stage, "clean_plate")
    assert booked["state"] == "posted"
    assert booked["reduction_g"] == int(scene_worth * 0.8)
    assert (await stage.client.get("/v1/me", headers=citizen)).json()["balance"] == booked["points"] > 0


def load(stage: Service, method: str) -> int:
    """Grams of one act with full evidence."""
    result = stage.components.catalogue.quantify(method, None, {}, "E1", day=datetime.now(UTC).date())
    return result.reduction_g
