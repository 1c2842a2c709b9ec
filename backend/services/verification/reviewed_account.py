"""The account of an event as its verifier reviews it: items with what was found of each, and the digest of it all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from backend.domain.inventory.account import WholeAccount
from backend.domain.inventory.lines import current_lines
from backend.domain.verification.opinion import (
    AccountItem,
    Finding,
    Progress,
    account_digest,
    account_items,
    progress_of,
    standing_findings,
)
from backend.models import Event, EventVerifier, VerifierReview
from backend.storage.database import Database
from backend.storage.statements import read


class Reviewed(msgspec.Struct, frozen=True, kw_only=True):
    """An account with the review of one organisation."""

    account: WholeAccount
    lines: Sequence[Mapping[str, Any]]
    absences: Sequence[Mapping[str, Any]]
    items: list[AccountItem]
    digest: bytes
    reviews: dict[str, VerifierReview]
    """By item, the finding that counts."""
    standing: dict[str, Finding]
    progress: Progress


async def digest_of(database: Database, event: Event, account: WholeAccount) -> bytes:
    """What a signature over an event's account as it is now would be about."""
    lines, absences = await _rows(database, event)
    return account_digest(account_items(lines, absences, account), account)


async def reviewed_account(
    database: Database, event: Event, account: WholeAccount, organisation_id: UUID
) -> Reviewed:
    """The account with what an organisation found of it, under this attachment or an earlier one of its own."""
    lines, absences = await _rows(database, event)
    items = account_items(lines, absences, account)
    own = await EventVerifier.filter(event_id=event.id, organisation_id=organisation_id)
    reviews = await VerifierReview.filter(
        event_id=event.id, verifier_id__in=[each.id for each in own]
    ).order_by("id")
    findings = [
        Finding(each.item, bytes(each.item_sha256), each.decision, each.materiality_g)  # type: ignore[arg-type]
        for each in reviews
    ]
    standing = standing_findings(items, findings)
    newest = {each.item: each for each in reviews}
    return Reviewed(
        account=account,
        lines=lines,
        absences=absences,
        items=items,
        digest=account_digest(items, account),
        reviews={key: newest[key] for key in standing},
        standing=standing,
        progress=progress_of(items, standing),
    )


async def _rows(
    database: Database, event: Event
) -> tuple[Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]]]:
    now = datetime.now(UTC)
    lines = current_lines(await read(database, "read_inventory_lines", event.id, "actual", now))
    return lines, await read(database, "read_inventory_absences", event.id, "actual", now)
