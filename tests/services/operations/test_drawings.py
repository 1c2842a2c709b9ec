"""Files are drawn in a workshop, each once for as long as it shows the same, and kept for every process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from backend.outside.drawn_files import TIDIED_EVERY, DrawnFiles
from backend.outside.workshop.process import JobFailed, Limits
from backend.outside.workshop.workshop import Workshop
from backend.render.pictures.renderer import Drawing
from backend.services.operations.drawings import Drawings
from tests.outside import workshop_jobs as jobs

SECRET = b"a secret of the settings"
PEOPLE, ADDRESSES = 40_000, 8


@pytest.fixture
async def drawings(tmp_path: Path) -> AsyncIterator[Drawings]:
    made = Drawings(Workshop("test", Limits(is_last=False)), DrawnFiles(tmp_path, SECRET))
    yield made
    await made.stop()


def marked(shown: bytes, seconds: float = 0.0) -> Drawing:
    """What is drawn differs from time to time, so that a second drawing shows."""
    return Drawing(shown, partial(jobs.moment, seconds))


def kept_in(folder: Path) -> list[Path]:
    return list(folder.glob("*/*"))


async def test_those_who_ask_for_one_file_get_one_drawing_and_later_ones_get_it_too(
    drawings: Drawings,
) -> None:
    got = await asyncio.gather(*(drawings.get(marked(b"one"), f"citizen {number}") for number in range(20)))
    assert len(set(got)) == 1
    assert await drawings.get(marked(b"one"), "later") == got[0]
    assert await drawings.get(marked(b"other"), "later") != got[0]


async def test_another_process_serves_it_without_drawing(drawings: Drawings, tmp_path: Path) -> None:
    first = await drawings.get(marked(b"one"), "lin")
    workshop = Workshop("other", Limits(is_last=False))
    other = Drawings(workshop, DrawnFiles(tmp_path, SECRET))
    assert await other.get(marked(b"one"), "chen") == first
    assert workshop.pid is None
    await other.stop()


async def test_who_hangs_up_leaves_the_file_to_the_others(drawings: Drawings) -> None:
    impatient = asyncio.ensure_future(drawings.get(marked(b"one", 0.2), "lin"))
    await asyncio.sleep(0.05)
    patient = asyncio.ensure_future(drawings.get(marked(b"one", 0.2), "chen"))
    await asyncio.sleep(0.01)
    impatient.cancel()
    assert await patient == await drawings.get(marked(b"one"), "wang")


async def test_a_drawing_that_fails_is_tried_again(drawings: Drawings) -> None:
    with pytest.raises(JobFailed, match="no ink"):
        await drawings.get(Drawing(b"one", jobs.fail), "lin")
    assert await drawings.get(marked(b"one"), "lin")


async def test_forty_thousand_people_behind_eight_addresses_meet_no_limit(drawings: Drawings) -> None:
    """Each opens a certificate of their own once, forty at a time in one server process."""
    places = drawings._workshop._place
    drawn = 0

    async def draw(person: int) -> None:
        nonlocal drawn
        async with places(f"certificate {person}", is_anonymous=True):
            await asyncio.sleep(0)
            drawn += 1

    for first in range(0, PEOPLE, 40):
        crowd = range(first, first + 40)
        assert len({person % ADDRESSES for person in crowd}) == ADDRESSES
        await asyncio.gather(*map(draw, crowd))
    assert drawn == PEOPLE


# -- files ---------------------------------------------------------------------------------------------


async def test_a_kept_file_can_be_read_by_who_knows_what_it_shows_and_by_nobody_else(tmp_path: Path) -> None:
    """A name that was erased cannot be given again, and so neither can the picture of it."""
    files = DrawnFiles(tmp_path, SECRET)
    await files.put(b"certificate of Lin", b"picture of Lin" * 100)
    assert await files.get(b"certificate of Lin") == b"picture of Lin" * 100
    assert await files.get(b"certificate") is None
    assert await DrawnFiles(tmp_path, b"another secret").get(b"certificate of Lin") is None
    (kept,) = kept_in(tmp_path)
    assert b"Lin" not in kept.read_bytes()


async def test_a_file_that_was_tampered_with_is_drawn_again(drawings: Drawings, tmp_path: Path) -> None:
    first = await drawings.get(marked(b"one"), "lin")
    (kept,) = kept_in(tmp_path)
    kept.write_bytes(kept.read_bytes()[:-1] + b"!")
    assert await drawings.get(marked(b"one"), "lin") != first


async def test_the_longest_unused_goes_when_there_are_too_many(tmp_path: Path) -> None:
    files = DrawnFiles(tmp_path, SECRET, bytes_max=TIDIED_EVERY // 2 * 1100)
    for number in range(TIDIED_EVERY - 1):
        await files.put(bytes([number]), bytes(1000))
        await asyncio.sleep(0.002)
    assert await files.get(bytes([0])) is not None, "used a moment ago"
    await files.put(b"last", bytes(1000))
    assert await files.get(bytes([0])) is not None
    assert await files.get(bytes([1])) is None
    assert await files.get(b"last") is not None
    assert sum(path.stat().st_size for path in kept_in(tmp_path)) <= TIDIED_EVERY // 2 * 1100


async def test_a_disk_without_room_keeps_nobody_from_an_answer(tmp_path: Path) -> None:
    (tmp_path / "drawn").write_text("no folder")
    drawings = Drawings(Workshop("test", Limits(is_last=False)), DrawnFiles(tmp_path / "drawn", SECRET))
    assert await drawings.get(Drawing(b"one", partial(jobs.echo, b"picture")), "lin") == b"picture"
    await drawings.stop()
