"""Rows of migration 0025: keys of retirements, who told and who confirmed a batch, details that wait."""

from __future__ import annotations

from datetime import date

from tests.storage.rows_core import NOW, OTHER_BATCH, Row, _id

GOOD: dict[str, Row] = {}

ONE, OTHER = _id(2501), _id(2502)
_BATCH: Row = {"id": OTHER_BATCH, "retirement_ref": "R2", "retirement_key": "R2 FOREST"}
_CONFIRMED: Row = {"needs_confirmation": True, "told_by": [ONE], "confirmed_by": OTHER, "confirmed_at": NOW}
_WAITING: Row = {"status": "awaiting_confirmation", "needs_confirmation": True, "told_by": [ONE]}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("credit_batches_retired_once", {"id": OTHER_BATCH, "retirement_ref": "r 1"}),
    *(
        (name, _BATCH | change)
        for name, change in (
            ("credit_batches_retirement_keyed", {"retirement_key": None}),
            ("credit_batches_retired_after_vintage", {"retired_on": date(2023, 12, 31)}),
            (
                "credit_batches_retired_after_vintage",
                {"vintage_start": date(2024, 1, 1), "vintage_end": date(2026, 1, 16)},
            ),
            ("credit_batches_retired_when_confirmed", {"needs_confirmation": True, "told_by": [ONE]}),
            ("credit_batches_confirmation_whole", _CONFIRMED | {"confirmed_at": None}),
            ("credit_batches_confirmed_by_another", _CONFIRMED | {"told_by": [ONE, OTHER]}),
            ("credit_batches_confirmed_by_another", _CONFIRMED | {"told_by": []}),
            ("credit_batches_proposal_whole", {"proposed_by": ONE}),
            ("credit_batches_proposal_whole", {"proposed_details": "{}"}),
            ("credit_batches_assigned_when_retired", _WAITING),
            ("credit_batches_published_when_retired", _WAITING | {"assigned_g": 0, "published_at": NOW}),
            ("credit_batches_ex_ante_not_retired", _WAITING | {"assigned_g": 0, "is_ex_ante": True}),
            (
                "credit_batches_retirement_told",
                _WAITING
                | {"assigned_g": 0, "retirement_ref": None, "retirement_key": None, "retired_on": None},
            ),
        )
    ),
)

KEYS: frozenset[str] = frozenset()
REFERENCES: frozenset[str] = frozenset()
