"""Refusals of a new version for the catalogue."""

from __future__ import annotations

from backend.errors import InvalidInput, NotFound, Refusal


class CatalogueInvalid(InvalidInput):
    status, code = 422, "catalogue_invalid"


class VersionPublished(Refusal):
    status, code = 409, "version_published"


class EffectiveTooEarly(Refusal):
    """The day has begun, and actions of its morning are booked by the version in force."""

    status, code = 422, "effective_too_early"


class DraftNotFound(NotFound):
    code = "draft_not_found"


class DraftDecided(Refusal):
    """It is no draft any more, or not proposed."""

    status, code = 409, "draft_decided"


class DraftWaits(Refusal):
    """The draft of this method is proposed and not decided."""

    status, code = 409, "draft_waits"


class DraftEffectMissing(Refusal):
    """What a draft would have changed is not computed yet: nobody proposes what they have not seen."""

    status, code = 409, "draft_effect_missing"


class DraftBaseChanged(Refusal):
    """Another version was published since the draft was begun; its effect was computed against the one before."""

    status, code = 409, "draft_base_changed"


class DraftOwnProposal(Refusal):
    """Who wrote or proposed a draft does not publish it."""

    status, code = 409, "draft_own_proposal"


class DraftNeeded(Refusal):
    """Outside the demo a version is drafted and published by a second person."""

    status, code = 409, "draft_needed"
