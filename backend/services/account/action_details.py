"""One action of a citizen, explained: the factors it was computed with, its points, its review, its claim."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from backend.catalogue import Catalogue
from backend.domain.actions.quantification import quantify
from backend.domain.catalogue.factors import FactorLine, Method
from backend.domain.catalogue.refusals import CalculationRefusal
from backend.errors.actions.reduction_claims import ActionNotFound
from backend.messages.actions.actions import ActionClaim, ActionDetail, ActionReversal, ActionReview
from backend.messages.actions.reduction_claims import CauseBrief
from backend.messages.catalogue.catalogue import bilingual, factor_use
from backend.messages.shape import Bilingual
from backend.models.keys import parse_uuid
from backend.services.account.action_history import Row, action_brief
from backend.services.account.points import FIRST, LAST, NEWEST, points_entry
from backend.storage.database import Database
from backend.storage.statements import read

TRANSFERS_MAX = 100


async def action_detail(
    database: Database, catalogue: Catalogue, citizen_id: UUID, id_text: str
) -> ActionDetail:
    """An action with how its numbers came about. Raises ActionNotFound, also for another citizen's."""
    try:
        action_id = parse_uuid(id_text)
    except ValueError:
        raise ActionNotFound from None
    rows = await read(database, "read_my_action", citizen_id, action_id)
    if not rows:
        raise ActionNotFound
    row = rows[0]
    method = await pinned_method(database, catalogue, row)
    moved = await read(
        database, "read_entries", citizen_id, NEWEST, TRANSFERS_MAX, None, action_id, FIRST, LAST
    )
    brief = action_brief(row, catalogue)
    parameters: dict[str, Any] = msgspec.json.decode(row["parameters"]) if row["parameters"] else {}
    is_silent = row["quantity"] is None and method.formula_silent is not None
    return ActionDetail(
        **{name: getattr(brief, name) for name in brief.__struct_fields__},
        unit=(method.unit_silent if is_silent else None) or method.unit,
        unit_name=bilingual(method.unit_name),
        baseline=bilingual(method.baseline),
        formula=method.formula_silent if is_silent else method.formula,
        parameters=parameters,
        point_rule=row["point_rule"],
        explanation=[factor_use(line) for line in explain(catalogue, method, row, parameters)],
        event=Bilingual(row["event_zh"], row["event_en"]) if row["slug"] else None,
        event_slug=row["slug"],
        scene=Bilingual(row["scene_zh"], row["scene_en"]) if row["scene_zh"] else None,
        transfers=[points_entry(each, catalogue) for each in moved],
        review=_review(row),
        reversal=_reversal(row),
        claim=_claim(row),
    )


async def pinned_method(database: Database, catalogue: Catalogue, row: Row) -> Method:
    """The version of a method that an action was computed with, read from the database if it is no longer loaded."""
    code, version = row["method"], row["method_version"]
    versions = [*catalogue.versions.get(code, []), catalogue.methods.get(code)]
    if version is None:
        return catalogue.method_on(code, row["day"])
    for method in versions:
        if method is not None and method.version == version:
            return method
    kept = await read(database, "read_pinned_method", code, version)
    if kept:
        return msgspec.json.decode(kept[0]["body"], type=Method, strict=False)
    return catalogue.method_on(code, row["day"])


def explain(
    catalogue: Catalogue, method: Method, row: Row, parameters: dict[str, Any]
) -> tuple[FactorLine, ...]:
    """The factors of an action, line by line, as its first answer showed them."""
    factor_set = catalogue.factor_sets.get(row["factor_set"] or catalogue.default_factor_set)
    if factor_set is None:
        return ()
    rule = catalogue.point_rules.get(row["point_rule"] or "") or catalogue.point_rule_on(row["day"])
    try:
        return quantify(
            method, factor_set, catalogue.factors, row["quantity"], parameters, row["tier"], rule=rule
        ).lines
    except (CalculationRefusal, KeyError):
        # The version at hand no longer allows what the citizen logged then: better no lines than wrong ones.
        return ()


def _review(row: Row) -> ActionReview | None:
    if row["review_state"] is None:
        return None
    return ActionReview(
        why=row["review_why"],
        state=row["review_state"],
        asked_at=row["review_asked_at"],
        expected_by=row["review_expected_by"],
        decided_at=row["review_decided_at"],
        reason=row["review_reason"],
        booked_at=row["review_booked_at"],
    )


def _reversal(row: Row) -> ActionReversal | None:
    if row["reversed_at"] is None:
        return None
    return ActionReversal(
        reversed_at=row["reversed_at"],
        reason=row["reversal_reason"],
        points=row["reversed_points"],
        points_short=row["points_short"],
    )


def _claim(row: Row) -> ActionClaim | None:
    if row["claimed_at"] is None:
        return None
    cause = None
    if row["cause"] is not None:
        cause = CauseBrief(slug=row["cause"], name=Bilingual(row["cause_zh"], row["cause_en"]))
    return ActionClaim(
        claim_state=row["claim_state"], grams=row["claimed_g"], claimed_at=row["claimed_at"], cause=cause
    )
