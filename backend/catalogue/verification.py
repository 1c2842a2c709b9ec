"""Loads what verifiers hold accounts against."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import msgspec

from backend.catalogue.overlay import catalogue_directory
from backend.catalogue.reading import CatalogueError
from backend.tenant import per_tenant

THRESHOLD_PCT_MAX = 20


class VerificationSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: dict[str, str]
    publisher: dict[str, str]
    year: int


class VerificationRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`materiality_pct`: percent of an account's estimate from which what is wrong counts as material."""

    materiality_pct: Decimal
    is_assumption: bool
    source: VerificationSource


@per_tenant
def load_verification_rules(directory: Path | None = None) -> VerificationRules:
    """The rules. Raises CatalogueError."""
    path = (directory or catalogue_directory()) / "verification.toml"
    try:
        rules = msgspec.toml.decode(path.read_bytes(), type=VerificationRules)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise CatalogueError(f"{path.name}: {error}") from None
    if not 0 < rules.materiality_pct <= THRESHOLD_PCT_MAX:
        raise CatalogueError(f"{path.name}: materiality_pct is no percentage up to {THRESHOLD_PCT_MAX}")
    return rules
