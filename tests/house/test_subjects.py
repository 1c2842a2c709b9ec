"""The same noun for a subject on every floor: who knows one folder of the house knows them all."""

from __future__ import annotations

from pathlib import Path

from tests.house.source import BACKEND, ROOT

SUBJECTS = {
    "account": "a citizen's points, actions, reports and sums as they see them",
    "actions": "low-carbon actions: quantified, backed by evidence, reviewed, given away",
    "badges": "an event's badges: issued, imported, printed, replaced",
    "catalogue": "methods, factors, sources and rules",
    "certificates": "certificates and the transparency log that proves them",
    "community": "consents, profiles, teams, leaderboards, medals, articles and the quiz",
    "complaints": "objections to decisions, reports of public claims, their answers",
    "credits": "credit products, projects, retired batches",
    "disclosure": "what the public is told at regular times: releases, figures",
    "evaluation": "credit scores and stars of organisations, demonstrations, certified scenes",
    "event_reports": "the report on an event",
    "events": "events: filed, moved through their life, joined, offset, watched live",
    "feeds": "facts of organisations for Tianfu Credit: published in one order, signed, handed over",
    "footprint": "what one attendance emits",
    "gates": "scanning devices and what passes a gate",
    "identity": "citizens' and staff's sessions, staff accounts, the record of what staff did",
    "imports": "table files that people send, and how they are read",
    "inventory": "activity data of a whole event, its people by stratum, its account",
    "issuance": "budgets that points are issued against, and points that wait for a proven act",
    "minors": "months of birth, guardians' consents, yearly figures on minors' data",
    "neutrality": "neutrality beyond events: a venue's or an enterprise's year, a period of somebody's life",
    "notifications": "what citizens are told",
    "operations": "jobs, health, the demo",
    "organisations": "organisations with their licences, members and invitations",
    "partners": "who reports actions for citizens that agreed",
    "rewards": "rewards, merchants, redemptions, vouchers",
    "search": "one search over everything that is public",
    "security": "what happens at the doors, on record; names that are reported",
    "supervision": "freezes, lists, cases, regulators' remits, inspections",
    "venue": "screens, posters, passes and companions",
    "verification": "a verifier's review of an event's account, line by line, and the signed opinion",
}

# What is of no single subject, floor by floor.
SHARED = {
    "domain": {
        "contribution",
        "days",
        "encryption",
        "folding",
        "keyboards",
        "scanned_texts",
        "mass",
        "qr_codes",
        "request_digests",
    },
    "messages": {"body_errors", "cursors", "encoding", "names", "shape"},
    "errors": {"facts", "fields"},
    "services": {"anomalies", "caching", "listing", "scanned_place"},
    "models": {"event_life", "jobs", "keys", "ledger", "offsets", "staff_sign_in"},
    "jobs": {"job", "leases", "metrics", "outbox", "schedule", "worker"},
    "storage/sql": {"audit", "ledger"},
    "ledger": {
        "audit",
        "batch",
        "command",
        "commands",
        "facts",
        "issuance_rows",
        "metrics",
        "queue",
        "rows",
        "rules",
        "state",
    },
    "render": {"drawing", "pages", "pictures", "sheets", "tables", "texts"},
    "static/js": {"account", "organiser", "phone", "scanner", "shared", "site", "staff"},
    "templates": {"account", "organiser", "phone", "scanner", "shared", "site", "staff"},
}

# A job is one module until its subject has several.
JOBS = {
    "complaint_deadlines": "complaints",
    "credit_scores": "evaluation",
    "ledger_audit": "operations",
    "log_integration": "certificates",
    "offset_waitlist": "events",
    "pending_items": "partners",
    "points_expiry": "account",
    "process_upkeep": "operations",
    "retention": "operations",
    "voucher_expiry": "rewards",
}

# How six use cases go through the house: the file on each floor, named by the subject or by the case itself.
USE_CASES = {
    "scan": (
        "routes/scans.py",
        "messages/events/scans.py",
        "services/venue/scans.py",
        "services/scanned_place.py",
        "ledger/commands/join_event.py",
        "domain/footprint/footprint.py",
        "templates/phone/phone.html",
    ),
    "certificate": (
        "routes/certificates.py",
        "messages/certificates.py",
        "errors/certificates.py",
        "services/certificates/certificates.py",
        "domain/certificates/document.py",
        "render/sheets/certificates.py",
        "render/pictures/certificate.py",
        "storage/sql/certificates/read_certificate.sql",
        "templates/site/certificate.html",
        "static/js/site/certificate.js",
    ),
    "redemption": (
        "routes/rewards.py",
        "messages/rewards.py",
        "errors/rewards.py",
        "services/rewards/rewards.py",
        "ledger/commands/redeem.py",
        "domain/rewards/vouchers.py",
        "storage/sql/rewards/read_my_redemptions.sql",
        "static/js/account/redemptions.js",
    ),
    "partner report": (
        "routes/partners.py",
        "messages/partners.py",
        "errors/partners.py",
        "services/partners/report_intake.py",
        "domain/partners/request_signature.py",
        "storage/sql/partners/read_partner_items.sql",
    ),
    "gate sync": (
        "routes/gate_scans.py",
        "messages/gates/gate_scans.py",
        "errors/gates.py",
        "services/gates/offline_sync.py",
        "domain/gates/gate_rules.py",
        "storage/sql/gates/lock_sync.sql",
        "static/js/scanner/queue_upload.js",
    ),
    "live stream": (
        "routes/live.py",
        "messages/events/events.py",
        "services/events/live_counts.py",
        "storage/live_counts/publisher.py",
        "static/js/shared/live_board.js",
    ),
}


def rooms_of(floor: Path) -> set[str]:
    return {
        path.stem
        for path in floor.iterdir()
        if not path.name.startswith("__") and path.suffix in ("", ".py", ".sql", ".js", ".html")
    }


def test_every_room_is_a_subject_of_the_house_or_shared_by_all() -> None:
    stray = {
        f"{floor}/{room}"
        for floor, shared in SHARED.items()
        for room in rooms_of(BACKEND / floor) - shared
        if room not in SUBJECTS and not (floor == "jobs" and JOBS.get(room) in SUBJECTS)
    }
    assert stray == set()


def test_what_is_called_shared_is_there() -> None:
    for floor, shared in SHARED.items():
        assert shared <= rooms_of(BACKEND / floor), floor
    assert set(JOBS) <= rooms_of(BACKEND / "jobs")


def test_every_subject_has_a_room_on_two_floors_at_least() -> None:
    for subject in SUBJECTS:
        floors = [
            floor
            for floor in ("domain", "messages", "errors", "services")
            if subject in rooms_of(BACKEND / floor)
        ]
        assert len(floors) >= 2 or subject == "footprint", (subject, floors)


def test_the_files_of_a_use_case_are_there() -> None:
    missing = {path for paths in USE_CASES.values() for path in paths if not (BACKEND / path).exists()}
    assert missing == set()


def test_tests_mirror_the_subjects_that_they_test() -> None:
    floors = {"domain": "domain", "jobs": "jobs", "services": "services", "routes": "routes"}
    for folder, floor in floors.items():
        found = {
            path.name
            for path in (ROOT / "tests" / folder).iterdir()
            if path.is_dir() and path.name != "__pycache__"
        }
        allowed = set(SUBJECTS) | ({"http"} if floor == "routes" else set())
        assert found <= allowed, folder
