"""Detectors of the negative list: each asks the database once a night and raises a case of what it finds.

A case says numbers, codes and slugs, never who a person is. Nothing follows from a case by itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from tortoise.exceptions import IntegrityError

from backend.catalogue.negative_rules import load_negative_rules
from backend.domain.supervision.negative_rules import NegativeRuleText
from backend.models import ListCase
from backend.storage.database import Database
from backend.storage.statements import read

Thresholds = Callable[[NegativeRuleText], tuple[int, ...]]

DETECTORS: Mapping[str, tuple[str, Thresholds]] = {
    "resale": ("detect_resale", lambda rule: (rule.count_min, rule.share_pct_min)),
    "speculation": ("detect_speculation", lambda rule: (rule.count_min, rule.grams_min)),
    "self_dealing": ("detect_self_dealing", lambda rule: ()),
    "false_serials": ("detect_false_serials", lambda rule: (rule.count_min,)),
    "many_accounts": ("detect_many_accounts", lambda rule: (rule.count_min,)),
}
"""By the rule: the statement that looks for it, and the thresholds that it takes after the day since when it looks."""


class DetectorRun(msgspec.Struct):
    """What a night's run found: cases raised, and open ones whose facts grew."""

    raised: int = 0
    updated: int = 0


async def detect(database: Database, at: datetime) -> DetectorRun:
    """Look for what breaks a rule of the negative list. Twice finds no more than once."""
    run = DetectorRun()
    for code, rule in load_negative_rules().items():
        since = at - timedelta(days=rule.window_days)
        statement, thresholds = DETECTORS[code]
        for row in await read(database, statement, since, *thresholds(rule)):
            facts = msgspec.json.decode(row["facts"])
            await _raise(database, code, row["subject"], row["organisation_id"], facts, at, run)
    return run


async def _raise(
    database: Database,
    rule: str,
    subject: str,
    organisation_id: UUID | None,
    facts: dict[str, Any],
    at: datetime,
    run: DetectorRun,
) -> None:
    """Raise a case, or bring an open one up to date. What people have decided already raises nothing again."""
    digest = hashlib.sha256(msgspec.json.encode(facts, order="sorted")).digest()
    if await ListCase.exists(rule=rule, subject=subject, facts_digest=digest):
        return
    try:
        async with database.transaction():
            standing = await ListCase.filter(rule=rule, subject=subject, state="open").select_for_update()
            if standing:
                changed = {"facts": facts, "facts_digest": digest, "found_at": at}
                await ListCase.filter(id=standing[0].id).update(**changed)
                run.updated += 1
                return
            await ListCase.create(
                rule=rule,
                subject=subject,
                organisation_id=organisation_id,
                facts=facts,
                facts_digest=digest,
                found_at=at,
            )
            run.raised += 1
    except IntegrityError:
        # Another worker was quicker.
        return
