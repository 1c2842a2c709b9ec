"""Rows of migration 0036: guardians' consents and codes, and the month of birth."""

from __future__ import annotations

from datetime import date, timedelta

from tests.storage.rows_core import CITIZEN, DIGEST, NOW, OTHER_CITIZEN, Row
from tests.storage.rows_core import GOOD as CORE
from tests.storage.rows_privacy import GOOD as PRIVACY

GOOD: dict[str, Row] = {
    "citizens": CORE["citizens"] | {"born_month": date(2015, 3, 1), "age_told_at": NOW},
    "erasures": PRIVACY["erasures"] | {"age_band": "child"},
    "guardian_consents": {
        "citizen_id": CITIZEN,
        "guardian_id": OTHER_CITIZEN,
        "revision": 1,
        "decision": "given",
        "policy_version": "2026.1",
        "decided_at": NOW,
    },
    "guardian_codes": {
        "citizen_id": CITIZEN,
        "code_hash": DIGEST,
        "created_at": NOW,
        "expires_at": NOW + timedelta(minutes=15),
    },
}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("citizens_month_is_a_month", {"born_month": date(2015, 3, 2)}),
    ("citizens_month_told_at_a_moment", {"age_told_at": None}),
    ("erasures_age_band_known", {"age_band": "old"}),
    ("guardian_consents_of_another", {"guardian_id": CITIZEN}),
    ("guardian_consents_counted", {"revision": 0}),
    ("guardian_consents_begin_given", {"decision": "withdrawn"}),
    ("guardian_consents_decision_known", {"revision": 2, "decision": "perhaps"}),
    ("guardian_codes_hash_length", {"code_hash": DIGEST[:31]}),
    ("guardian_codes_short_lived", {"expires_at": NOW + timedelta(days=1)}),
)

KEYS = frozenset({"guardian_consents_pkey", "guardian_codes_pkey"})
REFERENCES: frozenset[str] = frozenset()
