"""Citizens who have agreed: the row that an answered question leaves."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from backend.models import Consent
from tests.shipped import shipped_catalogue


async def agreed(citizen_id: UUID, scope: str) -> None:
    """A citizen's first decision about a scope: yes, under the policy in force."""
    now = datetime.now(UTC)
    await Consent.create(
        citizen_id=citizen_id,
        scope=scope,
        revision=1,
        is_granted=True,
        policy_version=shipped_catalogue().policies.in_force(now).version,
        decided_at=now,
    )
