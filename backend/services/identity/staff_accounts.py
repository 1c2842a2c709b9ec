"""Staff accounts, and the audit trail of what staff did."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from backend.auth import Principal
from backend.domain.folding import folded_words
from backend.errors import Refusal
from backend.models import Session, Staff, StaffAction, StaffPasskey, StaffRecoveryCode, StaffTotp
from backend.services.identity import challenges
from backend.services.identity.password_policy import allowed_hash


class StaffAccountError(ValueError):
    """An account that cannot be created or changed, said in one sentence."""


async def _hashed(password: str, username: str) -> str:
    try:
        return await allowed_hash(password, username)
    except Refusal as refusal:
        raise StaffAccountError(f"{refusal.title('en')}. {refusal}") from None


async def create_account(username: str, role: str, password: str) -> None:
    """Create an account. Raises StaffAccountError for a name that is taken or a password that may not be had."""
    name = folded_words(username)
    if not name or await Staff.exists(username=name):
        raise StaffAccountError(f"There is an account {name!r} already.")
    await Staff.create(username=name, role=role, password_hash=await _hashed(password, name))


async def set_password(username: str, password: str) -> None:
    """Change a password and end the account's sessions. Raises StaffAccountError."""
    staff = await _account(username)
    await Staff.filter(id=staff.id).update(password_hash=await _hashed(password, staff.username))
    await _end_sessions(staff)


async def forget_second_factors(username: str) -> None:
    """Forget an account's second factors and end its sessions. Raises StaffAccountError for an unknown name."""
    staff = await _account(username)
    for kept in (StaffTotp, StaffRecoveryCode, StaffPasskey):
        await kept.filter(staff_id=staff.id).delete()
    await _end_sessions(staff)


async def close_account(username: str) -> None:
    """Disable an account and end its sessions. Raises StaffAccountError for an unknown name."""
    staff = await _account(username)
    await Staff.filter(id=staff.id).update(disabled_at=datetime.now(UTC))
    await _end_sessions(staff)


async def _account(username: str) -> Staff:
    staff = await Staff.get_or_none(username=folded_words(username))
    if staff is None:
        raise StaffAccountError(f"There is no account {folded_words(username)!r}.")
    return staff


async def _end_sessions(staff: Staff) -> None:
    await challenges.end_all(staff.id, datetime.now(UTC))
    # Server processes look for ended sessions every few seconds.
    await Session.filter(principal_id=staff.id, revoked_at=None).update(
        revoked_at=datetime.now(UTC), revoked_why="signed_out"
    )


async def record(
    staff: Principal,
    action: str,
    subject: str,
    *,
    reason: str | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Record what a member of staff did; call it inside the transaction that does it."""
    await StaffAction.create(
        staff_id=staff.id, action=action, subject=subject, reason=reason, before=before, after=after
    )


async def usernames(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names of members of staff by their ids."""
    wanted = set(ids)
    return {row.id: row.username for row in await Staff.filter(id__in=wanted)} if wanted else {}
