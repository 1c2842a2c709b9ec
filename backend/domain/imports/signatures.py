"""What a file is by its first bytes, whatever its name and media type say."""

from __future__ import annotations

from backend.domain.imports.table import FileRefused

ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""A stream of the container that a spreadsheet with a password is put into."""
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"PK\x05\x06", "archive"),
    (b"PK\x07\x08", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"{\\rtf", "document"),
)
_MARKUP = (b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta", b"<head")
_HEAD_BYTES = 64


def refuse_others(content: bytes) -> None:
    """Raises FileRefused for what is neither text nor a ZIP archive, in words that say how to save it."""
    if not content.strip(b"\xef\xbb\xbf \t\r\n"):
        raise FileRefused("nothing")
    if content.startswith(_OLE):
        raise FileRefused("password" if _ENCRYPTED in content else "xls")
    for first, why in _OTHERS:
        if content.startswith(first):
            raise FileRefused(why)
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        raise FileRefused("picture")
    head = content[:_HEAD_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(_MARKUP):
        raise FileRefused("markup")
