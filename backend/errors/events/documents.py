"""Refusals of the document store."""

from __future__ import annotations

from backend.errors import Refusal


class ContentMismatch(Refusal):
    status, code = 422, "content_mismatch"


class ContentEmpty(Refusal):
    status, code = 422, "content_empty"


class BodyCutOff(Refusal):
    status, code = 400, "body_cut_off"


class ContentAway(Refusal):
    status, code = 503, "content_store_unavailable"
    retry_after_s = 5.0


class ContentDamaged(Refusal):
    """The stored bytes do not have the hash they are stored under, or are gone."""

    status, code = 500, "content_damaged"
