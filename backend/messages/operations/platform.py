"""Who runs the platform of a city, and what it goes by."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from backend.messages.shape import Statement


class RegistryView(Struct, frozen=True, kw_only=True):
    """A registry whose retired credits offsets are made of."""

    code: str
    name: Statement


class PolicyVersion(Struct, frozen=True, kw_only=True):
    """A version of the privacy policy; its text is at /v1/policies/{version}."""

    version: str
    effective_on: date
    is_in_force: bool


class PlatformView(Struct, frozen=True, kw_only=True):
    """The platform of one city or park."""

    city: str
    """Its id on its server; empty where the server has one city alone."""
    city_name: Statement | None
    name: Statement
    """As the platform calls itself."""
    operator: str
    """Who runs it and answers for its data, empty where nobody is named."""
    contact: str
    languages: list[str]
    registries: list[RegistryView]
    policy_versions: list[PolicyVersion]
    """The newest first."""
    factor_set: str
    """That actions are counted with today."""
    points_rule: str
    """In force today."""
    log: str
    """The transparency log's name in its heads and proofs."""
