"""Canonical JSON: one spelling for each document, so that everybody signs and hashes the same bytes.

The rules of RFC 8785 for what stands in our documents: names sorted, no space, whole numbers that every reader of
JSON holds exactly, texts in UTF-8 with the shortest escapes. Broken numbers are refused: their spelling is a matter
of taste.
"""

from __future__ import annotations

import json
from typing import Any

WHOLE_NUMBER_MAX = 2**53 - 1

Document = dict[str, Any]

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


class NotCanonical(ValueError):
    """The document holds a value that has several spellings."""


def canonical_bytes(document: object) -> bytes:
    """The document's canonical bytes. Raises NotCanonical."""
    _check(document)
    try:
        return _ENCODER.encode(document).encode("utf-8")
    except UnicodeEncodeError:
        raise NotCanonical("half a character") from None


def _check(value: object) -> None:
    # Texts first: they are most of a document, and a log is a million of them.
    if value is None or isinstance(value, str):
        return
    if isinstance(value, dict):
        for name, each in value.items():
            # RFC 8785 sorts by UTF-16 units, Python by code points: they agree on what our names are made of.
            if not isinstance(name, str) or not name.isascii():
                raise NotCanonical(f"the name {name!r}")
            _check(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            _check(each)
    elif not isinstance(value, int):
        raise NotCanonical(f"a {type(value).__name__}")
    elif abs(value) > WHOLE_NUMBER_MAX:
        raise NotCanonical(f"the number {value}")
