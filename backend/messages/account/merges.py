"""Two accounts of one person become one; what a guest did is kept in an account."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from backend.messages.shape import Answer, Bilingual, Instant, Request, Statement

AccessToken = Annotated[str, Meta(min_length=1, max_length=1024)]


class MergeRequest(Request):
    other_access_token: Annotated[
        AccessToken, Meta(description="of the other account: whoever signed in to both is one person")
    ]


class KeepRequest(Request):
    guest_access_token: Annotated[AccessToken, Meta(description="of the guest whose attendance is kept")]


class MovedEvent(Answer):
    slug: str
    name: Bilingual


class StayingAttendance(Answer):
    """An event that both accounts joined: the other one's attendance and certificate stay valid beside the own."""

    event: MovedEvent
    certificate_number: str | None


class MergeAnswer(Answer):
    id: str
    balance: int
    points_moved: Annotated[int, Meta(description="with the days on which they run out")]
    points_taken_back: Annotated[
        int, Meta(description="earned twice for one thing, and returned to the budgets that paid")
    ]
    attendances_moved: int
    actions_moved: int
    actions_reversed: Annotated[int, Meta(description="above what one account may do on a day or in a month")]
    staying: list[StayingAttendance]
    about: Statement
    merged_at: Instant


class KeptPoints(Answer):
    earned: Annotated[int, Meta(description="points that went into the balance")]
    pending: Annotated[int, Meta(description="points that wait for the account's first proven act")]
    balance: int
    capped_by: Annotated[
        str | None, Meta(description="issuance_budget: the budget that pays has too little left")
    ]


class KeptAttendance(Answer):
    id: str
    event: MovedEvent
    certificate_number: str | None
    points: KeptPoints
    kept_at: Instant
