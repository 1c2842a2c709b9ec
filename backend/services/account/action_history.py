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

Row = Mapping[str, Any]

_REVIEWS = {
    "photo": (
        "照片待人工审核，通过后按行为当天入账。",
        "A person looks at the photo; once approved it counts on its day.",
    ),
    "speed": (
        "里程与用时不相称，待人工复核，通过后按行为当天入账。",
        "Distance and time do not fit together: a person looks at it; once approved it counts on its day.",
    ),
    "device": (
        "同一设备的记录异常频繁，待人工复核，通过后按行为当天入账。",
        "One device sent unusually much: a person looks at it; once approved it counts on its day.",
    ),
    "partner": (
        "合作方的数据待人工复核，通过后按行为当天入账。",
        "A person looks at what the partner sent; once approved it counts on its day.",
    ),
}
_PERIODS = {
    "trip": ("每次", "per trip"),
    "day": ("每日", "per day"),
    "week": ("每周", "per week"),
    "month": ("每月", "per month"),
    "year": ("每年", "per year"),
}
_RULES = {
    "self_checkins_per_day": ("当日自报次数已达上限", "no more self check-ins count on this day"),
    "scene_once_per_day": ("同类场景每天只计一次", "a kind of scene counts once a day"),
    "overlapping_trip": ("与同一时段的另一次出行重叠", "another trip was under way at that time"),
    "steps_in_ride": ("骑行或乘车时段内的步数已扣除", "steps made during a ride were taken off"),
    "grams_per_day": ("当日减排量已达个人上限", "the person's limit of grams for the day is reached"),
}


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
            return StateReason(code=f"review_{row['why']}", text=Statement(*_REVIEWS[row["why"]]))
        case "rejected":
            text = Statement(
                "人工审核未通过，未计减排量和积分。",
                "A person looked at it and did not approve it; nothing was booked.",
            )
            return StateReason(code="rejected", text=text, note=row["said"])
        case "reversed":
            text = Statement(
                "该记录已被冲正，减排量和积分已收回。", "It was taken back, and its grams and points with it."
            )
            return StateReason(code="reversed", text=text, note=row["said"])
    if row["capped_by"] is None:
        return None
    rule = _rule(row["capped_by"], catalogue.methods.get(row["method"]))
    if row["state"] == "capped":
        text = Statement(f"{rule.zh}，本次不计。", f"Not counted: {rule.en}.")
    else:
        text = Statement(f"{rule.zh}，本次计入部分。", f"Counted in part: {rule.en}.")
    return StateReason(code=row["capped_by"], text=text)


def _rule(name: str, method: Method | None) -> Statement:
    """The cap of the method, or the guard over all methods, in words."""
    cap = next((each for each in method.caps if each.name == name), None) if method else None
    if cap is None or method is None:
        return Statement(*_RULES.get(name, (f"已达上限（{name}）", f"a limit is reached ({name})")))
    period_zh, period_en = _PERIODS[cap.period]
    limit = f"{plain(cap.limit):,f}"
    if cap.kind == "count":
        return Statement(f"已达{period_zh} {limit} 次的上限", f"the limit of times {period_en} is {limit}")
    unit = method.unit_name
    return Statement(
        f"已达{period_zh} {limit} {unit['zh-CN']}的上限", f"the limit of {unit['en']} {period_en} is {limit}"
    )
