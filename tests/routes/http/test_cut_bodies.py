"""A body whose sender goes away in the middle is no body: half of a list is not taken for the whole."""

from __future__ import annotations

import pytest
from starlette.types import Message

from backend.errors.events.documents import BodyCutOff
from backend.routes.http.body import read_body

CUT = (
    [{"type": "http.request", "body": b"12345,12", "more_body": True}, {"type": "http.disconnect"}],
    [{"type": "http.disconnect"}],
)


@pytest.mark.parametrize("messages", CUT, ids=["in the middle", "before it began"])
async def test_a_body_that_is_cut_off_is_refused(messages: list[Message]) -> None:
    coming = iter(messages)

    async def receive() -> Message:
        return next(coming)

    headers = {b"content-type": b"text/csv", b"content-length": b"11"}
    with pytest.raises(BodyCutOff):
        await read_body(receive, headers, 100, ("text/csv",))
