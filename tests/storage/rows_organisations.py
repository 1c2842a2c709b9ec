"""Rows of migration 0049: organisations, their licences, members and invitations, their events; regulators' remits."""

from __future__ import annotations

from datetime import date

from tests.storage.rows_core import DIGEST, EVENT, NOW, OTHER_EVENT, STAFF, Row, _id

ORGANISATION, OTHER_ORGANISATION = _id(4901), _id(4902)
OTHER_STAFF = _id(4911)

GOOD: dict[str, Row] = {
    "organisations": {
        "id": ORGANISATION,
        "code": "91510100MA6CGK4W87",
        "kinds": ["event_organiser", "merchant"],
        "name_zh": "成都会展公司",
        "name_en": "Chengdu Exhibition Company",
    },
    "organisation_licences": {
        "id": _id(4921),
        "organisation_id": ORGANISATION,
        "kind": "verification",
        "number": "V-1",
        "issuer": "省生态环境厅",
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2027, 1, 1),
        "added_by": STAFF,
    },
    "organisation_members": {
        "id": _id(4931),
        "organisation_id": ORGANISATION,
        "staff_id": STAFF,
        "duty": "owner",
        "added_by": STAFF,
    },
    "organisation_invitations": {
        "id": _id(4941),
        "organisation_id": ORGANISATION,
        "duties": ["editor"],
        "token_hash": DIGEST,
        "created_by": STAFF,
        "expires_at": NOW,
    },
    "event_organisations": {
        "event_id": EVENT,
        "id": _id(4951),
        "organisation_id": ORGANISATION,
        "part": "host",
        "added_by": STAFF,
    },
    "regulator_remits": {"id": _id(4961), "staff_id": STAFF, "agency": "sport", "given_by": STAFF},
}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("organisations_code_unique", {"id": OTHER_ORGANISATION}),
    ("organisations_code_form", {"id": OTHER_ORGANISATION, "code": "91510100MA6CGK4W8O"}),
    ("organisations_kinds_known", {"id": OTHER_ORGANISATION, "code": "N-ABCDEFGH", "kinds": ["bank"]}),
    ("organisations_kinds_known", {"id": OTHER_ORGANISATION, "code": "N-ABCDEFGH", "kinds": []}),
    ("organisations_state_known", {"id": OTHER_ORGANISATION, "code": "N-ABCDEFGH", "state": "new"}),
    ("organisations_state_explained", {"id": OTHER_ORGANISATION, "code": "N-ABCDEFGH", "state": "suspended"}),
    (
        "organisations_reviewed_by_whom",
        {"id": OTHER_ORGANISATION, "code": "N-ABCDEFGH", "reviewed_by": STAFF},
    ),
    ("organisation_licences_number_unique", {"id": _id(4922)}),
    ("organisation_licences_kind_known", {"id": _id(4922), "number": "2", "kind": "driving"}),
    ("organisation_licences_period_in_order", {"id": _id(4922), "number": "2", "valid_to": date(2025, 1, 1)}),
    (
        "organisation_licences_second_person",
        {"id": _id(4922), "number": "2", "confirmed_by": STAFF, "confirmed_at": NOW},
    ),
    ("organisation_licences_confirmed_by_whom", {"id": _id(4922), "number": "2", "confirmed_at": NOW}),
    ("organisation_licences_revocation_explained", {"id": _id(4922), "number": "2", "revoked_at": NOW}),
    ("organisation_members_duty_known", {"id": _id(4932), "duty": "boss"}),
    ("organisation_members_removed_by_whom", {"id": _id(4932), "duty": "editor", "removed_at": NOW}),
    ("organisation_invitations_token_unique", {"id": _id(4942)}),
    ("organisation_invitations_token_length", {"id": _id(4942), "token_hash": DIGEST[:31]}),
    ("organisation_invitations_duties_known", {"id": _id(4942), "token_hash": b"e" * 32, "duties": ["boss"]}),
    ("organisation_invitations_used_by_whom", {"id": _id(4942), "token_hash": b"e" * 32, "used_at": NOW}),
    ("event_organisations_part_known", {"event_id": OTHER_EVENT, "id": _id(4952), "part": "guest"}),
    ("event_organisations_removed_by_whom", {"id": _id(4952), "removed_at": NOW}),
    ("regulator_remits_bounded", {"id": _id(4962), "agency": None}),
    ("regulator_remits_ended_by_whom", {"id": _id(4962), "ended_at": NOW}),
    ("events_freeze_explained", {"id": OTHER_EVENT, "code": "ABCDE", "slug": "frozen", "frozen_at": NOW}),
)

KEYS = frozenset(
    {
        "organisations_pkey",
        "organisation_licences_pkey",
        "organisation_members_pkey",
        "organisation_invitations_pkey",
        "event_organisations_pkey",
        "regulator_remits_pkey",
    }
)
REFERENCES = frozenset(
    {
        "organisations_created_by_fkey",
        "organisations_reviewed_by_fkey",
        "organisation_licences_organisation_id_fkey",
        "organisation_licences_added_by_fkey",
        "organisation_licences_confirmed_by_fkey",
        "organisation_licences_revoked_by_fkey",
        "organisation_members_organisation_id_fkey",
        "organisation_members_staff_id_fkey",
        "organisation_members_added_by_fkey",
        "organisation_members_removed_by_fkey",
        "organisation_invitations_organisation_id_fkey",
        "organisation_invitations_created_by_fkey",
        "organisation_invitations_used_by_fkey",
        "event_organisations_event_id_fkey",
        "event_organisations_organisation_id_fkey",
        "event_organisations_added_by_fkey",
        "event_organisations_removed_by_fkey",
        "regulator_remits_staff_id_fkey",
        "regulator_remits_given_by_fkey",
        "regulator_remits_ended_by_fkey",
    }
)
