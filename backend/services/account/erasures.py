"""Erasures: who has left, and the receipt of what was erased and what stays (PIPL art. 47)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from backend.errors.account.erasures import ReceiptNotFound
from backend.messages.account.erasures import ErasedPart, ErasureReceipt, KeptPart
from backend.messages.shape import Statement
from backend.models import Erasure
from backend.models.keys import read_id
from backend.texts import both

ERASED = (
    "sign_ins",
    "nickname",
    "age",
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
    "children",
    "complaints",
    "name_reports",
    "periods",
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


async def keep_receipt(counts: Mapping[str, int], at: datetime, age_band: str | None) -> ErasureReceipt:
    """Keep the receipt of an erasure; call it inside the transaction that erases.

    Its id is random: one made of the time, as others are, could be matched with what happened in that second. The band
    of age is for the yearly figures on minors' data and stands in no receipt.
    """
    counted = {code: counts.get(code, 0) for code in ERASED}
    erased = await Erasure.create(id=uuid4(), at=at, erased=counted, age_band=age_band)
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
