"""Refusals about certified scenes: criteria, certifiers, terms."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class CertificationNotFound(NotFound):
    code = "scene_certification_not_found"


class CriteriaMismatch(Refusal):
    """Every criterion of the set has points, and no other."""

    status, code = 422, "criteria_mismatch"


class ScoreTooLow(Refusal):
    status, code = 409, "scene_score_too_low"


class CertifierUnlicensed(Refusal):
    """The certifier has no rating licence that is valid today and over the whole term."""

    status, code = 409, "certifier_unlicensed"


class CertifierOwnScene(Refusal):
    """An organisation certifies no scene of its own."""

    status, code = 409, "certifier_own_scene"


class CertificationOverlaps(Refusal):
    """The scene is certified for a part of this term already, or an assessment of it waits."""

    status, code = 409, "scene_certification_overlaps"


class CertificationDecided(Refusal):
    """It was confirmed, rejected or withdrawn already."""

    status, code = 409, "scene_certification_decided"


class CertificationOwn(Refusal):
    """Whoever proposed an assessment does not confirm it, nor does a member of the certifier."""

    status, code = 403, "scene_certification_own"
