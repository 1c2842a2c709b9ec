"""Certified scenes: places where a citizen may log certain acts with the code on a sign."""

from __future__ import annotations

import msgspec

SCENE_KINDS = ("restaurant", "hotel", "scenic_area", "shop")


class SceneKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may be logged at scenes of one kind."""

    kind: str
    name: dict[str, str]
    methods: tuple[str, ...]
