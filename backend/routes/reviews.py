"""Reviews: staff decide on actions that wait for a person; a citizen sees their own."""

from __future__ import annotations

from typing import get_args

from backend.auth import Role
from backend.errors.actions.evidence import (
    PhotoNotFound,
    ReviewDecided,
    ReviewDisputed,
    ReviewNotFound,
    ReviewOfOwn,
    ReviewOpinionGiven,
)
from backend.messages.actions.reviews import Decision, DecisionRequest, MyReview, ReviewView, Why
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import CITIZEN, PAGING, Endpoint, Query, in_section
from backend.routes.http.reply import Reply
from backend.services.actions import reviews

REVIEWERS: tuple[Role, ...] = ("staff", "operator")


async def list_waiting(call: Call) -> Page[ReviewView]:
    why, method = call.one_of("why", get_args(Why)), call.query("method")
    components = call.components
    return await reviews.waiting_reviews(
        components.database,
        components.catalogue,
        call.principal,
        call.limit,
        call.cursor,
        call.now,
        why=why,
        method=method,
    )


async def show(call: Call) -> ReviewView:
    return await reviews.show_review(call.components.catalogue, call.principal, call.params["id"], call.now)


async def show_photo(call: Call) -> Reply:
    photo = await reviews.show_photo(call.principal, call.params["id"], call.components.photos)
    return Reply(body=photo, media_type=b"image/jpeg")


async def decide(call: Call) -> Decision:
    request: DecisionRequest = call.body
    components = call.components
    return await reviews.decide_review(
        components.database,
        components.queue,
        components.catalogue,
        call.principal,
        call.params["id"],
        request,
    )


async def list_mine(call: Call) -> Page[MyReview]:
    return await reviews.my_reviews(call.principal.id, call.limit, call.cursor_id)


ENDPOINTS = in_section(
    "reviews",
    Endpoint(
        "GET /v1/me/reviews",
        list_mine,
        tag="me",
        roles=CITIZEN,
        summary="Actions that wait or waited for a person, newest first",
        answers={200: Page[MyReview]},
        query=PAGING,
    ),
    Endpoint(
        "GET /v1/reviews",
        list_waiting,
        roles=REVIEWERS,
        duty=("reviews",),
        summary="Actions that wait for a person, oldest first; without names",
        answers={200: Page[ReviewView]},
        query=(
            Query("why", {"type": "string", "enum": list(get_args(Why))}, "for this reason only"),
            Query("method", {"type": "string", "maxLength": 40}, "of this method only"),
            *PAGING,
        ),
    ),
    Endpoint(
        "GET /v1/reviews/{id}",
        show,
        roles=REVIEWERS,
        duty=("reviews",),
        summary="An action that waits or waited for a person",
        answers={200: ReviewView},
        refusals=(ReviewNotFound,),
    ),
    Endpoint(
        "GET /v1/reviews/{id}/photo",
        show_photo,
        on_record="photo_seen",
        roles=REVIEWERS,
        duty=("reviews",),
        summary="The photo behind it",
        answers={200: None},
        media_type="image/jpeg",
        refusals=(ReviewNotFound, PhotoNotFound),
    ),
    Endpoint(
        "POST /v1/reviews/{id}/decision",
        decide,
        roles=REVIEWERS,
        duty=("reviews",),
        summary="Approve or reject; what all approve whom it needs is booked at the day it was done",
        body=DecisionRequest,
        answers={200: Decision},
        refusals=(ReviewNotFound, ReviewDecided, ReviewOfOwn, ReviewOpinionGiven, ReviewDisputed),
    ),
)
