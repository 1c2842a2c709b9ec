"""Loads the targets that the platform's figures are held against."""

from __future__ import annotations

from pathlib import Path

import msgspec

from backend.catalogue.overlay import catalogue_directory
from backend.catalogue.reading import CatalogueError
from backend.domain.disclosure.targets import Targets
from backend.tenant import per_tenant


@per_tenant
def load_targets(directory: Path | None = None) -> Targets:
    """The targets in the order of the file. Raises CatalogueError."""
    path = (directory if directory is not None else catalogue_directory()) / "targets.toml"
    try:
        targets = msgspec.toml.decode(path.read_bytes(), type=Targets)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise CatalogueError(f"{path.name}: {error}") from None
    pairs = [(each.figure, each.year) for each in targets.target]
    if len(set(pairs)) != len(pairs) or any(each.value <= 0 for each in targets.target):
        raise CatalogueError(f"{path.name}: a target stands twice, or is not positive")
    return targets
