"""Notices for citizens, and the WeChat messages that they accept."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta

from backend.messages.notifications.notice_kinds import Template
from backend.messages.shape import Answer, Request, Statement

Delivery = Literal["inbox", "waiting", "sending", "sent", "refused", "failed"]


class NoticeItem(Answer):
    """One notice; `delivery` is the state of its WeChat message."""

    id: str
    kind: str
    title: Statement
    text: Statement
    facts: dict[str, Any]
    created_at: datetime
    read_at: datetime | None
    delivery: Delivery


class NoticePage(Answer):
    """A citizen's notices, newest first; `unread` counts all of them, not those of this page."""

    items: list[NoticeItem]
    next_cursor: str | None
    unread: Annotated[int, Meta(ge=0)]


class SubscriptionRequest(Request):
    """The result of `wx.requestSubscribeMessage` for a template: each `accept` allows one message."""

    template: Template
    result: Literal["accept", "reject", "ban", "filter"]


class SubscriptionOffer(Answer):
    """A template that WeChat may send here; its id is what `wx.requestSubscribeMessage` takes."""

    template: Template
    template_id: str
    accepts: Annotated[int, Meta(ge=0, le=1000, description="messages that may still be sent")]


class SubscriptionItem(Answer):
    template: Template
    accepts: Annotated[int, Meta(ge=0, le=1000, description="messages that may still be sent")]
