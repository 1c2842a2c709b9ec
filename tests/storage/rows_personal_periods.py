"""Rows of migration 0068: periods of people's lives and their months."""

from __future__ import annotations

from datetime import date

from tests.storage.rows_core import CITIZEN, EVENT, NOW, OTHER_EVENT, Row, _id

PERIOD = _id(6701)
GOOD: dict[str, Row] = {
    "personal_periods": {
        "id": PERIOD,
        "event_id": EVENT,
        "citizen_id": CITIZEN,
        "starts_on": date(2026, 4, 1),
        "ends_on": date(2026, 4, 30),
        "inputs": "{}",
    },
    "personal_period_months": {"citizen_id": CITIZEN, "month": date(2026, 4, 1), "period_id": PERIOD},
}

_NEXT = {"id": _id(6702), "event_id": OTHER_EVENT}
_CLOSED = {"closed_at": NOW, "footprint": b"{}", "footprint_digest": b"d", "lines_salt": b"s" * 32}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("personal_periods_once", {"id": _id(6703)}),
    ("personal_periods_in_order", _NEXT | {"ends_on": date(2026, 4, 1)}),
    ("personal_periods_closing_whole", _NEXT | {"closed_at": NOW}),
    ("personal_periods_closing_whole", _NEXT | _CLOSED | {"lines_salt": None}),
    ("personal_periods_salt_length", _NEXT | _CLOSED | {"lines_salt": b"s"}),
    ("personal_period_months_once", {}),
    ("personal_period_months_first_day", {"month": date(2026, 5, 2)}),
)

KEYS = frozenset({"personal_periods_pkey"})
REFERENCES = frozenset({"personal_periods_event_id_fkey", "personal_period_months_period_id_fkey"})
