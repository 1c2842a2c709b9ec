"""The feed of organisations' facts to Tianfu Credit."""

from __future__ import annotations

from backend.errors.feeds import CursorForeign, FeedOff
from backend.messages.feeds import FeedKeys, FeedPage
from backend.routes.http.call import Call
from backend.routes.http.endpoint import OVERSEERS, Endpoint, Query, in_section
from backend.routes.http.reply import Reply
from backend.services.feeds.feed import MEDIA_TYPE


async def read_feed(call: Call) -> Reply:
    feed = call.components.credit_feed
    body = await feed.read_after(call.cursor)
    query = call.scope["query_string"].decode("latin-1")
    signed = feed.signer.sign_answer(
        method="GET",
        target=call.scope["path"] + (f"?{query}" if query else ""),
        status=200,
        media_type=MEDIA_TYPE,
        body=body,
        at=call.now,
    )
    headers = tuple((name.lower().encode(), value.encode()) for name, value in signed.items())
    return Reply(body=body, headers=headers, media_type=MEDIA_TYPE.encode())


async def show_keys(call: Call) -> FeedKeys:
    return call.components.credit_feed.keys()


ENDPOINTS = in_section(
    "feeds",
    Endpoint(
        "GET /v1/feeds/tianfu-credit",
        read_feed,
        roles=OVERSEERS,
        takes_feed_reader=True,
        summary="Facts of organisations in the order of their publication, a page at a time; the answer is signed",
        answers={200: FeedPage},
        refusals=(FeedOff, CursorForeign),
        query=(
            Query("cursor", {"type": "string"}, "next_cursor of the page before; from the beginning without"),
        ),
    ),
    Endpoint(
        "GET /.well-known/tianfu-credit-feed.json",
        show_keys,
        summary="The keys that the feed to Tianfu Credit is signed with",
        answers={200: FeedKeys},
        refusals=(FeedOff,),
    ),
)
