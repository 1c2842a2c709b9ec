"""Large answers have slots: in all, for each session, and so many bytes a second together."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator

import pytest

from backend.errors import Busy, TooManyAtOnce
from backend.services.operations.download_slots import KEPT_AT_ONCE_MAX, KEPT_FOR_ONE_MAX, Downloads, Slots

MEGABYTE = 1024 * 1024


async def pieces(count: int) -> AsyncGenerator[bytes, None]:
    for _ in range(count):
        yield bytes(MEGABYTE // 4)


async def test_one_session_makes_one_file_at_a_time() -> None:
    downloads = Downloads()
    first = downloads.start(pieces(1), "lin")
    with pytest.raises(TooManyAtOnce):
        downloads.start(pieces(1), "lin")
    second = downloads.start(pieces(1), "chen")
    with pytest.raises(Busy):
        downloads.start(pieces(1), "wang")
    await first.aclose()
    third = downloads.start(pieces(1), "lin")
    for each in (second, third):
        await each.aclose()


async def test_one_session_leaves_files_to_the_others_and_who_has_none_is_not_taken_for_one() -> None:
    downloads = Downloads()
    mine = [await downloads.start_kept(pieces(1), "lin") for _ in range(KEPT_FOR_ONE_MAX)]
    with pytest.raises(TooManyAtOnce):
        await downloads.start_kept(pieces(1), "lin")
    others = [await downloads.start_kept(pieces(1)) for _ in range(KEPT_AT_ONCE_MAX - KEPT_FOR_ONE_MAX)]
    with pytest.raises(Busy):
        await downloads.start_kept(pieces(1))
    for each in mine + others:
        await each.aclose()
    await (await downloads.start_kept(pieces(1), "lin")).aclose()


async def test_one_session_exports_once_at_a_time() -> None:
    downloads = Downloads()
    async with downloads.exporting("lin"), downloads.exporting("chen"):
        with pytest.raises(TooManyAtOnce):
            async with downloads.exporting("lin"):
                raise AssertionError("a second export")
    async with downloads.exporting("lin"):
        pass


async def test_all_answers_together_are_paced() -> None:
    slots = Slots(2, 1, bytes_per_s_max=8 * MEGABYTE)
    began = time.monotonic()
    one, other = slots.take(pieces(4), "lin"), slots.take(pieces(4), "chen")
    async for _ in one:
        await anext(other)
    assert 0.2 < time.monotonic() - began < 2.0, "two megabytes at eight a second, the last piece at once"
    for each in (one, other):
        await each.aclose()
