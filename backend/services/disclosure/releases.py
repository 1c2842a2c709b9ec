"""Reads releases: the list, one of them with its proof, and the whole chain for who checks it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from backend.domain.disclosure.release import spelled_number
from backend.errors.disclosure import DisclosureNotFound
from backend.messages.certificates import LoggedView
from backend.messages.disclosure.releases import DisclosureBrief, DisclosureView
from backend.messages.shape import Bilingual, Page, view_of
from backend.services.certificates.transparency_log import find_entry, prove_inclusion
from backend.settings import Settings
from backend.storage.database import Database
from backend.storage.statements import read


class Filter(NamedTuple):
    """What a list of releases is narrowed to; None leaves it open."""

    kind: str | None = None
    year: int | None = None
    event: str | None = None
    organisation: str | None = None


class Published(NamedTuple):
    """A release as it stands in the table, its bytes decoded as well."""

    row: Mapping[str, Any]
    document: dict[str, Any]


async def list_disclosures(
    database: Database, wanted: Filter, limit: int, cursor: int | None
) -> Page[DisclosureBrief]:
    """Releases, newest first."""
    rows = await read(database, "read_disclosures", *wanted, cursor, limit + 1)
    return Page.of(rows, limit, _brief, lambda row: row["sequence"])


async def find_release(database: Database, typed: str) -> Published:
    """A release by its number. Raises DisclosureNotFound."""
    number = spelled_number(typed)
    rows = [] if number is None else await read(database, "find_disclosure", number)
    if not rows:
        raise DisclosureNotFound
    return Published(rows[0], msgspec.json.decode(rows[0]["body"]))


async def show_disclosure(database: Database, settings: Settings, typed: str) -> DisclosureView:
    """A release with its place in the chain and its proof. Raises DisclosureNotFound."""
    return (await read_disclosure(database, settings, typed))[1]


async def read_disclosure(
    database: Database, settings: Settings, typed: str
) -> tuple[Published, DisclosureView]:
    """The same with the row and the document that it was made from. Raises DisclosureNotFound."""
    found = await find_release(database, typed)
    row = found.row
    view = view_of(
        DisclosureView,
        row,
        sha256=row["sha256"].hex(),
        url=f"{settings.public_base}/disclosures/{row['number']}",
        log=await _logged(database, settings, row["number"]),
        release=msgspec.Raw(row["body"]),
    )
    return found, view


async def _logged(database: Database, settings: Settings, number: str) -> LoggedView | None:
    entry = await find_entry(database, "disclosure", number)
    if entry is None:
        return None
    proof = await prove_inclusion(database, settings.issuer, entry, entry["sealed_in"])
    return view_of(LoggedView, proof, entry=msgspec.json.decode(entry["body"]))


def _brief(row: Mapping[str, Any]) -> DisclosureBrief:
    zh, en = row["event_zh"] or row["organisation_zh"], row["event_en"] or row["organisation_en"]
    previous = row["previous_sha256"]
    return view_of(
        DisclosureBrief,
        row,
        name=Bilingual(zh, en) if zh and en else None,
        sha256=row["sha256"].hex(),
        previous_sha256=None if previous is None else previous.hex(),
    )
