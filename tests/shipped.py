"""The catalogue as it is shipped, read once by each test process; for tests that change nothing in it."""

from __future__ import annotations

from functools import cache

from backend.catalogue import Catalogue, load_catalogue


@cache
def shipped_catalogue() -> Catalogue:
    return load_catalogue()
