"""Reads a published transparency log over HTTP, for `tianfu verify`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx2 as httpx

TIMEOUT_S = 15.0


class LogAway(Exception):
    """The log's server does not answer, or answers something else."""


def fetch_json(base: str, path: str) -> Mapping[str, Any]:
    """The JSON object at an address of the log's server. Raises LogAway."""
    address = f"{base.rstrip('/')}{path}"
    try:
        answer = httpx.get(address, timeout=TIMEOUT_S, follow_redirects=False)
        answer.raise_for_status()
        found = answer.json()
    except (httpx.HTTPError, ValueError, httpx.InvalidURL) as error:
        raise LogAway(f"{address} cannot be read: {error}") from None
    if not isinstance(found, dict):
        raise LogAway(f"{address} is no JSON object.")
    return found
