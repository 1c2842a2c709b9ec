"""Loads the features that operators switch by city and phase."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from backend.catalogue.loader import DIRECTORY
from backend.catalogue.reading import read_entries
from backend.domain.operations.features import Feature


@cache
def load_features(directory: Path | None = None) -> dict[str, Feature]:
    """Features by code, in the order of the file."""
    where = directory if directory is not None else DIRECTORY
    return read_entries(where / "features.toml", "feature", Feature, key="code")
