"""What citizens agreed to. Each decision is a row of its own, with the version of the policy that was read.

No process remembers any of it: each question is asked of PostgreSQL, so a withdrawal holds everywhere at once.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from backend.domain.community.consent_uses import ConsentUse
from backend.domain.community.policies import Policies
from backend.errors.community.community import WHERE, ConsentNeeded
from backend.models import Consent, TeamMember
from backend.services.identity.erased import refuse_erased
from backend.storage.database import Database
from backend.storage.statements import read


async def is_given(
    database: Database, policies: Policies, citizen_id: UUID, use: ConsentUse, at: datetime
) -> bool:
    """Whether a citizen agreed to a use, has not taken it back, and did so under a version that holds."""
    rows = await read(database, "read_decision", citizen_id, use.scope)
    if not rows or not rows[0]["is_granted"]:
        return False
    return policies.holds(use.scope, rows[0]["policy_version"], at)


async def check_given(
    database: Database, policies: Policies, citizen_id: UUID, use: ConsentUse, at: datetime
) -> None:
    """Raises ConsentNeeded; SessionRevoked for who has left, and has nothing left to agree to."""
    if not await is_given(database, policies, citizen_id, use, at):
        await refuse_erased(citizen_id)
        raise ConsentNeeded(scope=use.scope, where=WHERE)


async def newest_decisions(citizen_id: UUID) -> dict[str, Consent]:
    """The newest decision of each scope."""
    rows = await Consent.filter(citizen_id=citizen_id).order_by("revision")
    return {row.scope: row for row in rows}


async def store_decision(
    newest: Consent | None, citizen_id: UUID, scope: str, version: str, at: datetime, *, granted: bool
) -> Consent | None:
    """The decision that holds from now on; the same one again adds no row.

    Call it inside a transaction that has locked the citizen. A withdrawal holds under every version; consent to another
    version is a new decision.
    """
    if newest is None:
        is_same = not granted
    else:
        is_same = newest.is_granted == granted and (not granted or newest.policy_version == version)
    if is_same:
        return newest
    return await Consent.create(
        citizen_id=citizen_id,
        scope=scope,
        revision=1 if newest is None else newest.revision + 1,
        is_granted=granted,
        policy_version=version,
        decided_at=at,
    )


async def withdraw_all(citizen_id: UUID, at: datetime) -> None:
    """Withdraw every consent of a citizen, inside a transaction that has locked the citizen."""
    for row in (await newest_decisions(citizen_id)).values():
        await store_decision(row, citizen_id, row.scope, row.policy_version, at, granted=False)


async def withdraw(citizen_id: UUID, scope: str, at: datetime) -> None:
    """Withdraw one consent, if it is given, inside a transaction that has locked the citizen."""
    row = (await newest_decisions(citizen_id)).get(scope)
    if row is not None:
        await store_decision(row, citizen_id, scope, row.policy_version, at, granted=False)


async def teams_of(citizen_id: UUID) -> list[UUID]:
    """Ids of the teams that a citizen is in."""
    members = await TeamMember.filter(citizen_id=citizen_id, left_at=None)
    return [member.team_id for member in members]
