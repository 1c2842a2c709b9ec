"""The privacy policy in its versions: which one is in force, and under which ones a consent still holds."""

from __future__ import annotations

from datetime import date, datetime, time

import msgspec

from backend.domain.community.consent_uses import ConsentUse
from backend.domain.days import SHANGHAI


class ConsentScope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a citizen may agree to by itself. `about` says in a sentence what is done, and what for."""

    code: str
    name: dict[str, str]
    about: dict[str, str]


class PolicySection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: dict[str, str]
    text: dict[str, str]


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version, as its file has it. In force from midnight in Shanghai of the day `effective_on`.

    `material` names the scopes of which more is done, or for another purpose, than the version before said: consents to
    them under earlier versions hold no longer once this one is in force.
    """

    version: str
    effective_on: date
    changes: dict[str, str]
    scope: tuple[ConsentScope, ...]
    material: tuple[str, ...] = ()
    section: tuple[PolicySection, ...] = ()

    @property
    def effective_at(self) -> datetime:
        return datetime.combine(self.effective_on, time.min, SHANGHAI)

    @property
    def scopes(self) -> dict[str, ConsentScope]:
        return {scope.code: scope for scope in self.scope}


class KeptData(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of data about people: what for, how long, and the job that removes it."""

    code: str
    job: str
    data: dict[str, str]
    why: dict[str, str]
    how_long: dict[str, str]


class Policies(msgspec.Struct, frozen=True):
    """Every version that was published, oldest first, and how long what is kept of people."""

    versions: tuple[Policy, ...]
    retention: tuple[KeptData, ...] = ()

    def in_force(self, at: datetime) -> Policy:
        """The version in force; before any was, the first one."""
        return self._until(at)[-1]

    def announced(self, at: datetime) -> list[Policy]:
        """The versions that are published and not in force yet."""
        return [policy for policy in self.versions[1:] if policy.effective_at > at]

    def holding(self, scope: str, at: datetime) -> list[str]:
        """The versions under which a consent to a scope holds at a moment."""
        begun = self._until(at)
        last = max((place for place, policy in enumerate(begun) if scope in policy.material), default=0)
        return [policy.version for policy in begun[last:]]

    def holds(self, scope: str, version: str | None, at: datetime) -> bool:
        """Whether a consent that was given under this version holds at a moment; None: none was given."""
        return version in self.holding(scope, at)

    def terms(self, use: ConsentUse, at: datetime) -> tuple[str, list[str]]:
        """The scope of a use and the versions that hold for it, as its statement asks for them."""
        return use.scope, self.holding(use.scope, at)

    def find(self, version: str) -> Policy | None:
        return next((policy for policy in self.versions if policy.version == version), None)

    def _until(self, at: datetime) -> tuple[Policy, ...]:
        first, *later = self.versions
        return (first, *(policy for policy in later if policy.effective_at <= at))
