"""Refusals of a new version for the catalogue."""

from __future__ import annotations

from backend.errors import Refusal


class CatalogueInvalid(Refusal):
    status, code = 422, "catalogue_invalid"
    title_zh, title_en = "该版本未通过校验", "This version does not hold together"
    detail_zh, detail_en = "{reason}", "{reason}"


class VersionPublished(Refusal):
    status, code = 409, "version_published"
    title_zh, title_en = "该版本号已发布，不可更改", "This version was published and is never changed"


class EffectiveTooEarly(Refusal):
    """The day has begun, and actions of its morning are booked by the version in force."""

    status, code = 422, "effective_too_early"
    title_zh, title_en = "生效日期必须晚于今天", "The day of effect must lie after today"
