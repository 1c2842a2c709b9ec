"""Loads the rules of the negative list."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from backend.catalogue.loader import DIRECTORY
from backend.catalogue.reading import CatalogueError, read_entries
from backend.domain.supervision.negative_rules import NegativeRuleText


@cache
def load_negative_rules(directory: Path | None = None) -> dict[str, NegativeRuleText]:
    """Rules by code, in the order of the file. Raises `CatalogueError` for a threshold that looks at everything."""
    where = directory if directory is not None else DIRECTORY
    rules = read_entries(where / "negative_rules.toml", "rule", NegativeRuleText, key="code")
    for rule in rules.values():
        if rule.window_days < 1 or rule.count_min < 1:
            raise CatalogueError(f"negative_rules.toml: {rule.code} would raise a case of everything")
    return rules
