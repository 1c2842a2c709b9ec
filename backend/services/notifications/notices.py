"""Notices for citizens: each appears in the mini-program; WeChat may send it to the phone as well.

Call `create_notice` inside the transaction that causes the notice, so that neither is stored without the other. A
citizen gets one notice for each `key` of a kind, so a job that is interrupted and repeated notifies nobody twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from backend.errors.operations import NoticeNotFound
from backend.messages.notifications.notice_kinds import NOTICE_KINDS, TEMPLATES
from backend.messages.notifications.notices import (
    NoticeItem,
    NoticePage,
    SubscriptionItem,
    SubscriptionOffer,
    SubscriptionRequest,
)
from backend.messages.shape import Page, view_of
from backend.models import Notice, Subscription
from backend.models.keys import read_id, uuid7
from backend.services.identity.erased import hold_citizen
from backend.storage.database import Database
from backend.storage.statements import write

Facts = Mapping[str, Any]


async def create_notice(citizen_id: UUID, kind: str, key: str, facts: Facts) -> bool:
    """Notify one citizen; False when they had this notice already. Facts are JSON: days as `2026-11-01`, texts in two
    languages as `{"zh-CN": …, "en": …}`. Raises ValueError for a kind or facts that notice_kinds.py does not know.
    """
    return await create_notices(kind, [(citizen_id, key, facts)]) == 1


async def create_notices(kind: str, notices: Sequence[tuple[UUID, str, Facts]]) -> int:
    """Notify many citizens in one statement (citizen, key, facts); returns how many had no such notice."""
    text = NOTICE_KINDS.get(kind)
    if text is None:
        raise ValueError(f"notice_kinds.py has no kind {kind!r}")
    for _, _, facts in notices:
        if missing := text.needed - facts.keys():
            raise ValueError(f"a notice of the kind {kind} needs {', '.join(sorted(missing))}")
    # In key order: two processes that notify the same citizens would otherwise wait for each other.
    ordered = sorted(notices, key=lambda notice: (notice[0].bytes, notice[1]))
    rows = await write(
        "create_notices",
        [citizen_id for citizen_id, _, _ in ordered],
        [uuid7() for _ in ordered],
        [uuid7() for _ in ordered],
        kind,
        [key for _, key, _ in ordered],
        [json.dumps(dict(facts), ensure_ascii=False) for _, _, facts in ordered],
        text.template,
    )
    created: int = rows[0]["put"]
    return created


async def inbox(citizen_id: UUID, limit: int, cursor: UUID | None) -> NoticePage:
    """A citizen's notices, newest first."""
    query = Notice.filter(citizen_id=citizen_id)
    if cursor is not None:
        query = query.filter(id__lt=cursor)
    rows = await query.order_by("-id").limit(limit + 1)
    unread = await Notice.filter(citizen_id=citizen_id, read_at=None).count()
    page = Page.of(rows, limit, _item)
    return NoticePage(items=page.items, next_cursor=page.next_cursor, unread=unread)


async def mark_read(citizen_id: UUID, notice_id: str, at: datetime) -> NoticeItem:
    """Mark a notice as read; a second reading keeps the first time. Raises NoticeNotFound."""
    found_id = read_id(notice_id, NoticeNotFound)
    await Notice.filter(citizen_id=citizen_id, id=found_id, read_at=None).update(read_at=at)
    row = await Notice.get_or_none(citizen_id=citizen_id, id=found_id)
    if row is None:
        raise NoticeNotFound
    return _item(row)


async def subscribe(
    database: Database, citizen_id: UUID, request: SubscriptionRequest, language: str
) -> SubscriptionItem:
    """Count an accepted message. Other results take nothing away: WeChat still honours earlier accepts."""
    if request.result == "accept":
        async with database.transaction():
            await hold_citizen(citizen_id)
            rows = await write("create_message_acceptance", citizen_id, request.template, language)
        return SubscriptionItem(template=request.template, accepts=rows[0]["accepts"])
    row = await Subscription.get_or_none(citizen_id=citizen_id, template=request.template)
    return SubscriptionItem(template=request.template, accepts=row.accepts if row else 0)


async def list_subscriptions(citizen_id: UUID, template_ids: Mapping[str, str]) -> Page[SubscriptionOffer]:
    """The templates that this service's mini-program may ask for, with the messages that may still be sent of each."""
    rows = await Subscription.filter(citizen_id=citizen_id)
    accepts = {row.template: row.accepts for row in rows}
    return Page(
        [
            SubscriptionOffer(template=name, template_id=template_ids[name], accepts=accepts.get(name, 0))
            for name in TEMPLATES
            if name in template_ids
        ]
    )


async def export_notices(citizen_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """A citizen's notices and accepts, for the export of their data (PIPL art. 45)."""
    return {
        "notices": await Notice.filter(citizen_id=citizen_id)
        .order_by("id")
        .values("id", "kind", "facts", "created_at", "read_at", "delivery"),
        "subscriptions": await Subscription.filter(citizen_id=citizen_id)
        .order_by("template")
        .values("template", "accepts", "language", "updated_at"),
    }


async def forget_notices(citizen_id: UUID) -> None:
    """Delete a citizen's notices; call it inside the transaction that erases. A waiting task then finds nothing."""
    await Notice.filter(citizen_id=citizen_id).delete()
    await Subscription.filter(citizen_id=citizen_id).delete()


def _item(row: Notice) -> NoticeItem:
    title, text = NOTICE_KINDS[row.kind].rendered(row.facts)
    return view_of(NoticeItem, row, id=str(row.id), title=title, text=text)
