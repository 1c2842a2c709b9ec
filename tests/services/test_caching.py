"""The one cache: read once however many ask, as old as its question, and never older than a change made here."""

from __future__ import annotations

import asyncio

import pytest
from prometheus_client import REGISTRY

from backend.services.caching import HITS_STEP, ExpiringCache


class Source:
    """Something that is slow to read and changes meanwhile."""

    def __init__(self) -> None:
        self.value = 1
        self.reads = 0
        self.answers = asyncio.Event()
        self.answers.set()
        self.fails = False

    async def read(self, key: str) -> int:
        self.reads += 1
        value = self.value
        await self.answers.wait()
        if self.fails:
            raise LookupError(key)
        return value


async def under_way() -> None:
    """A reader has asked, and its read has looked at the source: each takes one turn of the loop."""
    for _ in range(3):
        await asyncio.sleep(0)


@pytest.fixture
def source() -> Source:
    return Source()


def cache_of(
    source: Source, *, kept_s: float | None = 60.0, entries_max: int = 10
) -> ExpiringCache[str, int]:
    return ExpiringCache("test", source.read, kept_s=kept_s, entries_max=entries_max)


async def test_what_is_kept_is_read_once_until_it_expires(source: Source) -> None:
    cache = cache_of(source)
    assert [await cache.get("a"), await cache.get("a"), await cache.get("b")] == [1, 1, 1]
    assert (source.reads, len(cache)) == (2, 2)
    cache.kept_s = 0.0
    source.value = 2
    assert await cache.get("a") == 2
    assert await cache_of(source, kept_s=None).get("a") == 2


async def test_a_crowd_that_asks_at_one_moment_reads_once(source: Source) -> None:
    cache = cache_of(source)
    source.answers.clear()
    readers = [asyncio.create_task(cache.get("a")) for _ in range(50)]
    await under_way()
    source.answers.set()
    assert await asyncio.gather(*readers) == [1] * 50
    assert source.reads == 1


async def test_a_reader_who_hangs_up_takes_the_answer_from_nobody(source: Source) -> None:
    cache = cache_of(source)
    source.answers.clear()
    first, second = asyncio.create_task(cache.get("a")), asyncio.create_task(cache.get("a"))
    await under_way()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    source.answers.set()
    assert await second == 1
    assert source.reads == 1


async def test_what_all_readers_hung_up_on_is_kept_and_its_error_breaks_nothing(
    source: Source, caplog: pytest.LogCaptureFixture
) -> None:
    cache = cache_of(source)
    for fails, kept in ((True, 0), (False, 1)):
        source.fails = fails
        source.answers.clear()
        reader = asyncio.create_task(cache.get("a"))
        await under_way()
        reader.cancel()
        source.answers.set()
        await asyncio.sleep(0.01)
        assert len(cache) == kept
    assert caplog.records == []


async def test_a_change_during_a_read_does_not_bring_the_old_value_back(source: Source) -> None:
    for forget in ("forget", "forget_all"):
        cache = cache_of(source)
        source.value, source.reads = 1, 0
        source.answers.clear()
        early = asyncio.create_task(cache.get("a"))
        await under_way()
        source.value = 2
        if forget == "forget":
            cache.forget("a")
        else:
            cache.forget_all()
        late = asyncio.create_task(cache.get("a"))
        await under_way()
        source.answers.set()
        assert (await early, await late, await cache.get("a")) == (1, 2, 2)
        assert source.reads == 2


async def test_a_read_that_began_before_a_change_never_ends_after_the_one_that_saw_it(source: Source) -> None:
    cache = cache_of(source)
    source.answers.clear()
    early = asyncio.create_task(cache.get("a"))
    await under_way()
    cache.forget("a")
    source.answers, slow = asyncio.Event(), source.answers
    source.answers.set()
    source.value = 2
    assert await cache.get("a") == 2
    slow.set()
    assert await early == 1
    assert await cache.get("a") == 2


async def test_errors_are_told_to_all_who_wait_and_not_kept(source: Source) -> None:
    cache = cache_of(source)
    source.fails = True
    answers = await asyncio.gather(cache.get("a"), cache.get("a"), return_exceptions=True)
    assert [type(answer) for answer in answers] == [LookupError, LookupError]
    source.fails = False
    assert await cache.get("a") == 1


async def test_an_answer_is_as_old_as_its_question(source: Source) -> None:
    cache = cache_of(source, kept_s=0.05)
    source.answers.clear()
    reader = asyncio.create_task(cache.get("a"))
    await asyncio.sleep(0.06)
    source.answers.set()
    assert await reader == 1
    source.value = 2
    assert await cache.get("a") == 2


async def test_the_oldest_is_pushed_out_by_the_bound(source: Source) -> None:
    cache = cache_of(source, entries_max=3)
    for key in "abca":
        await cache.get(key)
    cache.forget("a")
    await cache.get("a")
    await cache.get("d")
    reads = source.reads
    assert len(cache) == 3
    for key in "cad":
        await cache.get(key)
    assert source.reads == reads
    await cache.get("b")
    assert source.reads == reads + 1


async def test_what_may_be_a_secret_is_asked_every_time(source: Source) -> None:
    cache = ExpiringCache("test", source.read, kept_s=None, entries_max=10, keeps=lambda value: value > 1)
    assert [await cache.get("a"), await cache.get("a")] == [1, 1]
    assert (source.reads, len(cache)) == (2, 0)
    source.value = 2
    assert [await cache.get("a"), await cache.get("a")] == [2, 2]
    assert source.reads == 3


async def test_a_value_that_does_not_suit_the_question_is_read_again(source: Source) -> None:
    cache = cache_of(source)
    await cache.get("a")
    source.value = 2
    assert await cache.get("a", lambda value: value >= 1) == 1
    assert await cache.get("a", lambda value: value >= 2) == 2
    assert await cache.get("a") == 2


async def test_a_change_made_here_is_added_to_what_is_kept_and_to_nothing_else(source: Source) -> None:
    cache = cache_of(source)
    assert cache.change("a", lambda value: value + 5) is False
    assert await cache.get("a") == 1
    assert cache.change("a", lambda value: value + 5) is True
    assert await cache.get("a") == 6
    # What is read while the change is made may have seen it or not: it is read once more.
    cache.forget("a")
    source.answers.clear()
    early = asyncio.create_task(cache.get("a"))
    await under_way()
    source.value = 2
    assert cache.change("a", lambda value: value + 1) is False
    source.answers.set()
    assert (await early, await cache.get("a")) == (1, 2)


async def test_hits_misses_and_entries_are_counted(source: Source) -> None:
    def metric(name: str) -> float:
        labels = {"cache": "counted"} | ({"city": ""} if name == "entries" else {})
        return REGISTRY.get_sample_value(f"tianfu_cache_{name}", labels) or 0.0

    cache = ExpiringCache("counted", source.read, kept_s=None, entries_max=10)
    for _ in range(HITS_STEP + 1):
        await cache.get("a")
    assert (metric("hits_total"), metric("misses_total"), metric("entries")) == (HITS_STEP, 1, 1)
