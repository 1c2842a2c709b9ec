"""Edits of what several people edit: each says by If-Match which revision they saw, and a stale one changes nothing."""

from __future__ import annotations

import msgspec

from backend.errors.organisations import EditOutdated


class Seen(msgspec.Struct, frozen=True):
    """The revisions that an edit may be of, as If-Match names them; none: any that stands (`*`)."""

    tags: frozenset[str] | None

    def check(self, revision: int) -> None:
        """Raises EditOutdated for another revision than the one that stands. Ask with the row locked."""
        if self.tags is not None and tag_of(revision) not in self.tags:
            raise EditOutdated


def check_seen(seen: Seen | None, revision: int) -> None:
    """The same where an edit need not say what it saw. Raises EditOutdated."""
    if seen is not None:
        seen.check(revision)


def tag_of(revision: int) -> str:
    """The ETag of a revision."""
    return f'"{revision}"'
