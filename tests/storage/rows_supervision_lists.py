"""Rows of migration 0053: entries of the lists, appeals, cases, refused serials."""

from __future__ import annotations

from datetime import date

from tests.storage.rows_core import NOW, STAFF, Row, _id
from tests.storage.rows_organisations import ORGANISATION

ENTRY, _NEXT = _id(5301), _id(5302)

GOOD: dict[str, Row] = {
    "list_entries": {
        "id": ENTRY,
        "list": "black",
        "organisation_id": ORGANISATION,
        "state": "hearing",
        "reason": "伪造注销凭证",
        "evidence": '[{"title": "核查记录", "is_public": true}]',
        "publisher": "ecology_environment",
        "valid_to": date(2027, 12, 31),
        "proposed_by": STAFF,
        "proposed_at": NOW,
        "hearing_until": date(2026, 12, 31),
    },
    "list_appeals": {
        "id": _id(5311),
        "entry_id": ENTRY,
        "text": "凭证属实",
        "filed_by": STAFF,
        "filed_at": NOW,
    },
    "list_cases": {
        "id": _id(5321),
        "rule": "speculation",
        "subject": "event:fair",
        "organisation_id": ORGANISATION,
        "facts": "{}",
        "facts_digest": b"d" * 32,
        "found_at": NOW,
    },
    "serial_refusals": {
        "id": _id(5331),
        "code": "serials_overlap",
        "staff_id": STAFF,
        "tried": "CCER-1 to CCER-9",
    },
}

_PUBLISHED: Row = {"id": _NEXT, "list": "green", "state": "published"}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("list_entries_list_known", {"id": _NEXT, "list": "grey"}),
    ("list_entries_state_known", {"id": _NEXT, "state": "secret"}),
    ("list_entries_rule_named", {"id": _NEXT, "list": "negative"}),
    ("list_entries_evidence_given", {"id": _NEXT, "list": "green", "evidence": "[]"}),
    ("list_entries_period_in_order", {"id": _NEXT, "list": "green", "valid_from": date(2028, 1, 1)}),
    ("list_entries_hearing_first", {"id": _NEXT, "hearing_until": None}),
    ("list_entries_statement_whole", {"id": _NEXT, "list": "green", "statement": "?"}),
    ("list_entries_publication_whole", _PUBLISHED),
    ("list_entries_removal_whole", {"id": _NEXT, "list": "green", "removal_reason": "?"}),
    ("list_entries_end_dated", {"id": _NEXT, "list": "green", "ended_at": NOW}),
    ("list_appeals_entry_id_unique", {"id": _id(5312)}),
    (
        "list_appeals_state_known",
        {"id": _id(5312), "state": "maybe", "decided_at": NOW, "decided_by": STAFF, "decision_reason": "?"},
    ),
    ("list_appeals_decision_whole", {"id": _id(5312), "state": "upheld"}),
    ("list_cases_facts_once", {"id": _id(5322), "state": "dismissed", "decided_at": NOW}),
    ("list_cases_state_known", {"id": _id(5322), "state": "forgotten", "decided_at": NOW}),
    ("list_cases_decision_whole", {"id": _id(5322), "subject": "event:other", "decided_at": NOW}),
    ("list_cases_entry_named", {"id": _id(5322), "subject": "event:other", "entry_id": ENTRY}),
)

KEYS = frozenset({"list_entries_pkey", "list_appeals_pkey", "list_cases_pkey", "serial_refusals_pkey"})
REFERENCES = frozenset(
    {
        "list_entries_organisation_id_fkey",
        "list_entries_proposed_by_fkey",
        "list_entries_statement_by_fkey",
        "list_entries_confirmed_by_fkey",
        "list_entries_removal_proposed_by_fkey",
        "list_entries_ended_by_fkey",
        "list_appeals_entry_id_fkey",
        "list_appeals_filed_by_fkey",
        "list_appeals_decided_by_fkey",
        "list_cases_organisation_id_fkey",
        "list_cases_decided_by_fkey",
        "list_cases_entry_id_fkey",
        "serial_refusals_staff_id_fkey",
        "serial_refusals_developer_id_fkey",
    }
)
