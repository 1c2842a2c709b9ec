"""What staff began and finish with a second step: tokens that open it, kept as hashes, good once and not for long."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from backend.auth import hash_of_token
from backend.domain.identity.second_factors import TRIES
from backend.errors.identity import ChallengeInvalid, TooManySecondFactors
from backend.models import Staff, StaffChallenge

Purpose = Literal["sign_in", "totp", "passkey", "password"]
LIVES = {
    "sign_in": timedelta(minutes=5),
    "totp": timedelta(minutes=10),
    "passkey": timedelta(minutes=5),
    "password": timedelta(hours=72),
}
FAILURES_MAX = 5
"""So many wrong answers end what was begun."""
KEPT = timedelta(days=2)
"""Longer than any of TRIES looks back."""


async def begin(staff_id: UUID, purpose: Purpose, now: datetime, **facts: Any) -> str:
    """Begin something, and give the token that opens it. What this account began days ago goes."""
    token = secrets.token_urlsafe(32)
    await StaffChallenge.filter(staff_id=staff_id, expires_at__lt=now - KEPT).delete()
    await StaffChallenge.create(
        token_hash=hash_of_token(token),
        staff_id=staff_id,
        purpose=purpose,
        created_at=now,
        expires_at=now + LIVES[purpose],
        **facts,
    )
    return token


async def find(token: str, purpose: Purpose, now: datetime) -> tuple[Staff, StaffChallenge]:
    """What a token opens and whose it is, with the account locked to the end of the transaction.

    Raises ChallengeInvalid: unknown, too old, used, failed too often, or the account was closed.
    """
    token_hash = hash_of_token(token)
    begun = await StaffChallenge.get_or_none(token_hash=token_hash, purpose=purpose)
    if begun is None:
        raise ChallengeInvalid
    staff = await Staff.filter(id=begun.staff_id, disabled_at=None).select_for_update().get_or_none()
    # Once more: who had the lock before may have used it.
    begun = await StaffChallenge.get(token_hash=token_hash)
    if (
        staff is None
        or begun.used_at is not None
        or begun.expires_at <= now
        or begun.failures >= FAILURES_MAX
    ):
        raise ChallengeInvalid
    return staff, begun


async def end(begun: StaffChallenge, now: datetime) -> None:
    await StaffChallenge.filter(token_hash=begun.token_hash).update(used_at=now)


async def end_others(staff_id: UUID, purpose: Purpose, now: datetime) -> None:
    """End everything of one purpose that was begun for an account."""
    await StaffChallenge.filter(staff_id=staff_id, purpose=purpose, used_at=None).update(used_at=now)


async def end_all(staff_id: UUID, now: datetime) -> None:
    """End whatever was begun with the password or the second factor that is no more; links for a new one stay."""
    begun = StaffChallenge.filter(staff_id=staff_id, used_at=None)
    await begun.exclude(purpose="password").update(used_at=now)


async def count_failure(begun: StaffChallenge) -> None:
    await StaffChallenge.filter(token_hash=begun.token_hash).update(failures=begun.failures + 1)


async def check_tries(begun: StaffChallenge, now: datetime) -> None:
    """Raises TooManySecondFactors after so many wrong second factors of this account, all sign-ins together.

    Devices that are known have a count of their own each, so who guesses elsewhere keeps no owner out.
    """
    for seconds, failures_max in TRIES:
        since = now - timedelta(seconds=seconds)
        found = await StaffChallenge.filter(
            staff_id=begun.staff_id,
            purpose="sign_in",
            device_id=begun.device_id,
            created_at__gt=since,
            failures__gt=0,
        )
        if sum(each.failures for each in found) >= failures_max:
            first = min(each.created_at for each in found)
            raise TooManySecondFactors(retry_after_s=max(1.0, (first - since).total_seconds()))
