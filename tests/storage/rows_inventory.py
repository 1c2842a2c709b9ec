"""Rows of an event's inventory."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from tests.storage.rows_core import EVENT, STAFF, Row

NOW = datetime(2026, 11, 1, 4, tzinfo=UTC)
LINE, LIST = UUID(int=171), UUID(int=172)

GOOD: dict[str, Row] = {
    "inventory_lines": {
        "event_id": EVENT,
        "id": LINE,
        "phase": "actual",
        "grouping": "energy",
        "source": "electricity",
        "meter": "M-1",
        "quantity": 1000,
        "unit": "kWh",
        "starts_on": date(2026, 10, 1),
        "ends_on": date(2026, 10, 2),
        "factor_id": "grid-sichuan-2022",
        "factor_value": Decimal("0.1404"),
        "factor_unit": "kgCO2e/kWh",
        "factor_source": None,
        "unit_g": Decimal("140.4"),
        "emission_g": 140_400,
        "quality": 1,
        "document_id": None,
        "note": "n" * 500,
        "supersedes": None,
        "import_id": None,
        "created_by": STAFF,
        "created_at": NOW,
    },
    "inventory_people": {
        "event_id": EVENT,
        "id": UUID(int=173),
        "list_id": LIST,
        "category": "local",
        "day": None,
        "people": 50_000,
        "source": "票务系统",
        "created_by": STAFF,
        "created_at": NOW,
    },
    "inventory_absences": {
        "event_id": EVENT,
        "id": UUID(int=174),
        "phase": "actual",
        "grouping": "digital",
        "reason": "没有线上观众",
        "created_by": STAFF,
        "created_at": NOW,
    },
    "inventory_measures": {
        "event_id": EVENT,
        "id": UUID(int=175),
        "grouping": "energy",
        "measure": "LED",
        "baseline": "金卤灯",
        "baseline_g": 1000,
        "reduction_g": 1000,
        "document_id": None,
        "created_by": STAFF,
        "created_at": NOW,
    },
}

_LINE = {"id": UUID(int=181)}
_PEOPLE = {"id": UUID(int=181)}
_ABSENCE = {"id": UUID(int=181)}
_MEASURE = {"id": UUID(int=181)}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("inventory_lines_phase_known", _LINE | {"phase": "dreamt"}),
    ("inventory_lines_grouping_known", _LINE | {"grouping": "other"}),
    ("inventory_lines_source_form", _LINE | {"source": "Strom"}),
    ("inventory_lines_quantity_not_negative", _LINE | {"quantity": -1, "emission_g": -140}),
    ("inventory_lines_period_forwards", _LINE | {"ends_on": date(2026, 9, 30)}),
    ("inventory_lines_factor_has_a_source", _LINE | {"factor_id": None}),
    ("inventory_lines_factor_has_a_source", _LINE | {"factor_source": "book"}),
    ("inventory_lines_grams_follow", _LINE | {"emission_g": 140_399}),
    ("inventory_lines_quality_known", _LINE | {"quality": 5}),
    ("inventory_lines_texts_short", _LINE | {"note": ""}),
    ("inventory_lines_supersedes_another", _LINE | {"supersedes": UUID(int=181)}),
    ("inventory_people_category_known", _PEOPLE | {"category": "vip", "list_id": UUID(int=182)}),
    ("inventory_people_once_per_list", _PEOPLE),
    ("inventory_people_bounded", _PEOPLE | {"people": -1, "list_id": UUID(int=182)}),
    ("inventory_people_source_short", _PEOPLE | {"source": "", "list_id": UUID(int=182)}),
    ("inventory_absences_phase_known", _ABSENCE | {"phase": "dreamt"}),
    ("inventory_absences_grouping_optional", _ABSENCE | {"grouping": "energy"}),
    ("inventory_absences_reason_short", _ABSENCE | {"reason": ""}),
    ("inventory_measures_grouping_known", _MEASURE | {"grouping": "other"}),
    ("inventory_measures_within_baseline", _MEASURE | {"reduction_g": 1001}),
    ("inventory_measures_texts_short", _MEASURE | {"measure": ""}),
)

KEYS: frozenset[str] = frozenset(
    {"inventory_lines_pkey", "inventory_people_pkey", "inventory_absences_pkey", "inventory_measures_pkey"}
)
REFERENCES: frozenset[str] = frozenset(
    {
        "inventory_lines_event_id_fkey",
        "inventory_lines_created_by_fkey",
        "inventory_lines_supersedes_fkey",
        "inventory_lines_document_fkey",
        "inventory_lines_superseded_once",
        "inventory_people_event_id_fkey",
        "inventory_people_created_by_fkey",
        "inventory_absences_event_id_fkey",
        "inventory_absences_created_by_fkey",
        "inventory_measures_event_id_fkey",
        "inventory_measures_created_by_fkey",
        "inventory_measures_document_fkey",
    }
)
