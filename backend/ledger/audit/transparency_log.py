"""The log, made again from its rows: every leaf from its body, every root from the leaves, every signature.

An entry that was edited hashes to another leaf; one that was deleted, put in or moved leads to other roots than those
that were signed and published.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from typing import Any

from backend.domain.certificates.merkle import fold, node_hash
from backend.domain.certificates.signatures import LogKeys, head_bytes, is_signed, seed_of
from backend.settings import Settings
from backend.storage.database import Database
from backend.storage.statements import read

LEAVES_PER_READ = 20_000
NODES_PER_READ = 20_000


async def find_log_faults(database: Database, settings: Settings) -> tuple[int, list[str]]:
    """The log's size, and a sentence for each fault; the first of them says where to look."""
    heads = deque(await read(database, "audit_log_heads"))
    newest = heads[-1]["size"] if heads else 0
    faults = _signatures(heads, settings)
    stored = _Stored(database)
    peaks: list[tuple[int, bytes]] = []
    size = 0
    async for row in _leaves(database):
        if row["position"] != size:
            return newest, [*faults, f"entry {size} is missing: {row['position']} comes next"]
        if row["leaf_hash"] != row["hashed"]:
            faults.append(f"entry {size} was edited: its leaf hash is another one")
        level, right = 0, row["hashed"]
        while peaks and peaks[-1][0] == level:
            right, level = node_hash(peaks.pop()[1], right), level + 1
            if await stored.take(level, size >> level) != right:
                faults.append(f"the stored subtree {level}/{size >> level} is not that of its leaves")
        peaks.append((level, right))
        size += 1
        if heads and row["sealed_in"] != heads[0]["size"]:
            faults.append(f"entry {row['position']} says it was sealed in {row['sealed_in']}")
        if heads and heads[0]["size"] == size:
            head = heads.popleft()
            if head["root"] != fold([peak for _, peak in peaks]):
                faults.append(f"the head over {size} entries was signed over others")
        if len(faults) > 20:
            return newest, faults
    if heads:
        faults.append(f"the log has {size} entries, a head was signed over {heads[0]['size']}")
    elif size > newest:
        faults.append(f"{size - newest} entries stand in the log without a head")
    return newest, faults


def _signatures(heads: deque[Any], settings: Settings) -> list[str]:
    seeds = (
        settings.keys("transparency_log_keys") if settings.transparency_log_keys or settings.is_demo else {}
    )
    ours = {
        key_id: LogKeys({key_id: seed_of(seed.decode("ascii"))}).public_keys[key_id]
        for key_id, seed in seeds.items()
    }
    faults = []
    for head in heads:
        text = head_bytes(settings.issuer, head["size"], head["root"], head["signed_at"])
        if head["public_key"] is None or not is_signed(head["public_key"], text, head["signature"]):
            faults.append(f"the head over {head['size']} entries is not signed by {head['key_id']}")
        elif ours.get(head["key_id"], head["public_key"]) != head["public_key"]:
            faults.append(f"the public key {head['key_id']} is not the one of the settings")
    return faults[:20]


async def _leaves(database: Database) -> AsyncIterator[Any]:
    position = 0
    while rows := await read(database, "audit_log_leaves", position, LEAVES_PER_READ):
        for row in rows:
            yield row
        position = rows[-1]["position"] + 1


class _Stored:
    """Stored subtrees, each level read in order as the tree grows."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ahead: dict[int, dict[int, bytes]] = {}

    async def take(self, level: int, index: int) -> bytes | None:
        ahead = self._ahead.setdefault(level, {})
        if index not in ahead:
            rows = await read(self._database, "audit_log_nodes", level, index, NODES_PER_READ)
            ahead.update((row["index"], row["hash"]) for row in rows)
        return ahead.pop(index, None)
