"""Loads the published criteria that scenes are assessed against."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec

from backend.catalogue.overlay import catalogue_directory
from backend.catalogue.reading import CatalogueError
from backend.domain.actions.scene_criteria import CriteriaSet
from backend.tenant import per_tenant

FILES = ("scene_criteria_2026.toml",)
"""Oldest first; the last one is in force, the others stay to be read."""


@per_tenant
def load_scene_criteria(directory: Path | None = None) -> dict[str, CriteriaSet]:
    """Sets of criteria by version.

    Raises `CatalogueError`: weights that are not 100 in all, a code that is there twice.
    """
    where = directory if directory is not None else catalogue_directory()
    found: dict[str, CriteriaSet] = {}
    for name in FILES:
        raw = tomllib.loads((where / name).read_text(encoding="utf-8"))
        try:
            read = msgspec.convert(raw["set"] | {"criteria": raw["criterion"]}, CriteriaSet)
        except (KeyError, msgspec.ValidationError) as error:
            raise CatalogueError(f"{name}: {error}") from None
        codes = [each.code for each in read.criteria]
        if len(set(codes)) != len(codes) or sum(each.weight for each in read.criteria) != 100:
            raise CatalogueError(f"{name}: codes are there once, and weights add up to 100")
        found[read.version] = read
    return found


def criteria_in_force() -> CriteriaSet:
    """The newest set."""
    return list(load_scene_criteria().values())[-1]
