"""Reading a request's body: whether it may be read at all, at once or in pieces, never longer than is allowed."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from typing import Final

from starlette.types import Receive

from backend.errors import BodyTooLarge, CharsetUnsupported, ContentEncodingUnsupported, UnsupportedMediaType
from backend.errors.events.documents import BodyCutOff

_CHARSET: Final = re.compile(rb';\s*charset\s*=\s*"?([^\s";]*)', re.IGNORECASE)
_UTF8: Final = (b"utf-8", b"utf8", b"us-ascii", b"ascii")
"""ASCII is UTF-8 already; RFC 8259 knows no other encoding of JSON."""


def media_type_of(headers: Mapping[bytes, bytes]) -> str:
    """The media type of a body without its parameters; JSON when the header is missing."""
    media_type = headers.get(b"content-type", b"application/json").partition(b";")[0].strip().lower()
    return media_type.decode("latin-1")


def check_head(headers: Mapping[bytes, bytes], bytes_max: int, media_types: tuple[str, ...]) -> None:
    """Refuse a body that may not be read at all. Raises BodyTooLarge, UnsupportedMediaType and its kinds."""
    if media_type_of(headers) not in media_types:
        raise UnsupportedMediaType(media_types=list(media_types))
    if headers.get(b"content-encoding", b"identity").strip().lower() not in (b"identity", b""):
        raise ContentEncodingUnsupported(encodings=["identity"])
    charset = _CHARSET.search(headers.get(b"content-type", b""))
    # The reader of tables finds out the encoding of a file by itself, whatever a browser says.
    if charset and "application/json" in media_types and charset[1].lower() not in _UTF8:
        raise CharsetUnsupported(charsets=["utf-8"])
    length = headers.get(b"content-length", b"0")
    if not length.isdigit() or int(length) > bytes_max:
        raise BodyTooLarge(bytes_max=bytes_max)


async def read_chunks(receive: Receive, bytes_max: int) -> AsyncIterator[bytes]:
    """Read the body in pieces, as they come. Raises BodyTooLarge as soon as it is, BodyCutOff."""
    length = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BodyCutOff
        chunk: bytes = message.get("body", b"")
        length += len(chunk)
        if length > bytes_max:
            raise BodyTooLarge(bytes_max=bytes_max)
        if chunk:
            yield chunk
        if not message.get("more_body", False):
            return


async def read_body(
    receive: Receive,
    headers: Mapping[bytes, bytes],
    bytes_max: int,
    media_types: tuple[str, ...] = ("application/json",),
) -> bytes:
    """Read the whole body. Raises BodyTooLarge as soon as it is, UnsupportedMediaType, BodyCutOff."""
    check_head(headers, bytes_max, media_types)
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body", False) and len(body) <= bytes_max:
        message = await receive()
        body += message.get("body", b"")
    if len(body) > bytes_max:
        raise BodyTooLarge(bytes_max=bytes_max)
    # A part of a list, or of a number in it, must not be taken for the whole.
    if message["type"] == "http.disconnect":
        raise BodyCutOff
    return body
