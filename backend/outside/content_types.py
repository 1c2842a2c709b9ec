"""Checks that a document is what its media type says: by its first bytes, or, for texts, by all of them."""

from __future__ import annotations

import codecs

from backend.errors.events.documents import ContentMismatch

MAGIC: dict[str, tuple[bytes, ...]] = {
    "application/pdf": (b"%PDF-",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    # An archive without a file in it begins otherwise, and is no document.
    "application/zip": (b"PK\x03\x04",),
}
TEXTS = ("text/csv", "application/json")
CONTENT_TYPES = (*MAGIC, *TEXTS)
HEAD_BYTES = 16


class ContentCheck:
    """Checks a document piece by piece. Raises ContentMismatch as soon as it is something else."""

    def __init__(self, media_type: str) -> None:
        if media_type not in CONTENT_TYPES:
            raise ContentMismatch(media_type=media_type)
        self._media_type = media_type
        self._head = b""
        self._decoder = codecs.getincrementaldecoder("utf-8")() if media_type in TEXTS else None

    def add(self, part: bytes) -> None:
        if len(self._head) < HEAD_BYTES:
            self._head += part[: HEAD_BYTES - len(self._head)]
        if self._decoder is not None:
            self._read(part, is_last=False)

    def end(self) -> None:
        if self._decoder is not None:
            self._read(b"", is_last=True)
        elif not self._head.startswith(MAGIC[self._media_type]):
            raise ContentMismatch(media_type=self._media_type)

    def _read(self, part: bytes, *, is_last: bool) -> None:
        assert self._decoder is not None
        try:
            self._decoder.decode(part, is_last)
        except UnicodeDecodeError:
            raise ContentMismatch(media_type=self._media_type) from None
        if b"\0" in part:
            raise ContentMismatch(media_type=self._media_type)
