"""A citizen's actions as they see them: state, reason in both languages, what became of the grams."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from backend.catalogue import Catalogue
from backend.domain.catalogue.factors import Method
from backend.messages.actions.actions import ActionBrief, Reduced, StateReason
from backend.messages.catalogue.catalogue import bilingual
from backend.messages.shape import Bilingual, Statement
from backend.texts import both, has_text, say

Row = Mapping[str, Any]


def action_brief(row: Row, catalogue: Catalogue) -> ActionBrief:
    """An action of `read_my_actions` or `read_my_action`."""
    reductions = row["reductions"]
    return ActionBrief(
        id=str(row["id"]),
        method=row["method"],
        name=method_name(row["method"], catalogue),
        method_version=row["method_version"],
        factor_set=row["factor_set"],
        quantity=plain(row["quantity"]),
        credited_quantity=plain(row["credited_quantity"]) or Decimal(0),
        tier=row["tier"],
        occurred_at=row["occurred_at"],
        ended_at=row["ended_at"],
        day=row["day"],
        logged_at=row["created_at"],
        scene_kind=row["scene_kind"],
        reduction_g=row["reduction_g"],
        points=row["points"],
        state=row["state"],
        reason=_reason(row, catalogue),
        expected_by=row["expected_by"],
        capped_by=row["capped_by"],
        reductions=msgspec.json.decode(reductions, type=list[Reduced], strict=False) if reductions else [],
        claim_state=row["claim_state"],
    )


def method_name(code: str, catalogue: Catalogue) -> Bilingual:
    """A method's name; its code where the catalogue has lost it."""
    method = catalogue.methods.get(code)
    return bilingual(method.name) if method else Bilingual(code, code)


def plain(value: Decimal | None) -> Decimal | None:
    """Without the column's trailing zeros: 5 stays 5."""
    if value is None:
        return None
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _reason(row: Row, catalogue: Catalogue) -> StateReason | None:
    match row["state"]:
        case "pending":
            return StateReason(code=f"review_{row['why']}", text=_said(f"action.review.{row['why']}"))
        case "rejected" | "reversed" as state:
            return StateReason(code=state, text=_said(f"action.{state}"), note=row["said"])
    if row["capped_by"] is None:
        return None
    method = catalogue.methods.get(row["method"])
    key = "action.capped" if row["state"] == "capped" else "action.capped.part"
    text = Statement(
        *(say(language, key, rule=_rule(row["capped_by"], method, language)) for language in ("zh-CN", "en"))
    )
    return StateReason(code=row["capped_by"], text=text)


def _said(key: str) -> Statement:
    return Statement(*both(key))


def _rule(name: str, method: Method | None, language: str) -> str:
    """A cap of the method, or a guard over all methods, in words."""
    cap = next((each for each in method.caps if each.name == name), None) if method else None
    if cap is None or method is None:
        key = f"action.rule.{name}"
        return say(language, key) if has_text(key) else say(language, "action.rule.other", name=name)
    return say(
        language,
        "action.rule.count" if cap.kind == "count" else "action.rule.amount",
        period=say(language, f"action.period.{cap.period}"),
        limit=f"{plain(cap.limit):,f}",
        unit=method.unit_name[language],
    )
