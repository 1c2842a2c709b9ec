"""Refusals of the feed to Tianfu Credit."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class FeedOff(NotFound):
    """This service has no key to sign the feed with: there is none."""

    code = "feed_off"


class CursorForeign(Refusal):
    """The cursor was given out by another feed, another city's service, or with a key that is retired."""

    status, code = 409, "cursor_foreign"
