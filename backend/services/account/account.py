"""A citizen's own account: who they are, their actions and certificates, erasure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import msgspec

from backend.auth import Principal, RevokedSessions
from backend.catalogue import Catalogue
from backend.domain.certificates.commitment import holder_link, secret_of
from backend.domain.contribution import claim_of
from backend.domain.days import day_of
from backend.domain.footprint.footprint import Footprint
from backend.domain.minors.ages import band_of
from backend.errors import NotFound
from backend.ledger.facts.footprints import FootprintBook
from backend.messages.account.erasures import ErasureReceipt
from backend.messages.actions.actions import ActionBrief, Me
from backend.messages.cursors import read_instant
from backend.messages.events.scans import EventBrief, MyCertificate
from backend.messages.shape import Bilingual, Page, view_of
from backend.models import Account, Citizen
from backend.services.account.action_history import action_brief
from backend.services.account.erasures import keep_receipt
from backend.services.account.points import NEWEST
from backend.services.actions.photos import Photos
from backend.services.actions.werun_steps import StepSync
from backend.services.certificates.certificates import close_links
from backend.services.community.community import Community
from backend.services.community.data_export import erase_community
from backend.services.complaints.data_export import forget_complaints
from backend.services.events.kept_journeys import companions_of, forget_journeys
from backend.services.identity.addresses import forget_ways
from backend.services.identity.erased import refuse_erased
from backend.services.identity.own_citizens import forget_citizen
from backend.services.minors.guardianship import ChildrenThere, children_of, end_all
from backend.services.neutrality.personal_periods import forget_periods, owners_of
from backend.services.notifications.notices import forget_notices
from backend.services.partners.consent_grants import forget_subjects
from backend.services.security.names import forget_reports
from backend.services.venue.data_export import forget_venue
from backend.storage.database import Database
from backend.storage.statements import lock, read, write

REVIEW_ENDED = "erased"
"""The reason of a review that ends because its citizen has left."""


async def me(citizen_id: UUID) -> Me:
    """The citizen behind a session, with the balance of points. Raises NotFound."""
    citizen = await Citizen.get_or_none(id=citizen_id)
    if citizen is None:
        raise NotFound
    account = await Account.get(id=citizen_id)
    return Me(
        id=str(citizen.id), nickname=citizen.nickname, created_at=citizen.created_at, balance=account.balance
    )


async def actions(
    database: Database,
    catalogue: Catalogue,
    citizen_id: UUID,
    limit: int,
    cursor: UUID | None = None,
    *,
    state: str | None = None,
    method: str | None = None,
    days: tuple[date | None, date | None] = (None, None),
) -> Page[ActionBrief]:
    """A citizen's actions, newest first, with those that staff have yet to review or have rejected."""
    first, last = days
    rows = await read(
        database,
        "read_my_actions",
        citizen_id,
        cursor or NEWEST,
        limit + 1,
        state,
        method,
        first or date.min,
        last or date.max,
    )
    return Page.of(rows, limit, lambda row: action_brief(row, catalogue))


async def certificates(
    database: Database, citizen_id: UUID, limit: int, cursor: str | None, public_base: str
) -> Page[MyCertificate]:
    """A citizen's certificates, newest first. Raises InvalidQuery."""
    rows = await read(database, "read_my_certificates", citizen_id, read_instant(cursor), limit + 1)
    return Page.of(rows, limit, lambda row: _certificate(row, public_base), lambda row: row["issued_at"])


def _certificate(row: Mapping[str, Any], public_base: str) -> MyCertificate:
    footprint = msgspec.json.decode(row["footprint"], type=Footprint)
    contribution_g = footprint.contribution_g(row["grams"])
    return view_of(
        MyCertificate,
        row,
        number=row["certificate_number"],
        url=holder_link(f"{public_base}/c/{row['certificate_number']}", secret_of(row)),
        claim=claim_of(contribution_g),
        contribution_g=contribution_g,
        event=EventBrief(slug=row["slug"], name=Bilingual(row["name_zh"], row["name_en"]), city=row["city"]),
    )


