"""Photos that citizens send as evidence."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from backend.messages.shape import Answer


class PhotoAnswer(Answer, kw_only=True):
    sha256: Annotated[str, Meta(description="of the photo as it is kept; name it in an action's evidence")]
    width: int
    height: int
