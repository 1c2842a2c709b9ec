"""A certificate as anyone may see it: signed, proved once it is logged, and named if its holder wishes."""

from __future__ import annotations

from base64 import b64encode
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from backend.auth import Principal
from backend.domain.certificates.canonical_json import Document, canonical_bytes
from backend.domain.certificates.commitment import (
    commitment_salt,
    holder_link,
    lines_salt,
    new_secret,
    opens,
    secret_of,
)
from backend.domain.certificates.document import FIRST_TYPE
from backend.domain.certificates.drawn_names import undrawn_sign
from backend.domain.certificates.number import event_code_of, read_certificate_number
from backend.domain.certificates.signatures import ALGORITHM
from backend.domain.days import day_of
from backend.domain.folding import folded
from backend.domain.footprint.footprint import Footprint
from backend.domain.minors.earning import hindrance
from backend.errors import CertificateNotFound
from backend.errors.certificates import (
    CertificateNameBlank,
    CertificateNameNeedsConsent,
    CertificateNameUndrawn,
)
from backend.errors.minors import GuardianNeeded
from backend.messages.certificates import LoggedView, SignatureView
from backend.messages.events.scans import (
    AllocationView,
    CertificateFootprint,
    CertificateLink,
    CertificateName,
    CertificateRevision,
    CertificateView,
    EventBrief,
    NameRequest,
    OffsetView,
)
from backend.messages.shape import Bilingual, Statement, view_of
from backend.models import Account
from backend.models import CertificateName as NameRow
from backend.outside.signer import SignedBy, Signer
from backend.services.certificates.documents import (
    document_of,
    event_facts,
    read_footprint,
    stored_footprint,
    subject_of,
)
from backend.services.certificates.transparency_log import find_entry, prove_inclusion
from backend.services.identity.erased import hold_citizen
from backend.services.identity.sessions import Sessions
from backend.services.security.names import NameCheck
from backend.settings import Settings
from backend.storage.database import Database
from backend.storage.statements import read, write

INTEGRATED_WITHIN = timedelta(seconds=60)

_REVISIONS = msgspec.json.Decoder(list[CertificateRevision])


async def find_certificate(
    database: Database, signer: Signer, number: str, settings: Settings, secret: str | None = None
) -> CertificateView:
    """The certificate with a number: its totals, and its lines with the secret of the holder's link.

    A wrong secret shows what none does. Raises CertificateNotFound, SignerUnavailable.
    """
    row = await _read(database, "read_certificate", number)
    footprint = read_footprint(row["footprint"])
    document, logged, signed = await _document(database, row, footprint, settings)
    if signed is None:
        signed = await signer.sign(canonical_bytes(document))
    view = _view(row, footprint, document, signed, settings)
    view.log = logged
    if opens(secret_of(row), secret):
        _show_lines(view, row, footprint)
    elif document["type"] == FIRST_TYPE:
        view.document = view.signature = None
    # The log may have grown since the row was read.
    view.revisions[-1].position = logged.position if logged else None
    view.log_expected_at = None if logged else view.revisions[-1].changed_at + INTEGRATED_WITHIN
    return view


async def _read(database: Database, statement: str, number: str, *others: object) -> Any:
    """The row that a statement finds for a number. Raises CertificateNotFound."""
    known = read_certificate_number(number)
    rows = [] if known is None else await read(database, statement, event_code_of(known), known, *others)
    if not rows:
        raise CertificateNotFound
    return rows[0]


async def _document(
    database: Database, row: Any, footprint: Footprint, settings: Settings
) -> tuple[Document, LoggedView | None, SignedBy | None]:
    """The logged document with its proof and its signature; made from the rows while it is not logged."""
    entry = await find_entry(database, *subject_of(row["certificate_number"], row["revision"]))
    if entry is None:
        events = await event_facts([row["event_id"]])
        return document_of(row, events[row["event_id"]], stored_footprint(footprint)), None, None
    # The first head that covers it: the holder's proof stays the one that everybody else sees.
    proof = await prove_inclusion(database, settings.issuer, entry, entry["sealed_in"])
    assert proof.head is not None
    logged = view_of(LoggedView, proof, entry=None)
    # Entries from before signatures were kept have none.
    signed = None if entry["signature"] is None else SignedBy(entry["key_id"], entry["signature"])
    if entry["document"] is None:
        return msgspec.json.decode(entry["body"]), logged, signed
    logged.entry = msgspec.json.decode(entry["body"])
    return msgspec.json.decode(entry["document"]), logged, signed


