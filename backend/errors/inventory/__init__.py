"""Refusals of an event's inventory: its lines, files and lists, and of an account that is not there."""

from __future__ import annotations

from backend.errors import NotFound, Refusal
from backend.errors.imports import ImportUnreadable, RowsBroken


class InventoryRowsBroken(RowsBroken):
    """All that is wrong with the rows of a file or list; nothing of it was stored."""

    code = "inventory_rows_broken"
    family = "inventory_line"


class InventoryFileUnreadable(ImportUnreadable):
    code = "inventory_file_unreadable"


class InventoryFixed(Refusal):
    """The event is evaluated: what it was evaluated on does not change any more."""

    status, code = 409, "inventory_fixed"


class InventoryEmpty(Refusal):
    status, code = 422, "inventory_empty"


class AccountNotFound(NotFound):
    code = "account_not_found"
