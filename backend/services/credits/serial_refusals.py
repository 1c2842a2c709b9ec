"""Retirements and serials that the register refused because they stand there already, on record for the detectors."""

from __future__ import annotations

from uuid import UUID

from tortoise.exceptions import IntegrityError

from backend.auth import Principal
from backend.errors import Refusal
from backend.messages.credits import CreditBatchRequest, RetirementRequest
from backend.models import SerialRefusal
from backend.services.credits.details import refusal_of

TRIED_CHARS_MAX = 300


async def noted_refusal(
    error: IntegrityError,
    staff: Principal,
    request: CreditBatchRequest | RetirementRequest,
    developer_id: UUID | None,
) -> Refusal:
    """The refusal that a constraint stands for, noted; call it after the transaction that it ended.

    Raises the error itself where it is none of the register's.
    """
    refusal = refusal_of(error)
    tried = f"{request.retirement_ref or ''} {request.registry_serial_from or ''}–{request.registry_serial_to or ''}"
    await SerialRefusal.create(
        code=refusal.code, staff_id=staff.id, developer_id=developer_id, tried=tried[:TRIED_CHARS_MAX]
    )
    return refusal
