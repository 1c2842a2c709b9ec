"""Photos from phones: the job of decoding one, which is done in a workshop, and its answer."""

from __future__ import annotations

import msgspec

from backend.errors.actions.evidence import PhotoTooLarge, PhotoUnreadable

SIDE_MAX = 12_000


class CleanPhoto(msgspec.Struct, frozen=True, tag="clean"):
    """An upright JPEG without location, time or camera."""

    content: bytes
    width: int
    height: int


class Unreadable(msgspec.Struct, frozen=True, tag="unreadable"):
    """It is no picture, or no whole one."""


class TooLarge(msgspec.Struct, frozen=True, tag="too_large"):
    """Its head says that it has more pixels than its form may have."""

    pixels_max: int


Decoded = CleanPhoto | Unreadable | TooLarge
_DECODER: msgspec.msgpack.Decoder[Decoded] = msgspec.msgpack.Decoder(Decoded)


def decode_photo(raw: bytes) -> bytes:
    """The job: Decoded as MessagePack. Takes up to a second and hundreds of megabytes."""
    from backend.outside.photo_decoder import decode

    return msgspec.msgpack.encode(decode(raw))


def read_decoded(answer: bytes) -> CleanPhoto:
    """What the job answered. Raises PhotoUnreadable, PhotoTooLarge."""
    decoded = _DECODER.decode(answer)
    if isinstance(decoded, Unreadable):
        raise PhotoUnreadable
    if isinstance(decoded, TooLarge):
        raise PhotoTooLarge(pixels_max=decoded.pixels_max, side_max=SIDE_MAX)
    return decoded
