"""Reads the criteria sets of evaluations: one file for each version, so that an old one stays as it was."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from backend.catalogue.reading import CatalogueError, read_entries
from backend.domain.catalogue.factors import Source
from backend.domain.evaluation.criteria import CriteriaSet, problem_of
from backend.domain.evaluation.score import FACTS


def load_criteria(directory: Path, sources: Mapping[str, Source]) -> dict[tuple[str, str], CriteriaSet]:
    """Every version by id and version. Raises `CatalogueError` naming the file and what is wrong in it."""
    found: dict[tuple[str, str], CriteriaSet] = {}
    for path in sorted(directory.glob("*.toml")):
        for each in read_entries(path, "criteria_set", CriteriaSet).values():
            problem = problem_of(each, frozenset(FACTS), frozenset(sources))
            if (each.id, each.version) in found:
                problem = "this version is in another file already"
            if problem is not None:
                raise CatalogueError(f"{path.name}: {each.id}: {problem}")
            found[each.id, each.version] = each
    return found
