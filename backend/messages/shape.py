"""Base shapes of all messages: strict requests, plain answers, bilingual texts, pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

import msgspec

from backend.messages.cursors import CursorPart, write_cursor
from backend.messages.names import VISIBLE_PATTERN

Item = TypeVar("Item")
Row = TypeVar("Row")
View = TypeVar("View", bound=msgspec.Struct)

Grams = Annotated[int, msgspec.Meta(ge=0, description="gCO2e")]
Instant = Annotated[datetime, msgspec.Meta(tz=True, description="RFC 3339 with offset")]
# `$` alone also matches before a last line feed.
_SLUG = r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$(?!\n)"
Slug = Annotated[str, msgspec.Meta(pattern=_SLUG, max_length=64)]


VISIBLE = msgspec.Meta(pattern=VISIBLE_PATTERN)
"""Of a name that others see (backend.messages.names)."""


class Request(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A request body. Unknown fields are refused, so that a typing error is not silently dropped."""


class Answer(msgspec.Struct, kw_only=True):
    """An answer body."""


class Edited(Answer, kw_only=True):
    """An answer about what several people edit; its ETag is the revision, and an edit carries it as If-Match."""

    revision: Annotated[int, msgspec.Meta(description="its ETag; an edit carries it as If-Match")]


def view_of(shape: type[View], row: Any, **fields: object) -> View:
    """An answer, or other facts, with the columns of a row that have its fields' names, and `fields` for the others."""
    read = row.__getitem__ if hasattr(row, "__getitem__") else row.__getattribute__
    return shape(**{name: read(name) for name in shape.__struct_fields__ if name not in fields}, **fields)


class Bilingual(msgspec.Struct, frozen=True, rename={"zh": "zh-CN"}, forbid_unknown_fields=True):
    """A text in both languages."""

    zh: Annotated[str, VISIBLE, msgspec.Meta(min_length=1, max_length=200)]
    en: Annotated[str, VISIBLE, msgspec.Meta(min_length=1, max_length=200)]


class Statement(msgspec.Struct, frozen=True, rename={"zh": "zh-CN"}):
    """A text of our own in both languages, of any length."""

    zh: str
    en: str


def columns_of(request: msgspec.Struct, *others: str) -> dict[str, Any]:
    """A request's fields, but for `others`, as columns of the same names.

    A text in two languages fills two columns: `name` is kept as `name_zh` and `name_en`.
    """
    columns: dict[str, Any] = {}
    for name in request.__struct_fields__:
        value = getattr(request, name)
        if name in others:
            continue
        if isinstance(value, msgspec.Struct) and value.__struct_fields__ == ("zh", "en"):
            columns |= {
                f"{name}_{language}": text for language, text in msgspec.structs.asdict(value).items()
            }
        else:
            columns[name] = value
    return columns


def _as_it_is(row: Any) -> Any:
    return row


def row_id(row: Any) -> Any:
    """The id of an object, or of a row of a statement."""
    return row.id if hasattr(row, "id") else row["id"]


class Page(msgspec.Struct, Generic[Item], frozen=True):
    """A page of a list; `next_cursor` asks for the next page and is null at the end."""

    items: list[Item]
    next_cursor: str | None = None

    @classmethod
    def of(
        cls,
        rows: Sequence[Row],
        limit: int,
        view: Callable[[Row], Item] = _as_it_is,
        cursor: Callable[[Row], CursorPart] = row_id,
    ) -> Page[Item]:
        """The first `limit` of rows that were asked for with one more, which says whether the list goes on."""
        shown = rows[:limit]
        return cls(
            [view(row) for row in shown], write_cursor(cursor(shown[-1])) if len(rows) > limit else None
        )


class ProblemError(msgspec.Struct, frozen=True, omit_defaults=True):
    """One wrong field, parameter or header, with a `code` of a closed list."""

    pointer: Annotated[
        str,
        msgspec.Meta(
            description="JSON pointer into the body (`/journey/distance_km`; empty: the body as a whole), "
            "or `#query/as_of`, `#header/X-Device`; in a file `/rows/<row>/<column>`, rows as a spreadsheet counts them"
        ),
    ]
    code: str
    detail: Annotated[str, msgspec.Meta(description="for people, in the language of the answer")]
    facts: Annotated[Mapping[str, Any], msgspec.Meta(description="limits and the like of this error")] = {}


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """application/problem+json (RFC 9457): a refusal, with a stable `code` for machines."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str | None = None
    scope: Annotated[str | None, msgspec.Meta(description="the consent that a `consent_needed` is about")] = (
        None
    )
    facts: Annotated[
        Mapping[str, Any],
        msgspec.Meta(description="what the sentence says, for programs: numbers with the unit in the name"),
    ] = {}
    errors: Annotated[
        list[ProblemError], msgspec.Meta(description="each wrong field, parameter or header of the request")
    ] = []
