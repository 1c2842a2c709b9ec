"""The event of the load tests is an event as the ledger knows it, and requests are used once."""

from __future__ import annotations

from backend.ledger.facts.events import event_facts
from backend.models.events import Event
from backend.outside.embedded.redis import DATABASES
from loadtests.databases import REDIS_DBS
from loadtests.runs import Supply
from loadtests.world import EVENT_ID, event_row


def test_the_event_has_every_column_of_its_table_and_the_ledger_reads_it() -> None:
    row = event_row()
    assert set(row) == Event._meta.db_fields
    assert event_facts(row).id == EVENT_ID


def test_each_load_test_has_a_redis_database_that_redis_has() -> None:
    assert len(set(REDIS_DBS.values())) == len(REDIS_DBS)
    assert set(REDIS_DBS.values()) <= set(range(1, DATABASES))


def test_a_run_leaves_what_lies_behind_its_end_to_a_later_one() -> None:
    supply = Supply([b"a", b"b", b"c"])
    supply.until = 2
    assert [supply.take() for _ in range(3)] == [0, 1, -1]
    supply.until = 3
    assert (supply.left, supply.take(), supply.take()) == (1, 2, -1)
