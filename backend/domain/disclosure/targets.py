"""Targets of the platform, and how far it has come."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from typing import Literal

import msgspec

Figure = Literal["demonstrations", "people", "retired_g", "cities"]


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a figure is to reach by the end of a year; `is_assumption`: the source names no number."""

    figure: Figure
    year: int
    value: int
    is_assumption: bool = False


class TargetSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the targets come from."""

    title: dict[str, str]
    publisher: dict[str, str]
    year: int


class Targets(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file of targets."""

    source: TargetSource
    target: tuple[Target, ...]


def reached_pct(value: int, target: int) -> Decimal:
    """How much of a target is reached in percent, one decimal, cut off: never shown as reached before it is."""
    return (Decimal(value) * 100 / target).quantize(Decimal("0.1"), rounding=ROUND_FLOOR)
