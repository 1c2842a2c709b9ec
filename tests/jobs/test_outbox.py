"""Tasks are put in once, done in chunks, tried again later, and kept when they fail for good."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from backend.domain.notifications.notices import ATTEMPTS_MAX
from backend.jobs.job import WorkerComponents
from backend.jobs.outbox import CHUNK_MAX, Settled, Task, empty_outbox
from backend.jobs.retention import remove_old_rows
from backend.models import Notice, Subscription
from backend.models import Task as TaskRow
from backend.models.keys import uuid7
from backend.services.notifications.notices import create_notice, create_notices

FACTS = {"points": 120, "expires_on": "2026-12-01"}
KIND = "points_expiring"


class Carrying:
    """A carrier that settles tasks as it was told, and remembers them."""

    def __init__(self, *settled: Settled, takes_s: float = 0.0) -> None:
        self._settled = list(settled)
        self._takes_s = takes_s
        self.carried: list[Task] = []
        self.closed: list[tuple[Task, Settled]] = []
        self.has_begun = asyncio.Event()

    async def carry(self, task: Task) -> Settled:
        self.carried.append(task)
        self.has_begun.set()
        await asyncio.sleep(self._takes_s)
        return self._settled.pop(0) if self._settled else Settled("done")

    async def close(self, task: Task, settled: Settled) -> None:
        self.closed.append((task, settled))


async def a_task(**changes: object) -> TaskRow:
    values = {"citizen_id": uuid4(), "id": uuid7(), "kind": "try", "topic_key": "k", "body": {}} | changes
    return await TaskRow.create(**values)


async def empty(components: WorkerComponents, carrier: Carrying) -> dict[str, int]:
    return dict(await empty_outbox(components.database, {"try": carrier}))


async def make_due() -> None:
    await TaskRow.filter(done_at=None).update(not_before=datetime.now(UTC) - timedelta(seconds=1))


# Putting in


async def accept(citizen_id: UUID, template: str = KIND, accepts: int = 1) -> None:
    await Subscription.create(citizen_id=citizen_id, template=template, accepts=accepts)


async def test_same_notice_from_fifty_at_once_is_put_in_once(components: WorkerComponents) -> None:
    citizen_id = uuid4()
    await accept(citizen_id)
    put_in = await asyncio.gather(*(create_notice(citizen_id, KIND, "2026-12-01", FACTS) for _ in range(50)))
    assert sum(put_in) == 1
    assert await Notice.filter(citizen_id=citizen_id).count() == 1
    assert await TaskRow.filter(citizen_id=citizen_id).count() == 1
    assert await create_notice(citizen_id, KIND, "2027-01-01", FACTS | {"expires_on": "2027-01-01"})


async def test_notice_is_kept_or_lost_with_the_transaction_that_made_it(components: WorkerComponents) -> None:
    citizen_id = uuid4()
    await accept(citizen_id)

    async def fail() -> None:
        async with components.database.transaction():
            assert await create_notice(citizen_id, KIND, "k", FACTS)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await Notice.filter(citizen_id=citizen_id).count() == 0
    assert await TaskRow.filter(citizen_id=citizen_id).count() == 0
    async with components.database.transaction():
        assert await create_notice(citizen_id, KIND, "k", FACTS)
    assert await TaskRow.filter(citizen_id=citizen_id).count() == 1


async def test_one_statement_notifies_many_and_only_citizens_who_accepted_become_tasks(
    components: WorkerComponents,
) -> None:
    citizens: Sequence[UUID] = [uuid4() for _ in range(500)]
    await accept(citizens[3])
    await accept(citizens[4], accepts=0)
    await accept(citizens[5], template="offset_done")
    assert await create_notices(KIND, [(citizen_id, "k", FACTS) for citizen_id in citizens]) == 500
    assert await create_notices(KIND, [(citizen_id, "k", FACTS) for citizen_id in citizens]) == 0
    assert await TaskRow.all().values_list("citizen_id", flat=True) == [citizens[3]]
    waiting = await Notice.filter(delivery="waiting").values_list("citizen_id", flat=True)
    assert waiting == [citizens[3]]


async def test_notice_of_a_kind_that_stays_in_the_mini_program_is_no_task(
    components: WorkerComponents,
) -> None:
    citizen_id = uuid4()
    await accept(citizen_id)
    assert await create_notice(
        citizen_id, "medal_awarded", "rider:1", {"medal": {"zh-CN": "骑行", "en": "Rider"}}
    )
    assert await TaskRow.all().count() == 0


@pytest.mark.parametrize(("kind", "facts"), [("gossip", FACTS), (KIND, {"points": 1})])
async def test_unknown_kind_and_missing_facts_are_refused(
    components: WorkerComponents, kind: str, facts: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match=r"no kind|needs expires_on"):
        await create_notice(uuid4(), kind, "k", facts)


# Doing


async def test_task_that_is_done_is_not_done_again(components: WorkerComponents) -> None:
    row = await a_task(body={"x": 1})
    carrier = Carrying()
    assert await empty(components, carrier) == {"done": 1}
    assert await empty(components, carrier) == {}
    task = carrier.carried[0]
    assert (task.citizen_id, task.id, task.body, task.attempts) == (row.citizen_id, row.id, {"x": 1}, 1)
    assert len(carrier.closed) == 1


async def test_two_workers_at_once_do_each_chunk_once(components: WorkerComponents) -> None:
    for _ in range(2 * CHUNK_MAX + 7):
        await a_task()
    carrier = Carrying()
    counts = await asyncio.gather(empty(components, carrier), empty(components, carrier))
    assert sum(count.get("done", 0) for count in counts) == 2 * CHUNK_MAX + 7
    assert len({task.id for task in carrier.carried}) == len(carrier.carried) == 2 * CHUNK_MAX + 7


async def test_task_waits_longer_after_each_failure_and_dies_after_the_last(
    components: WorkerComponents,
) -> None:
    row = await a_task()
    carrier = Carrying(*(Settled("again", "busy") for _ in range(ATTEMPTS_MAX)))
    waits = []
    for _ in range(ATTEMPTS_MAX - 1):
        await make_due()
        assert await empty(components, carrier) == {"again": 1}
        kept = await TaskRow.get(id=row.id)
        waits.append((kept.not_before - datetime.now(UTC)).total_seconds())
        assert await empty(components, carrier) == {}  # not before its time
        assert (kept.last_error, kept.leased_until) == ("busy", None)
    for number, wait_s in enumerate(waits):
        middle_s = min(30 * 2**number, 6 * 3600)
        assert 0.5 * middle_s - 5 < wait_s < 1.5 * middle_s
    await make_due()
    assert await empty(components, carrier) == {"dead": 1}
    dead = await TaskRow.get(id=row.id)
    assert dead.failed_at is not None
    assert dead.last_error == f"gave up after {ATTEMPTS_MAX} attempts: busy"
    await make_due()
    assert await empty(components, carrier) == {}
    assert len(carrier.closed) == 1


async def test_carrier_that_breaks_hurts_its_own_task_alone(components: WorkerComponents) -> None:
    class Breaking(Carrying):
        async def carry(self, task: Task) -> Settled:
            if task.body.get("bad"):
                raise ZeroDivisionError
            return await super().carry(task)

    bad = await a_task(body={"bad": True})
    for _ in range(3):
        await a_task()
    assert await empty(components, Breaking()) == {"done": 3, "again": 1}
    assert (await TaskRow.get(id=bad.id)).last_error == "ZeroDivisionError"


async def test_task_of_a_kind_that_nobody_carries_is_a_dead_letter(components: WorkerComponents) -> None:
    row = await a_task(kind="novelty")
    assert await empty(components, Carrying()) == {"dead": 1}
    assert (await TaskRow.get(id=row.id)).last_error == "nobody carries the kind novelty"


async def test_task_of_a_worker_that_died_is_taken_when_its_lease_has_run_out(
    components: WorkerComponents,
) -> None:
    row = await a_task(leased_until=datetime.now(UTC) + timedelta(seconds=60), attempts=1)
    carrier = Carrying()
    assert await empty(components, carrier) == {}
    await TaskRow.filter(id=row.id).update(leased_until=datetime.now(UTC) - timedelta(seconds=1))
    assert await empty(components, carrier) == {"done": 1}
    # One that kills its worker each time is not taken for ever.
    killer = await a_task(attempts=ATTEMPTS_MAX)
    assert await empty(components, carrier) == {"dead": 1}
    assert "interrupted" in ((await TaskRow.get(id=killer.id)).last_error or "")


async def test_an_interrupted_chunk_finishes_what_it_began_and_gives_back_the_rest(
    components: WorkerComponents,
) -> None:
    for _ in range(60):
        await a_task()
    carrier = Carrying(takes_s=0.3)
    running = asyncio.create_task(empty(components, carrier))
    await carrier.has_begun.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    begun = len(carrier.carried)
    assert 0 < begun < 60
    assert await TaskRow.filter(done_at__isnull=False).count() == begun
    assert await TaskRow.filter(leased_until=None, attempts=0, done_at=None).count() == 60 - begun
    again = Carrying()
    assert await empty(components, again) == {"done": 60 - begun}
    assert not {task.id for task in carrier.carried} & {task.id for task in again.carried}


# Removing


async def test_old_tasks_and_notices_go_and_dead_letters_stay_longer(
    components: WorkerComponents, owner: asyncpg.Connection
) -> None:
    now = datetime.now(UTC)

    async def at(days: int, ending: str | None) -> UUID:
        row = await a_task(topic_key=f"{days}{ending}")
        then = now - timedelta(days=days)
        error = "x" if ending == "failed_at" else None
        await TaskRow.filter(id=row.id).update(last_error=error, **({ending: then} if ending else {}))
        await owner.execute("UPDATE outbox SET created_at = $1 WHERE id = $2", then, row.id)
        return UUID(str(row.id))

    kept = {await at(29, "done_at"), await at(179, "failed_at"), await at(400, None)}
    await at(31, "done_at")
    await at(181, "failed_at")
    citizen_id = uuid4()
    for days in (399, 401):
        await create_notice(citizen_id, KIND, str(days), FACTS)
        await owner.execute(
            "UPDATE notices SET created_at = $1 WHERE topic_key = $2", now - timedelta(days=days), str(days)
        )
    removed = await remove_old_rows()
    assert (removed["tasks"], removed["notices"]) == (2, 1)
    assert set(await TaskRow.all().values_list("id", flat=True)) == kept
    assert await Notice.filter(citizen_id=citizen_id).values_list("topic_key", flat=True) == ["399"]
    assert await remove_old_rows() == {}
