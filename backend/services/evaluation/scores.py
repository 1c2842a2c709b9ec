"""Rates organisations from stored facts, and shows the result with each point explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from backend.catalogue import Catalogue
from backend.domain.evaluation.criteria import CriteriaSet, set_on
from backend.domain.evaluation.score import FACTS, Score, corrected, rate
from backend.domain.inventory.account import MEASURED_TIER_MAX
from backend.messages.evaluation.scores import CreditPoint, CreditResult, OrganisationCredit
from backend.messages.shape import Bilingual, view_of
from backend.models import CreditObjection, CreditScore, Organisation
from backend.services.evaluation.criteria import cap_view, rating_label, source_of, statement_of
from backend.services.organisations.organisations import public_organisation
from backend.storage.database import Database
from backend.storage.statements import read

SET = "organisations"
HISTORY_MAX = 24


async def gather_facts(
    database: Database, criteria: CriteriaSet, ids: Sequence[UUID], day: date
) -> dict[UUID, dict[str, int]]:
    """The facts of organisations as of a day, with what upheld objections corrected."""
    rows = await read(
        database, "read_credit_facts", list(ids), day, criteria.effective_from, MEASURED_TIER_MAX
    )
    facts = {row["organisation_id"]: {name: int(row[name]) for name in FACTS} for row in rows}
    for row in await read(database, "read_corrections", list(ids)):
        of = row["organisation_id"]
        facts[of] = corrected(criteria, facts[of], {row["fact"]: row["corrected"]})
    return facts


async def compute_scores(database: Database, catalogue: Catalogue, ids: Sequence[UUID], day: date) -> int:
    """Store the score of each organisation whose facts or criteria changed. Returns how many were stored."""
    criteria = set_on(catalogue.criteria, SET, day)
    facts = await gather_facts(database, criteria, ids, day)
    last = {row["organisation_id"]: row for row in await read(database, "read_newest_scores", list(ids))}
    changed = [
        _score_of(each, criteria, facts[each], day)
        for each in facts
        if each not in last
        or last[each]["criteria_version"] != criteria.version
        or _read(last[each]["facts"]) != facts[each]
    ]
    if changed:
        await CreditScore.bulk_create(changed)
    return len(changed)


def _read(facts: Any) -> dict[str, int]:
    return msgspec.json.decode(facts, type=dict[str, int]) if isinstance(facts, str) else dict(facts)


def _score_of(organisation_id: UUID, criteria: CriteriaSet, facts: dict[str, int], day: date) -> CreditScore:
    score = rate(criteria, facts)
    return CreditScore(
        organisation_id=organisation_id,
        criteria_version=criteria.version,
        score=score.score,
        stars=score.stars,
        facts=facts,
        points=_kept(score),
        as_of=day,
    )


def _kept(score: Score) -> list[dict[str, object]]:
    return [msgspec.to_builtins(each) for each in score.points]


def recompute(catalogue: Catalogue, stored: CreditScore) -> bool:
    """Whether the stored facts and criteria give the stored result again."""
    criteria = catalogue.criteria.get((SET, stored.criteria_version))
    if criteria is None:
        return False
    again = rate(criteria, stored.facts)
    return (again.score, again.stars, _kept(again)) == (stored.score, stored.stars, stored.points)


async def show_credit(catalogue: Catalogue, code: str) -> OrganisationCredit:
    """An organisation's score as anybody may read it. Raises OrganisationNotFound."""
    organisation = await public_organisation(code)
    rows = await CreditScore.filter(organisation_id=organisation.id).order_by("-id").limit(HISTORY_MAX)
    newest = rows[0] if rows else None
    not_rated = _why_not(organisation, newest)
    shown = newest if not_rated is None else None
    objections: dict[str, str] = {}
    if shown is not None:
        for each in await CreditObjection.filter(organisation_id=organisation.id).order_by("id"):
            objections[each.criterion] = each.decision or "open"
    return OrganisationCredit(
        code=organisation.code,
        name=Bilingual(organisation.name_zh, organisation.name_en),
        score=shown.score if shown else None,
        stars=shown.stars if shown else None,
        not_rated=not_rated,  # type: ignore[arg-type]
        as_of=newest.as_of if newest else None,
        criteria_version=newest.criteria_version if newest else None,
        is_recomputed=newest is not None and recompute(catalogue, newest),
        label=rating_label(),
        points=_points(catalogue, shown, objections),
        limits=_limits(catalogue, shown),
        history=[view_of(CreditResult, row) for row in rows],
    )


def _why_not(organisation: Organisation, newest: CreditScore | None) -> str | None:
    if organisation.state != "active":
        return "not_active"
    if newest is None:
        return "not_computed"
    return "not_enough_facts" if newest.score is None else None


def _points(
    catalogue: Catalogue, shown: CreditScore | None, objections: Mapping[str, str]
) -> list[CreditPoint]:
    if shown is None:
        return []
    criteria = {each.id: each for each in catalogue.criteria[(SET, shown.criteria_version)].criterion}
    return [
        view_of(
            CreditPoint,
            point,
            points=Decimal(str(point["points"])),
            name=statement_of(criteria[str(point["criterion"])].name),
            about=statement_of(criteria[str(point["criterion"])].about),
            source=source_of(catalogue, criteria[str(point["criterion"])].source_id),
            objection=objections.get(str(point["criterion"])),
        )
        for point in shown.points
    ]


def _limits(catalogue: Catalogue, shown: CreditScore | None) -> list[Any]:
    if shown is None:
        return []
    caps = catalogue.criteria[(SET, shown.criteria_version)].cap
    return [cap_view(catalogue, each) for each in caps if shown.facts[each.fact] > 0]
