"""Loads the features that operators switch by city and phase."""

from __future__ import annotations

from pathlib import Path

from backend.catalogue.overlay import catalogue_directory
from backend.catalogue.reading import read_entries
from backend.domain.operations.features import Feature
from backend.tenant import per_tenant


@per_tenant
def load_features(directory: Path | None = None) -> dict[str, Feature]:
    """Features by code, in the order of the file."""
    where = directory if directory is not None else catalogue_directory()
    return read_entries(where / "features.toml", "feature", Feature, key="code")
