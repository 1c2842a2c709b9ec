"""Consents, profiles, levels, medals, leaderboards and teams."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from backend.domain.community.community import JOINING_CODE_CHARS, TeamKind
from backend.domain.community.periods import PeriodName
from backend.messages.organisations.organisations import OrganisationCode
from backend.messages.shape import VISIBLE, Answer, Bilingual, Grams, Instant, Request, Statement

Nickname = Annotated[str, VISIBLE, Meta(min_length=1, max_length=40)]
TeamName = Annotated[str, VISIBLE, Meta(min_length=2, max_length=40)]
PolicyVersion = Annotated[
    str, Meta(min_length=1, max_length=40, description="that was read; without it the one in force is meant")
]
DistrictCode = Annotated[str, Meta(min_length=1, max_length=40)]


class ConsentRequest(Request):
    scope: Annotated[str, Meta(min_length=1, max_length=40)]
    granted: bool
    policy_version: PolicyVersion | None = None


class ConsentView(Answer):
    scope: str
    name: Bilingual
    about: Bilingual
    is_granted: Annotated[bool, Meta(description="given, under a version that still holds for it")]
    renewal_needed: Annotated[
        bool, Meta(description="given, but what is done changed: it has to be given again")
    ]
    policy_version: Annotated[str, Meta(description="under which it was decided, or would be now")]
    policy_in_force: Annotated[str, Meta(description="under which it would be given now")]
    decided_at: Instant | None


class PolicyText(Answer):
    title: Bilingual
    text: Statement


class PolicyBrief(Answer):
    version: str
    effective_at: Annotated[Instant, Meta(description="midnight in Shanghai")]
    is_in_force: bool
    changes: Annotated[Statement, Meta(description="what differs from the version before")]
    material: Annotated[list[str], Meta(description="scopes whose earlier consents then hold no longer")]


class PolicyView(PolicyBrief):
    scopes: list[PolicyText]
    sections: list[PolicyText]


class ProfileRequest(Request):
    """Changes to a profile; fields left out stay, null empties a field."""

    nickname: Nickname | UnsetType | None = UNSET
    district: DistrictCode | UnsetType | None = UNSET
    shows_name: bool | UnsetType = UNSET


class DistrictView(Answer):
    code: str
    name: Bilingual


class ProfileView(Answer):
    nickname: str | None
    district: DistrictView | None
    shows_name: Annotated[bool, Meta(description="whether boards show the first character of the nickname")]
    shown_as: Annotated[Bilingual, Meta(description="what others would see on a leaderboard")]


class LevelView(Answer):
    code: str
    name: Bilingual
    from_g: Grams


class LevelProgress(Answer):
    """A citizen's level. `next` and `left_g` are null at the highest one."""

    verified_g: Grams
    level: LevelView
    next: LevelView | None
    left_g: int | None


class MedalEarned(Answer):
    code: str
    level: int
    name: Bilingual
    about: Bilingual
    at: Annotated[int, Meta(description="what this level took, in `unit`")]
    unit: Bilingual
    earned_at: Instant


class MedalProgress(Answer):
    """The next level of a medal."""

    code: str
    level: int
    name: Bilingual
    about: Bilingual
    value: int
    at: int
    unit: Bilingual


class Medals(Answer):
    level: LevelProgress
    earned: list[MedalEarned]
    progress: list[MedalProgress]


class Standing(Answer):
    """A citizen on a leaderboard: masked name, no id. Equal grams share a rank."""

    rank: int
    name: Bilingual
    reduction_g: Grams
    is_me: bool


class MyStanding(Answer):
    """The caller's own standing; `rank` and `percentile` (of the others with less) are null before the first gram."""

    rank: int | None
    reduction_g: Grams
    percentile: int | None


class Leaderboard(Answer):
    """A leaderboard. `as_of` is null, and the list empty, while it is being counted. `me` is null without consent."""

    board: Literal["city", "district", "team"]
    period: PeriodName
    first_day: date
    last_day: date
    as_of: Instant | None
    ranked: Annotated[int, Meta(description="how many are on the board")]
    items: list[Standing]
    next_cursor: str | None
    me: MyStanding | None


class TeamBrief(Answer):
    id: str
    name: str
    kind: TeamKind
    district: DistrictView | None
    members: int


class TeamStanding(Answer):
    rank: int
    team: TeamBrief
    reduction_g: Grams


class TeamLeaderboard(Answer):
    period: PeriodName
    first_day: date
    last_day: date
    as_of: Instant | None
    ranked: int
    items: list[TeamStanding]
    next_cursor: str | None


class TeamRequest(Request):
    kind: TeamKind
    name: TeamName
    district: DistrictCode | None = None
    organisation: Annotated[
        OrganisationCode | None,
        Meta(description="of a company's team: the code of the company, where it is registered"),
    ] = None


class JoiningRequest(Request):
    code: Annotated[str, Meta(min_length=JOINING_CODE_CHARS, max_length=4 * JOINING_CODE_CHARS)]


class ClosingRequest(Request):
    reason: Annotated[str, Meta(min_length=1, max_length=400, description="staff must say")] | None = None


class TeamWeek(Answer):
    first_day: date
    reduction_g: Grams
    points: int
    actions: int


class TeamSums(Answer):
    """Sums of what members did while they were members. `reduction_g` counts evidence E1–E4 alone."""

    reduction_g: Grams
    points: int
    actions: int
    weeks: Annotated[list[TeamWeek], Meta(description="the last twelve, oldest first")]


class TeamView(Answer):
    """A team. `sums` is null for non-members while it has fewer than five members; `code` is for the owner."""

    id: str
    name: str
    kind: TeamKind
    district: DistrictView | None
    members: int
    is_open: bool
    is_member: bool
    is_owner: bool
    joined_at: Instant | None
    code: Annotated[str | None, Meta(description="the joining code")]
    sums: TeamSums | None
