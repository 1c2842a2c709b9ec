"""Refusals about scenes, photos, devices and reviews."""

from __future__ import annotations

from backend.errors import NotFound, Refusal
from backend.errors.imports import ImportUnreadable, RowsBroken

# -- scenes ----------------------------------------------------------------------------------------


class SceneNotFound(NotFound):
    code = "scene_not_found"


class SceneClosed(Refusal):
    status, code = 409, "scene_closed"


class SceneListed(Refusal):
    status, code = 409, "scene_listed"


class SceneMethodMismatch(Refusal):
    status, code = 422, "scene_method_mismatch"


class SheetsTooMany(Refusal):
    status, code = 422, "sheets_too_many"


class CsvUnreadable(ImportUnreadable):
    code = "csv_unreadable"


class CsvRowBroken(RowsBroken):
    code = "csv_row_broken"
    family = "scene_row"


# -- tiers and events ------------------------------------------------------------------------------


class EvidenceNotAccepted(Refusal):
    status, code = 422, "evidence_not_accepted"
    facts_besides = ("tier",)


class BeforeAccount(Refusal):
    status, code = 422, "before_account"


class SelfDeclaredLate(Refusal):
    status, code = 422, "self_declared_late"


class EventMethodMismatch(Refusal):
    status, code = 422, "event_method_mismatch"


class OutsideEventHours(Refusal):
    status, code = 409, "outside_event_hours"


class EventNotJoined(Refusal):
    status, code = 409, "event_not_joined"


# -- photos ----------------------------------------------------------------------------------------


class PhotoUnreadable(Refusal):
    status, code = 422, "photo_unreadable"


class PhotoTooLarge(Refusal):
    status, code = 422, "photo_too_large"


class PhotoTooCostly(Refusal):
    status, code = 422, "photo_too_costly"


class PhotosPerDay(Refusal):
    status, code = 429, "photos_per_day"
    retry_after_s = 3600.0


class PhotoNotFound(NotFound):
    code = "photo_not_found"


class PhotoUsed(Refusal):
    status, code = 409, "photo_used"


class PhotoPlaceMissing(Refusal):
    status, code = 422, "photo_place_missing"


# -- devices ---------------------------------------------------------------------------------------


class DeviceMalformed(Refusal):
    status, code = 400, "device_malformed"


# -- reviews ---------------------------------------------------------------------------------------


class ReviewNotFound(NotFound):
    code = "review_not_found"


class ReviewDecided(Refusal):
    status, code = 409, "review_decided"


class ReviewOpinionGiven(Refusal):
    """Said what they think already; somebody else says the rest."""

    status, code = 409, "review_opinion_given"


class ReviewDisputed(Refusal):
    """Two persons differ, and an operator settles it."""

    status, code = 403, "review_disputed"


class ReviewOfOwn(Refusal):
    """Their own action, or one at an event that they filed."""

    status, code = 403, "review_of_own"


EVIDENCE_REFUSALS: tuple[type[Refusal], ...] = (
    SceneClosed,
    SceneMethodMismatch,
    PhotoNotFound,
    PhotoUsed,
    PhotoPlaceMissing,
    DeviceMalformed,
    EvidenceNotAccepted,
    SelfDeclaredLate,
    BeforeAccount,
    EventMethodMismatch,
    OutsideEventHours,
    EventNotJoined,
)
"""What may be wrong with the evidence of an action."""
