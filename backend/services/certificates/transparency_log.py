"""Reads the transparency log: heads, entries, and proofs of a few hashes each, however long the log is."""

from __future__ import annotations

from base64 import b64encode
from contextlib import suppress
from functools import cache
from typing import Any

import msgspec

from backend.domain.certificates.canonical_json import Document
from backend.domain.certificates.merkle import (
    Node,
    Span,
    consistency_spans,
    cover,
    hashes_of,
    inclusion_spans,
)
from backend.domain.certificates.signatures import ALGORITHM, HEAD_TYPE, LogKeys, instant, seed_of
from backend.errors.certificates import LogEmpty, LogEntryNotFound, LogSizeUnknown, SignerUnavailable
from backend.messages.certificates import (
    ConsistencyProof,
    InclusionProof,
    LogDescription,
    LogEntryView,
    LogHeadView,
    LogKeyView,
    SignatureView,
)
from backend.messages.shape import Page, view_of
from backend.outside.signer import Signer
from backend.settings import Settings
from backend.storage.database import Database
from backend.storage.statements import read

Row = Any
"""A row of the database, by its columns' names."""


def log_keys(settings: Settings) -> LogKeys:
    """The log's keys of the settings, derived once."""
    return _keys(tuple(settings.keys("transparency_log_keys").items()))


@cache
def _keys(seeds: tuple[tuple[str, bytes], ...]) -> LogKeys:
    return LogKeys({key_id: seed_of(seed.decode("ascii")) for key_id, seed in seeds})


async def describe(database: Database, signer: Signer, settings: Settings) -> LogDescription:
    """The log's public keys: those that ever signed, and those of the signer that have not signed yet."""
    rows = await read(database, "read_log_keys")
    keys = [
        view_of(LogKeyView, row, alg=ALGORITHM, public_key=b64encode(row["public_key"]).decode("ascii"))
        for row in rows
    ]
    known = {key.key_id for key in keys}
    ready: dict[str, bytes] = {}
    with suppress(SignerUnavailable):  # what has signed is public all the same
        ready = await signer.public_keys()
    keys += [
        LogKeyView(
            key_id=key_id,
            alg=ALGORITHM,
            public_key=b64encode(public_key).decode("ascii"),
            valid_from=None,
            valid_to=None,
        )
        for key_id, public_key in ready.items()
        if key_id not in known
    ]
    return LogDescription(
        log=settings.issuer,
        tree="RFC 6962, SHA-256",
        documents="RFC 8785, Ed25519 over the canonical bytes",
        keys=keys,
    )


async def latest_head(database: Database, log: str) -> LogHeadView:
    """The newest head. Raises LogEmpty."""
    rows = await read(database, "read_log_head", None)
    if not rows:
        raise LogEmpty
    return head_view(rows[0], log)


async def list_heads(database: Database, log: str, limit: int, cursor: int | None) -> Page[LogHeadView]:
    """Heads, newest first."""
    rows = await read(database, "read_log_heads", cursor, limit + 1)
    return Page.of(rows, limit, lambda row: head_view(row, log), lambda row: row["size"])


async def entry_at(database: Database, position: int) -> LogEntryView:
    """The entry at a position. Raises LogEntryNotFound."""
    return entry_view(await find_entry_at(database, position))


async def list_entries(database: Database, limit: int, cursor: int) -> Page[LogEntryView]:
    """Entries in the order of the log, from the position at the cursor."""
    rows = await read(database, "read_log_entries", cursor, limit + 1)
    return Page.of(rows, limit, entry_view, lambda row: row["position"] + 1)


async def prove_inclusion_of(
    database: Database, log: str, position: int | None, certificate: str | None, size: int | None
) -> InclusionProof:
    """Proves that the entry at a position, or that of a certificate, is in the log of a size.

    Raises LogEntryNotFound, LogSizeUnknown.
    """
    if position is not None:
        entry = await find_entry_at(database, position)
    else:
        entry = await find_certificate_entry(database, certificate or "")
    return await prove_inclusion(database, log, entry, size)


