"""Which refusals at a gate staff may override, and what they must say when they do."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, get_args

OVERRIDE_WITHIN = timedelta(minutes=15)
"""Staff let in the person who stands before them, not one who was turned away this morning."""

Overridable = Literal[
    "wrong_gate",
    "replaced",
    "revoked",
    "blocked",
    "wrong_category",
    "outside_window",
    "already_inside",
    "not_inside",
]
"""Refusals about a badge that this event issued. Never one that is no badge, is forged or is another event's; not a
badge that another citizen joined with; not a badge that was never issued, nor a pass without a badge, because the gate
could not record who went in; nothing while the event does not run or by a device that was revoked."""

OVERRIDABLE: frozenset[str] = frozenset(get_args(Overridable))

OverrideReason = Literal[
    "known_person", "document_checked", "badge_faulty", "organiser_decided", "emergency", "other"
]
"""The text of each is `override.<reason>`; `other` needs a note."""

REASONS: tuple[str, ...] = get_args(OverrideReason)


def may_override(refusal: str, *, has_badge: bool) -> bool:
    """Whether staff may let pass a scan that was refused so."""
    return has_badge and refusal in OVERRIDABLE
