"""What the community keeps about a citizen, for the export of their data and for erasure."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from backend.models import CertificateName, Citizen, Consent, Medal, Profile, TeamMember
from backend.services.community.consents import teams_of, withdraw_all
from backend.services.community.teams import leave_all


async def export_community(citizen_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Consents, profile, memberships, names on certificates and medals of a citizen (PIPL art. 45)."""
    of_citizen = {"citizen_id": citizen_id}
    return {
        "consents": await Consent.filter(**of_citizen)
        .order_by("scope", "revision")
        .values("scope", "revision", "is_granted", "policy_version", "decided_at"),
        "profile": await Profile.filter(**of_citizen).values("district", "shows_name", "changed_at"),
        "teams": await TeamMember.filter(**of_citizen)
        .order_by("joined_at")
        .values("team_id", "kind", "joined_at", "left_at"),
        "certificate_names": await CertificateName.filter(**of_citizen)
        .order_by("consented_at")
        .values("certificate_number", "name", "policy_version", "consented_at"),
        "medals": await Medal.filter(**of_citizen)
        .order_by("medal", "level")
        .values("medal", "level", "earned_at"),
    }


async def erase_community(citizen_id: UUID, at: datetime) -> list[UUID]:
    """Withdraw consents, leave teams, delete the profile; call it inside the transaction that erases.

    Memberships stay, as amounts do, under an id that leads to nobody. Returns the teams that the citizen left, which
    `Community.take_off_boards` is to be given once the transaction is committed.
    """
    await Citizen.select_for_update().get_or_none(id=citizen_id)
    teams = await teams_of(citizen_id)
    await withdraw_all(citizen_id, at)
    await leave_all(citizen_id, at)
    await Profile.filter(citizen_id=citizen_id).delete()
    await CertificateName.filter(citizen_id=citizen_id).delete()
    return teams
