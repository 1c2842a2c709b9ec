"""Refusals about receipts of erasures."""

from __future__ import annotations

from backend.errors import NotFound


class ReceiptNotFound(NotFound):
    code = "receipt_not_found"
