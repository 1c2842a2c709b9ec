"""What a retirement is: one thing once, and of a vintage that has ended."""

from __future__ import annotations

from datetime import date

from backend.domain.folding import folded


def retirement_key(reference: str, project_name: str) -> str:
    """What makes a retirement of a product and a vintage the same, however its reference and project are spelled.

    A registry may retire several projects under one reference. Folded texts have no space, so that one parts them.
    """
    return f"{folded(reference)} {folded(project_name)}"


def first_retirement_day(vintage: int, vintage_end: date | None) -> date:
    """The first day on which credits of a vintage can be retired: the one on which it ends.

    Where only the year is told nobody knows when in it the credits came about, and its first day is the earliest.
    An allowance's vintage is the year that it was issued for; it can be surrendered or cancelled from then on.
    """
    return vintage_end or date(vintage, 1, 1)
