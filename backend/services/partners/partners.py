"""Operators manage partners and their keys; every change is recorded with its reason."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError

from backend.auth import Principal
from backend.catalogue import Catalogue
from backend.domain.encryption import Encryptor
from backend.domain.partners.consent import consent_text
from backend.errors import InvalidBody
from backend.errors.partners import (
    PartnerCodeTaken,
    PartnerKeyEnded,
    PartnerKeyLimit,
    PartnerKeyNotFound,
    PartnerMethodUnknown,
    PartnerNotFound,
)
from backend.messages.partners import (
    ConsentView,
    NewPartnerKey,
    PartnerChangeRequest,
    PartnerKeyEndRequest,
    PartnerKeyRequest,
    PartnerKeyView,
    PartnerRequest,
    PartnerView,
    SourceView,
)
from backend.messages.shape import Bilingual, Page, Statement, columns_of, view_of
from backend.models import Partner, PartnerKey
from backend.services.identity.staff_accounts import record
from backend.services.listing import matching
from backend.services.organisations.provisional import codes_of, supplier_of_new
from backend.services.organisations.revisions import Seen, check_seen
from backend.storage.database import Database, constraint_of

KEYS_MAX = 10
"""Keys of one partner that are or will be valid: one in use, one to change over to, and spare ones."""
SECRET_BYTES = 32
AHEAD_MAX = timedelta(days=366)


async def list_partners(limit: int, cursor: UUID | None, typed: str | None = None) -> Page[PartnerView]:
    """Partners with their keys, newest first."""
    query = matching(Partner.all(), typed, "code", "name_zh", "name_en")
    if cursor is not None:
        query = query.filter(id__lt=cursor)
    partners = await query.order_by("-id").limit(limit + 1)
    keys: dict[UUID, list[PartnerKey]] = {}
    for key in await PartnerKey.filter(partner_id__in=[p.id for p in partners]).order_by("created_at", "id"):
        keys.setdefault(key.partner_id, []).append(key)
    codes = await codes_of(partner.organisation_id for partner in partners)
    return Page.of(
        partners,
        limit,
        lambda each: _view(each, keys.get(each.id, []), codes.get(each.organisation_id)),
    )


async def list_sources(catalogue: Catalogue, now: datetime) -> list[SourceView]:
    """Partners that take part, with the text that a citizen consents to."""
    return [
        view_of(
            SourceView,
            partner,
            name=Bilingual(partner.name_zh, partner.name_en),
            consent=consent(partner, catalogue, now),
        )
        for partner in await Partner.filter(is_open=True).order_by("code")
    ]


def consent(partner: Partner, catalogue: Catalogue, now: datetime) -> ConsentView:
    """The consent text for a partner, with its methods in words."""
    names = [catalogue.methods[code].name for code in partner.methods if code in catalogue.methods]
    zh, en = consent_text(
        partner.name_zh,
        partner.name_en,
        "、".join(name["zh-CN"] for name in names),
        ", ".join(name["en"] for name in names),
    )
    return ConsentView(version=catalogue.policies.in_force(now).version, text=Statement(zh, en))


async def create_partner(
    database: Database, staff: Principal, request: PartnerRequest, catalogue: Catalogue
) -> PartnerView:
    """Create a partner. Raises PartnerCodeTaken, PartnerMethodUnknown, OrganisationNotFound, OrganisationNotActive,
    OrganisationBlacklisted.
    """
    methods = _methods(request.methods, catalogue)
    try:
        async with database.transaction():
            owner = await supplier_of_new(
                database, request.organisation, "partner", request.name.zh, request.name.en
            )
            columns = columns_of(request, "reason", "methods", "organisation")
            partner = await Partner.create(**columns, methods=methods, organisation_id=owner)
            await record(staff, "partner.enter", partner.code, reason=request.reason, after=_facts(partner))
    except IntegrityError as error:
        if constraint_of(error) == "partners_code_unique":
            raise PartnerCodeTaken from error
        raise
    return await _shown(partner)


async def change_partner(
    database: Database,
    staff: Principal,
    code: str,
    request: PartnerChangeRequest,
    catalogue: Catalogue,
    seen: Seen | None = None,
) -> PartnerView:
    """Change a partner; what was credited before stays. `seen` is the revision that was edited.

    Raises PartnerNotFound, EditOutdated, PartnerMethodUnknown.
    """
    async with database.transaction():
        partner = await _locked(code)
        check_seen(seen, partner.revision)
        before = _facts(partner)
        if request.name is not None:
            partner.name_zh, partner.name_en = request.name.zh, request.name.en
        if request.methods is not None:
            partner.methods = _methods(request.methods, catalogue)
        if request.is_open is not None:
            partner.is_open = request.is_open
        partner.revision += 1
        await partner.save(update_fields=["name_zh", "name_en", "methods", "is_open", "revision"])
        await record(
            staff, "partner.change", code, reason=request.reason, before=before, after=_facts(partner)
        )
    return await _shown(partner)


async def issue_key(
    database: Database, staff: Principal, code: str, request: PartnerKeyRequest, encryptor: Encryptor
) -> NewPartnerKey:
    """Issue a key; its secret is shown this once. Raises PartnerNotFound, PartnerKeyLimit."""
    now = datetime.now(UTC)
    valid_from = request.valid_from or now
    if valid_from > now + AHEAD_MAX:
        raise InvalidBody.at("/valid_from", "too_far_ahead", days_max=AHEAD_MAX.days)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    async with database.transaction():
        partner = await _locked(code)
        living = [key for key in await _keys(partner) if key.valid_to is None or key.valid_to > now]
        if len(living) >= KEYS_MAX:
            raise PartnerKeyLimit(keys_max=KEYS_MAX)
        key = await store_key(partner, f"{code[:20]}-{secrets.token_hex(6)}", secret, valid_from, encryptor)
        await record(
            staff,
            "partner.issue_key",
            code,
            reason=request.reason,
            after={"key_id": key.id, "valid_from": valid_from.isoformat()},
        )
    return NewPartnerKey(key_id=key.id, valid_from=valid_from, valid_to=None, secret=secret)


async def store_key(
    partner: Partner, key_id: str, secret: str, valid_from: datetime, encryptor: Encryptor
) -> PartnerKey:
    """Store a key with its secret encrypted."""
    encrypted = encryptor.encrypt(secret.encode("ascii"), key_id)
    return await PartnerKey.create(
        id=key_id,
        partner_id=partner.id,
        sealed=encrypted.text,
        sealed_with=encrypted.key_id,
        valid_from=valid_from,
    )


async def end_key(
    database: Database, staff: Principal, code: str, key_id: str, request: PartnerKeyEndRequest
) -> PartnerKeyView:
    """End a key now or later; a planned end may still be moved. Raises PartnerKeyNotFound, PartnerKeyEnded."""
    now = datetime.now(UTC)
    async with database.transaction():
        partner = await _locked(code)
        key = await PartnerKey.get_or_none(id=key_id, partner_id=partner.id)
        if key is None:
            raise PartnerKeyNotFound
        if key.valid_to is not None and key.valid_to <= now:
            raise PartnerKeyEnded
        before = key.valid_to and key.valid_to.isoformat()
        # A key whose time has not come is never to be valid: it ends where it begins.
        valid_to = max(request.at or now, now, key.valid_from)
        await PartnerKey.filter(id=key_id).update(valid_to=valid_to)
        key.valid_to = valid_to
        await record(
            staff,
            "partner.end_key",
            code,
            reason=request.reason,
            before={"key_id": key_id, "valid_to": before},
            after={"key_id": key_id, "valid_to": valid_to.isoformat()},
        )
    return _key_view(key)


async def _locked(code: str) -> Partner:
    partner = await Partner.filter(code=code).select_for_update().get_or_none()
    if partner is None:
        raise PartnerNotFound
    return partner


async def _keys(partner: Partner) -> list[PartnerKey]:
    return await PartnerKey.filter(partner_id=partner.id).order_by("created_at", "id")


def _methods(codes: Iterable[str], catalogue: Catalogue) -> list[str]:
    wanted = sorted(set(codes))
    unknown = [code for code in wanted if code not in catalogue.methods]
    if unknown:
        raise PartnerMethodUnknown(methods=list(unknown))
    return wanted


def _facts(partner: Partner) -> dict[str, Any]:
    return {
        "name": {"zh-CN": partner.name_zh, "en": partner.name_en},
        "kind": partner.kind,
        "methods": partner.methods,
        "is_open": partner.is_open,
        "revision": partner.revision,
    }


async def _shown(partner: Partner) -> PartnerView:
    codes = await codes_of([partner.organisation_id])
    return _view(partner, await _keys(partner), codes.get(partner.organisation_id))


def _view(partner: Partner, keys: Iterable[PartnerKey], organisation: str | None) -> PartnerView:
    return view_of(
        PartnerView,
        partner,
        id=str(partner.id),
        name=Bilingual(partner.name_zh, partner.name_en),
        organisation=organisation,
        keys=[_key_view(key) for key in keys],
    )


def _key_view(key: PartnerKey) -> PartnerKeyView:
    return PartnerKeyView(key_id=key.id, valid_from=key.valid_from, valid_to=key.valid_to)
