"""The evidence behind a citizen's actions, for the export of their data."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.models import Partner, PartnerItem, Photo, ReductionClaim, Reversal, Review, Session, SourceGrant

Rows = list[dict[str, Any]]


async def export_evidence(citizen_id: UUID) -> dict[str, Rows]:
    """Reversals, claims, reviews, photos, partners' grants and reports, sessions (PIPL art. 45), oldest first.

    The export does not name the staff who decided or reversed: they are persons too.
    """
    of_citizen = {"citizen_id": citizen_id}
    partners = {row["id"]: row["code"] for row in await Partner.all().values("id", "code")}
    photos = (
        await Photo.filter(**of_citizen)
        .order_by("created_at")
        .values("sha256", "bytes", "width", "height", "created_at", "used_by", "removed_at")
    )
    grants = (
        await SourceGrant.filter(**of_citizen)
        .order_by("id")
        .values("id", "partner_id", "subject", "consent_version", "granted_at", "withdrawn_at")
    )
    reported = (
        await PartnerItem.filter(**of_citizen)
        .order_by("created_at")
        .values("partner_id", "external_id", "status", "created_at")
    )
    return {
        "reversals": await Reversal.filter(**of_citizen)
        .order_by("created_at")
        .values("id", "action_id", "points", "points_short", "reason", "created_at"),
        "claims": await ReductionClaim.filter(**of_citizen)
        .order_by("created_at", "action_id")
        .values("action_id", "claim_state", "grams", "source_id", "created_at"),
        "reviews": await _reviews(citizen_id, partners),
        "photos": [row | {"sha256": bytes(row["sha256"]).hex()} for row in photos],
        "source_grants": [_with_partner(row, partners) for row in grants],
        "reported": [_with_partner(row, partners) for row in reported],
        "sessions": await Session.filter(principal_id=citizen_id)
        .order_by("id")
        .values("id", "device", "created_at", "revoked_at", "revoked_why"),
    }


async def _reviews(citizen_id: UUID, partners: dict[UUID, str]) -> Rows:
    rows = (
        await Review.filter(citizen_id=citizen_id)
        .order_by("id")
        .values(
            *(
                "id",
                "why",
                "state",
                "method",
                "quantity",
                "parameters",
                "tier",
                "occurred_at",
                "ended_at",
                "day",
            ),
            *("scene_id", "scene_kind", "partner_id", "event_id", "gate", "evidence"),
            *("created_at", "expected_by", "decided_at", "reason", "booked_at"),
        )
    )
    return [_with_partner(row, partners) for row in rows]


def _with_partner(row: dict[str, Any], partners: dict[UUID, str]) -> dict[str, Any]:
    """The row with the partner's code instead of its id, as everywhere else in the API."""
    partner_id = row.pop("partner_id")
    return row | {"partner": partners.get(partner_id)}
