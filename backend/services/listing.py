"""Search in the lists of desks: every word that somebody typed stands in one of a row's columns."""

from __future__ import annotations

from typing import TypeVar

from tortoise.expressions import Q
from tortoise.models import Model
from tortoise.queryset import QuerySet

from backend.domain.folding import folded_words

Listed = TypeVar("Listed", bound=Model)
WORDS_MAX = 8


def matching(rows: QuerySet[Listed], typed: str | None, *columns: str) -> QuerySet[Listed]:
    """The rows in which each typed word is part of one of these columns, in any case and width; all without words."""
    for word in folded_words(typed or "").split()[:WORDS_MAX]:
        rows = rows.filter(Q(*(Q(**{f"{column}__icontains": word}) for column in columns), join_type="OR"))
    return rows
