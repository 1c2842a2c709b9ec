"""Rows of migration 0063: years of venues and organisations, their months; categories of ISO 14064-1."""

from __future__ import annotations

from datetime import date

from tests.storage.rows_core import EVENT, OTHER_EVENT, Row
from tests.storage.rows_organisations import ORGANISATION

GOOD: dict[str, Row] = {
    "event_years": {
        "event_id": EVENT,
        "organisation_id": ORGANISATION,
        "starts_on": date(2025, 4, 1),
        "ends_on": date(2026, 3, 31),
    },
    "event_year_months": {"subject": ORGANISATION, "month": date(2025, 4, 1), "event_id": EVENT},
}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("event_years_within_another", {"event_id": OTHER_EVENT, "within": OTHER_EVENT}),
    ("event_years_twelve_months", {"event_id": OTHER_EVENT, "ends_on": date(2026, 3, 30)}),
    (
        "event_years_twelve_months",
        {"event_id": OTHER_EVENT, "starts_on": date(2025, 4, 2), "ends_on": date(2026, 4, 1)},
    ),
    ("event_year_months_once", {}),
    ("event_year_months_first_day", {"month": date(2025, 5, 2)}),
)

KEYS = frozenset({"event_years_pkey"})
REFERENCES = frozenset(
    {
        "event_years_event_id_fkey",
        "event_years_organisation_id_fkey",
        "event_years_scene_id_fkey",
        "event_years_within_fkey",
        "event_year_months_event_id_fkey",
    }
)