async def prove_inclusion(
    database: Database, log: str, entry: Row, size: int | None = None
) -> InclusionProof:
    """Prove that an entry is in the log of a size, the newest by default. Raises LogSizeUnknown."""
    newest = (await read(database, "read_log_head", None))[0]
    size = newest["size"] if size is None else size
    position = entry["position"]
    if not position < size <= newest["size"]:
        raise LogSizeUnknown(size_min=position + 1, size_max=newest["size"])
    path = inclusion_spans(position, size)
    hashes = await _hashes(database, [*path, (0, size)])
    heads = [newest] if size == newest["size"] else await read(database, "read_log_head", size)
    return InclusionProof(
        position=position,
        leaf_hash=entry["leaf_hash"].hex(),
        size=size,
        root=hashes[-1],
        path=hashes[:-1],
        head=head_view(heads[0], log) if heads else None,
    )


async def prove_consistency(database: Database, first: int, second: int | None) -> ConsistencyProof:
    """Prove that the log only grew between two sizes. Raises LogEmpty, LogSizeUnknown."""
    rows = await read(database, "read_log_head", None)
    if not rows:
        raise LogEmpty
    size_max = rows[0]["size"]
    second = size_max if second is None else second
    if not 1 <= first <= second <= size_max:
        raise LogSizeUnknown(size_min=1, size_max=size_max)
    hashes = await _hashes(database, [*consistency_spans(first, second), (0, first), (0, second)])
    return ConsistencyProof(
        first=first, second=second, first_root=hashes[-2], second_root=hashes[-1], path=hashes[:-2]
    )


async def find_entry(database: Database, kind: str, subject: str) -> Row | None:
    """The entry about a subject, or None while it is not integrated."""
    rows = await read(database, "find_log_entry", kind, subject)
    return rows[0] if rows else None


async def find_certificate_entry(database: Database, number: str) -> Row:
    """The newest entry about a certificate. Raises LogEntryNotFound."""
    rows = await read(database, "find_certificate_entry", number)
    if not rows:
        raise LogEntryNotFound
    return rows[0]


async def find_entry_at(database: Database, position: int) -> Row:
    """The row of the entry at a position. Raises LogEntryNotFound."""
    rows = await read(database, "read_log_entries", position, 1)
    if not rows or rows[0]["position"] != position:
        raise LogEntryNotFound
    return rows[0]


def head_view(row: Row, log: str) -> LogHeadView:
    """A head with its signature."""
    value = b64encode(row["signature"]).decode("ascii")
    return LogHeadView(
        type=HEAD_TYPE,
        log=log,
        size=row["size"],
        root=row["root"].hex(),
        signed_at=instant(row["signed_at"]),
        signature=SignatureView(key_id=row["key_id"], alg=ALGORITHM, value=value),
    )


def entry_view(row: Row) -> LogEntryView:
    """An entry with its document; nothing of it leads to a certificate's number."""
    leaf = row["leaf_hash"].hex()
    is_certificate = row["kind"] in ("offset", "offset_change")
    if is_certificate and row["document"] is None:
        return view_of(LogEntryView, row, subject=leaf, document=None, leaf_hash=leaf)
    document: Document = msgspec.json.decode(row["body"])
    subject = document["commitment"] if is_certificate else row["subject"]
    return view_of(LogEntryView, row, subject=subject, document=document, leaf_hash=leaf)


async def _hashes(database: Database, spans: list[Span]) -> list[str]:
    """Hashes of spans, from nodes that one statement reads."""
    nodes: set[Node] = {node for span in spans for node in cover(span)}
    rows = await read(
        database, "read_log_nodes", [level for level, _ in nodes], [index for _, index in nodes]
    )
    stored = {(row["level"], row["index"]): row["hash"] for row in rows}
    return [each.hex() for each in hashes_of(spans, stored)]
