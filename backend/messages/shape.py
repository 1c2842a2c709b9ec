"""Base shapes of all messages: strict requests, plain answers, bilingual texts, pages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

import msgspec

Item = TypeVar("Item")
View = TypeVar("View", bound="Answer")

Grams = Annotated[int, msgspec.Meta(ge=0, description="gCO2e")]
Instant = Annotated[datetime, msgspec.Meta(tz=True, description="RFC 3339 with offset")]
# `$` alone also matches before a last line feed.
_SLUG = r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$(?!\n)"
Slug = Annotated[str, msgspec.Meta(pattern=_SLUG, max_length=64)]


class Request(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A request body. Unknown fields are refused, so that a typing error is not silently dropped."""


class Answer(msgspec.Struct, kw_only=True):
    """An answer body."""


def view_of(shape: type[View], row: Any, **fields: object) -> View:
    """An answer with the columns of a row that have its fields' names, and `fields` for the others."""
    read = row.__getitem__ if hasattr(row, "__getitem__") else row.__getattribute__
    return shape(**{name: read(name) for name in shape.__struct_fields__ if name not in fields}, **fields)


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
