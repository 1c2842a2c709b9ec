"""A citizen tells the month of birth, once; what they may do by it the calendar and their guardians decide."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from backend.domain.community.consent_uses import LEADERBOARD
from backend.domain.days import day_of
from backend.domain.minors.ages import CHILD_UNTIL, MINOR_UNTIL, band_of, birthday, is_plausible, may_tell
from backend.domain.minors.earning import earns_from, hindrance
from backend.errors import NotFound
from backend.errors.minors import AgeImplausible, AgeNeeded, AgeTold, GuardianNeeded, LeaderboardForAdults
from backend.ledger.facts.footprints import FootprintBook
from backend.messages.minors import AgeRequest, AgeView
from backend.models import Account, CertificateName, Citizen
from backend.services.community.community import Community
from backend.services.community.consents import teams_of, withdraw, withdraw_all
from backend.services.events.kept_journeys import companions_of, forget_journeys, forget_told_lines
from backend.services.identity.erased import refuse_erased
from backend.services.minors.guardianship import guardians_of
from backend.services.partners import consent_grants
from backend.storage.database import Database
from backend.storage.statements import lock, write
from backend.texts import both


async def show_age(citizen_id: UUID, now: datetime) -> AgeView:
    """What a citizen told of their age, and what follows from it today. Raises NotFound."""
    citizen = await Citizen.get_or_none(id=citizen_id)
    if citizen is None:
        raise NotFound
    month, today = citizen.born_month, day_of(now)
    band = None if month is None else band_of(month, today)
    guardians = len(await guardians_of(citizen_id)) if band == "child" else 0
    years = CHILD_UNTIL if band == "child" else MINOR_UNTIL
    return AgeView(
        born=None if month is None else f"{month:%Y-%m}",
        band=band,
        until=None if month is None or band == "adult" else birthday(month, years),
        may_earn=band is not None and (band != "child" or guardians > 0),
        needs_guardian=band == "child" and not guardians,
        guardians=guardians,
    )


async def tell(
    database: Database,
    footprints: FootprintBook,
    community: Community,
    citizen_id: UUID,
    request: AgeRequest,
    now: datetime,
) -> AgeView:
    """Keep the month of birth that a citizen tells; who is no adult is off the boards at once.

    Raises AgeImplausible, AgeTold, NotFound, SessionRevoked.
    """
    month, today = date.fromisoformat(f"{request.born}-01"), day_of(now)
    if not is_plausible(month, today):
        raise AgeImplausible
    async with database.transaction():
        citizen = await Citizen.select_for_update().get_or_none(id=citizen_id)
        if citizen is None:
            raise NotFound
        # No act of the ledger is under way, and no guardian consents meanwhile.
        await lock("lock_accounts", [citizen_id])
        await refuse_erased(citizen_id)
        if not may_tell(citizen.born_month, month):
            raise AgeTold
        if citizen.born_month != month:
            await _keep(database, footprints, citizen_id, month, now)
    if band_of(month, today) != "adult":
        await community.take_off_boards(citizen_id, await teams_of(citizen_id), now)
    return await show_age(citizen_id, now)


async def _keep(
    database: Database, footprints: FootprintBook, citizen_id: UUID, month: date, now: datetime
) -> None:
    today, guardians = day_of(now), await guardians_of(citizen_id)
    changes: dict[str, Any] = {"earns_from": earns_from(month, today, has_guardian=bool(guardians))}
    if hindrance(changes["earns_from"], today) is not None:
        # What is free for the asking waits from now on, until a guardian consents and an act proves again.
        changes["is_proven"] = False
        # A child's own consents hold with a guardian's only, and what was kept under them goes.
        await withdraw_all(citizen_id, now)
        await consent_grants.withdraw_all(citizen_id)
        await write("end_waiting_steps", citizen_id, now, " ".join(both("action.why.withdrawn")))
        await CertificateName.filter(citizen_id=citizen_id).delete()
        theirs = [citizen_id, *await companions_of(citizen_id)]
        await forget_journeys(database, footprints, theirs)
        await forget_told_lines(database, theirs)
    elif band_of(month, today) != "adult":
        await withdraw(citizen_id, LEADERBOARD, now)
    await Citizen.filter(id=citizen_id).update(born_month=month, age_told_at=now)
    await Account.filter(id=citizen_id).update(**changes)


async def forget_age(citizen_id: UUID, told: str) -> None:
    """Let a citizen tell the month once more, whose complaint staff upheld; inside the transaction that answers it."""
    citizen = await Citizen.select_for_update().get_or_none(id=citizen_id)
    if citizen is None or citizen.born_month is None or f"{citizen.born_month:%Y-%m}" != told:
        return
    await lock("lock_accounts", [citizen_id])
    await Citizen.filter(id=citizen_id).update(born_month=None)
    await Account.filter(id=citizen_id).update(earns_from=None)


async def check_consent(citizen_id: UUID, scope: str, now: datetime) -> None:
    """Refuse a consent that a citizen cannot give at their age; withdrawing one is open to everybody.

    Raises AgeNeeded, GuardianNeeded, LeaderboardForAdults.
    """
    age = await show_age(citizen_id, now)
    if scope == LEADERBOARD:
        if age.band is None:
            raise AgeNeeded
        if age.band != "adult":
            raise LeaderboardForAdults(age=MINOR_UNTIL)
    elif age.needs_guardian:
        raise GuardianNeeded
