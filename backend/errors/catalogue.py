"""Refusals of a new version for the catalogue."""

from __future__ import annotations

from backend.errors import InvalidInput, Refusal


class CatalogueInvalid(InvalidInput):
    status, code = 422, "catalogue_invalid"


class VersionPublished(Refusal):
    status, code = 409, "version_published"


class EffectiveTooEarly(Refusal):
    """The day has begun, and actions of its morning are booked by the version in force."""

    status, code = 422, "effective_too_early"
