"""A citizen gives or withdraws a consent, and what was kept under one that is withdrawn goes with it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from backend.ledger.facts.footprints import JOURNEYS, FootprintBook
from backend.messages.community.community import ConsentView
from backend.services.community import consents
from backend.services.community.community import Community
from backend.services.events.kept_journeys import companions_of, forget_journeys, forget_told_lines
from backend.services.identity.erased import hold_citizen
from backend.services.minors.ages import check_consent
from backend.storage.database import Database


async def decide(
    database: Database,
    community: Community,
    footprints: FootprintBook,
    citizen_id: UUID,
    scope: str,
    granted: bool,
    at: datetime,
) -> ConsentView:
    """Give or withdraw a consent; once it is said, what was kept under it is gone.

    Raises ConsentScopeUnknown, AgeNeeded, GuardianNeeded, LeaderboardForAdults.
    """
    if granted:
        await check_consent(citizen_id, scope, at)
    if scope != JOURNEYS or granted:
        return await consents.decide(database, community, citizen_id, scope, granted, at)
    async with database.transaction():
        # No companion more is brought while this is under way.
        await hold_citizen(citizen_id)
        theirs = [citizen_id, *await companions_of(citizen_id)]
        await forget_journeys(database, footprints, theirs)
        await forget_told_lines(database, theirs)
        return await consents.decide(database, community, citizen_id, scope, granted, at)
