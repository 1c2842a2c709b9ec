"""Loads the rules of the regulator's alerts."""

from __future__ import annotations

from pathlib import Path

from backend.catalogue.overlay import catalogue_directory
from backend.catalogue.reading import CatalogueError, read_entries
from backend.domain.supervision.alerts import ALERT_KINDS, AlertRule
from backend.tenant import per_tenant


@per_tenant
def load_alert_rules(directory: Path | None = None) -> dict[str, AlertRule]:
    """Rules by code, in the order of the file. Raises `CatalogueError`: a kind of alert without one."""
    where = directory if directory is not None else catalogue_directory()
    rules = read_entries(where / "supervision.toml", "rule", AlertRule, key="code")
    missing = [kind for kind in ALERT_KINDS if kind not in rules]
    if missing:
        raise CatalogueError(f"supervision.toml: no rule for {', '.join(missing)}")
    return rules
