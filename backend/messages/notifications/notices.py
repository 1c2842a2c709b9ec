"""Notices that a citizen reads, and which of them WeChat may take to their phone."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta

from backend.messages.notifications.notice_kinds import Template
from backend.messages.shape import Answer, Request, Statement

Delivery = Literal["inbox", "waiting", "sending", "sent", "refused", "failed"]


class NoticeItem(Answer):
    """`delivery` says what became of the WeChat message; the notice is here whatever became of it."""

    id: str
    kind: str
    title: Statement
    text: Statement
    facts: dict[str, Any]
    created_at: datetime
    read_at: datetime | None
    delivery: Delivery


class NoticePage(Answer):
    """Newest first; `unread` counts all of them, not those of this page."""

    items: list[NoticeItem]
    next_cursor: str | None
    unread: Annotated[int, Meta(ge=0)]


class SubscriptionRequest(Request):
    """What `wx.requestSubscribeMessage` gave for a template: each `accept` is one message that may be sent."""

    template: Template
    result: Literal["accept", "reject", "ban", "filter"]


class SubscriptionItem(Answer):
    template: Template
    accepts: Annotated[int, Meta(ge=0, le=1000, description="messages that may still be sent")]
