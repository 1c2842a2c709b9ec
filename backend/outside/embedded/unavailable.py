"""The one refusal of this package."""

from __future__ import annotations


class EmbeddedUnavailable(RuntimeError):
    """The embedded servers cannot run here; the sentence says what would help."""
