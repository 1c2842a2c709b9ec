"""Refusals of donations, reduction claims and reversals."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class CauseNotFound(NotFound):
    code = "cause_not_found"
    title_zh, title_en = "没有这个公益项目", "There is no such cause"


class CauseClosed(Refusal):
    status, code = 409, "cause_closed"
    title_zh, title_en = "该公益项目已不再接受捐赠", "This cause takes no more donations"


class CauseSlugTaken(Refusal):
    status, code = 409, "cause_slug_taken"
    title_zh, title_en = "该公益项目标识已被使用", "A cause with this slug exists"


class NothingToDonate(Refusal):
    status, code = 409, "nothing_to_donate"
    title_zh, title_en = "没有可捐赠的减排量", "There is no reduction to give"
    detail_zh = (
        "只有经过核实、仍归个人所有、且整笔不超过所选数量的行为可以捐赠；您目前共有 {personal_g} 克可捐。"
    )
    detail_en = (
        "Whole actions with evidence that are still personal and fit into the grams asked for can be given; "
        "{personal_g} g are yours in all."
    )


class NothingToClaim(Refusal):
    status, code = 409, "nothing_to_claim"
    title_zh, title_en = "没有仍归个人所有的减排量", "There is no personal reduction left"
    detail_zh = "只有经过核实、仍归个人所有、且整笔不超过所选数量的行为可以转出；目前共有 {personal_g} 克。"
    detail_en = (
        "Whole actions with evidence that are still personal and fit into the grams asked for can be moved; "
        "there are {personal_g} g in all."
    )


class ActionNotFound(NotFound):
    code = "action_not_found"
    title_zh, title_en = "没有这条行为记录", "There is no such action"


class ActionReversed(Refusal):
    status, code = 409, "action_reversed"
    title_zh, title_en = "该行为已被撤销", "This action was reversed before"
    detail_zh = "一条行为只能撤销一次；它已于 {at} 撤销。"
    detail_en = "An action is reversed once; this one was at {at}."


class ActionClaimed(Refusal):
    status, code = 409, "action_claimed"
    title_zh, title_en = (
        "该行为的减排量已转出，不能撤销",
        "The action's reduction was given away: it cannot be reversed",
    )
    detail_zh = "其减排量的状态为 {claim_state}；已公布的捐赠或归集数量不会被悄悄减少。"
    detail_en = "Its reduction is {claim_state}; a public total is not made smaller afterwards."


class PartnerItemNotFound(NotFound):
    code = "partner_item_not_found"
    title_zh, title_en = "没有这个编号的上报记录", "Nothing was credited under this id"