async def leave(
    database: Database,
    footprints: FootprintBook,
    community: Community,
    steps: StepSync,
    photos: Photos,
    revoked: RevokedSessions,
    citizen: Principal,
    now: datetime,
    *,
    children: int,
) -> ErasureReceipt:
    """Erase a citizen who leaves: in PostgreSQL, then photo files and Redis, which may be away, and here at once.

    Other processes load the ended sessions within two seconds. `children` were erased with them. Raises ChildrenThere.
    """
    teams, receipt = await erase(database, footprints, citizen.id, children=children)
    revoked.add(citizen.session_id)
    await forget_elsewhere(citizen.id, teams, community, steps, photos, now)
    return receipt


async def forget_elsewhere(
    citizen_id: UUID,
    teams: list[UUID],
    community: Community,
    steps: StepSync,
    photos: Photos,
    now: datetime,
) -> None:
    """Erase what photo files and Redis hold of a citizen who was erased in PostgreSQL."""
    await photos.forget(citizen_id)
    await community.take_off_boards(citizen_id, teams, now)
    await steps.forget(citizen_id)


async def erase(
    database: Database, footprints: FootprintBook, citizen_id: UUID, *, children: int = 0
) -> tuple[list[UUID], ErasureReceipt]:
    """Erase what identifies a citizen; amounts stay in the ledger under an id that leads to nobody.

    Returns the teams that were left, for `forget_elsewhere`, and the receipt. Raises SessionRevoked for a citizen who
    was erased before, ChildrenThere for a guardian.
    """
    now = datetime.now(UTC)
    async with database.transaction():
        (kept,) = await read(database, "count_erasable", citizen_id)
        counts: dict[str, int] = dict(kept) | {"children": children}
        teams = await erase_community(citizen_id, now)
        # Companions are known to nobody else: what they told goes with their guardian.
        erased = sorted([citizen_id, *await companions_of(citizen_id)])
        await lock("lock_accounts", erased)
        # From here on no batch of the ledger is under way for them, and a later one sees that they have left.
        await refuse_erased(citizen_id)
        if await children_of(citizen_id, day_of(now)):
            raise ChildrenThere
        await end_all(citizen_id, now)
        await write("mark_erased", erased, now)
        await write("end_waits", erased, now)
        await write("end_guests", erased, now, "erased")
        await forget_ways(citizen_id)
        await forget_subjects(citizen_id)
        await close_links(erased, now)
        counts["journeys"] = await forget_journeys(database, footprints, erased)
        counts["reviews"] = await _forget("forget_reviews", citizen_id, now, citizen_id, REVIEW_ENDED)
        counts["answers"] = await _forget("forget_answers", erased)
        counts["sessions"] = await _forget("forget_sessions", erased, now)
        await forget_complaints(*erased)
        counts["periods"] = await forget_periods(*await owners_of(citizen_id))
        # After reviews and complaints: who is just deciding on one tells the citizen of it.
        await forget_notices(citizen_id)
        await forget_venue(citizen_id)
        counts["name_reports"] = await forget_reports(erased, teams)
        await forget_citizen(citizen_id)
        band = await _forget_person(citizen_id, now)
        receipt = await keep_receipt(counts, now, band)
    return teams, receipt


async def _forget_person(citizen_id: UUID, now: datetime) -> str | None:
    """Forget the nickname and the month of birth; returns the band of age for the yearly figures."""
    born_month = (await Citizen.get(id=citizen_id)).born_month
    await Citizen.filter(id=citizen_id).update(nickname=None, born_month=None, age_told_at=None)
    return None if born_month is None else band_of(born_month, day_of(now))


async def _forget(statement: str, *values: object) -> int:
    (row,) = await write(statement, *values)
    removed: int = row["removed"]
    return removed
