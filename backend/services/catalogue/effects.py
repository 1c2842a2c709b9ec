"""Computes what drafts of the catalogue would have changed of the last days, some hundred citizens at a time.

Done by a worker: the actions of a city's month take minutes of a processor. What is counted is kept after each step,
so that a worker that dies goes on where it stopped, and a draft that was edited meanwhile begins anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import msgspec

from backend.catalogue import Catalogue
from backend.domain.actions.draft_effect import Effect, PastAction, add_method, add_rule
from backend.domain.actions.quantification import Quantified, Usage, quantify
from backend.domain.catalogue.factors import Method, PointRule
from backend.messages.catalogue.administration import MethodVersionRequest, PointRuleRequest
from backend.models import CatalogueDraft
from backend.services.catalogue.administration import changed_method, learn_published, new_rule
from backend.storage.database import Database
from backend.storage.statements import read

DAYS = 30
CITIZENS_PER_STEP = 200
FIRST = UUID(int=0)


async def compute_effects(database: Database, catalogue: Catalogue, today: date) -> int:
    """Finish the effects of every draft that waits for one; returns how many steps that took."""
    await learn_published(database, catalogue)
    steps = 0
    for draft in await CatalogueDraft.filter(state="draft", effect_done_at=None).order_by("id"):
        while await _step(database, catalogue, draft, today):
            steps += 1
    return steps


async def _step(database: Database, catalogue: Catalogue, draft: CatalogueDraft, today: date) -> bool:
    """Count some citizens more. False when nothing is left, or somebody edited the draft."""
    effect = await _begun(database, draft, today)
    rows = await read(database, "read_effect_citizens", draft.effect_cursor or FIRST, CITIZENS_PER_STEP)
    citizens = [row["id"] for row in rows]
    if citizens:
        only = draft.subject if draft.kind == "method" else None
        found = await read(database, "read_effect_actions", citizens, effect.first_day, effect.last_day, only)
        actions = [_past(row) for row in found]
        await asyncio.to_thread(_count(catalogue, draft, today), effect, actions)
    effect.citizens_done += len(citizens)
    is_done = len(citizens) < CITIZENS_PER_STEP
    if is_done:
        effect.citizens_total = effect.citizens_done
    columns: dict[str, Any] = {"effect": msgspec.to_builtins(effect)}
    columns["effect_cursor"] = citizens[-1] if citizens else draft.effect_cursor
    if is_done:
        columns["effect_done_at"] = datetime.now(UTC)
    kept = await CatalogueDraft.filter(
        id=draft.id, revision=draft.revision, state="draft", effect_done_at=None
    ).update(**columns)
    draft.effect, draft.effect_cursor = columns["effect"], columns["effect_cursor"]
    return bool(kept) and not is_done


async def _begun(database: Database, draft: CatalogueDraft, today: date) -> Effect:
    if draft.effect is not None:
        return msgspec.convert(draft.effect, Effect)
    citizens = (await read(database, "count_citizens"))[0]["citizens"]
    return Effect(first_day=today - timedelta(days=DAYS), last_day=today, citizens_total=citizens)


def _past(row: Mapping[str, Any]) -> PastAction:
    parameters = msgspec.json.decode(row["parameters"]) if row["parameters"] else {}
    return PastAction(
        **{name: row[name] for name in PastAction.__struct_fields__ if name != "parameters"},
        parameters=parameters,
    )


def _count(catalogue: Catalogue, draft: CatalogueDraft, today: date) -> Any:
    if draft.kind == "method":
        method = method_of(catalogue, draft.subject, draft.body)
        rule = catalogue.point_rule_on(today)
        return partial(
            add_method,
            current=partial(catalogue.method_on, draft.subject),
            draft=method,
            quantify=partial(_quantified, catalogue, rule),
        )
    fixed = frozenset(code for code, method in catalogue.methods.items() if method.formula is None)
    return partial(add_rule, current=catalogue.point_rule_on(today), draft=rule_of(draft.body), fixed=fixed)


def _quantified(
    catalogue: Catalogue, rule: PointRule, method: Method, action: PastAction, usage: Mapping[str, Usage]
) -> Quantified:
    return quantify(
        method,
        catalogue.factor_sets[action.factor_set],
        catalogue.factors,
        action.quantity,
        action.parameters,
        action.tier,
        rule=rule,
        usage=usage,
    )


def method_of(catalogue: Catalogue, code: str, body: Mapping[str, Any]) -> Method:
    """The version that a draft of a method makes. Raises CatalogueInvalid."""
    return changed_method(catalogue.methods[code], request_of(body))


def request_of(body: Mapping[str, Any]) -> MethodVersionRequest:
    """A draft's body as the request that it came as."""
    return msgspec.convert({**body, "reason": "."}, MethodVersionRequest)


def rule_of(body: Mapping[str, Any]) -> PointRule:
    """The points rule that a draft makes."""
    return new_rule(rule_request_of(body))


def rule_request_of(body: Mapping[str, Any]) -> PointRuleRequest:
    return msgspec.convert({**body, "reason": "."}, PointRuleRequest)
