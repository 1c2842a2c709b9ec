"""Notices to citizens, and which of them WeChat may take to their phone."""

from __future__ import annotations

from backend.domain.community.consent_uses import MESSAGES_ACCEPTED
from backend.errors.operations import NoticeNotFound
from backend.messages.notifications import notices as m_notices
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import ATTENDEE, CITIZEN, PAGING, Endpoint, in_section
from backend.services.notifications import notices


async def list_notices(call: Call) -> m_notices.NoticePage:
    return await notices.inbox(call.principal.id, call.limit, call.cursor_id)


async def mark_read(call: Call) -> m_notices.NoticeItem:
    return await notices.mark_read(call.principal.id, call.params["id"], call.now)


async def list_subscriptions(call: Call) -> Page[m_notices.SubscriptionOffer]:
    return await notices.list_subscriptions(call.principal.id, call.components.settings.template_ids)


async def subscribe(call: Call) -> m_notices.SubscriptionItem:
    return await notices.subscribe(call.components.database, call.principal.id, call.body, call.language)


ENDPOINTS = in_section(
    "me",
    Endpoint(
        "GET /v1/me/notices",
        list_notices,
        roles=ATTENDEE,
        summary="My notices, newest first, with the number of unread notices",
        answers={200: m_notices.NoticePage},
        query=PAGING,
    ),
    Endpoint(
        "POST /v1/me/notices/{id}/reading",
        mark_read,
        roles=ATTENDEE,
        summary="I have read this notice",
        answers={200: m_notices.NoticeItem},
        refusals=(NoticeNotFound,),
    ),
    Endpoint(
        "GET /v1/me/subscriptions",
        list_subscriptions,
        roles=CITIZEN,
        summary="The message templates that WeChat may send, with their ids for its subscription dialogue",
        answers={200: Page[m_notices.SubscriptionOffer]},
    ),
    Endpoint(
        "POST /v1/me/subscriptions",
        subscribe,
        roles=CITIZEN,
        consent=MESSAGES_ACCEPTED,
        summary="Tell what WeChat's subscription dialogue gave: each accept is one message",
        body=m_notices.SubscriptionRequest,
        answers={200: m_notices.SubscriptionItem},
    ),
)
