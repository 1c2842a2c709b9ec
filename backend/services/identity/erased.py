"""Citizens who have left: nothing new is kept of them."""

from __future__ import annotations

from uuid import UUID

from backend.errors import SessionRevoked
from backend.models import Account


async def refuse_erased(citizen_id: UUID) -> None:
    """Refuse a citizen who has left while their access token is still good. Raises SessionRevoked."""
    if await Account.exists(id=citizen_id, erased_at__isnull=False):
        raise SessionRevoked
