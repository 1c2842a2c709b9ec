"""The platform of a city as it introduces itself: who runs it, what it goes by."""

from __future__ import annotations

from datetime import datetime

from backend.catalogue import Catalogue
from backend.domain.days import day_of
from backend.messages.operations.platform import PlatformView, PolicyVersion, RegistryView
from backend.messages.shape import Statement
from backend.settings import Settings
from backend.tenant import Tenant
from backend.texts import LANGUAGES, both


def describe_platform(
    tenant: Tenant, settings: Settings, catalogue: Catalogue, now: datetime
) -> PlatformView:
    policies, registries = catalogue.policies, catalogue.credits.registries
    in_force = policies.in_force(now).version
    return PlatformView(
        city=tenant.id,
        city_name=Statement(tenant.name["zh-CN"], tenant.name["en"]) if tenant.name else None,
        name=Statement(*both("brand")),
        operator=settings.operator_name,
        contact=settings.privacy_contact,
        languages=list(tenant.languages or LANGUAGES),
        registries=[
            RegistryView(code=each.code, name=Statement(each.name["zh-CN"], each.name["en"]))
            for each in registries.values()
        ],
        policy_versions=[
            PolicyVersion(
                version=each.version, effective_on=each.effective_on, is_in_force=each.version == in_force
            )
            for each in reversed(policies.versions)
        ],
        factor_set=catalogue.default_factor_set,
        points_rule=catalogue.point_rule_on(day_of(now)).id,
        log=settings.issuer,
    )
