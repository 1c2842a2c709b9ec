"""Kinds of credits: what each requires of a retirement, which is preferred, and what an event should take first."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

import msgspec

from backend.domain.catalogue.factors import SourceKind
from backend.domain.folding import folded

Requirement = Literal[
    "registration_no",
    "monitoring_period",
    "approved_by",
    "approval_doc",
    "registry_serials",
    "methodology",
    "project",
    "proof",
]
GRAMS_PER_TONNE = 1_000_000
PRODUCT_CODES = ("cea", "ccer", "cdcer", "forest_grass_sink", "provincial", "vcu", "gs_ver", "cer")


class ReferencePrice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Yuan per tonne as found on a day."""

    yuan_per_t_min: Decimal
    yuan_per_t_max: Decimal
    as_of: date
    source_id: str
    source_kind: SourceKind


class Registry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A register of credits, and how it writes serials: see backend.domain.credits.registry_serials."""

    code: str
    name: dict[str, str]
    serial_pattern: str | None = None


class CreditProduct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of credit. A lower `preference` comes first; `order` breaks the ties and is unique."""

    code: str
    order: int
    preference: int
    name: dict[str, str]
    unit: dict[str, str]
    registry: str
    """The usual one, by its code."""
    filed_by: dict[str, str]
    persons: dict[str, str]
    requires: tuple[Requirement, ...]
    source_ids: tuple[str, ...]
    price: ReferencePrice | None = None
    warning: dict[str, str] | None = None

    def missing(self, known: Container[str]) -> list[Requirement]:
        """The requirements that are not met yet."""
        return [each for each in self.requires if each not in known]


class CreditRules(msgspec.Struct, frozen=True):
    """Products by code, the preferred one first, and registries by code."""

    products: dict[str, CreditProduct] = {}
    registries: dict[str, Registry] = {}

    def find_registry(self, text: str) -> Registry | None:
        """The registry with a code, or with a name in either language, however it is written."""
        wanted = folded(text)
        for registry in self.registries.values():
            if wanted in map(folded, (registry.code, *registry.name.values())):
                return registry
        return None

    def better_than(self, code: str) -> list[str]:
        """Codes of products that rank before this one; an equal rank is not better."""
        rank = self.products[code].preference
        return [product.code for product in self.products.values() if product.preference < rank]


class BatchStock(msgspec.Struct, frozen=True):
    """A retired batch and the grams left to assign."""

    id: UUID
    product: str
    project_name: str
    vintage: int
    origin_tag: str | None
    price_per_t: Decimal | None
    grams_left: int


def suggest(stock: Iterable[BatchStock], grams: int) -> tuple[list[tuple[BatchStock, int]], int]:
    """Batches to take `grams` from, in the order of the stock, with the grams of each; and the grams that are short."""
    taken: list[tuple[BatchStock, int]] = []
    for batch in stock:
        if grams == 0:
            break
        taken_g = min(batch.grams_left, grams)
        taken.append((batch, taken_g))
        grams -= taken_g
    return taken, grams
