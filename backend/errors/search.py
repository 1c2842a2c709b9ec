"""Refusals of the public search."""

from __future__ import annotations

from backend.errors import Refusal


class SearchBusy(Refusal):
    """Others search, and so many searches at once are all that this process does."""

    status, code = 503, "search_busy"
    retry_after_s = 1.0
