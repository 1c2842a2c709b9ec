"""What waits for an operator, desk by desk."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from backend.messages.shape import Answer

DeskName = Literal[
    "applications",
    "reviews",
    "complaints",
    "organisations",
    "licences",
    "credits",
    "budgets",
    "rewards",
    "jobs",
    "letters",
    "content",
    "methods",
]


class DeskItem(Answer):
    """One desk. `late`: of what waits, what waits too long, or what stands still because of it."""

    desk: DeskName
    waiting: Annotated[int, Meta(ge=0)]
    late: Annotated[int, Meta(ge=0)]


class DeskAnswer(Answer):
    items: list[DeskItem]
