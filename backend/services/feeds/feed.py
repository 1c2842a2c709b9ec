"""The feed to Tianfu Credit as it is read: pages that never change, signed, with cursors of this feed alone."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping

from backend.domain.certificates.canonical_json import canonical_bytes
from backend.domain.feeds import FeedCursors
from backend.errors.feeds import FeedOff
from backend.messages.feeds import FeedKey, FeedKeys
from backend.outside.message_signatures import MessageSigner
from backend.settings import Settings
from backend.storage.database import Database
from backend.storage.statements import read

MEDIA_TYPE = "application/json"
TAG = "tianfu-credit-feed"


class CreditFeed:
    """The feed of one service. Without a key there is none."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        seeds = {key_id: b64decode(seed) for key_id, seed in settings.keys("credit_feed_keys").items()}
        self.name = f"tianfu-credit@{settings.issuer}"
        self._signer = MessageSigner(seeds, TAG) if seeds else None
        self._cursors = FeedCursors(self.name)
        self._readers = [_digest(token) for token in settings.keys("credit_feed_readers").values()]

    @property
    def signer(self) -> MessageSigner:
        """Raises FeedOff."""
        if self._signer is None:
            raise FeedOff
        return self._signer

    def is_reader(self, headers: Mapping[bytes, bytes]) -> bool:
        """Whether a request bears the token of a machine that may read the feed."""
        scheme, _, token = headers.get(b"authorization", b"").partition(b" ")
        given = _digest(token.strip())
        return scheme.lower() == b"bearer" and any(hmac.compare_digest(given, each) for each in self._readers)

    def keys(self) -> FeedKeys:
        """The public halves of the keys. Raises FeedOff."""
        return FeedKeys(
            feed=self.name,
            keys=[
                FeedKey(keyid=key_id, alg="ed25519", public_key=b64encode(public).decode("ascii"))
                for key_id, public in self.signer.public_keys.items()
            ],
        )

    async def read_after(self, cursor: str | None) -> bytes:
        """The page after a cursor, as it is sent. Raises FeedOff, InvalidQuery, CursorForeign."""
        _ = self.signer
        return await self.page_bytes(self._cursors.read(cursor) + 1)

    async def page_bytes(self, page: int) -> bytes:
        """A page as it is sent; without items where there is no such page yet."""
        rows = await read(self._database, "read_feed_page", page)
        after = page if rows else page - 1
        # Items are kept as bytes and put together as bytes: names sorted, as in every canonical document.
        return b'{"feed":%b,"items":[%b],"next_cursor":%b,"page":%b}' % (
            canonical_bytes(self.name),
            b",".join(row["body"] for row in rows),
            canonical_bytes(self._cursors.write(after)),
            canonical_bytes(page if rows else None),
        )


def _digest(token: bytes) -> bytes:
    return hashlib.sha256(token).digest()
