"""Base shapes of all messages: strict requests, plain answers, bilingual texts, pages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Generic, TypeVar

import msgspec

Item = TypeVar("Item")

Grams = Annotated[int, msgspec.Meta(ge=0, description="gCO2e")]
Instant = Annotated[datetime, msgspec.Meta(tz=True, description="RFC 3339 with offset")]
# `$` alone also matches before a last line feed.
_SLUG = r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$(?!\n)"
Slug = Annotated[str, msgspec.Meta(pattern=_SLUG, max_length=64)]


class Request(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A request body. Unknown fields are refused, so that a typing error is not silently dropped."""


class Answer(msgspec.Struct, kw_only=True):
    """An answer body."""


class Bilingual(msgspec.Struct, frozen=True, rename={"zh": "zh-CN"}, forbid_unknown_fields=True):
    """A text in both languages."""

    zh: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    en: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Statement(msgspec.Struct, frozen=True, rename={"zh": "zh-CN"}):
    """A text of our own in both languages, of any length."""

    zh: str
    en: str


class Page(msgspec.Struct, Generic[Item], frozen=True):
    """A page of a list; `next_cursor` asks for the next page and is null at the end."""

    items: list[Item]
    next_cursor: str | None = None


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """application/problem+json (RFC 9457): a refusal, with a stable `code` for machines."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str | None = None
