"""Badges one by one and by the file: requests of staff and their answers."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from backend.messages.events.events import Category
from backend.messages.imports import FileRead
from backend.messages.shape import Answer, Instant, Request, Statement

Reason = Annotated[str, Meta(min_length=1, max_length=400)]
BadgeState = Literal["free", "used", "revoked"]


class BadgeReasonRequest(Request):
    reason: Reason


class BadgeAliasRequest(Request):
    alias: Annotated[str, Meta(min_length=4, max_length=200, description="the id of a wristband or tag")]
    reason: Reason


class BadgeDetail(Answer):
    """A badge as staff see it."""

    serial: int
    code: str
    url: Annotated[str, Meta(description="what the QR on the badge holds")]
    category: Category | None
    holder_ref: Annotated[str | None, Meta(description="the organiser's own reference")]
    label: str | None
    alias: Annotated[str | None, Meta(description="the wristband or tag that is bound to it")]
    state: Annotated[BadgeState, Meta(description="used: somebody joined with it")]
    is_held_by_guest: Annotated[
        bool, Meta(description="a phone without an account signed in with it: staff can release it")
    ]
    revoked_at: Instant | None
    revoked_why: str | None
    reissued_as: Annotated[int | None, Meta(description="the serial of the badge that replaced it")]
    replaced_by: Annotated[
        int | None,
        Meta(description="the badge that is good now: the last that replaced it, one after the other"),
    ]
    replaces: Annotated[int | None, Meta(description="the serial of the badge that it replaced")]
    created_at: Instant


class BadgeReleased(Answer):
    serial: int
    has_joined: Annotated[
        bool, Meta(description="somebody joined with it; the next phone goes on with that attendance")
    ]


class BadgesRevoked(Answer):
    revoked: int
    already_revoked: int
    file: Annotated[FileRead | None, Meta(description="how the file of serials was read")] = None


class BadgesReissued(Answer):
    """New badges in the order of the file; print them with `from` and `to`."""

    reissued: int
    serial_from: int
    serial_to: int
    file: Annotated[FileRead | None, Meta(description="how the file of serials was read")] = None


class BadgeRowError(Answer):
    row: Annotated[int, Meta(description="as a spreadsheet counts: the columns' names are row 1")]
    column: str
    code: str
    reason: Statement


class BadgeImportView(Answer):
    """The import of a file of badges; ask again while it is queued or running."""

    id: str
    state: Literal["queued", "running", "done", "failed"]
    why: Annotated[
        Literal["rows_broken", "interrupted", "taken", "limit", "closed", "error"] | None,
        Meta(
            description="of one that failed; nothing of it was imported, and the same file may be sent again"
        ),
    ]
    why_text: Statement | None
    rows_total: int
    rows_done: int
    errors_total: int
    errors: Annotated[list[BadgeRowError], Meta(description="the first hundred")]
    serial_from: int | None
    serial_to: int | None
    sha256: str
    file: Annotated[
        FileRead | None,
        Meta(description="how the file was read; null for one that was read before this was kept"),
    ]
    created_at: Instant
    ended_at: Instant | None
