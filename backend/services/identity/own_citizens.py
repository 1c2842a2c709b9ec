"""Which citizens the staff are: nobody reviews their own actions or answers their own complaints.

A member of staff tells it with that account's own sign-in, and cannot take it back: it ends with the account.
"""

from __future__ import annotations

from uuid import UUID

from backend.auth import Principal, RevokedSessions, Tokens
from backend.errors import Refusal
from backend.errors.identity import CitizenNotSignedIn
from backend.models import StaffCitizen
from backend.services.identity.erased import hold_citizen
from backend.services.identity.staff_accounts import record
from backend.storage.database import Database
from backend.storage.statements import lock


async def citizens_of(staff_id: UUID) -> frozenset[UUID]:
    """The citizens that a member of staff is."""
    found = StaffCitizen.filter(staff_id=staff_id)
    return frozenset(await found.values_list("citizen_id", flat=True))  # type: ignore[arg-type]


async def tell_citizen(
    database: Database, tokens: Tokens, revoked: RevokedSessions, staff: Principal, access_token: str
) -> int:
    """Say that the citizen behind an access token is the caller; returns how many they are. Twice is as once.

    Raises CitizenNotSignedIn for a token that opens no citizen's account, SessionRevoked for who has left.
    """
    try:
        citizen = tokens.read(access_token)
        revoked.check(citizen)
    except Refusal as refusal:
        raise CitizenNotSignedIn from refusal
    if citizen.role != "citizen":
        raise CitizenNotSignedIn
    async with database.transaction():
        await hold_citizen(citizen.id)
        await lock("lock_accounts", [citizen.id])
        if citizen.id not in await citizens_of(staff.id):
            await StaffCitizen.create(staff_id=staff.id, citizen_id=citizen.id)
            await record(staff, "staff.citizen", str(staff.id))
    return len(await citizens_of(staff.id))


async def forget_citizen(citizen_id: UUID) -> None:
    """Forget whose account a citizen's is; call it inside the transaction that erases."""
    await StaffCitizen.filter(citizen_id=citizen_id).delete()
