"""Refusals of an event's inventory: its lines, files and lists, and of an account that is not there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from backend.errors import NotFound, Refusal
from backend.texts import say

ERRORS_NAMED_MAX = 20


class Wrong(Protocol):
    """What is wrong with one row of a file or list, and where."""

    @property
    def row(self) -> int: ...

    @property
    def column(self) -> str: ...

    @property
    def code(self) -> str: ...

    @property
    def facts(self) -> dict[str, str]: ...


class InventoryRowsBroken(Refusal):
    """All that is wrong with the rows of a file or list; nothing of it was stored.

    The facts hold each of the first mistakes by its number, so that they are told in any language.
    """

    status, code = 422, "inventory_rows_broken"

    @classmethod
    def of(cls, errors: Sequence[Wrong]) -> InventoryRowsBroken:
        named: dict[str, Any] = {
            f"error_{number}": _packed(error) for number, error in enumerate(errors[:ERRORS_NAMED_MAX])
        }
        return cls(errors_total=len(errors), **named)

    def detail(self, language: str) -> str:
        told = [_told(language, str(fact)) for name, fact in self.facts.items() if name != "errors_total"]
        total = int(str(self.facts["errors_total"]))
        return say(
            language,
            f"refusal.{self.code}.detail",
            errors_total=total,
            errors=" ".join(told) + (" …" if total > len(told) else ""),
        )


_CHARS_MAX = 210
"""Of all facts of a mistake: packed, it stays short enough to be told whole."""
_SIGN = "\x1f"


def _packed(error: Wrong) -> str:
    """A mistake as one text: row, column, code, then names and values of its facts."""
    chars_max = _CHARS_MAX // max(1, len(error.facts))
    parts = [
        part.replace(_SIGN, " ")[:chars_max] for name, fact in error.facts.items() for part in (name, fact)
    ]
    return _SIGN.join([str(error.row), error.column, error.code, *parts])


def _told(language: str, packed: str) -> str:
    row, column, code, *parts = packed.split(_SIGN)
    reason = say(language, f"inventory_line.{code}", **dict(zip(parts[::2], parts[1::2], strict=True)))
    return say(language, "inventory_line.where", row=row, column=column, reason=reason)


class InventoryFileUnreadable(Refusal):
    """What is wrong with a file as a whole; `why` has a text under `inventory_file`."""

    status, code = 422, "inventory_file_unreadable"

    def detail(self, language: str) -> str:
        return say(language, f"inventory_file.{self.facts['why']}", **self.facts)


class InventoryFixed(Refusal):
    """The event is evaluated: what it was evaluated on does not change any more."""

    status, code = 409, "inventory_fixed"


class InventoryEmpty(Refusal):
    status, code = 422, "inventory_empty"


class AccountNotFound(NotFound):
    code = "account_not_found"
