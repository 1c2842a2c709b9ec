"""Kept secrets are encrypted again under the first key, so that an old one can go: partners', of apps, contacts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from backend.domain.encryption import CannotDecrypt, Encrypted, Encryptor
from backend.services.identity.second_factors import totp_owner
from backend.storage.database import Database
from backend.storage.statements import read, write

BELONGS_TO: Final[Mapping[str, Callable[[str], str]]] = {
    "partner_keys": str,
    "staff_totp": lambda row_id: totp_owner(UUID(row_id)),
    "complaints": str,
}
"""What each table's secrets are bound to, by the row's id."""


async def reencrypt(database: Database, keys: Mapping[str, bytes]) -> tuple[Counter[str], Counter[str]]:
    """Bring every kept secret under the first key; how many were, and how many no key opens, by table.

    `database` is the owner's. May be run again, and beside a service that encrypts with either key.
    """
    encryptor, first = Encryptor(keys), next(iter(keys))
    rows, lost = [], Counter[str]()
    for row in await read(database, "find_sealed_elsewhere", first):
        kept_in, row_id, former = row["kept_in"], row["row_id"], bytes(row["sealed"])
        owner = BELONGS_TO[kept_in](row_id)
        try:
            secret = encryptor.decrypt(Encrypted(row["sealed_with"], former), owner)
        except CannotDecrypt:
            lost[kept_in] += 1
            continue
        fresh = encryptor.encrypt(secret, owner)
        rows.append((kept_in, row_id, former, fresh.key_id, fresh.text))
    if not rows:
        return Counter(), lost
    async with database.transaction():
        done = await write("reseal_secrets", *zip(*rows, strict=True))
    return Counter(row["kept_in"] for row in done), lost
