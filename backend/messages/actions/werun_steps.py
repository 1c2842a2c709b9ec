"""Steps that WeRun counted on a citizen's phone."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from backend.messages.actions.actions import Reduced
from backend.messages.shape import Answer, Grams, Request


class StepsRequest(Request):
    """The unchanged result of `wx.getWeRunData` on the phone."""

    encrypted_data: Annotated[str, Meta(min_length=1, max_length=16_384, description="base64")]
    iv: Annotated[str, Meta(min_length=1, max_length=64, description="base64")]


class DayOfSteps(Answer):
    """One day of the payload. Grams and points are what this request added to it."""

    day: date
    steps: Annotated[int, Meta(ge=0, description="the day's total as reported")]
    credited_steps: Annotated[
        int, Meta(ge=0, description="what counted of the growth, after guards and caps")
    ]
    reduction_g: Grams
    points: int
    state: Literal["posted", "capped", "unchanged", "pending", "refused"]
    capped_by: str | None
    reductions: list[Reduced]
    refusal: Annotated[str | None, Meta(description="code of the refusal when this day was refused")] = None


class StepsAnswer(Answer):
    days: Annotated[list[DayOfSteps], Meta(description="days that count, oldest first")]
    balance: Annotated[int, Meta(description="points after this request")]
