"""A citizen's own account: who they are, their actions and certificates, the export of all their data, erasure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import msgspec

from backend.auth import Principal, RevokedSessions
from backend.catalogue import Catalogue
from backend.domain.contribution import claim_of
from backend.domain.footprint.footprint import Footprint
from backend.errors import NotFound
from backend.messages.actions.actions import ActionBrief, Me
from backend.messages.cursors import read_instant
from backend.messages.events.scans import EventBrief, MyCertificate
from backend.messages.shape import Bilingual, Page, view_of
from backend.models import Account, Citizen, Identity, QuizAnswer, Session
from backend.services.account.action_history import action_brief
from backend.services.account.points import NEWEST, entries
from backend.services.actions.data_export import export_evidence
from backend.services.actions.reduction_claims import list_donations
from backend.services.actions.werun_steps import StepSync
from backend.services.community.community import Community
from backend.services.community.data_export import erase_community, export_community
from backend.services.events.attendance import export_offsets
from backend.services.issuance.pending import export_pending
from backend.services.notifications.notices import export_notices, forget_notices
from backend.services.partners.consent_grants import forget_subjects
from backend.services.rewards.rewards import export_redemptions
from backend.services.venue.data_export import export_venue, forget_venue
from backend.storage.database import Database
from backend.storage.statements import lock, read, write

EVERYTHING = 2**31 - 2
"""Rows of an export: the database's largest number, less the one row that a page reads further."""


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
        url=f"{public_base}/c/{row['certificate_number']}",
        claim=claim_of(contribution_g),
        contribution_g=contribution_g,
        event=EventBrief(slug=row["slug"], name=Bilingual(row["name_zh"], row["name_en"]), city=row["city"]),
    )


async def export(database: Database, catalogue: Catalogue, citizen_id: UUID) -> dict[str, Any]:
    """Everything that the service keeps about a citizen, as one JSON document (PIPL art. 45)."""
    citizen = await me(citizen_id)
    identities = await Identity.filter(citizen_id=citizen_id).values("provider", "subject", "created_at")
    attendances = await read(database, "read_my_attendances", citizen_id)
    return {
        "citizen": citizen,
        "identities": identities,
        "actions": (await actions(database, catalogue, citizen_id, EVERYTHING)).items[::-1],
        "points": (await entries(database, catalogue, citizen_id, EVERYTHING)).items[::-1],
        "attendances": [
            dict(row)
            | {
                "footprint": msgspec.Raw(row["footprint"]),
                "journey": msgspec.Raw(row["journey"]) if row["journey"] else None,
            }
            for row in attendances
        ],
        **await export_community(citizen_id),
        **await export_notices(citizen_id),
        **await export_evidence(citizen_id),
        **await export_offsets(database, citizen_id),
        **await export_venue(citizen_id),
        "donations": (await list_donations(database, citizen_id, EVERYTHING, None)).items[::-1],
        "redemptions": await export_redemptions(database, citizen_id),
        "pending_points": await export_pending(database, citizen_id),
        "quizzes": await QuizAnswer.filter(citizen_id=citizen_id)
        .order_by("day")
        .values("day", "questions", "choices", "right_count", "points", "created_at"),
    }


async def leave(
    database: Database,
    community: Community,
    steps: StepSync,
    revoked: RevokedSessions,
    citizen: Principal,
    now: datetime,
) -> None:
    """Erase a citizen who leaves: in PostgreSQL, then in Redis, which may be away, and in this process at once."""
    teams = await erase(database, citizen.id)
    await community.take_off_boards(citizen.id, teams, now)
    await steps.forget(citizen.id)
    revoked.add(citizen.session_id)


async def erase(database: Database, citizen_id: UUID) -> list[UUID]:
    """Erase what identifies a citizen; amounts stay in the ledger under an id that leads to nobody.

    Returns the teams that were left, for `Community.take_off_boards`.
    """
    async with database.transaction():
        teams = await erase_community(citizen_id, datetime.now(UTC))
        await lock("lock_accounts", [citizen_id])
        await write("end_waits", citizen_id, datetime.now(UTC))
        await Identity.filter(citizen_id=citizen_id).delete()
        await forget_subjects(citizen_id)
        await forget_notices(citizen_id)
        await forget_venue(citizen_id)
        await Citizen.filter(id=citizen_id).update(nickname=None)
        await Session.filter(principal_id=citizen_id, revoked_at=None).update(
            revoked_at=datetime.now(UTC), revoked_why="signed_out"
        )
    return teams
