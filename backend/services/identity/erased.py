"""Citizens who have left: nothing new is kept of them."""

from __future__ import annotations

from uuid import UUID

from backend.errors import NotFound, SessionRevoked
from backend.models import Account, Citizen


async def refuse_erased(citizen_id: UUID) -> None:
    """Refuse a citizen who has left while their access token is still good. Raises SessionRevoked."""
    if await Account.exists(id=citizen_id, erased_at__isnull=False):
        raise SessionRevoked


async def hold_citizen(citizen_id: UUID) -> None:
    """Keep a citizen from leaving until the transaction ends, and from doing two such things at one moment.

    Call it first in every transaction that keeps something new of a citizen and is none of the ledger's: an access
    token lives on for a moment, and what was asked before may be under way. Raises NotFound, SessionRevoked.
    """
    if await Citizen.select_for_update().get_or_none(id=citizen_id) is None:
        raise NotFound
    await refuse_erased(citizen_id)
