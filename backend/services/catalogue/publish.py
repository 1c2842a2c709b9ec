"""Publishes the catalogue into the database, so that a record's factors can be read years later.

An entry is published once and never changed: the same id and version with another content is refused, because
records point at the first one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

import asyncpg
import msgspec

from backend.catalogue import Catalogue, CatalogueError
from backend.domain.catalogue.factors import Factor, FactorSet, Method
from backend.messages.encoding import encode
from backend.storage.database import dsn_parts

FIELDS_LATER: dict[type[msgspec.Struct], frozenset[str]] = {
    Method: frozenset({"effective_from", "retired_on", "self_declared_reason"}),
    Factor: frozenset({"gas"}),
    FactorSet: frozenset({"journey_rules"}),
}


async def publish_catalogue(owner_url: str, catalogue: Catalogue) -> int:
    """Publish the entries that are new and return how many. Raises CatalogueError for one that changed in place."""
    connection = await asyncpg.connect(**dsn_parts(owner_url), timeout=10)
    try:
        async with connection.transaction():
            await connection.execute("LOCK TABLE catalogue_entries IN SHARE ROW EXCLUSIVE MODE")
            known = {
                (row["kind"], row["id"], row["version"]): row["digest"]
                for row in await connection.fetch("SELECT kind, id, version, digest FROM catalogue_entries")
            }
            new = []
            for kind, id_, version, body, before in _entries(catalogue):
                digest = hashlib.sha256(body).digest()
                kept = known.get((kind, id_, version))
                if kept is None:
                    new.append((kind, id_, version, digest, body.decode()))
                elif kept not in (digest, hashlib.sha256(before).digest()):
                    raise CatalogueError(
                        f"{kind} {id_} {version} was published with another content; "
                        "records point at that one, so give the new one a version of its own."
                    )
            await connection.executemany(
                "INSERT INTO catalogue_entries (kind, id, version, digest, body) VALUES ($1, $2, $3, $4, $5::jsonb)",
                new,
            )
            await _put_up_for_search(connection, catalogue)
            return len(new)
    finally:
        await connection.close()


async def _put_up_for_search(connection: asyncpg.Connection, catalogue: Catalogue) -> None:
    """Have the public search find methods, factors and credit products as they are now, and none that are gone."""
    wanted = {
        (kind, key): (names["zh-CN"], names["en"], words) for kind, key, names, words in _searched(catalogue)
    }
    rows = await connection.fetch(
        "SELECT kind, key, name_zh, name_en, note FROM search_items WHERE kind IN ('method', 'factor', 'product')"
    )
    known = {(row["kind"], row["key"]): (row["name_zh"], row["name_en"], row["note"]) for row in rows}
    await connection.executemany(
        "SELECT put_search_item($1, $2, md5($1 || ' ' || $2)::uuid, 'epoch', $3, $4, '{}', ARRAY[$5],"
        " jsonb_build_object('note', $5::text))",
        [(*item, *said) for item, said in wanted.items() if known.get(item) != said],
    )
    await connection.executemany(
        "DELETE FROM search_items WHERE kind = $1 AND key = $2", list(known.keys() - wanted.keys())
    )


def _searched(catalogue: Catalogue) -> Iterator[tuple[str, str, Mapping[str, str], str]]:
    """Kind, key, names and further words of what the search finds."""
    for method in catalogue.methods.values():
        yield "method", method.code, method.name, method.group
    for factor in catalogue.factors.values():
        words = f"{factor.region} {factor.year or ''} {catalogue.sources[factor.source_id].publisher}"
        yield "factor", factor.id, factor.name, words
    for product in catalogue.credits.products.values():
        yield "product", product.code, product.name, product.registry


def _entries(catalogue: Catalogue) -> list[tuple[str, str, str, bytes, bytes]]:
    """Kind, id, version, JSON, and the JSON without the fields that were added later."""
    groups: list[tuple[str, dict[str, msgspec.Struct]]] = [
        ("source", dict(catalogue.sources)),
        ("factor", dict(catalogue.factors)),
        ("factor_set", dict(catalogue.factor_sets)),
        ("method", dict(catalogue.methods)),
        ("points_rule", dict(catalogue.point_rules)),
    ]
    return [
        (kind, id_, str(getattr(entry, "version", "1")), body_of(entry), body_of(entry, with_later=False))
        for kind, entries in groups
        for id_, entry in entries.items()
    ]


def body_of(entry: msgspec.Struct, *, with_later: bool = True) -> bytes:
    """The JSON of an entry whose digest is stored.

    A field added to a kind of entry later is left out while it has its default: the digests of entries published
    before must stay the same. An entry that was published before such a field existed, and has got it since, is
    known by its JSON without them all.
    """
    later = FIELDS_LATER.get(type(entry))
    if later is None:
        return encode(entry)
    defaults = dict(zip(reversed(entry.__struct_fields__), reversed(entry.__struct_defaults__), strict=False))
    fields = {name: getattr(entry, name) for name in entry.__struct_fields__}
    return encode(
        {
            name: value
            for name, value in fields.items()
            if name not in later or (with_later and value != defaults[name])
        }
    )
