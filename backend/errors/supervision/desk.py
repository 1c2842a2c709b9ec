"""Refusals of the regulator's desk: alerts, samples of certificates, inspections."""

from __future__ import annotations

from backend.errors import NotFound


class AlertNotFound(NotFound):
    """Nothing is late or unusual there now, or it lies outside of the caller's remits."""

    code = "alert_not_found"
