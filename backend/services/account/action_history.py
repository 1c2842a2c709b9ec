"""A citizen's actions as they read them: state, reason in both languages, what became of the grams."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from backend.catalogue import Catalogue
from backend.domain.actions.quantification import plain
from backend.domain.catalogue.factors import Method
from backend.messages.actions.actions import ActionBrief, Reduced, StateReason
from backend.messages.catalogue.catalogue import bilingual
from backend.messages.shape import Bilingual, Statement, view_of
from backend.texts import both, has_text, say

Row = Mapping[str, Any]


def action_brief(row: Row, catalogue: Catalogue) -> ActionBrief:
    """A row of `read_my_actions` or `read_my_action` as lists show it."""
    reductions = row["reductions"]
    return view_of(
        ActionBrief,
        row,
        id=str(row["id"]),
        name=method_name(row["method"], catalogue),
        quantity=plain(row["quantity"]),
        credited_quantity=plain(row["credited_quantity"]) or Decimal(0),
        logged_at=row["created_at"],
        reason=_reason(row, catalogue),
        reductions=msgspec.json.decode(reductions, type=list[Reduced], strict=False) if reductions else [],
    )


def method_name(code: str, catalogue: Catalogue) -> Bilingual:
    """A method's name, or its code when the catalogue no longer has it."""
    method = catalogue.methods.get(code)
    return bilingual(method.name) if method else Bilingual(code, code)


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
    """The cap of the method, or the guard over all methods, in words."""
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
