"""Which guardians' consents hold for a child, and what becomes of them when one of the two leaves.

Every decision is a row of its own; the newest one about a child by a guardian holds. Accounts of both are locked
before one is added, child and guardian in the order of their ids, as the ledger locks them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from backend.domain.minors.ages import band_of
from backend.models import Citizen, GuardianCode, GuardianConsent

GIVEN = "given"


class ChildrenThere(Exception):
    """A guardian may not be erased before the consents for their children have ended."""


async def guardians_of(child_id: UUID) -> list[GuardianConsent]:
    """The consents that hold for a child, by the guardians' ids."""
    rows = await GuardianConsent.filter(citizen_id=child_id).order_by("guardian_id", "revision")
    return [row for row in {row.guardian_id: row for row in rows}.values() if row.decision == GIVEN]


async def children_of(guardian_id: UUID, today: date) -> list[tuple[GuardianConsent, Citizen]]:
    """The consents of a guardian that hold, with the children, by their ids; one who is 14 decides alone."""
    rows = await GuardianConsent.filter(guardian_id=guardian_id).order_by("citizen_id", "revision")
    given = [row for row in {row.citizen_id: row for row in rows}.values() if row.decision == GIVEN]
    citizens = {row.id: row for row in await Citizen.filter(id__in=[row.citizen_id for row in given])}
    return [
        (row, citizens[row.citizen_id])
        for row in given
        if row.citizen_id in citizens and is_child(citizens[row.citizen_id], today)
    ]


def is_child(citizen: Citizen, today: date) -> bool:
    return citizen.born_month is not None and band_of(citizen.born_month, today) == "child"


async def decide(
    child_id: UUID, guardian_id: UUID, decision: str, policy_version: str, at: datetime
) -> GuardianConsent:
    """Put a decision on record, inside the transaction that has locked both accounts."""
    revisions = GuardianConsent.filter(citizen_id=child_id, guardian_id=guardian_id)
    newest = await revisions.order_by("-revision").first()
    return await GuardianConsent.create(
        citizen_id=child_id,
        guardian_id=guardian_id,
        revision=1 if newest is None else newest.revision + 1,
        decision=decision,
        policy_version=policy_version,
        decided_at=at,
    )


async def end_all(child_id: UUID, at: datetime) -> None:
    """End what guardians consented to for somebody who leaves, inside the transaction that erases."""
    await _end(await guardians_of(child_id), at)
    await GuardianCode.filter(citizen_id=child_id).delete()


async def _end(consents: Iterable[GuardianConsent], at: datetime) -> None:
    for row in consents:
        await decide(row.citizen_id, row.guardian_id, "ended", row.policy_version, at)
