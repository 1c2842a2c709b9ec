"""Rows of migration 0011: projects, what was planted there, what became of batches, surpluses."""

from __future__ import annotations

import json
from datetime import date

from tests.storage.rows_core import EVENT, NOW, OTHER_BATCH, OTHER_EVENT, Row, _id

PROJECT, OTHER_PROJECT, PLANTING, OTHER_PLANTING = (_id(number) for number in range(1101, 1105))

GOOD: dict[str, Row] = {
    "projects": {
        "id": PROJECT,
        "code": "longquan",
        "name_zh": "龙泉山",
        "name_en": "Longquan Mountain",
        "product": "forest_grass_sink",
        "category": "forestry",
        "methodology": None,
        "registry": "suee",
        "registration_no": "P-1",
        "country": "CN",
        "location": "成都",
        "origin_tag": None,
        "approved_by": None,
        "approval_doc": None,
        "is_ex_ante": True,
        "species": "Cinnamomum",
        "area_ha": 1,
        "polygon": None,
        "schedule": json.dumps([]),
    },
    "plantings": {
        "id": PLANTING,
        "project_id": PROJECT,
        "kind": "planted",
        "day": date(2026, 3, 12),
        "species": "Cinnamomum",
        "plants": 1,
        "area_ha": None,
        "note": None,
    },
    "surpluses": {
        "event_id": EVENT,
        "grams": 3,
        "unused_g": 2,
        "released_g": 1,
        "by_batch": "[]",
        "at": NOW,
    },
}

_PROJECT: Row = {"id": OTHER_PROJECT, "code": "other", "registration_no": "P-2"}
_PLANTING: Row = {"id": OTHER_PLANTING}
_BATCH: Row = {"id": OTHER_BATCH, "retirement_ref": "R2", "retirement_key": "R2 FOREST"}
_SERIALS: Row = {
    "registry": "suee",
    "registry_serial_from": "CDCER-1",
    "registry_serial_to": "CDCER-1",
    "serial_space": "SUEE|CDCER-#",
    "serial_first": 1,
    "serial_last": 1,
}
_PENDING: Row = {
    "status": "pending",
    "retirement_ref": None,
    "retirement_key": None,
    "retired_on": None,
    "published_at": None,
}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("projects_code_unique", {"id": OTHER_PROJECT, "registration_no": "P-2"}),
    ("projects_registered_once", {"id": OTHER_PROJECT, "code": "other"}),
    *(
        (name, _PROJECT | change)
        for name, change in (
            ("projects_product_known", {"product": "gold", "is_ex_ante": False}),
            ("projects_category_known", {"category": "magic", "is_ex_ante": False}),
            ("projects_country_form", {"country": "cn"}),
            ("projects_country_form", {"country": "CN\n"}),
            ("projects_origin_known", {"origin_tag": "rich_area"}),
            ("projects_area_positive", {"area_ha": 0}),
            ("projects_ex_ante_grows", {"category": "biogas"}),
            ("projects_ex_ante_grows", {"product": "ccer"}),
            ("projects_ex_ante_is_told", {"location": None}),
            ("projects_ex_ante_is_told", {"species": None}),
            ("projects_ex_ante_is_told", {"area_ha": None}),
            ("projects_ex_ante_is_told", {"schedule": None}),
        )
    ),
    ("plantings_kind_known", _PLANTING | {"kind": "felled"}),
    ("plantings_plants_counted", _PLANTING | {"plants": 0}),
    ("plantings_plants_counted", _PLANTING | {"kind": "surviving", "plants": -1}),
    ("plantings_area_positive", _PLANTING | {"area_ha": 0}),
    *(
        (name, _BATCH | change)
        for name, change in (
            ("credit_batches_status_known", {"status": "sold", "assigned_g": 0}),
            ("credit_batches_retirement_told", {"retirement_ref": None, "retirement_key": None}),
            ("credit_batches_retirement_told", {"status": "pending", "assigned_g": 0}),
            (
                "credit_batches_retirement_told",
                {"retirement_ref": None, "retirement_key": None, "retired_on": None, "published_at": None},
            ),
            ("credit_batches_assigned_when_retired", _PENDING),
            (
                "credit_batches_assigned_when_retired",
                {"status": "void", "voided_at": NOW, "void_reason": "typo"},
            ),
            ("credit_batches_ex_ante_not_retired", {"is_ex_ante": True}),
            ("credit_batches_void_with_reason", {"status": "void", "assigned_g": 0}),
            ("credit_batches_void_with_reason", {"status": "void", "assigned_g": 0, "voided_at": NOW}),
            ("credit_batches_void_with_reason", {"voided_at": NOW, "void_reason": "typo"}),
            ("credit_batches_published_when_retired", _PENDING | {"assigned_g": 0, "published_at": NOW}),
            ("credit_batches_origin_known", {"origin_tag": "rich_area"}),
            ("credit_batches_vintage_dates", {"vintage_start": date(2024, 1, 1)}),
            (
                "credit_batches_vintage_dates",
                {"vintage_start": date(2024, 1, 1), "vintage_end": date(2023, 12, 31)},
            ),
            ("credit_batches_proof_hash_length", {"proof_sha256": b"short"}),
            ("credit_batches_serials_whole", _SERIALS | {"serial_space": None}),
            ("credit_batches_serials_whole", _SERIALS | {"registry_serial_to": None}),
            ("credit_batches_serials_whole", _SERIALS | {"registry": None}),
            ("credit_batches_serials_are_tonnes", _SERIALS | {"serial_last": 3}),
            ("credit_batches_serials_are_tonnes", _SERIALS | {"serial_first": -1, "serial_last": -1}),
        )
    ),
    ("surpluses_grams_add_up", {"event_id": OTHER_EVENT, "grams": 4}),
    ("surpluses_grams_add_up", {"event_id": OTHER_EVENT, "unused_g": 4, "released_g": -1}),
)

# Two rows meet in `serials_apart`, and a table has one good row here: tests/storage/test_registry_serials.py has both.
KEYS = frozenset({"projects_pkey", "plantings_pkey", "surpluses_pkey", "credit_batches_serials_apart"})
REFERENCES = frozenset(
    {"credit_batches_project_id_fkey", "plantings_project_id_fkey", "surpluses_event_id_fkey"}
)
