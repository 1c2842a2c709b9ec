"""One JSON encoder for every answer, which writes decimals as JSON numbers, exactly; and bodies decoded or refused."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from backend.errors import InvalidBody, MalformedBody

Found = TypeVar("Found")

_ENCODER = msgspec.json.Encoder(decimal_format="number")


def encode(message: object) -> bytes:
    """An answer as JSON."""
    return _ENCODER.encode(message)


def decode_body(decoder: msgspec.json.Decoder[Found], raw: bytes) -> Found:
    """A body as it was meant. Raises InvalidBody for one of another shape, MalformedBody for what is no JSON."""
    try:
        return decoder.decode(raw)
    except msgspec.ValidationError as error:
        raise InvalidBody(reason=str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedBody(reason=str(error)) from None
