"""Rows of migration 0039: chains of badges, gates over several days, what staff let pass."""

from __future__ import annotations

from tests.storage.rows_core import EVENT, OTHER_EVENT, Row, _id
from tests.storage.rows_devices import OTHER_SCAN, SCAN

GOOD: dict[str, Row] = {
    "entry_settings": {"event_id": EVENT, "entry_policy": "once_per_day", "hours": "[]"},
    "gate_overrides": {
        "event_id": EVENT,
        "scan_id": SCAN,
        "refused_scan": OTHER_SCAN,
        "refusal": "replaced",
        "reason": "other",
        "note": "n" * 200,
        "made_by": "m" * 40,
    },
}

_BADGE: Row = {"serial": 2}
_OTHER: Row = {"event_id": OTHER_EVENT}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("badges_first_comes_first", _BADGE | {"first_serial": 2}),
    ("badges_holder_is_in_the_chain", _BADGE | {"holder_serial": 1}),
    ("badges_holder_is_in_the_chain", {"serial": 9, "first_serial": 5, "holder_serial": 4}),
    ("badges_holder_is_in_the_chain", {"serial": 9, "first_serial": 5, "holder_serial": 9}),
    ("entry_settings_policy_known", _OTHER | {"entry_policy": "never"}),
    ("entry_settings_hours_list", _OTHER | {"hours": "{}"}),
    ("gate_settings_hours_list", {"gate": 998, "hours": "{}"}),
    ("gate_scans_overridden_has_a_badge", {"id": _id(1405), "result": "overridden", "badge_serial": None}),
    ("gate_overrides_scan_known", {"scan_id": _id(1406)}),
    ("gate_overrides_refusal_known", {"refusal": "forged"}),
    ("gate_overrides_reason_known", {"reason": "a friend"}),
    ("gate_overrides_note_short", {"note": ""}),
    ("gate_overrides_note_short", {"note": "n" * 201}),
    ("gate_overrides_other_is_explained", {"note": None}),
    ("gate_overrides_made_by_somebody", {"made_by": ""}),
    ("gate_overrides_made_by_somebody", {"made_by": "m" * 41}),
)

KEYS = frozenset({"entry_settings_pkey", "gate_overrides_pkey"})
REFERENCES = frozenset({"entry_settings_event_id_fkey"})
