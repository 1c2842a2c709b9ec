"""Integrates offsets, retirements, reports and releases into the transparency log, and signs a head over all of it.

Off the peak: no scan waits for it, and it reads what scans have committed. Each chunk is one transaction that finds
what the log lacks, appends it, and signs; a run may be interrupted anywhere, and of several workers one integrates at
a time. Rows are found because the log lacks them, not by a mark: a transaction may commit after a younger one.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
import structlog

from backend.domain.certificates.canonical_json import Document, canonical_bytes
from backend.domain.certificates.commitment import commitment_salt, entry_document
from backend.domain.certificates.merkle import append, cover, leaf_hash
from backend.domain.certificates.signatures import LogKeys, head_bytes, instant
from backend.domain.disclosure.release import entry_document_of
from backend.services.certificates.documents import (
    StoredFootprint,
    document_of,
    event_facts,
    read_footprint,
    stored_footprint,
    subject_of,
)
from backend.storage.database import Database
from backend.storage.statements import lock, read, write

log = structlog.get_logger(__name__)

ENTRIES_PER_CHUNK = 5000
ROWS_CHECKED_PER_CHUNK = 50_000
OTHERS_S = 1.0
LATE = timedelta(seconds=60)
"""A transaction of the ledger ends within its timeouts, seconds after its rows were dated. The thorough run finds what
commits later still."""
BEHIND = timedelta(seconds=30)
RESTS_PER_CHUNK = 9
REST_S_MAX = 5.0
"""While its entries are younger than this, the job works a tenth of the time: the processors are the peak's, and an
entry is in the log within a minute all the same. A longer backlog is integrated without a rest."""
BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
OF_OFFSETS = {"offset": "find_unlogged_offsets", "offset_change": "find_unlogged_changes"}
"""Kinds of entries about offsets, each with the statement that finds what is missing, oldest first."""


class KeyReused(Exception):
    """A key of the settings has the id of another key that signed before."""


class Entry(msgspec.Struct, frozen=True):
    """An entry to append."""

    kind: str
    subject: str
    body: bytes
    happened_at: datetime
    document: bytes | None = None
    """The signed one of a certificate, which the body commits to."""


class Integrated(msgspec.Struct, frozen=True):
    """What a run did."""

    entries: int
    heads: int


async def integrate_log(
    database: Database, keys: LogKeys, name: str, *, is_thorough: bool = False
) -> Integrated:
    """Append what the log lacks and publish heads; `is_thorough` goes through every offset besides.

    Raises KeyReused.
    """
    entries = heads = 0
    since: dict[str, datetime] = {}
    while True:
        began = time.perf_counter()
        found = await _integrate_chunk(database, keys, name, lambda: _find(database, since))
        entries += len(found or ())
        heads += bool(found)
        if found is None or len(found) < ENTRIES_PER_CHUNK:
            break
        if datetime.now(UTC) - found[-1].happened_at < BEHIND:
            took_s = time.perf_counter() - began
            await asyncio.sleep(min(RESTS_PER_CHUNK * took_s, REST_S_MAX))
    search = _Search()
    while is_thorough and not search.is_over:
        found = await _integrate_chunk(database, keys, name, lambda: _find_missed(database, search))
        entries += len(found or ())
        heads += bool(found)
        if found is None:
            await asyncio.sleep(OTHERS_S)
    return Integrated(entries, heads)


async def _integrate_chunk(
    database: Database, keys: LogKeys, name: str, find: Callable[[], Awaitable[Sequence[Entry]]]
) -> Sequence[Entry] | None:
    """The entries appended; None while another worker integrates."""
    async with database.transaction():
        if not (await lock("lock_log"))[0]["is_ours"]:
            return None
        found = await find()
        if found:
            await _append(database, keys, name, found)
        return found


class _Search:
    """How far a thorough run has come among the offsets' keys."""

    def __init__(self) -> None:
        self.after = (UUID(int=0), UUID(int=0))
        self.is_over = False


async def _find_missed(database: Database, search: _Search) -> list[Entry]:
    """At most a chunk of entries that the quick runs missed; moves the search on."""
    rows = await read(
        database, "find_missed_offsets", *search.after, ROWS_CHECKED_PER_CHUNK, ENTRIES_PER_CHUNK
    )
    missed = [row for row in rows if row["event_id"] is not None]
    if len(missed) == ENTRIES_PER_CHUNK:
        search.after = max((row["event_id"], row["citizen_id"]) for row in missed)
    elif rows:
        search.after = (rows[0]["last_event_id"], rows[0]["last_citizen_id"])
    else:
        search.is_over = True
    return await _offsets(database, missed)


async def _find(database: Database, since: dict[str, datetime]) -> list[Entry]:
    """At most a chunk of entries that the log lacks: retirements first, then offsets made from them.

    `since` moves on with every chunk of a run. Only a run's first chunk looks back for late rows: at a peak the
    last minute is half a million rows, and each chunk would go through all of them again.
    """
    found = await _batches(database, ENTRIES_PER_CHUNK)
    for kind, statement in OF_OFFSETS.items():
        if len(found) == ENTRIES_PER_CHUNK:
            return found
        if kind not in since:
            last = (await read(database, "read_log_cursor", kind))[0]["happened_at"]
            since[kind] = BEGINNING if last is None else last - LATE
        rows = await read(database, statement, since[kind], ENTRIES_PER_CHUNK - len(found))
        if rows:
            since[kind] = rows[-1]["happened_at"]
        # A journey revised a moment before its offset was made is found in both ways.
        known = {(entry.kind, entry.subject) for entry in found}
        entries = await _offsets(database, rows)
        found += [entry for entry in entries if (entry.kind, entry.subject) not in known]
    found += await _reports(database, ENTRIES_PER_CHUNK - len(found))
    return found + await _disclosures(database, ENTRIES_PER_CHUNK - len(found))


