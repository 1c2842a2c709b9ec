"""Whether an account earns points at its citizen's age: asked before anything is done for it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from backend.domain.days import day_of
from backend.domain.minors.earning import hindrance
from backend.errors import SessionRevoked
from backend.models import Account


async def check_may_earn(citizen_id: UUID, now: datetime) -> None:
    """Refuse an account that earns nothing before anything is done for it; the ledger decides the same again.

    Raises AgeNeeded, GuardianNeeded, SessionRevoked.
    """
    account = await Account.get_or_none(id=citizen_id)
    if account is None or account.erased_at is not None:
        raise SessionRevoked
    refusal = hindrance(account.earns_from, day_of(now))
    if refusal is not None:
        raise refusal
