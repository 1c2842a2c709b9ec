"""Loads the rules of the negative list."""

from __future__ import annotations

from pathlib import Path

from backend.catalogue.overlay import catalogue_directory
from backend.catalogue.reading import CatalogueError, read_entries
from backend.domain.supervision.negative_rules import NegativeRuleText
from backend.tenant import per_tenant


@per_tenant
def load_negative_rules(directory: Path | None = None) -> dict[str, NegativeRuleText]:
    """Rules by code, in the order of the file. Raises `CatalogueError` for a threshold that looks at everything."""
    where = directory if directory is not None else catalogue_directory()
    rules = read_entries(where / "negative_rules.toml", "rule", NegativeRuleText, key="code")
    for rule in rules.values():
        if rule.window_days < 1 or rule.count_min < 1:
            raise CatalogueError(f"negative_rules.toml: {rule.code} would raise a case of everything")
    return rules
