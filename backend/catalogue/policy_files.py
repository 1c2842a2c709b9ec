"""Loads the privacy policy: a file for each version, both languages in it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from backend.catalogue.reading import CatalogueError, check_languages, read_entries, read_toml
from backend.domain.community.consent_uses import SCOPES
from backend.domain.community.policies import KeptData, Policies, Policy


def load_policies(directory: Path) -> Policies:
    """Every version, oldest first. Raises `CatalogueError` naming the file: two of one day, a scope nothing uses."""
    policies = sorted((_read(path) for path in directory.glob("*.toml")), key=lambda each: each.effective_on)
    if not policies:
        raise CatalogueError(f"{directory.name}: holds no policy")
    days = [policy.effective_on for policy in policies]
    if len(set(days)) < len(days):
        raise CatalogueError(f"{directory.name}: two versions take effect on one day")
    for policy in policies:
        unknown = set(policy.material) - policy.scopes.keys()
        if unknown:
            raise CatalogueError(
                f"{policy.version}.toml: material names unknown scopes {', '.join(sorted(unknown))}"
            )
    newest = policies[-1]
    if odd := SCOPES ^ newest.scopes.keys():
        raise CatalogueError(f"{newest.version}.toml: scopes and their uses differ: {', '.join(sorted(odd))}")
    retention = read_entries(directory.parent / "retention.toml", "kept", KeptData, key="code")
    return Policies(tuple(policies), tuple(retention.values()))


def _read(path: Path) -> Policy:
    try:
        policy = msgspec.convert(read_toml(path), Policy)
    except msgspec.ValidationError as error:
        raise CatalogueError(f"{path.name}: {error}") from error
    check_languages(path.name, policy)
    if policy.version != path.stem:
        raise CatalogueError(f"{path.name}: calls itself {policy.version}")
    return policy
