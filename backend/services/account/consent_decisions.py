"""A citizen gives or withdraws a consent, and what was kept or waits under one that is withdrawn goes with it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from backend.domain.community.consent_uses import JOURNEYS, LEADERBOARD, PARTNER_SOURCES, WERUN
from backend.domain.community.policies import ConsentScope, Policies
from backend.errors.badges import IdentityNeeded
from backend.errors.community.community import (
    BindingNeeded,
    ConsentScopeUnknown,
    PolicyNotInForce,
    PolicyOutdated,
)
from backend.ledger.facts.footprints import FootprintBook
from backend.messages.catalogue.catalogue import bilingual
from backend.messages.community.community import ConsentRequest, ConsentView
from backend.messages.shape import Page
from backend.models import Consent, SourceGrant
from backend.services.community.community import Community
from backend.services.community.consents import newest_decisions, store_decision, teams_of
from backend.services.events.kept_journeys import companions_of, forget_journeys, forget_told_lines
from backend.services.identity.erased import hold_citizen
from backend.services.minors.ages import check_consent
from backend.services.partners import consent_grants
from backend.storage.database import Database
from backend.storage.statements import lock, write
from backend.texts import both

Decision = Consent | SourceGrant | None


async def consents(
    policies: Policies, citizen_id: UUID, at: datetime, *, is_guest: bool = False
) -> Page[ConsentView]:
    """Every scope of the policy in force, of a guest's the one that an event asks for, with the newest decision."""
    newest = await newest_decisions(citizen_id)
    grants = await _newest_grant(policies, citizen_id, at)
    return Page(
        [
            _view(policies, scope, grants if code == PARTNER_SOURCES else newest.get(code), at)
            for code, scope in policies.in_force(at).scopes.items()
            if code == JOURNEYS or not is_guest
        ]
    )


async def decide(
    database: Database,
    community: Community,
    footprints: FootprintBook,
    citizen_id: UUID,
    request: ConsentRequest,
    at: datetime,
    *,
    is_guest: bool = False,
) -> ConsentView:
    """Give or withdraw a consent; the same decision again changes nothing, and what is said holds on return.

    Raises ConsentScopeUnknown, PolicyOutdated, PolicyNotInForce, BindingNeeded, AgeNeeded, GuardianNeeded,
    LeaderboardForAdults, SessionRevoked; IdentityNeeded for a guest and what an event alone has no use for.
    """
    policies, scope = community.policies, request.scope
    known = policies.in_force(at).scopes
    if scope not in known:
        raise ConsentScopeUnknown(scopes=", ".join(known))
    if is_guest and request.granted and scope != JOURNEYS:
        raise IdentityNeeded
    version = policies.in_force(at).version
    if request.granted and request.policy_version is not None:
        version = _version_read(policies, scope, request.policy_version, at)
    async with database.transaction():
        # Two decisions at one moment come one after the other, and no companion more is brought meanwhile.
        await hold_citizen(citizen_id)
        if request.granted:
            await check_consent(citizen_id, scope, at)
        theirs = [citizen_id, *await companions_of(citizen_id)]
        # Batches of the ledger that are under way for them end first; later ones see what is said here.
        await lock("lock_accounts", sorted(theirs))
        decided = await _store(policies, citizen_id, request, version, at)
        if not request.granted:
            await _clear(database, footprints, theirs, scope, at)
    if scope == LEADERBOARD and not request.granted:
        await community.take_off_boards(citizen_id, await teams_of(citizen_id), at)
    return _view(policies, known[scope], decided, at)


def _version_read(policies: Policies, scope: str, version: str, at: datetime) -> str:
    """The version that the citizen read, if a consent to it holds now."""
    if policies.holds(scope, version, at):
        return version
    coming = next((policy for policy in policies.announced(at) if policy.version == version), None)
    if coming is not None:
        raise PolicyNotInForce(version=version, effective_at=coming.effective_at.isoformat())
    raise PolicyOutdated(version=policies.in_force(at).version)


async def _store(
    policies: Policies, citizen_id: UUID, request: ConsentRequest, version: str, at: datetime
) -> Decision:
    if request.scope != PARTNER_SOURCES:
        newest = (await newest_decisions(citizen_id)).get(request.scope)
        return await store_decision(newest, citizen_id, request.scope, version, at, granted=request.granted)
    if not request.granted:
        await consent_grants.withdraw_all(citizen_id)
    elif await SourceGrant.exists(citizen_id=citizen_id, withdrawn_at=None):
        await consent_grants.renew_all(citizen_id, version, at)
    else:
        raise BindingNeeded
    return await _newest_grant(policies, citizen_id, at)


async def _clear(
    database: Database, footprints: FootprintBook, theirs: list[UUID], scope: str, at: datetime
) -> None:
    """Remove what a withdrawn consent left waiting or kept: of the citizen, who comes first, and of companions."""
    if scope == JOURNEYS:
        await forget_journeys(database, footprints, theirs)
        await forget_told_lines(database, theirs)
    if scope == WERUN:
        await write("end_waiting_steps", theirs[0], at, " ".join(both("action.why.withdrawn")))


async def _newest_grant(policies: Policies, citizen_id: UUID, at: datetime) -> SourceGrant | None:
    """The grant that says most: one that has to be given again, else one that holds, else the last one withdrawn."""
    grants = await SourceGrant.filter(citizen_id=citizen_id).order_by("id")

    def says(grant: SourceGrant) -> tuple[bool, bool]:
        in_force = grant.withdrawn_at is None
        return in_force and not policies.holds(PARTNER_SOURCES, grant.consent_version, at), in_force

    return max(reversed(grants), key=says, default=None)


def _view(policies: Policies, scope: ConsentScope, decided: Decision, at: datetime) -> ConsentView:
    now = policies.in_force(at).version
    if isinstance(decided, SourceGrant):
        given, version = decided.withdrawn_at is None, decided.consent_version
        decided_at: datetime | None = decided.withdrawn_at or decided.granted_at
    else:
        given = decided is not None and decided.is_granted
        version = now if decided is None else decided.policy_version
        decided_at = None if decided is None else decided.decided_at
    holds = given and policies.holds(scope.code, version, at)
    return ConsentView(
        scope=scope.code,
        name=bilingual(scope.name),
        about=bilingual(scope.about),
        is_granted=holds,
        renewal_needed=given and not holds,
        policy_version=version,
        policy_in_force=now,
        decided_at=decided_at,
    )
