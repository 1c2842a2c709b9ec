"""Loads the agencies that supervise events."""

from __future__ import annotations

from pathlib import Path

from backend.catalogue.overlay import catalogue_directory
from backend.catalogue.reading import CatalogueError, read_entries
from backend.catalogue.spoken_names import learn_agencies
from backend.domain.events.agencies import EVENT_KINDS, Agency
from backend.tenant import per_tenant


@per_tenant
def load_agencies(directory: Path | None = None) -> dict[str, Agency]:
    """Agencies by code, in the order of the file. Raises `CatalogueError`: a kind led by none, or by two."""
    where = directory if directory is not None else catalogue_directory()
    agencies = read_entries(where / "agencies.toml", "agency", Agency, key="code")
    for agency in agencies.values():
        unknown = [kind for kind in (*agency.leads, *agency.kinds) if kind not in EVENT_KINDS]
        if unknown:
            raise CatalogueError(f"agencies.toml: {agency.code}: unknown kinds {', '.join(unknown)}")
    for kind in EVENT_KINDS:
        leading = [agency.code for agency in agencies.values() if kind in agency.leads]
        if len(leading) != 1:
            raise CatalogueError(f"agencies.toml: {kind} is led by {len(leading)} agencies, not by one")
    learn_agencies(agencies)
    return agencies
