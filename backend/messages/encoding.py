"""One JSON encoder for every answer, which writes decimals as JSON numbers, exactly; and bodies decoded or refused."""

from __future__ import annotations

from codecs import BOM_UTF8
from typing import TypeVar

import msgspec

from backend.errors import InvalidBody, MalformedBody
from backend.messages.names import named_sign

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
        raise InvalidBody(reason=named_sign(str(error), raw)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if raw.startswith(BOM_UTF8):
            # Some clients write a byte-order mark, which is no part of the text.
            return decode_body(decoder, raw.removeprefix(BOM_UTF8))
        raise MalformedBody(reason=str(error)) from None