def _show_lines(view: CertificateView, row: Any, footprint: Footprint) -> None:
    view.shows = "lines"
    assert view.document is not None
    if row["lines_digest"] is None:
        view.footprint.lines = list(footprint.lines)
        if view.document["type"] != FIRST_TYPE:
            view.footprint.lines_salt = lines_salt(row["seed"]).hex()


def _view(
    row: Any, footprint: Footprint, document: Document, signed: SignedBy, settings: Settings
) -> CertificateView:
    event, offset = document["event"], document["offset"]
    said: dict[str, str] = document["statement"]
    number: str = document["number"]
    return CertificateView(
        shows="totals",
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
        footprint=view_of(
            CertificateFootprint, footprint, organiser_g=footprint.neutralised_g, lines=None, lines_salt=None
        ),
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
        signature=SignatureView(
            key_id=signed.key_id, alg=ALGORITHM, value=b64encode(signed.signature).decode("ascii")
        ),
        commitment_salt=commitment_salt(row["seed"]).hex(),
        revisions=_REVISIONS.decode(row["revisions"]),
    )


# -- the holder's link ------------------------------------------------------------------------------


async def renew_link(
    database: Database, sessions: Sessions, holder: Principal, number: str, public_base: str, at: datetime
) -> CertificateLink:
    """A new link to one's own certificate; the one before shows totals from now on, and what a guest's opened ends.

    Raises CertificateNotFound.
    """
    key = await _own(database, holder.id, number)
    secret = new_secret()
    async with database.transaction():
        await hold_citizen(holder.id)
        await write(
            "store_certificate_link", key["event_id"], key["certificate_number"], holder.id, secret, at
        )
    if holder.role == "guest":
        await sessions.end_by_link(holder)
    address = f"{public_base}/c/{key['certificate_number']}"
    return CertificateLink(number=key["certificate_number"], url=holder_link(address, secret))


async def close_links(citizen_ids: list[UUID], at: datetime) -> None:
    """Let no link open the lines of these people's certificates; call it inside the transaction that erases."""
    await write("close_certificate_links", citizen_ids, at)


# -- a name on it -----------------------------------------------------------------------------------


async def name_certificate(
    database: Database,
    names: NameCheck,
    citizen_id: UUID,
    number: str,
    request: NameRequest,
    policy_version: str,
    at: datetime,
) -> CertificateName:
    """Set the name on one's own certificate.

    Raises CertificateNotFound, CertificateNameBlank, CertificateNameUndrawn, CertificateNameNeedsConsent, NameRefused,
    GuardianNeeded.
    """
    if not request.consent:
        raise CertificateNameNeedsConsent
    name = " ".join(request.name.split())
    if not folded(name):
        raise CertificateNameBlank
    unseen = next((sign for sign in name if not sign.isprintable()), None)
    if unseen is not None:
        raise CertificateNameBlank(sign=f"U+{ord(unseen):04X}")
    undrawn = undrawn_sign(name)
    if undrawn is not None:
        raise CertificateNameUndrawn(sign=undrawn)
    key = await _own(database, citizen_id, number)
    await names.check(citizen_id, name, bearers=[key["certificate_number"]])
    facts: dict[str, Any] = {"name": name, "policy_version": policy_version, "consented_at": at}
    async with database.transaction():
        await hold_citizen(citizen_id)
        await _check_may_consent(citizen_id, at)
        if not await NameRow.filter(**key).update(**facts):
            await NameRow.create(**key, citizen_id=citizen_id, **facts)
    return CertificateName(number=key["certificate_number"], name=name, consented_at=at)


async def _check_may_consent(citizen_id: UUID, at: datetime) -> None:
    """A child without a guardian's consent gives none of their own. Raises GuardianNeeded."""
    account = await Account.get(id=citizen_id)
    refusal = hindrance(account.earns_from, day_of(at))
    if isinstance(refusal, GuardianNeeded):
        raise refusal


async def remove_name(database: Database, citizen_id: UUID, number: str) -> None:
    """Delete the name on one's own certificate, and with it the consent to show it. Raises CertificateNotFound."""
    await NameRow.filter(**await _own(database, citizen_id, number)).delete()


async def _own(database: Database, citizen_id: UUID, number: str) -> dict[str, Any]:
    row = await _read(database, "find_certificate_of", number, citizen_id)
    return dict(row)
