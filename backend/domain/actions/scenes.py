"""Certified scenes, where citizens may log certain actions with the code on a sign."""

from __future__ import annotations

import msgspec

SCENE_KINDS = ("restaurant", "hotel", "scenic_area", "shop")


class SceneKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The methods that citizens may log at scenes of one kind."""

    kind: str
    name: dict[str, str]
    methods: tuple[str, ...]
