"""Citizens bind their account at a partner, with their consent, and withdraw the consent.

The partner knows its customer and gives them a code; the citizen who enters it here is that customer. So no citizen can
bind another customer's account, and no partner can bind a citizen who does not want it.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

from tortoise.exceptions import IntegrityError

from backend.auth import Principal
from backend.domain.community.consent_uses import PARTNER_SOURCES
from backend.domain.community.policies import Policies
from backend.domain.folding import folded_code
from backend.errors import SessionRevoked
from backend.errors.partners import (
    BindingCodeInvalid,
    BindingRepeated,
    ConsentOutdated,
    GrantNotFound,
    SourceClosed,
    SourceGranted,
    SubjectBound,
)
from backend.messages.partners import BindingAnswer, GrantRequest, GrantView, SourceBrief
from backend.messages.shape import Bilingual, Page, view_of
from backend.models import BindingCode, Partner, Session, SourceGrant, WaitingItem
from backend.services.identity.erased import hold_citizen
from backend.services.minors.earning import check_may_earn
from backend.services.partners.request_auth import PartnerCaller
from backend.storage.database import Database, constraint_of
from backend.storage.statements import lock

CODE_LIFE = timedelta(minutes=10)
# Crockford's digits: none that looks like another. Twelve of them are 60 bits, good for ten minutes, asked for
# online: nobody guesses one.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_CHARS = 12
CODE_GROUP = 4
HINT_CHARS = 4


async def issue_code(
    database: Database, partner: PartnerCaller, subject: str, now: datetime
) -> BindingAnswer:
    """Issue a binding code for one of the partner's customers; an earlier code of theirs becomes invalid.

    Raises BindingRepeated for a request seen before: an eavesdropper may have recorded it.
    """
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_CHARS))
    expires_at = now + CODE_LIFE
    try:
        async with database.transaction():
            await BindingCode.filter(
                partner_id=partner.id, subject=subject, grant_id=None, expires_at__gt=now
            ).update(expires_at=now)
            await BindingCode.create(
                code_hash=_hash(partner.id, code),
                request_hash=hashlib.sha256(partner.signature.encode()).digest(),
                partner_id=partner.id,
                subject=subject,
                created_at=now,
                expires_at=expires_at,
            )
    except IntegrityError as error:
        if constraint_of(error) == "binding_codes_once_per_request":
            raise BindingRepeated from error
        raise
    shown = "-".join(code[at : at + CODE_GROUP] for at in range(0, CODE_CHARS, CODE_GROUP))
    return BindingAnswer(binding_code=shown, expires_at=expires_at)


async def bind(
    database: Database, policies: Policies, citizen: Principal, request: GrantRequest, now: datetime
) -> tuple[SourceGrant, Partner, bool]:
    """The citizen's grant, its partner, and whether it is new: a repeated request finds the first grant.

    Raises ConsentOutdated, BindingCodeInvalid, SourceClosed, SubjectBound, SourceGranted, AgeNeeded, GuardianNeeded,
    SessionRevoked.
    """
    await check_may_earn(citizen.id, now)
    if not policies.holds(PARTNER_SOURCES, request.consent_version, now):
        raise ConsentOutdated(version=policies.in_force(now).version)
    partner = await Partner.get_or_none(code=request.partner)
    if partner is None:
        raise BindingCodeInvalid(minutes=CODE_LIFE // timedelta(minutes=1))
    if not partner.is_open:
        raise SourceClosed
    try:
        async with database.transaction():
            grant, is_new = await _grant(citizen, partner, request, now)
    except IntegrityError as error:
        refusal = {
            "source_grants_one_citizen_per_subject": SubjectBound,
            "source_grants_one_subject_per_citizen": SourceGranted,
        }.get(constraint_of(error) or "")
        if refusal is None:
            raise
        raise refusal from error
    return grant, partner, is_new


async def _grant(
    citizen: Principal, partner: Partner, request: GrantRequest, now: datetime
) -> tuple[SourceGrant, bool]:
    await hold_citizen(citizen.id)
    await check_may_earn(citizen.id, now)
    # An access token lives on for minutes after its session was ended; nothing new may be bound to that.
    if not await Session.exists(id=citizen.session_id, revoked_at=None):
        raise SessionRevoked
    wanted = _hash(partner.id, folded_code(request.binding_code))
    code = await BindingCode.filter(code_hash=wanted).select_for_update().get_or_none()
    if code is None:
        raise BindingCodeInvalid(minutes=CODE_LIFE // timedelta(minutes=1))
    if code.grant_id is not None:
        earlier = await SourceGrant.get_or_none(id=code.grant_id, citizen_id=citizen.id, withdrawn_at=None)
        if earlier is None:
            raise BindingCodeInvalid(minutes=CODE_LIFE // timedelta(minutes=1))
        return earlier, False
    if code.expires_at <= now:
        raise BindingCodeInvalid(minutes=CODE_LIFE // timedelta(minutes=1))
    grant = await SourceGrant.get_or_none(
        citizen_id=citizen.id, partner_id=partner.id, subject=code.subject, withdrawn_at=None
    )
    is_new = grant is None
    if grant is None:
        grant = await SourceGrant.create(
            citizen_id=citizen.id,
            partner_id=partner.id,
            subject=code.subject,
            consent_version=request.consent_version,
            granted_at=now,
        )
    await BindingCode.filter(code_hash=code.code_hash).update(citizen_id=citizen.id, grant_id=grant.id)
    return grant, is_new


async def list_grants(citizen_id: UUID, limit: int, cursor: UUID | None) -> Page[GrantView]:
    """A citizen's consents to partners, newest first, withdrawn ones too."""
    query = SourceGrant.filter(citizen_id=citizen_id)
    if cursor is not None:
        query = query.filter(id__lt=cursor)
    grants = await query.order_by("-id").limit(limit + 1)
    partners = {p.id: p for p in await Partner.filter(id__in={grant.partner_id for grant in grants})}
    return Page.of(grants, limit, lambda grant: grant_view(grant, partners[grant.partner_id]))


