"""Names that nobody may give themselves: refused_names.toml, read once."""

from __future__ import annotations

import tomllib

import msgspec

from backend.catalogue.overlay import catalogue_directory
from backend.tenant import per_tenant


class RefusedNames(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Parts are refused anywhere in a name, words as words; `spelled` gives traditional letters as simplified ones."""

    parts: tuple[str, ...]
    words: tuple[str, ...]
    spelled: dict[str, str]


@per_tenant
def refused_names() -> RefusedNames:
    """The list."""
    text = (catalogue_directory() / "refused_names.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), RefusedNames)
