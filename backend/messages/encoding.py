"""Bytes out: one JSON encoder for every answer. Decimals are written as JSON numbers, exactly."""

from __future__ import annotations

import msgspec

_ENCODER = msgspec.json.Encoder(decimal_format="number")


def encode(message: object) -> bytes:
    return _ENCODER.encode(message)
