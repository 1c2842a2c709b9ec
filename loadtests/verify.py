"""What was acknowledged against what the database holds: nothing lost, nothing double."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from loadtests.runs import Run
from loadtests.world import EVENT_ID, World


@dataclass(frozen=True, slots=True)
class Comparison:
    acknowledged: int
    written: int
    lost: int
    """Acknowledged, and not in the database as acknowledged."""
    double: int
    """People or certificates that are there more than once, or an acknowledgement given twice."""
    unexplained: int
    """Rows of people who got neither an answer nor a broken connection."""

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.double or self.unexplained)


class Acknowledged:
    """All certificate numbers that a kind of server processes gave, over all its runs."""

    def __init__(self, ids: Sequence[UUID]) -> None:
        self._ids = ids
        self.certificates: dict[UUID, str] = {}
        self.unknown: set[UUID] = set()
        self.repeated = 0

    def add(self, run: Run) -> None:
        for number, certificate in run.acknowledged.items():
            citizen_id = self._ids[number]
            self.repeated += citizen_id in self.certificates
            self.certificates[citizen_id] = certificate
        self.unknown |= {self._ids[number] for number in run.unanswered}


async def compare_with_database(world: World, given: Acknowledged) -> Comparison:
    """Every acknowledged certificate looked up; every attendance, offset, allocation and transfer counted."""
    connection = await asyncpg.connect(world.settings.owner_database_url)
    try:
        offsets = await connection.fetch(
            "SELECT citizen_id, certificate_number FROM offsets WHERE event_id = $1", EVENT_ID
        )
        counts = await connection.fetchrow(
            "SELECT (SELECT count(*) FROM attendances WHERE event_id = $1) AS attendances,"
            " (SELECT count(DISTINCT badge_serial) FROM attendances WHERE event_id = $1) AS badges,"
            " (SELECT count(*) FROM allocations WHERE event_id = $1) AS allocations,"
            " (SELECT count(*) FROM transfers WHERE reason = 'event_join') AS transfers,"
            " (SELECT count(*) FROM accounts WHERE kind = 'citizen' AND balance > 0) AS paid",
            EVENT_ID,
        )
    finally:
        await connection.close()
    found: list[tuple[UUID, str]] = [(row["citizen_id"], row["certificate_number"]) for row in offsets]
    assert counts is not None
    return compare(found, dict(counts), given)


def compare(
    offsets: Sequence[tuple[UUID, str]], counts: Mapping[str, int], given: Acknowledged
) -> Comparison:
    """Pure: the rows of `offsets`, how many rows the other tables hold, and what was acknowledged."""
    written = dict(offsets)
    lost = sum(written.get(citizen) != number for citizen, number in given.certificates.items())
    lost += sum(max(0, len(given.certificates) - count) for count in counts.values())
    double = (len(offsets) - len(written)) + (len(offsets) - len({number for _, number in offsets}))
    double += given.repeated
    # One row of every kind a scan: a table with more rows than offsets holds something twice.
    double += sum(max(0, count - len(offsets)) for count in counts.values())
    unexplained = len(written.keys() - given.certificates.keys() - given.unknown)
    return Comparison(len(given.certificates), len(offsets), lost, double, unexplained)
