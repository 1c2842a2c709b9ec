"""A certificate as anyone may see it: signed, proved once it is logged, and named if its holder wishes."""

from __future__ import annotations

from base64 import b64encode
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from backend.domain.certificates.canonical_json import Document, canonical_bytes
from backend.domain.certificates.number import event_code_of
from backend.domain.certificates.signatures import ALGORITHM
from backend.domain.footprint.footprint import Footprint
from backend.errors import CertificateNotFound
from backend.errors.certificates import CertificateNameBlank, CertificateNameNeedsConsent
from backend.messages.certificates import LoggedView, SignatureView
from backend.messages.events.scans import (
    AllocationView,
    CertificateName,
    CertificateRevision,
    CertificateView,
    EventBrief,
    NameRequest,
    OffsetView,
)
from backend.messages.shape import Bilingual, Statement, view_of
from backend.models import CertificateName as NameRow
from backend.services.certificates.documents import (
    document_of,
    event_facts,
    footprint_facts,
    read_footprint,
    subject_of,
)
from backend.services.certificates.transparency_log import find_entry, log_keys, prove_inclusion
from backend.settings import Settings
from backend.storage.database import Database
from backend.storage.statements import read

INTEGRATED_WITHIN = timedelta(seconds=60)

_REVISIONS = msgspec.json.Decoder(list[CertificateRevision])


async def find_certificate(database: Database, number: str, settings: Settings) -> CertificateView:
    """The certificate with a number. Raises CertificateNotFound."""
    row = await _read(database, "read_certificate", number)
    footprint = read_footprint(row["footprint"])
    document, logged = await _document(database, row, footprint, settings)
    view = _view(row, footprint, document, settings)
    view.log = logged
    # The log may have grown since the row was read.
    view.revisions[-1].position = logged.position if logged else None
    view.log_expected_at = None if logged else view.revisions[-1].changed_at + INTEGRATED_WITHIN
    return view


async def _read(database: Database, statement: str, number: str, *others: object) -> Any:
    """The row that a statement finds for a number. Raises CertificateNotFound."""
    number = number.strip().upper()
    event_code = event_code_of(number)
    rows = [] if event_code is None else await read(database, statement, event_code, number, *others)
    if not rows:
        raise CertificateNotFound
    return rows[0]


async def _document(
    database: Database, row: Any, footprint: Footprint, settings: Settings
) -> tuple[Document, LoggedView | None]:
    """The logged document with its proof; made from the rows while it is not logged."""
    entry = await find_entry(database, *subject_of(row["certificate_number"], row["revision"]))
    if entry is None:
        events = await event_facts([row["event_id"]])
        return document_of(row, events[row["event_id"]], footprint_facts(footprint)), None
    # The first head that covers it: the holder's proof stays the one that everybody else sees.
    proof = await prove_inclusion(database, settings.issuer, entry, entry["sealed_in"])
    assert proof.head is not None
    logged = view_of(LoggedView, proof)
    document: Document = msgspec.json.decode(entry["body"])
    return document, logged


def _view(row: Any, footprint: Footprint, document: Document, settings: Settings) -> CertificateView:
    event, offset = document["event"], document["offset"]
    said: dict[str, str] = document["statement"]
    keys = log_keys(settings)
    signed = keys.sign(canonical_bytes(document))
    number: str = document["number"]
    return CertificateView(
        number=number,
        url=f"{settings.public_base}/c/{number}",
        issued_at=row["issued_at"],
        event=EventBrief(
            slug=event["slug"],
            name=Bilingual(event["name"]["zh-CN"], event["name"]["en"]),
            city=event["city"],
        ),
        event_starts_on=date.fromisoformat(event["starts_on"]),
        event_ends_on=date.fromisoformat(event["ends_on"]),
        boundary=event["boundary"],
        footprint=footprint,
        offset=view_of(
            OffsetView,
            offset,
            allocations=[AllocationView(**each) for each in offset["allocations"]],
            points_paid=0,
        ),
        claim=offset["claim"],
        statement=Statement(said["zh-CN"], said["en"]),
        name=row["name"],
        document=document,
        signature=SignatureView(key_id=keys.key_id, alg=ALGORITHM, value=b64encode(signed).decode("ascii")),
        revisions=_REVISIONS.decode(row["revisions"]),
    )


# -- a name on it -----------------------------------------------------------------------------------


async def name_certificate(
    database: Database, citizen_id: UUID, number: str, request: NameRequest, policy_version: str, at: datetime
) -> CertificateName:
    """Set the name on one's own certificate. Raises CertificateNotFound, CertificateNameBlank, …NeedsConsent."""
    if not request.consent:
        raise CertificateNameNeedsConsent
    name = " ".join(request.name.split())
    if not name or not name.isprintable():
        raise CertificateNameBlank
    key = await _own(database, citizen_id, number)
    facts: dict[str, Any] = {"name": name, "policy_version": policy_version, "consented_at": at}
    async with database.transaction():
        if not await NameRow.filter(**key).update(**facts):
            await NameRow.create(**key, citizen_id=citizen_id, **facts)
    return CertificateName(number=key["certificate_number"], name=name, consented_at=at)


async def remove_name(database: Database, citizen_id: UUID, number: str) -> None:
    """Delete the name on one's own certificate, and with it the consent to show it. Raises CertificateNotFound."""
    await NameRow.filter(**await _own(database, citizen_id, number)).delete()


async def _own(database: Database, citizen_id: UUID, number: str) -> dict[str, Any]:
    row = await _read(database, "find_certificate_of", number, citizen_id)
    return dict(row)