async def _append(database: Database, keys: LogKeys, name: str, found: Sequence[Entry]) -> None:
    heads = await read(database, "read_log_head", None)
    size = heads[0]["size"] if heads else 0
    nodes = cover((0, size))
    rows = await read(database, "read_log_nodes", [node[0] for node in nodes], [node[1] for node in nodes])
    stored = {(row["level"], row["index"]): row["hash"] for row in rows}
    leaves = [leaf_hash(entry.body) for entry in found]
    root, made = append(size, [stored[node] for node in nodes], leaves)
    new_size, signed_at = size + len(found), datetime.now(UTC)
    public_key = keys.public_keys[keys.key_id]
    kept = await write("store_log_key", keys.key_id, public_key, signed_at)
    if kept[0]["public_key"] != public_key:
        raise KeyReused(f"another key signed as {keys.key_id!r} before: give the new one an id of its own")
    await write(
        "store_log",
        size,
        [entry.kind for entry in found],
        [entry.subject for entry in found],
        [entry.body for entry in found],
        leaves,
        [entry.happened_at for entry in found],
        [entry.document for entry in found],
        new_size,
        [level for level, _ in made],
        [index for _, index in made],
        list(made.values()),
        root,
        signed_at,
        keys.key_id,
        keys.sign(head_bytes(name, new_size, root, signed_at)),
    )
    await _sign(keys, size, found)
    log.info("log_integrated", entries=len(found), size=new_size, root=root.hex())


async def _sign(keys: LogKeys, size: int, found: Sequence[Entry]) -> None:
    """Keep a signature over each certificate's document: it is shown from now on, whoever can sign then."""
    signatures: dict[int, bytes] = {}
    for position, entry in enumerate(found, size):
        if position % 500 == 499:
            await asyncio.sleep(0)  # other jobs of this worker prolong their leases meanwhile
        if entry.kind in OF_OFFSETS:
            signatures[position] = keys.sign(entry.document or entry.body)
    if signatures:
        await write("store_log_signatures", list(signatures), keys.key_id, list(signatures.values()))


# -- what is logged ---------------------------------------------------------------------------------


async def _offsets(database: Database, rows: Sequence[Any]) -> list[Entry]:
    if not rows:
        return []
    events = await event_facts({row["event_id"] for row in rows})
    footprints: dict[tuple[Any, bytes], StoredFootprint] = {}
    for event_id in events:
        digests = {row["footprint_digest"] for row in rows if row["event_id"] == event_id}
        for each in await read(database, "load_footprint_bodies", event_id, list(digests)):
            with suppress(msgspec.ValidationError):
                footprints[event_id, each["digest"]] = stored_footprint(read_footprint(each["body"]))
    entries: list[Entry] = []
    for number, row in enumerate(rows):
        if number % 500 == 499:
            await asyncio.sleep(0)  # other jobs of this worker prolong their leases meanwhile
        kind, subject = subject_of(row["certificate_number"], row["revision"])
        try:
            stored = footprints[row["event_id"], row["footprint_digest"]]
            body, document = _committed(row, document_of(row, events[row["event_id"]], stored))
        except (KeyError, ValueError) as error:
            # One row without a document must not keep the others out; the audit reports that it is missing.
            log.error("log_entry_impossible", subject=subject, error=repr(error))
            continue
        entries.append(Entry(kind, subject, body, row["happened_at"], document))
    return entries


def _committed(row: Any, document: Document) -> tuple[bytes, bytes]:
    """The entry that commits to a signed document, and the document."""
    text = canonical_bytes(document)
    entry = entry_document(commitment_salt(row["seed"]), document, sha256(text).digest())
    return canonical_bytes(entry), text


async def _batches(database: Database, rows_max: int) -> list[Entry]:
    rows = await read(database, "find_unlogged_batches", rows_max)
    return [
        Entry("retirement", row["subject"], canonical_bytes(_retirement(row)), row["happened_at"])
        for row in rows
    ]


def _retirement(row: Any) -> Document:
    facts: Document = json.loads(row["facts"])
    return {"type": "tianfu-retirement-v1", "batch_id": str(row["id"])} | facts


async def _reports(database: Database, rows_max: int) -> list[Entry]:
    rows = await read(database, "find_unlogged_reports", rows_max)
    return [
        Entry(
            "report",
            str(row["event_id"]),
            canonical_bytes(
                {
                    "type": "tianfu-event-report-v1",
                    "event": {"id": str(row["event_id"]), "slug": row["slug"]},
                    "revision": row["revision"],
                    "sha256": row["digest"].hex(),
                    "made_at": instant(row["made_at"]),
                }
            ),
            row["made_at"],
        )
        for row in rows
    ]


async def _disclosures(database: Database, rows_max: int) -> list[Entry]:
    rows = await read(database, "find_unlogged_disclosures", rows_max)
    return [
        Entry(
            "disclosure",
            row["number"],
            canonical_bytes(
                entry_document_of(row["number"], row["sha256"], row["previous_sha256"], row["published_at"])
            ),
            row["published_at"],
        )
        for row in rows
    ]
