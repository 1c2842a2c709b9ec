"""A citizen's own account: who they are, their actions and certificates, the export of all their data, erasure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import msgspec

from backend.catalogue import Catalogue
from backend.domain.footprint.footprint import Footprint
from backend.errors import InvalidQuery, NotFound
from backend.messages.actions.actions import ActionBrief, Me
from backend.messages.events.scans import EventBrief, MyCertificate
from backend.messages.shape import Bilingual, Page
from backend.models import Account, Citizen, Identity, QuizAnswer, Session
from backend.services.account.action_history import action_brief
from backend.services.account.points import NEWEST, entries
from backend.services.actions.data_export import export_evidence
from backend.services.actions.reduction_claims import list_donations
from backend.services.community.data_export import erase_community, export_community
from backend.services.events.attendance import export_offsets
from backend.services.notifications.notices import export_notices, forget_notices
from backend.services.partners.consent_grants import forget_subjects
from backend.services.rewards.rewards import export_redemptions
from backend.services.venue.data_export import export_venue, forget_venue
from backend.storage.database import Database
from backend.storage.here import run_here
from backend.storage.statements import read

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
    items = [action_brief(row, catalogue) for row in rows]
    return Page(items[:limit], items[limit - 1].id if len(items) > limit else None)


async def certificates(
    database: Database, citizen_id: UUID, limit: int, cursor: str | None, public_base: str
) -> Page[MyCertificate]:
    """A citizen's certificates, newest first. Raises InvalidQuery."""
    before = None
    if cursor is not None:
        try:
            before = datetime.fromtimestamp(int(cursor) / 1_000_000, UTC)
        except (ValueError, OverflowError, OSError):
            raise InvalidQuery(name="cursor", reason="not one of ours") from None
    rows = await read(database, "read_my_certificates", citizen_id, before, limit + 1)
    items = [_certificate(row, public_base) for row in rows[:limit]]
    more = len(rows) > limit
    return Page(items, str(round(rows[limit - 1]["issued_at"].timestamp() * 1_000_000)) if more else None)


def _certificate(row: Mapping[str, Any], public_base: str) -> MyCertificate:
    footprint = msgspec.json.decode(row["footprint"], type=Footprint)
    contribution_g = footprint.contribution_g(row["grams"])
    return MyCertificate(
        number=row["certificate_number"],
        url=f"{public_base}/c/{row['certificate_number']}",
        issued_at=row["issued_at"],
        grams=row["grams"],
        kind=row["kind"],
        claim="contribution" if contribution_g else "offset",
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
        "quizzes": await QuizAnswer.filter(citizen_id=citizen_id)
        .order_by("day")
        .values("day", "questions", "choices", "right_count", "points", "created_at"),
    }


async def erase(database: Database, citizen_id: UUID) -> list[UUID]:
    """Erase what identifies a citizen; amounts stay in the ledger under an id that leads to nobody.

    Returns the teams that were left, for `Community.take_off_boards`.
    """
    async with database.transaction():
        teams = await erase_community(citizen_id, datetime.now(UTC))
        await run_here("lock_accounts", [citizen_id])
        await run_here("end_waits", citizen_id, datetime.now(UTC))
        await Identity.filter(citizen_id=citizen_id).delete()
        await forget_subjects(citizen_id)
        await forget_notices(citizen_id)
        await forget_venue(citizen_id)
        await Citizen.filter(id=citizen_id).update(nickname=None)
        await Session.filter(principal_id=citizen_id, revoked_at=None).update(
            revoked_at=datetime.now(UTC), revoked_why="signed_out"
        )
    return teams
