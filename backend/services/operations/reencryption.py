"""Kept secrets are encrypted again under the first key, so that an old one can go: partners, apps, contacts, addresses.

An address is looked up by a digest under the same keys, which is made anew with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from backend.domain.encryption import CannotDecrypt, Encrypted, Encryptor
from backend.domain.identity.sign_in_codes import SignInDigests
from backend.services.identity.addresses import address_owner
from backend.services.identity.second_factors import totp_owner
from backend.storage.database import Database
from backend.storage.statements import read, write

BELONGS_TO: Final[Mapping[str, Callable[[str], str]]] = {
    "partner_keys": str,
    "staff_totp": lambda row_id: totp_owner(UUID(row_id)),
    "complaints": str,
    "identities": lambda row_id: address_owner(*row_id.split(" ")),
}
"""What each table's secrets are bound to, by the row's id."""


async def reencrypt(database: Database, keys: Mapping[str, bytes]) -> tuple[Counter[str], Counter[str]]:
    """Bring every kept secret under the first key; how many were, and how many no key opens, by table.

    `database` is the owner's. May be run again, and beside a service that encrypts with either key.
    """
    encryptor, digests, first = Encryptor(keys), SignInDigests(keys), next(iter(keys))
    rows, lost = [], Counter[str]()
    for row in await read(database, "find_sealed_elsewhere", first):
        kept_in, row_id, former = row["kept_in"], row["row_id"], bytes(row["sealed"])
        owner = BELONGS_TO[kept_in](row_id)
        try:
            secret = encryptor.decrypt(Encrypted(row["sealed_with"], former), owner)
        except CannotDecrypt:
            lost[kept_in] += 1
            continue
        new_id = row_id
        if kept_in == "identities":
            provider = row_id.partition(" ")[0]
            new_id = digests.subjects(provider, secret.decode())[0]
            owner = address_owner(provider, new_id)
        fresh = encryptor.encrypt(secret, owner)
        rows.append((kept_in, row_id, former, fresh.key_id, fresh.text, new_id))
    if not rows:
        return Counter(), lost
    async with database.transaction():
        done = await write("reseal_secrets", *zip(*rows, strict=True))
    return Counter(row["kept_in"] for row in done), lost
