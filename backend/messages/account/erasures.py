"""The receipt of an erasure: what went at once, what stays, and why."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from backend.messages.shape import Answer, Instant, Statement


class ErasedPart(Answer):
    """A kind of data that was erased, with how many pieces there were."""

    code: str
    what: Statement
    count: int


class KeptPart(Answer):
    """A kind of data that stays without a person, and the reason."""

    code: str
    what: Statement
    why: Statement


class ErasureReceipt(Answer):
    """What whoever leaves is given. It leads to nobody; its id is the only way to it."""

    id: Annotated[str, Meta(description="opens this receipt again; nobody can find out whose it is")]
    at: Instant
    erased: list[ErasedPart]
    kept: list[KeptPart]
