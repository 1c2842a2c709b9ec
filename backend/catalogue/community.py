"""Loads the community's rules: districts, levels, medals."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

import msgspec

from backend.catalogue.overlay import catalogue_directory
from backend.catalogue.reading import CatalogueError, read_entries
from backend.domain.community.community import District
from backend.domain.community.medals import OF_METHODS, Level, Medal


class CommunityRules(msgspec.Struct, frozen=True):
    """The community's rules by code, in the order of their files; levels from the lowest to the highest."""

    districts: dict[str, District]
    levels: list[Level]
    medals: dict[str, Medal]

    @property
    def medals_methods(self) -> list[str]:
        """The methods whose quantities some medal counts."""
        counted = [medal for medal in self.medals.values() if medal.measure == "quantity"]
        return sorted({method for medal in counted for method in medal.methods})


def load_community(methods: Container[str], directory: Path | None = None) -> CommunityRules:
    """Load the rules. Raises `CatalogueError` naming file and entry: a level out of order, an unreachable medal."""
    where = directory if directory is not None else catalogue_directory()
    levels = list(read_entries(where / "levels.toml", "level", Level, key="code").values())
    _check_levels(levels)
    medals = read_entries(where / "medals.toml", "medal", Medal, key="code")
    for medal in medals.values():
        _check_medal(medal, methods)
    districts = read_entries(where / "districts.toml", "district", District, key="code")
    return CommunityRules(districts, levels, medals)


def _check_levels(levels: list[Level]) -> None:
    grams = [level.from_g for level in levels]
    if grams[0] != 0 or grams != sorted(set(grams)):
        raise CatalogueError("levels.toml: from_g must begin with 0 and rise")


def _check_medal(medal: Medal, methods: Container[str]) -> None:
    where = f"medals.toml: {medal.code}"
    if not medal.steps or list(medal.steps) != sorted(set(medal.steps)) or medal.steps[0] < 1:
        raise CatalogueError(f"{where}: steps must be whole numbers that rise")
    unknown = [method for method in medal.methods if method not in methods]
    if unknown:
        raise CatalogueError(f"{where}: unknown methods {', '.join(unknown)}")
    if medal.methods and medal.measure not in OF_METHODS:
        raise CatalogueError(f"{where}: {medal.measure} is not measured by methods")
    if medal.measure == "quantity" and not (medal.methods and medal.verified):
        raise CatalogueError(f"{where}: a quantity is that of named methods, with evidence")
