"""The privacy policy as everybody reads it: the version in force, those before it and those announced."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from backend.domain.community.policies import ConsentScope, Policies, Policy
from backend.errors.community.community import PolicyNotFound
from backend.messages.catalogue.catalogue import bilingual
from backend.messages.community.community import PolicyBrief, PolicyText, PolicyView
from backend.messages.shape import Statement, view_of


def list_policies(policies: Policies, at: datetime) -> list[PolicyBrief]:
    """Every version that was published, newest first."""
    in_force = policies.in_force(at).version
    return [_brief(policy, in_force) for policy in reversed(policies.versions)]


def show_policy(policies: Policies, version: str, at: datetime) -> PolicyView:
    """One version. Raises PolicyNotFound."""
    policy = policies.find(version)
    if policy is None:
        raise PolicyNotFound
    return view_of(
        PolicyView,
        _brief(policy, policies.in_force(at).version),
        scopes=[_consent(scope) for scope in policy.scope],
        sections=[
            PolicyText(title=bilingual(section.title), text=_statement(section.text))
            for section in policy.section
        ],
    )


def _brief(policy: Policy, in_force: str) -> PolicyBrief:
    return PolicyBrief(
        version=policy.version,
        effective_at=policy.effective_at,
        is_in_force=policy.version == in_force,
        changes=_statement(policy.changes),
        material=list(policy.material),
    )


def _consent(scope: ConsentScope) -> PolicyText:
    return PolicyText(title=bilingual(scope.name), text=_statement(scope.about))


def _statement(text: Mapping[str, str]) -> Statement:
    return Statement(text["zh-CN"], text["en"])
