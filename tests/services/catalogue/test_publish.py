"""Publishing the catalogue: once, and never changed in place, because records point at it."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from hashlib import sha256

import asyncpg
import msgspec
import pytest

from backend.catalogue import Catalogue, CatalogueError, load_catalogue
from backend.services.catalogue.publish import body_of, publish_catalogue
from backend.settings import Settings

FACTOR = "grid-sichuan-2022"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


async def entries(owner: asyncpg.Connection) -> int:
    count: int = await owner.fetchval("SELECT count(*) FROM catalogue_entries")
    return count


async def test_a_published_catalogue_has_nothing_new(
    settings: Settings, owner: asyncpg.Connection, catalogue: Catalogue
) -> None:
    kinds = (
        catalogue.sources,
        catalogue.factors,
        catalogue.factor_sets,
        catalogue.methods,
        catalogue.point_rules,
    )
    assert await entries(owner) == sum(len(kind) for kind in kinds)
    assert await publish_catalogue(settings.owner_database_url, catalogue) == 0


async def test_two_who_publish_at_once_publish_once(
    settings: Settings, owner: asyncpg.Connection, catalogue: Catalogue
) -> None:
    whole = await entries(owner)
    await owner.execute("DELETE FROM catalogue_entries")
    counts = await asyncio.gather(
        *(publish_catalogue(settings.owner_database_url, catalogue) for _ in range(4))
    )
    assert sorted(counts) == [0, 0, 0, whole]


async def test_an_entry_that_was_changed_in_place_is_refused_and_nothing_is_published(
    settings: Settings, owner: asyncpg.Connection, catalogue: Catalogue
) -> None:
    await owner.execute("DELETE FROM catalogue_entries WHERE kind = 'method'")
    before = await entries(owner)
    changed = msgspec.structs.replace(catalogue.factors[FACTOR], value=Decimal("0.0001"))
    edited = msgspec.structs.replace(catalogue, factors=dict(catalogue.factors) | {FACTOR: changed})
    with pytest.raises(CatalogueError, match=FACTOR):
        await publish_catalogue(settings.owner_database_url, edited)
    assert await entries(owner) == before


async def test_an_entry_published_before_it_named_its_gas_is_still_the_same(
    settings: Settings, owner: asyncpg.Connection, catalogue: Catalogue
) -> None:
    before = msgspec.structs.replace(catalogue.factors[FACTOR], gas=None)
    assert catalogue.factors[FACTOR].gas == "CO2"
    body = body_of(before)
    assert b'"gas"' not in body
    await owner.execute(
        "UPDATE catalogue_entries SET digest = $2, body = $3::jsonb WHERE kind = 'factor' AND id = $1",
        FACTOR,
        sha256(body).digest(),
        body.decode(),
    )
    assert await publish_catalogue(settings.owner_database_url, catalogue) == 0
    changed = msgspec.structs.replace(catalogue.factors[FACTOR], gas="CO2e", value=Decimal(1))
    edited = msgspec.structs.replace(catalogue, factors=dict(catalogue.factors) | {FACTOR: changed})
    with pytest.raises(CatalogueError, match=FACTOR):
        await publish_catalogue(settings.owner_database_url, edited)
