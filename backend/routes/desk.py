"""The operator's start: what waits at each desk."""

from __future__ import annotations

from backend.messages.operations.desk import DeskAnswer
from backend.routes.http.call import Call
from backend.routes.http.endpoint import OPERATOR, Endpoint, in_section
from backend.services.operations.desk import show_desk as count_desks


async def show_desk(call: Call) -> DeskAnswer:
    return await count_desks(call.components.database)


ENDPOINTS = in_section(
    "jobs",
    Endpoint(
        "GET /v1/desk",
        show_desk,
        roles=OPERATOR,
        summary="What waits for an operator at each desk, and what of it is late",
        answers={200: DeskAnswer},
    ),
)
