"""Citizens give and withdraw consents. Each decision is a row of its own; the newest one of a scope holds."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from backend.domain.community.community import LEADERBOARD, ConsentScope
from backend.errors import NotFound
from backend.errors.community.community import ConsentScopeUnknown
from backend.messages.catalogue.catalogue import bilingual
from backend.messages.community.community import ConsentView
from backend.messages.shape import Page
from backend.models import Citizen, Consent, TeamMember
from backend.services.community.community import Community
from backend.storage.database import Database


async def is_granted(citizen_id: UUID, scope: str) -> bool:
    newest = await Consent.filter(citizen_id=citizen_id, scope=scope).order_by("-revision").first()
    return newest is not None and newest.is_granted


async def is_withdrawn(citizen_id: UUID, scope: str) -> bool:
    """Whether a citizen withdrew a consent; one never asked for is not withdrawn.

    For data that citizens send by an act of their own, which is consent enough until they say otherwise.
    """
    newest = await Consent.filter(citizen_id=citizen_id, scope=scope).order_by("-revision").first()
    return newest is not None and not newest.is_granted


async def consents(community: Community, citizen_id: UUID) -> Page[ConsentView]:
    """Every scope of consent, with the citizen's newest decision."""
    newest = await _newest(citizen_id)
    rules = community.rules
    return Page(
        [_view(scope, rules.policy_version, newest.get(code)) for code, scope in rules.scopes.items()]
    )


async def decide(
    database: Database, community: Community, citizen_id: UUID, scope: str, granted: bool, at: datetime
) -> ConsentView:
    """Give or withdraw a consent; the same decision again changes nothing. Raises ConsentScopeUnknown."""
    rules = community.rules
    known = rules.scopes.get(scope)
    if known is None:
        raise ConsentScopeUnknown(scopes=", ".join(rules.scopes))
    async with database.transaction():
        # Two decisions at one moment come one after the other, or the later one would be lost.
        if await Citizen.select_for_update().get_or_none(id=citizen_id) is None:
            raise NotFound
        newest = await Consent.filter(citizen_id=citizen_id, scope=scope).order_by("-revision").first()
        if not _is_the_same(newest, granted, rules.policy_version):
            newest = await Consent.create(
                citizen_id=citizen_id,
                scope=scope,
                revision=1 if newest is None else newest.revision + 1,
                is_granted=granted,
                policy_version=rules.policy_version,
                decided_at=at,
            )
    if scope == LEADERBOARD and not granted:
        await community.take_off_boards(citizen_id, await teams_of(citizen_id), at)
    return _view(known, rules.policy_version, newest)


async def _newest(citizen_id: UUID) -> dict[str, Consent]:
    """The decision that holds, scope by scope."""
    rows = await Consent.filter(citizen_id=citizen_id).order_by("revision")
    return {row.scope: row for row in rows}


def _is_the_same(newest: Consent | None, granted: bool, policy_version: str) -> bool:
    """A withdrawal holds under every policy; consent to a new policy is a new decision."""
    if newest is None:
        return not granted
    return newest.is_granted == granted and (not granted or newest.policy_version == policy_version)


async def withdraw_all(citizen_id: UUID, at: datetime) -> None:
    """Withdraw every consent of a citizen, inside a transaction that has locked the citizen."""
    for row in (await _newest(citizen_id)).values():
        if row.is_granted:
            await Consent.create(
                citizen_id=citizen_id,
                scope=row.scope,
                revision=row.revision + 1,
                is_granted=False,
                policy_version=row.policy_version,
                decided_at=at,
            )


async def teams_of(citizen_id: UUID) -> list[UUID]:
    """Ids of the teams that a citizen is in."""
    members = await TeamMember.filter(citizen_id=citizen_id, left_at=None)
    return [member.team_id for member in members]


def _view(scope: ConsentScope, policy_version: str, decided: Consent | None) -> ConsentView:
    return ConsentView(
        scope=scope.code,
        name=bilingual(scope.name),
        about=bilingual(scope.about),
        is_granted=decided is not None and decided.is_granted,
        policy_version=decided.policy_version if decided else policy_version,
        decided_at=decided.decided_at if decided else None,
    )
