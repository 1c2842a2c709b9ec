"""Rows of jobs, the outbox, notices and subscriptions: good ones, and what must be refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

Row = dict[str, Any]


def _id(number: int) -> UUID:
    return UUID(int=number)


CITIZEN, OTHER = _id(13), _id(91)
NOW = datetime(2026, 11, 1, 4, tzinfo=UTC)

GOOD: dict[str, Row] = {
    "jobs": {
        "name": "points_expiry",
        "rhythm_zh": "每 1 小时",
        "rhythm_en": "every 1 h",
        "about_zh": "将到期积分记出",
        "about_en": "Book off points that ran out",
        "next_at": NOW,
        "lease_until": NOW,
        "leased_by": "host:1",
        "failures": 0,
        "runs": 0,
    },
    "outbox": {
        "citizen_id": CITIZEN,
        "id": _id(801),
        "kind": "notice",
        "topic_key": "k" * 80,
        "body": "{}",
        "attempts": 0,
        "done_at": None,
        "failed_at": None,
        "last_error": None,
    },
    "notices": {
        "citizen_id": CITIZEN,
        "id": _id(802),
        "kind": "monthly_report",
        "topic_key": "2026-10",
        "facts": "{}",
        "delivery": "inbox",
    },
    "subscriptions": {
        "citizen_id": CITIZEN,
        "template": "monthly_report",
        "accepts": 1000,
        "language": "en",
    },
}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("jobs_name_form", {"name": "Points"}),
    ("jobs_name_form", {"name": "p" * 41}),
    ("jobs_lease_whole", {"name": "other", "leased_by": None}),
    ("jobs_lease_whole", {"name": "other", "lease_until": None}),
    ("jobs_counts_not_negative", {"name": "other", "failures": -1}),
    ("jobs_counts_not_negative", {"name": "other", "runs": -1}),
    ("outbox_once_per_topic", {"id": OTHER}),
    ("outbox_topic_short", {"id": OTHER, "topic_key": "k" * 81}),
    ("outbox_topic_short", {"id": OTHER, "topic_key": ""}),
    ("outbox_attempts_not_negative", {"id": OTHER, "topic_key": "k", "attempts": -1}),
    (
        "outbox_ends_one_way",
        {"id": OTHER, "topic_key": "k", "done_at": NOW, "failed_at": NOW, "last_error": "x"},
    ),
    ("outbox_failed_with_reason", {"id": OTHER, "topic_key": "k", "failed_at": NOW}),
    ("notices_once_per_topic", {"id": OTHER}),
    ("notices_topic_short", {"id": OTHER, "topic_key": "k" * 81}),
    ("notices_delivery_known", {"id": OTHER, "topic_key": "k", "delivery": "lost"}),
    ("subscriptions_template_known", {"template": "advertisement"}),
    ("subscriptions_accepts_bounded", {"template": "offset_done", "accepts": -1}),
    ("subscriptions_accepts_bounded", {"template": "offset_done", "accepts": 1001}),
    ("subscriptions_language_known", {"template": "offset_done", "language": "fr"}),
)

KEYS = frozenset({"jobs_pkey", "notices_pkey", "outbox_pkey", "subscriptions_pkey"})
REFERENCES: frozenset[str] = frozenset()