async def withdraw(database: Database, citizen_id: UUID, grant_id: UUID) -> None:
    """Withdraw a consent: nothing that the partner sends from now on is credited. A second time changes nothing.

    Raises GrantNotFound.
    """
    async with database.transaction():
        # Batches of the ledger that are under way for the citizen end first; later ones see what is said here.
        await lock("lock_accounts", [citizen_id])
        grant = await SourceGrant.get_or_none(id=grant_id, citizen_id=citizen_id)
        if grant is None:
            raise GrantNotFound
        if grant.withdrawn_at is None:
            await _end(grant, delete_waiting=True)


async def withdraw_all(citizen_id: UUID) -> None:
    """Withdraw every grant, inside a transaction that has locked the citizen's account."""
    for grant in await SourceGrant.filter(citizen_id=citizen_id, withdrawn_at=None):
        await _end(grant, delete_waiting=True)


async def renew_all(citizen_id: UUID, version: str, now: datetime) -> None:
    """Give every grant in force again under a version, inside a transaction that has locked the citizen's account.

    Each ends and a new one begins, so that the record says what was agreed to when.
    """
    for grant in await SourceGrant.filter(citizen_id=citizen_id, withdrawn_at=None):
        if grant.consent_version != version:
            await _end(grant, delete_waiting=False)
            await SourceGrant.create(
                citizen_id=citizen_id,
                partner_id=grant.partner_id,
                subject=grant.subject,
                consent_version=version,
                granted_at=now,
            )


async def _end(grant: SourceGrant, *, delete_waiting: bool) -> None:
    await SourceGrant.filter(id=grant.id, citizen_id=grant.citizen_id).update(
        withdrawn_at=max(datetime.now(UTC), grant.granted_at)
    )
    if delete_waiting:
        await WaitingItem.filter(partner_id=grant.partner_id, subject=grant.subject).delete()


async def forget_subjects(citizen_id: UUID) -> None:
    """Delete what leads from a partner's account to an erased citizen, inside the transaction that erases.

    The record of the consent stays, without the subject.
    """
    now = datetime.now(UTC)
    for grant in await SourceGrant.filter(citizen_id=citizen_id, subject__not_isnull=True):
        await WaitingItem.filter(partner_id=grant.partner_id, subject=grant.subject).delete()
        await BindingCode.filter(partner_id=grant.partner_id, subject=grant.subject).delete()
        await SourceGrant.filter(id=grant.id, citizen_id=citizen_id).update(
            subject=None, withdrawn_at=grant.withdrawn_at or max(now, grant.granted_at)
        )


def grant_view(grant: SourceGrant, partner: Partner) -> GrantView:
    """A grant as its citizen sees it."""
    is_shown = grant.withdrawn_at is None and grant.subject is not None
    return view_of(
        GrantView,
        grant,
        id=str(grant.id),
        partner=SourceBrief(
            code=partner.code,
            name=Bilingual(partner.name_zh, partner.name_en),
            kind=partner.kind,  # type: ignore[arg-type]
        ),
        subject_hint=f"…{grant.subject[-HINT_CHARS:]}" if is_shown and grant.subject else None,
    )


def _hash(partner_id: UUID, code: str) -> bytes:
    return hashlib.sha256(partner_id.bytes + code.encode()).digest()
