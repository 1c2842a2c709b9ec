"""Loads the kinds of credits, checked against the register of sources."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

from backend.catalogue.checks import check_sources
from backend.catalogue.reading import CatalogueError, read_entries
from backend.domain.catalogue.factors import Source
from backend.domain.credits.products import PRODUCT_CODES, CreditProduct, CreditRules, Registry

FILE = "products.toml"


def load_products(directory: Path, sources: Mapping[str, Source]) -> CreditRules:
    """The products and registries of a directory.

    Raises `CatalogueError`: a code that no table knows or that is missing, an order that does not follow the
    preference, a source or a registry that is not there, a pattern that names no number, a price that is none.
    """
    registries = read_entries(directory / FILE, "registry", Registry, key="code")
    for registry in registries.values():
        if registry.serial_pattern is not None:
            _check_pattern(f"{FILE}: {registry.code}", registry.serial_pattern)
    products = read_entries(directory / FILE, "product", CreditProduct, key="code")
    if set(products) != set(PRODUCT_CODES):
        odd = ", ".join(sorted(set(products) ^ set(PRODUCT_CODES)))
        raise CatalogueError(f"{FILE}: must hold each product that batches may have, and no other: {odd}")
    ranked = sorted(products.values(), key=lambda product: product.order)
    for before, after in pairwise(ranked):
        if before.order == after.order or before.preference > after.preference:
            raise CatalogueError(f"{FILE}: {after.code}: order must be unique and follow the preference")
    for product in ranked:
        _check_product(product, sources, registries)
    return CreditRules({product.code: product for product in ranked}, registries)


def _check_product(
    product: CreditProduct, sources: Mapping[str, Source], registries: Mapping[str, Registry]
) -> None:
    where = f"{FILE}: {product.code}"
    check_sources(where, product.source_ids, sources)
    if product.registry not in registries:
        raise CatalogueError(f"{where}: unknown registry {product.registry}")
    if len(set(product.requires)) != len(product.requires):
        raise CatalogueError(f"{where}: requires the same thing twice")
    if product.price is not None:
        check_sources(where, [product.price.source_id], sources)
        if not 0 < product.price.yuan_per_t_min <= product.price.yuan_per_t_max:
            raise CatalogueError(f"{where}: price must be above zero, its lower end first")
        if sources[product.price.source_id].kind == "product" and product.price.source_kind != "assumption":
            raise CatalogueError(f"{where}: a price of our own is an assumption")


def _check_pattern(where: str, pattern: str) -> None:
    try:
        groups = set(re.compile(pattern).groupindex) - {"tail"}
    except re.error as error:
        raise CatalogueError(f"{where}: serial_pattern: {error}") from error
    if groups not in ({"head", "number"}, {"head", "first", "last"}):
        raise CatalogueError(f"{where}: serial_pattern must name head and number, or head, first and last")
