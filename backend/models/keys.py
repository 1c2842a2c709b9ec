"""Keys of rows: UUIDv7, so that keys made one after another lie side by side in an index."""

from __future__ import annotations

from uuid import UUID

import uuid_utils
from asyncpg.pgproto.pgproto import UUID as FastUUID


def uuid7() -> UUID:
    """A new UUIDv7. The driver's own class: equal to the standard one, and several times faster to hash and send."""
    made: UUID = FastUUID(uuid_utils.uuid7().bytes)
    return made


def parse_uuid(text: str) -> UUID:
    """The UUID that a text spells. Raises ValueError."""
    read: UUID = FastUUID(text)
    return read


def read_id(text: str, refusal: type[Exception]) -> UUID:
    """The UUID that a caller's text spells. Raises `refusal`: there is nothing under another text."""
    try:
        return parse_uuid(text)
    except ValueError:
        raise refusal from None
