"""Server processes end under load, killed or asked to: nothing acknowledged is lost, nothing accepted unanswered."""

from __future__ import annotations

import asyncio

from tests.chaos.crowd import reckon, under_load
from tests.chaos.world import World
from tests.repetitions import times

KILLS = times(1, nightly=5)


async def test_killing_server_processes_under_load_loses_nothing_acknowledged(world: World) -> None:
    everything = 2 * len(world.people)
    async with under_load(world) as crowd:
        for kill in range(1, KILLS + 1):
            await crowd.reached(kill * everything // (KILLS + 2))
            await world.kill_a_worker()
    found = await reckon(crowd)
    assert (found.acknowledged, found.lost, found.double) == (everything, 0, 0)
    assert len(world.worker_pids()) == 2
    assert await world.broken_promises() == []


async def test_sigterm_under_load_answers_what_was_accepted_and_exits_0(world: World) -> None:
    everything = 2 * len(world.people)
    # People take their time, so that however fast the machine is most of them are still to come.
    async with under_load(world, think_s_max=0.5) as crowd:
        await crowd.reached(everything // 4)
        stopping = asyncio.create_task(world.stop())
        crowd.is_over = True
        status = await stopping
    found = await reckon(crowd)
    assert status == 0, world.log.read_text()[-2000:]
    assert "Traceback" not in world.log.read_text()
    assert found.acknowledged < everything, "it stopped in the middle"
    # Also the other way round: everything that was written was answered.
    assert (found.lost, found.double, found.unacknowledged) == (0, 0, 0)
    assert await world.broken_promises() == []

    # The next start finishes the day, with the same requests from the same phones.
    await world.start()
    crowd.is_over = False
    await crowd.run()
    found = await reckon(crowd)
    assert (found.acknowledged, found.lost, found.double) == (everything, 0, 0)
    assert await world.stop() == 0
    assert await world.broken_promises() == []
