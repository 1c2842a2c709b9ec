"""The export of a citizen's data, part by part, so that a long account is never in memory as a whole (PIPL art. 45)."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

import msgspec

from backend.catalogue import Catalogue
from backend.messages.actions.actions import Me
from backend.messages.cursors import read_id
from backend.messages.encoding import encode
from backend.messages.shape import Page
from backend.models import AccountMove, MergedAccount, QuizAnswer
from backend.services.account.account import actions, me
from backend.services.account.points import entries
from backend.services.actions.data_export import export_evidence
from backend.services.actions.reduction_claims import list_donations
from backend.services.community.data_export import export_community
from backend.services.complaints.data_export import export_complaints
from backend.services.events.attendance import export_offsets
from backend.services.identity.addresses import Addresses, export_passkeys
from backend.services.identity.guests import export_badge
from backend.services.issuance.pending import export_pending
from backend.services.minors.data_export import export_minors
from backend.services.neutrality.personal_periods import export_periods
from backend.services.notifications.notices import export_notices
from backend.services.rewards.rewards import export_redemptions
from backend.services.security.names import export_reports
from backend.services.venue.data_export import export_venue
from backend.storage.database import Database
from backend.storage.statements import read

ROWS_PER_PIECE = 500

Part = tuple[str, object]
"""The name of a list and some of its rows, or a name and one object. A list goes on under the same name."""


async def open_export(
    database: Database, catalogue: Catalogue, addresses: Addresses, citizen_id: UUID
) -> AsyncGenerator[Part, None]:
    """Everything that the service keeps about a citizen, to be read part by part. Raises NotFound."""
    return _parts(database, catalogue, addresses, citizen_id, await me(citizen_id))


async def _parts(
    database: Database, catalogue: Catalogue, addresses: Addresses, citizen_id: UUID, citizen: Me
) -> AsyncGenerator[Part, None]:
    """What grows with use comes in pieces, oldest first."""
    yield "citizen", citizen
    yield "identities", [*await addresses.export(citizen_id), *await export_badge(citizen_id)]
    yield "passkeys", await export_passkeys(citizen_id)

    async for part in _long_lists(database, catalogue, citizen_id):
        yield part
    yield (
        "attendances",
        [
            dict(row)
            | {
                "footprint": msgspec.Raw(row["footprint"]),
                "journey": msgspec.Raw(row["journey"]) if row["journey"] else None,
            }
            for row in await read(database, "read_my_attendances", citizen_id)
        ],
    )
    owners = await _owners(citizen_id)
    for group in (
        await _of_all(owners, export_community),
        await export_notices(citizen_id),
        await _of_all(owners, export_evidence),
        await _of_all(owners, partial(export_offsets, database)),
        await export_venue(citizen_id),
        await _of_all(owners, export_complaints),
        await _of_all(owners, export_periods),
        await export_reports(citizen_id),
        await _of_all(owners, export_minors),
    ):
        for part in group.items():
            yield part
    yield "redemptions", await export_redemptions(database, citizen_id)
    yield (
        "account_moves",
        await AccountMove.filter(citizen_id=citizen_id)
        .order_by("moved_at")
        .values("id", "kind", "points", "points_taken_back", "attendances", "actions", "moved_at"),
    )
    yield "pending_points", await export_pending(database, citizen_id)
    yield (
        "quizzes",
        await QuizAnswer.filter(citizen_id__in=owners)
        .order_by("day")
        .values("day", "questions", "choices", "right_count", "points", "created_at"),
    )


async def _long_lists(
    database: Database, catalogue: Catalogue, citizen_id: UUID
) -> AsyncGenerator[Part, None]:
    """What grows with use, in pieces, oldest first."""

    async def read_actions(cursor: str | None) -> Page[Any]:
        return await actions(database, catalogue, citizen_id, ROWS_PER_PIECE, read_id(cursor))

    def entries_of(owner: UUID) -> Callable[[str | None], Awaitable[Page[Any]]]:
        async def read_entries(cursor: str | None) -> Page[Any]:
            return await entries(database, catalogue, owner, ROWS_PER_PIECE, read_id(cursor))

        return read_entries

    async def read_donations(cursor: str | None) -> Page[Any]:
        return await list_donations(database, citizen_id, ROWS_PER_PIECE, read_id(cursor))

    for name, read_page in (
        ("actions", read_actions),
        # Transfers stay with the account that they were made in.
        *(("points", entries_of(owner)) for owner in await _owners(citizen_id)),
        ("donations", read_donations),
    ):
        async for piece in _pages(read_page):
            yield name, piece


async def _owners(citizen_id: UUID) -> list[UUID]:
    """The citizen, and accounts that became theirs: what there can be once only stayed under those ids."""
    merged = await MergedAccount.filter(citizen_id=citizen_id).order_by("other_id")
    return [citizen_id, *(each.other_id for each in merged)]


async def _of_all(
    owners: Sequence[UUID], export: Callable[[UUID], Awaitable[dict[str, Any]]]
) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for owner in owners:
        for name, rows in (await export(owner)).items():
            found.setdefault(name, []).extend(rows)
    return found


async def _pages(read_page: Callable[[str | None], Awaitable[Page[Any]]]) -> AsyncGenerator[list[Any], None]:
    """The pages of a list that is read newest first, oldest first: first where each begins, then each again."""
    starts: list[str | None] = [None]
    while (cursor := (await read_page(starts[-1])).next_cursor) is not None:
        starts.append(cursor)
    for start in reversed(starts):
        yield (await read_page(start)).items[::-1]


async def as_json(parts: AsyncGenerator[Part, None]) -> AsyncGenerator[bytes, None]:
    """The parts as one JSON object, in pieces of bytes."""
    current, is_list, has_rows = "", False, False
    async for name, value in parts:
        start = b""
        if name != current:
            start = (b"{" if not current else b"]," if is_list else b",") + encode(name) + b":"
            current, is_list, has_rows = name, isinstance(value, Sequence), False
            start += b"[" if is_list else b""
        if not isinstance(value, Sequence):
            yield start + encode(value)
            continue
        rows = encode(value)[1:-1]
        yield start + (b"," if has_rows and rows else b"") + rows
        has_rows = has_rows or bool(rows)
    yield b"]}" if is_list else b"}"
