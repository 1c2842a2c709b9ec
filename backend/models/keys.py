"""How rows are named: UUIDv7, so that keys made one after another lie side by side in an index."""

from __future__ import annotations

from uuid import UUID

from uuid_utils.compat import uuid7 as _uuid7


def uuid7() -> UUID:
    """A new UUIDv7 as the standard library's UUID."""
    return _uuid7()
