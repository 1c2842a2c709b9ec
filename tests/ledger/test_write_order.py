"""Every batch writes its tables in one order, and last what every batch of every process needs.

PostgreSQL promises no order of the writes within one statement: it is written down here as it is.
"""

from __future__ import annotations

import asyncio
from decimal import Decimal
from itertools import groupby

import asyncpg

from backend.domain.days import day_of
from backend.settings import Settings
from tests.ledger.commands.claiming import donate, open_cause, reverse
from tests.ledger.stage import act, assert_every_promise_holds, join, open_fair, open_queue
from tests.service import Service

# Notes each row that is written, and of the accounts which are the system's.
WATCH = """
CREATE TABLE written (id bigserial PRIMARY KEY, what text NOT NULL);
CREATE FUNCTION note_write() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO written (what) VALUES (
        CASE WHEN TG_TABLE_NAME = 'accounts' AND to_jsonb(NEW) ->> 'kind' <> 'citizen' THEN 'the system''s accounts'
             ELSE TG_TABLE_NAME END
    );
    RETURN NEW;
END $$;
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'written' LOOP
        EXECUTE format('CREATE TRIGGER a_note_write BEFORE INSERT OR UPDATE ON %I FOR EACH ROW
                        EXECUTE FUNCTION note_write()', name);
    END LOOP;
END $$;
"""

LAST = ["tallies", "issuance_budgets", "the system's accounts"]


async def watch(owner: asyncpg.Connection) -> None:
    await owner.execute(WATCH)


async def written(owner: asyncpg.Connection) -> list[str]:
    """The tables in the order in which they were written since the last look, each run of rows once."""
    rows = await owner.fetch(
        "WITH seen AS (DELETE FROM written RETURNING *) SELECT what FROM seen ORDER BY id"
    )
    return [what for what, _ in groupby(row["what"] for row in rows)]


async def test_tallies_and_the_systems_accounts_are_written_last(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 6, grams=1_500)
    citizens = await fair.citizen_ids(6)
    await watch(owner)
    async with open_queue(settings, is_started=False) as queue:
        # One batch: some have an offset, the pool is empty for the others, one key, and an action between them.
        scans = [
            join(citizen, fair.event_id, number, grams=500, key=f"key-{number}")
            for number, citizen in enumerate(citizens, start=1)
        ]
        asked = [
            asyncio.ensure_future(queue.submit(command))
            for command in (*scans, act(citizens[0], "bus", Decimal(5)))
        ]
        await asyncio.sleep(0)
        queue.start()
        assert {outcome.status for outcome in await asyncio.gather(*asked)} == {201}
    assert await written(owner) == [
        *("footprints", "attendances", "offsets", "allocations", "pools"),
        "offset_waits",
        *("actions", "action_sums"),
        *("transfers", "idempotency_keys", "lots", "accounts"),
        *LAST,
    ]
    await assert_every_promise_holds(service)


async def test_a_batch_writes_no_totals_where_none_change(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 1, None)
    (citizen,) = await fair.citizen_ids(1)
    action = act(citizen, "bus", Decimal(5), key="ride")
    cause = await open_cause(service)
    await watch(owner)
    async with open_queue(settings) as queue:
        assert (await queue.submit(action)).status == 201
        assert (await written(owner))[-2:] == LAST[1:], "points were earned"
        assert (await queue.submit(action)).is_replay
        assert await written(owner) == []
        assert (await queue.submit(donate(citizen, cause))).status == 201
        assert await written(owner) == ["causes", "donations", "claims"]
        assert (await queue.submit(join(citizen, fair.event_id, 1))).status == 201
        assert (await written(owner))[-3:] == LAST
        assert (await queue.submit(join(citizen, fair.event_id, 1))).status == 200
        assert await written(owner) == []


async def test_what_is_reversed_comes_before_its_points(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    fair = await open_fair(service, 0, None)
    (citizen,) = await fair.citizen_ids(1)
    action = act(citizen, "bus", Decimal(5))
    async with open_queue(settings) as queue:
        assert (await queue.submit(action)).status == 201
        await watch(owner)
        assert (await queue.submit(reverse(citizen, str(action.id)))).status == 201
    assert await written(owner) == [
        "action_sums",
        "reversals",
        *("transfers", "accounts"),
        "lots",
        *LAST[1:],
    ]
    assert day_of(action.at) == action.day
