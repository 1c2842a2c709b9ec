"""Names that the catalogue brings along, for sentences of refusals: a code is said by its name, in any language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from backend.domain.catalogue.factors import City, Method
from backend.domain.community.policies import Policies
from backend.domain.events.agencies import Agency
from backend.texts import learn_names


def learn_methods(methods: Iterable[Method]) -> None:
    """Methods, what they count in, their parameters and the choices of those."""
    for method in methods:
        learn_names("method", {method.code: method.name})
        learn_names("method_unit", {method.unit: method.unit_name})
        for parameter in method.parameters:
            learn_names("parameter", {parameter.name: parameter.label})
            learn_names("choice", {choice.value: choice.name for choice in parameter.choices})


def learn_cities(cities: Iterable[City]) -> None:
    """By their Chinese names, under which an event keeps its city."""
    learn_names("city", {city.name["zh-CN"]: city.name for city in cities})


def learn_agencies(agencies: Mapping[str, Agency]) -> None:
    learn_names("agency", {code: agency.name for code, agency in agencies.items()})


def learn_consents(policies: Policies) -> None:
    for policy in policies.versions:
        learn_names("consent_scope", {scope.code: scope.name for scope in policy.scope})
