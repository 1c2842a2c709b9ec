"""Erasures: who has left, and the receipt of what was erased and what stays (PIPL art. 47)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from backend.errors import NotFound, SessionRevoked
from backend.errors.account.erasures import ReceiptNotFound
from backend.messages.account.erasures import ErasedPart, ErasureReceipt, KeptPart
from backend.messages.shape import Statement
from backend.models import Account, Citizen, Erasure
from backend.models.keys import read_id
from backend.texts import both

ERASED = (
    "sign_ins",
    "nickname",
    "sessions",
    "answers",
    "journeys",
    "photos",
    "reviews",
    "consents",
    "profile",
    "teams",
    "certificate_names",
    "partners",
    "notices",
    "passes",
    "companions",
    "complaints",
    "name_reports",
)
"""Kinds of data that an erasure counts, in the order of the receipt."""
KEPT = (
    "amounts",
    "attendances",
    "certificates",
    "consent_record",
    "reports",
    "decisions",
    "security_records",
)


async def hold_citizen(citizen_id: UUID) -> None:
    """Keep a citizen from leaving until the transaction ends, and from doing two such things at one moment.

    Call it first in every transaction that keeps something new of a citizen and is none of the ledger's: an access
    token lives on for a moment, and what was asked before may be under way. Raises NotFound, SessionRevoked.
    """
    if await Citizen.select_for_update().get_or_none(id=citizen_id) is None:
        raise NotFound
    await refuse_erased(citizen_id)


async def refuse_erased(citizen_id: UUID) -> None:
    """Refuse a citizen who has left while their access token is still good. Raises SessionRevoked."""
    if await Account.exists(id=citizen_id, erased_at__isnull=False):
        raise SessionRevoked


async def keep_receipt(counts: Mapping[str, int], at: datetime) -> ErasureReceipt:
    """Keep the receipt of an erasure; call it inside the transaction that erases.

    Its id is random: one made of the time, as others are, could be matched with what happened in that second.
    """
    erased = await Erasure.create(id=uuid4(), at=at, erased={code: counts.get(code, 0) for code in ERASED})
    return receipt_of(erased)


async def show_receipt(id_text: str) -> ErasureReceipt:
    """A receipt, for whoever has its id. Raises ReceiptNotFound."""
    erasure = await Erasure.get_or_none(id=read_id(id_text, ReceiptNotFound))
    if erasure is None:
        raise ReceiptNotFound
    return receipt_of(erasure)


def receipt_of(erasure: Erasure) -> ErasureReceipt:
    """A receipt in words."""
    return ErasureReceipt(
        id=str(erasure.id),
        at=erasure.at,
        erased=[
            ErasedPart(code=code, what=Statement(*both(f"erasure.{code}")), count=erasure.erased.get(code, 0))
            for code in ERASED
        ],
        kept=[
            KeptPart(
                code=code,
                what=Statement(*both(f"erasure.kept.{code}")),
                why=Statement(*both(f"erasure.kept.{code}.why")),
            )
            for code in KEPT
        ],
    )
