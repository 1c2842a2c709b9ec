"""Refusals of consents, profiles, teams and leaderboards."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class ConsentScopeUnknown(Refusal):
    status, code = 422, "consent_scope_unknown"
    title_zh, title_en = "没有这项授权", "There is no such consent"
    detail_zh, detail_en = "可授权的项目：{scopes}。", "One may consent to: {scopes}."


class ConsentWithdrawn(Refusal):
    status, code = 409, "consent_withdrawn"
    title_zh, title_en = "您已撤回这项授权", "You took this consent back"
    detail_zh, detail_en = (
        "可在“授权”中重新同意：{scope}。",
        "Agree to it again among your consents: {scope}.",
    )


class DistrictUnknown(Refusal):
    status, code = 422, "district_unknown"
    title_zh, title_en = "没有这个区县", "There is no such district"
    detail_zh, detail_en = "{district} 不在成都市区县列表中。", "{district} is not among Chengdu's districts."


class DistrictMissing(Refusal):
    status, code = 409, "district_missing"
    title_zh, title_en = "请先选择区县", "Choose a district first"
    detail_zh = "请在个人资料中选择区县，或在请求中指明。"
    detail_en = "Choose one in your profile, or name one in the request."


class BoardNotFound(NotFound):
    code = "board_not_found"
    title_zh, title_en = "没有这个排行榜", "There is no such leaderboard"


class TeamNotFound(NotFound):
    code = "team_not_found"
    title_zh, title_en = "没有这个团队", "There is no such team"


class TeamTooSmall(Refusal):
    status, code = 409, "team_too_small"
    title_zh, title_en = "团队人数太少，不显示成员排行", "The team is too small to rank its members"
    detail_zh, detail_en = "至少需要 {members_min} 名成员。", "It takes {members_min} members."


class TeamMembersOnly(Refusal):
    status, code = 409, "team_members_only"
    title_zh, title_en = "仅团队成员可见", "Only members of the team see this"


class TeamOwnerOnly(Refusal):
    status, code = 409, "team_owner_only"
    title_zh, title_en = "仅团队创建人可以这样做", "Only the team's owner may do this"


class TeamClosed(Refusal):
    status, code = 409, "team_closed"
    title_zh, title_en = "团队已关闭", "The team is closed"


class TeamFull(Refusal):
    status, code = 409, "team_full"
    title_zh, title_en = "团队人数已满", "The team is full"
    detail_zh, detail_en = "最多 {members_max} 名成员。", "It takes {members_max} members at most."


class TeamOfThisKind(Refusal):
    status, code = 409, "team_of_this_kind"
    title_zh, title_en = "您已在同类团队中", "You are in a team of this kind already"
    detail_zh = "单位、学校、社区团队各只能加入一个；请先退出原团队。"
    detail_en = "One company, one school, one community: leave the other team first."


class TeamsOwnedLimit(Refusal):
    status, code = 409, "teams_owned_limit"
    title_zh, title_en = "您创建的团队已达上限", "You own as many teams as one may"
    detail_zh, detail_en = "每人最多 {teams_max} 个。", "One may own {teams_max}."


class JoiningCodeUnknown(NotFound):
    code = "joining_code_unknown"
    title_zh, title_en = "邀请码不正确", "There is no team with this joining code"


class TooManyJoinings(Refusal):
    status, code = 429, "too_many_joinings"
    title_zh, title_en = "尝试次数过多，请稍后再试", "Too many wrong joining codes; try again later"


class ReasonRequired(Refusal):
    status, code = 422, "reason_required"
    title_zh, title_en = "请填写理由", "Say why"
    detail_zh, detail_en = "工作人员的更改须说明理由。", "A change by staff takes a reason."
