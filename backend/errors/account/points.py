"""Refusals of the points ledger."""

from __future__ import annotations

from backend.errors import Refusal


class PointsInsufficient(Refusal):
    status, code = 409, "points_insufficient"


class ActionsPerDay(Refusal):
    status, code = 409, "actions_per_day"


class MethodRetired(Refusal):
    status, code = 409, "method_retired"


class ExternalIdReused(Refusal):
    status, code = 409, "external_id_reused"
