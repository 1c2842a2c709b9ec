"""Rows of consents, profiles, teams and medals that are accepted, and the changes that must be refused."""

from __future__ import annotations

from datetime import date, timedelta

from tests.storage.rows_core import CITIZEN, NOW, OTHER_CITIZEN, Row, _id

TEAM, OTHER_TEAM = _id(601), _id(602)

GOOD: dict[str, Row] = {
    "consents": {
        "citizen_id": CITIZEN,
        "scope": "leaderboard",
        "revision": 1,
        "is_granted": True,
        "policy_version": "2026.1",
        "decided_at": NOW,
    },
    "profiles": {"citizen_id": CITIZEN, "district": "wuhou", "shows_name": True, "changed_at": NOW},
    "teams": {
        "id": TEAM,
        "code": "0123456789",
        "kind": "company",
        "name": "团队",
        "district": None,
        "owner_id": CITIZEN,
        "members": 10_000,
        "is_open": True,
    },
    "team_members": {
        "citizen_id": CITIZEN,
        "team_id": TEAM,
        "joined_at": NOW,
        "kind": "company",
        "left_at": None,
    },
    "team_days": {"team_id": TEAM, "day": date(2026, 11, 1), "actions": 0, "reduction_g": 0, "points": 0},
    "medals": {"citizen_id": CITIZEN, "medal": "first_action", "level": 1, "earned_at": NOW},
}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("consents_one_after_another", {"is_granted": False}),
    ("consents_revision_positive", {"revision": 0}),
    ("consents_scope_form", {"scope": "Leaderboard"}),
    ("consents_scope_form", {"scope": "s" * 41}),
    ("profiles_district_form", {"citizen_id": OTHER_CITIZEN, "district": "武侯"}),
    ("teams_code_unique", {"id": OTHER_TEAM}),
    ("teams_code_form", {"id": OTHER_TEAM, "code": "012345678"}),
    ("teams_code_form", {"id": OTHER_TEAM, "code": "O123456789"}),
    ("teams_kind_known", {"id": OTHER_TEAM, "code": "ABCDEFGHJK", "kind": "family"}),
    ("teams_name_short", {"id": OTHER_TEAM, "code": "ABCDEFGHJK", "name": "n"}),
    ("teams_name_short", {"id": OTHER_TEAM, "code": "ABCDEFGHJK", "name": "n" * 41}),
    ("teams_district_form", {"id": OTHER_TEAM, "code": "ABCDEFGHJK", "district": "武侯"}),
    ("teams_members_bounded", {"id": OTHER_TEAM, "code": "ABCDEFGHJK", "members": -1}),
    ("teams_members_bounded", {"id": OTHER_TEAM, "code": "ABCDEFGHJK", "members": 10_001}),
    (
        "team_members_leave_after_joining",
        {"citizen_id": OTHER_CITIZEN, "left_at": NOW - timedelta(seconds=1)},
    ),
    ("team_members_kind_known", {"citizen_id": OTHER_CITIZEN, "kind": "family"}),
    ("team_members_one_of_a_kind", {"team_id": OTHER_TEAM}),
    ("team_days_sums_not_negative", {"team_id": OTHER_TEAM, "actions": -1}),
    ("team_days_sums_not_negative", {"team_id": OTHER_TEAM, "reduction_g": -1}),
    ("team_days_sums_not_negative", {"team_id": OTHER_TEAM, "points": -1}),
    ("medals_once_per_level", {"earned_at": NOW + timedelta(days=1)}),
    ("medals_level_positive", {"level": 0}),
    ("medals_medal_form", {"medal": "First action"}),
)

KEYS = frozenset({"profiles_pkey", "teams_pkey", "team_members_pkey", "team_days_pkey"})
REFERENCES: frozenset[str] = frozenset()
