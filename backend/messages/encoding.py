"""One JSON encoder for every answer; decimals are written as JSON numbers, exactly."""

from __future__ import annotations

import msgspec

_ENCODER = msgspec.json.Encoder(decimal_format="number")


def encode(message: object) -> bytes:
    """An answer as JSON."""
    return _ENCODER.encode(message)
