"""A verifier signs its opinion on an account; the event keeps the report, and is evaluated on what was signed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256

import msgspec

from backend.auth import Principal
from backend.catalogue import Catalogue
from backend.catalogue.verification import load_verification_rules
from backend.domain.certificates.canonical_json import Document, canonical_bytes
from backend.domain.certificates.signatures import instant
from backend.domain.verification.opinion import VERIFICATION_TYPE, check_opinion
from backend.errors.verification import VerificationMoved, VerificationThresholdTooHigh
from backend.messages import verification as m
from backend.models import EventDocument, OrganisationLicence, VerifierOpinion
from backend.models.keys import uuid7
from backend.outside.content_store import ContentStore
from backend.outside.signer import Signer
from backend.render.pictures.renderer import Drawing
from backend.render.sheets.verification import verification_sheet
from backend.services.identity.staff_accounts import record, usernames
from backend.services.inventory.account import account_reader
from backend.services.verification.access import SIGNABLE, OpenVerification, locked_verification
from backend.services.verification.reviewed_account import Reviewed, reviewed_account
from backend.services.verification.verifiers import opinion_view
from backend.storage.database import Database


class Desk(msgspec.Struct, frozen=True):
    """What signing needs: the keys, and where reports are drawn and kept."""

    database: Database
    catalogue: Catalogue
    signer: Signer
    draw: Callable[[Drawing, str], Awaitable[bytes]]
    """Draws a file for an account, in a workshop."""
    content: ContentStore
    report_bytes_max: int


class _Prepared(msgspec.Struct, frozen=True):
    found: OpenVerification
    licence: OrganisationLicence
    reviewed: Reviewed
    reviews_sha256: bytes


async def sign_opinion(
    desk: Desk, staff: Principal, id_text: str, request: m.OpinionRequest
) -> m.OpinionView:
    """Sign an opinion on the account as it is, and keep the report as the event's document.

    Nothing is locked while the signer and the workshop are at work: what changes meanwhile is found afterwards, and
    nothing is signed then. Raises what reviewing raises, VerificationThresholdTooHigh, VerificationEmpty,
    VerificationOpen, VerificationOpinionTooGood, VerificationMoved, SignerUnavailable, ContentAway, TooManyAtOnce,
    Busy.
    """
    threshold = _threshold(request)
    async with desk.database.transaction():
        prepared = await _prepare(desk, staff, id_text, request, threshold)
    now = datetime.now(UTC)
    name = (await usernames([staff.id]))[staff.id]
    body = canonical_bytes(_document(prepared, request, threshold, name, now))
    signed = await desk.signer.sign(body)
    sheet = verification_sheet(body, signed.key_id, signed.signature)
    report = await desk.draw(sheet, str(staff.id))
    stored = await desk.content.take(_once(report), "application/pdf", bytes_max=desk.report_bytes_max)
    async with desk.database.transaction():
        again = await _prepare(desk, staff, id_text, request, threshold)
        before = (prepared.reviewed.digest, prepared.reviews_sha256, prepared.licence.id)
        if (again.reviewed.digest, again.reviews_sha256, again.licence.id) != before:
            raise VerificationMoved
        event = again.found.event
        # No limit of documents here: an organiser who fills it would keep the report away.
        document = await EventDocument.create(
            event_id=event.id,
            kind="verifier_report",
            sha256=stored.sha256,
            media_type=stored.media_type,
            bytes=stored.length,
            name=f"verification-{event.slug}-{now:%Y%m%d}.pdf",
            uploaded_by=staff.id,
        )
        opinion = await VerifierOpinion.create(
            id=uuid7(),
            event_id=event.id,
            verifier_id=again.found.row.id,
            licence_id=again.licence.id,
            document_id=document.id,
            assurance=request.assurance,
            opinion=request.opinion,
            threshold_pct=threshold,
            account_sha256=again.reviewed.digest,
            body=body,
            key_id=signed.key_id,
            signature=signed.signature,
            signed_by=staff.id,
            signed_at=now,
        )
        told = {
            "opinion": request.opinion,
            "account": again.reviewed.digest.hex(),
            "report": stored.sha256.hex(),
        }
        await record(staff, "verification.sign", event.slug, after=told)
    return await opinion_view(event, opinion, again.reviewed.digest)


def _threshold(request: m.OpinionRequest) -> Decimal:
    most = load_verification_rules().materiality_pct
    threshold = most if request.threshold_pct is None else request.threshold_pct
    if not Decimal("0.01") <= threshold <= most or threshold != threshold.quantize(Decimal("0.01")):
        raise VerificationThresholdTooHigh(threshold_pct=float(most))
    return threshold


async def _prepare(
    desk: Desk, staff: Principal, id_text: str, request: m.OpinionRequest, threshold: Decimal
) -> _Prepared:
    found, licence = await locked_verification(desk.database, staff, id_text, SIGNABLE)
    account = await account_reader(desk.database, desk.catalogue)(found.event)
    reviewed = await reviewed_account(desk.database, found.event, account, found.organisation.id)
    check_opinion(request.opinion, reviewed.progress, account.estimate_g, threshold)
    return _Prepared(found, licence, reviewed, _reviews_digest(reviewed))


def _reviews_digest(reviewed: Reviewed) -> bytes:
    rows = [
        [
            key,
            bytes(row.item_sha256).hex(),
            row.decision,
            row.materiality_g,
            row.reason,
            instant(row.decided_at),
        ]
        for key, row in sorted(reviewed.reviews.items())
    ]
    return sha256(canonical_bytes(rows)).digest()


def _document(
    prepared: _Prepared, request: m.OpinionRequest, threshold: Decimal, name: str, now: datetime
) -> Document:
    """What is signed. Grams and counts are whole numbers, the threshold is a text: decimals have several spellings."""
    event, organisation = prepared.found.event, prepared.found.organisation
    reviewed, licence = prepared.reviewed, prepared.licence
    return {
        "type": VERIFICATION_TYPE,
        "event": {
            "id": str(event.id),
            "slug": event.slug,
            "name": {"zh-CN": event.name_zh, "en": event.name_en},
        },
        "verifier": {
            "code": organisation.code,
            "name": {"zh-CN": organisation.name_zh, "en": organisation.name_en},
            "licence": {
                "number": licence.number,
                "issuer": licence.issuer,
                "valid_to": None if licence.valid_to is None else licence.valid_to.isoformat(),
            },
        },
        "account": {
            "sha256": reviewed.digest.hex(),
            "low_g": reviewed.account.low_g,
            "estimate_g": reviewed.account.estimate_g,
            "high_g": reviewed.account.high_g,
            "factor_set": reviewed.account.factor_set,
            "boundary": reviewed.account.boundary.code,
        },
        "review": {
            "sha256": prepared.reviews_sha256.hex(),
            **msgspec.structs.asdict(reviewed.progress),
            "refused_items": [
                {"item": key, "materiality_g": row.materiality_g, "reason": row.reason}
                for key, row in sorted(reviewed.reviews.items())
                if row.decision == "refused"
            ],
        },
        "opinion": request.opinion,
        "assurance": request.assurance,
        "threshold_pct": f"{threshold.normalize():f}",
        "statement": {"zh-CN": request.statement.zh, "en": request.statement.en},
        "signed_at": instant(now),
        "signed_by": name,
    }


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
