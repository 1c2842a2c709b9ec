"""Causes that citizens give reductions to: operators create and change them, everybody sees their totals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError

from backend.auth import Principal
from backend.domain.days import SHANGHAI
from backend.errors import EventNotFound, InvalidBody
from backend.errors.actions.reduction_claims import CauseNotFound, CauseSlugTaken
from backend.messages.actions.reduction_claims import (
    CauseChangeRequest,
    CauseDay,
    CauseDetail,
    CauseRequest,
    CauseView,
)
from backend.messages.shape import Bilingual, Page, Statement, view_of
from backend.models import Cause, Event
from backend.services.identity.staff_accounts import record
from backend.services.listing import matching
from backend.services.organisations.revisions import Seen, check_seen
from backend.storage.database import Database, constraint_of
from backend.storage.statements import read

DAYS_SHOWN = 30


async def find_cause(slug: str) -> Cause:
    """The cause with a slug. Raises CauseNotFound."""
    cause = await Cause.get_or_none(slug=slug)
    if cause is None:
        raise CauseNotFound
    return cause


async def list_causes(limit: int, cursor: UUID | None, typed: str | None = None) -> Page[CauseView]:
    """Causes, newest first, closed ones too: what was given stays public."""
    query = matching(Cause.all(), typed, "slug", "name_zh", "name_en")
    if cursor is not None:
        query = query.filter(id__lt=cursor)
    return Page.of(await _views(await query.order_by("-id").limit(limit + 1)), limit)


async def show_cause(database: Database, slug: str, now: datetime) -> CauseDetail:
    """A cause with its public total and the donations of each of the last days. Raises CauseNotFound."""
    cause = await find_cause(slug)
    first_day = now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(
        days=DAYS_SHOWN - 1
    )
    rows = await read(database, "read_cause_days", cause.id, first_day)
    days = [view_of(CauseDay, row) for row in rows]
    return CauseDetail(**_columns(cause, await _event_slugs([cause])), by_day=days)


async def create_cause(database: Database, staff: Principal, request: CauseRequest) -> CauseView:
    """Create a cause, an event's own or a free one. Raises CauseSlugTaken, EventNotFound, InvalidBody."""
    event = None
    if request.event is not None:
        event = await Event.get_or_none(slug=request.event)
        if event is None:
            raise EventNotFound
    name = request.name or (Bilingual(event.name_zh, event.name_en) if event else None)
    if name is None:
        raise InvalidBody.at("/name", "name_of_event_only")
    try:
        async with database.transaction():
            cause = await Cause.create(
                slug=request.slug,
                event_id=event.id if event else None,
                name_zh=name.zh,
                name_en=name.en,
                about_zh=request.about.zh,
                about_en=request.about.en,
            )
            await record(
                staff,
                "cause.create",
                cause.slug,
                reason=request.reason,
                after=_recorded(cause) | {"event": request.event},
            )
    except IntegrityError as error:
        if constraint_of(error) == "causes_slug_unique":
            raise CauseSlugTaken from error
        raise
    return (await _views([cause]))[0]


async def change_cause(
    database: Database, staff: Principal, slug: str, request: CauseChangeRequest, seen: Seen | None = None
) -> CauseView:
    """Rename, describe, close or reopen a cause; donations under way come before or after.

    `seen` is the revision that was edited. Raises CauseNotFound, EditOutdated.
    """
    changes: dict[str, Any] = {}
    if request.name is not None:
        changes |= {"name_zh": request.name.zh, "name_en": request.name.en}
    if request.about is not None:
        changes |= {"about_zh": request.about.zh, "about_en": request.about.en}
    if request.is_open is not None:
        changes["is_open"] = request.is_open
    if not changes:
        raise InvalidBody.at("", "nothing_to_change")
    async with database.transaction():
        cause = await Cause.filter(slug=slug).select_for_update().get_or_none()
        if cause is None:
            raise CauseNotFound
        check_seen(seen, cause.revision)
        before = _recorded(cause)
        cause.update_from_dict(changes | {"revision": cause.revision + 1})
        await cause.save(update_fields=[*changes, "revision"])
        await record(
            staff, "cause.change", slug, reason=request.reason, before=before, after=_recorded(cause)
        )
    return (await _views([cause]))[0]


async def _views(causes: Sequence[Cause]) -> list[CauseView]:
    slugs = await _event_slugs(causes)
    return [CauseView(**_columns(cause, slugs)) for cause in causes]


async def _event_slugs(causes: Sequence[Cause]) -> dict[UUID, str]:
    ids = [cause.event_id for cause in causes if cause.event_id is not None]
    if not ids:
        return {}
    return dict(await Event.filter(id__in=ids).values_list("id", "slug"))


def _columns(cause: Cause, event_slugs: dict[UUID, str]) -> dict[str, Any]:
    return {
        "id": str(cause.id),
        "slug": cause.slug,
        "event": None if cause.event_id is None else event_slugs.get(cause.event_id),
        "name": Bilingual(cause.name_zh, cause.name_en),
        "about": Statement(cause.about_zh, cause.about_en),
        "is_open": cause.is_open,
        "donated_g": cause.donated_g,
        "donations": cause.donations,
        "created_at": cause.created_at.astimezone(UTC),
        "revision": cause.revision,
    }


def _recorded(cause: Cause) -> dict[str, Any]:
    names = ("name_zh", "name_en", "about_zh", "about_en", "is_open")
    return {name: getattr(cause, name) for name in names}
