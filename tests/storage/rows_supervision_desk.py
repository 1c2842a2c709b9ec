"""Rows of migrations 0055 and 0056: alerts, samples and inspections of the regulator's desk; switches of features."""

from __future__ import annotations

from datetime import date

from tests.storage.rows_core import EVENT, NOW, STAFF, Row, _id
from tests.storage.rows_organisations import ORGANISATION

SAMPLE, INSPECTION = _id(5501), _id(5502)

GOOD: dict[str, Row] = {
    "alert_acknowledgements": {
        "id": _id(5503),
        "alert": "pool_low",
        "subject": "fair",
        "since": NOW,
        "note": "called",
        "staff_id": STAFF,
    },
    "certificate_samples": {
        "id": SAMPLE,
        "event_id": EVENT,
        "remits": "[]",
        "seed": "0f",
        "size": 1,
        "population": 9,
        "reason": "yearly",
        "drawn_by": STAFF,
    },
    "certificate_checks": {
        "sample_id": SAMPLE,
        "position": 1,
        "sequence": 1,
        "certificate_number": "TF-ABCDE-2345-6789-2",
        "basis": "lines",
        "chain": "[]",
        "is_ok": True,
        "checked_by": STAFF,
    },
    "inspections": {"id": INSPECTION, "event_id": EVENT, "purpose": "yearly", "opened_by": STAFF},
    "inspection_entries": {
        "inspection_id": INSPECTION,
        "sequence": 1,
        "kind": "finding",
        "text": "plan is missing",
        "severity": "minor",
        "staff_id": STAFF,
    },
    "feature_switches": {
        "id": _id(5601),
        "feature": "quiz",
        "city": "成都",
        "phase": "off",
        "reason": "pilot is over",
        "proposed_by": STAFF,
    },
}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("alert_acknowledgements_note_told", {"id": _id(5504), "note": ""}),
    ("certificate_samples_one_scope", {"id": _id(5505), "event_id": None}),
    ("certificate_samples_one_scope", {"id": _id(5505), "period_from": date(2026, 1, 1)}),
    (
        "certificate_samples_period_in_order",
        {
            "id": _id(5505),
            "event_id": None,
            "period_from": date(2026, 1, 2),
            "period_to": date(2026, 1, 1),
        },
    ),
    ("certificate_samples_size_in_bounds", {"id": _id(5505), "size": 10}),
    ("certificate_samples_size_in_bounds", {"id": _id(5505), "size": 201, "population": 900}),
    ("certificate_checks_position_from_1", {"position": 0}),
    ("certificate_checks_basis_known", {"position": 2, "basis": "hearsay"}),
    ("inspections_one_subject", {"id": _id(5506), "organisation_id": ORGANISATION}),
    ("inspections_one_subject", {"id": _id(5506), "event_id": None}),
    ("inspection_entries_kind_known", {"sequence": 2, "kind": "rumour", "severity": None}),
    ("inspection_entries_sequence_from_1", {"sequence": 0}),
    ("inspection_entries_severity_of_finding", {"sequence": 2, "severity": None}),
    ("inspection_entries_severity_of_finding", {"sequence": 2, "severity": "huge"}),
    ("inspection_entries_result_of_closing", {"sequence": 2, "result": "compliant"}),
    ("inspection_entries_result_of_closing", {"sequence": 2, "kind": "closing", "severity": None}),
    ("feature_switches_phase_known", {"id": _id(5602), "city": None, "phase": "soon"}),
    ("feature_switches_limits_of_pilot", {"id": _id(5602), "city": None, "phase": "pilot"}),
    ("feature_switches_limits_of_pilot", {"id": _id(5602), "city": None, "people_pct": 5}),
    ("feature_switches_people_in_bounds", {"id": _id(5602), "city": None, "phase": "pilot", "people_pct": 0}),
    (
        "feature_switches_uses_positive",
        {"id": _id(5602), "city": None, "phase": "pilot", "uses_per_day_max": 0},
    ),
    (
        "feature_switches_decision_known",
        {"id": _id(5602), "decision": "perhaps", "decided_by": STAFF, "decided_at": NOW},
    ),
    ("feature_switches_decided_by_whom", {"id": _id(5602), "decision": "confirmed"}),
)

KEYS = frozenset(
    {
        "alert_acknowledgements_pkey",
        "certificate_samples_pkey",
        "certificate_samples_serial_unique",
        "certificate_checks_pkey",
        "inspections_pkey",
        "inspections_serial_unique",
        "inspection_entries_pkey",
        "feature_switches_pkey",
    }
)
REFERENCES = frozenset(
    {
        "alert_acknowledgements_staff_id_fkey",
        "certificate_samples_event_id_fkey",
        "certificate_samples_drawn_by_fkey",
        "certificate_checks_sample_id_fkey",
        "certificate_checks_checked_by_fkey",
        "inspections_event_id_fkey",
        "inspections_organisation_id_fkey",
        "inspections_opened_by_fkey",
        "inspection_entries_inspection_id_fkey",
        "inspection_entries_sample_id_fkey",
        "inspection_entries_staff_id_fkey",
        "feature_switches_proposed_by_fkey",
        "feature_switches_decided_by_fkey",
    }
)
