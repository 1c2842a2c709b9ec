"""What is kept of a citizen's age, guardians and children, for the export of their data (PIPL art. 45)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.models import Citizen, GuardianConsent


async def export_minors(citizen_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """The month of birth, guardians' decisions about a citizen (without who they are), and their own about children."""
    told = ("decision", "policy_version", "decided_at")
    ages = await Citizen.filter(id=citizen_id, born_month__isnull=False).values("born_month", "age_told_at")
    return {
        "age": [{"born": f"{row['born_month']:%Y-%m}", "age_told_at": row["age_told_at"]} for row in ages],
        "guardians": await GuardianConsent.filter(citizen_id=citizen_id).order_by("decided_at").values(*told),
        "children": [
            {"child_id": row.pop("citizen_id"), **row}
            for row in await GuardianConsent.filter(guardian_id=citizen_id)
            .order_by("decided_at")
            .values("citizen_id", *told)
        ],
    }
