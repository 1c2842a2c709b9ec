"""Methods and factors as anyone may read them."""

from __future__ import annotations

from typing import Any

from backend.catalogue import Catalogue
from backend.domain.catalogue.factors import EVIDENCE_ROLES, Factor, Method, Source, factor_line
from backend.domain.catalogue.formula import parse_formula
from backend.domain.community.knowledge import ELSEWHERE
from backend.errors import FactorNotFound, MethodNotFound
from backend.messages.catalogue.catalogue import (
    CapView,
    ChoiceView,
    FactorUse,
    FactorView,
    MethodBrief,
    MethodView,
    ParameterView,
    SourceView,
    bilingual,
    factor_use,
)
from backend.messages.shape import view_of
from backend.services.catalogue.search import find_factors, find_methods


def method_brief(method: Method, catalogue: Catalogue) -> MethodBrief:
    """A method as lists show it."""
    return view_of(MethodBrief, method, **_brief(method, catalogue))


def _brief(method: Method, catalogue: Catalogue) -> dict[str, Any]:
    why = method.self_declared_reason
    return {
        "name": bilingual(method.name),
        "unit_name": bilingual(method.unit_name),
        "evidence_wanted": list(method.evidence_wanted),
        "self_declared_reason": None if why is None else bilingual(why),
        "is_at_events": method.code in catalogue.event_methods,
        "scene_kinds": [
            bilingual(kind.name) for kind in catalogue.scene_kinds.values() if method.code in kind.methods
        ],
    }


def list_methods(catalogue: Catalogue, query: str | None) -> list[MethodBrief]:
    """Methods in the order of the catalogue, those that a query finds."""
    return [method_brief(method, catalogue) for method in find_methods(catalogue, query)]


def list_factors(catalogue: Catalogue, query: str | None) -> list[FactorView]:
    """Factors in the order of the catalogue, those that a query finds."""
    return [factor_view(factor, catalogue) for factor in find_factors(catalogue, query)]


def show_method(catalogue: Catalogue, code: str) -> MethodView:
    """A method with all that its numbers rest on. Raises MethodNotFound."""
    method = catalogue.methods.get(code)
    if method is None:
        raise MethodNotFound
    return method_view(method, catalogue)


def show_factor(catalogue: Catalogue, factor_id: str) -> FactorView:
    """A factor with its source. Raises FactorNotFound."""
    factor = catalogue.factors.get(factor_id)
    if factor is None:
        raise FactorNotFound
    return factor_view(factor, catalogue)


def method_view(method: Method, catalogue: Catalogue) -> MethodView:
    """A method in full: its formula, parameters, caps, factors and sources."""
    return view_of(
        MethodView,
        method,
        **_brief(method, catalogue),
        description=bilingual(method.description),
        baseline=bilingual(method.baseline),
        parameters=[
            view_of(
                ParameterView,
                item,
                label=bilingual(item.label),
                choices=[
                    ChoiceView(
                        value=choice.value,
                        name=bilingual(choice.name),
                        address=ELSEWHERE.get((method.code, item.name, choice.value)),
                    )
                    for choice in item.choices
                ],
                at_least=None if item.choices else item.at_least,
                at_most=None if item.choices else item.at_most,
            )
            for item in method.parameters
        ],
        caps=[view_of(CapView, cap) for cap in method.caps],
        factor_set=catalogue.default_factor_set,
        factors=_factors_of(method, catalogue),
        sources=[source_view(catalogue.sources[source_id]) for source_id in method.source_ids],
    )


def _factors_of(method: Method, catalogue: Catalogue) -> list[FactorUse]:
    """Every factor that the method's formulas, choices and evidence tiers may use, in the default set."""
    factor_set = catalogue.factor_sets[catalogue.default_factor_set]
    roles = {choice.role for item in method.parameters for choice in item.choices if choice.role}
    for text in (method.formula, method.formula_silent):
        if text is not None:
            roles |= parse_formula(text).names & factor_set.roles.keys()
            roles |= set(EVIDENCE_ROLES.values())
    return [
        factor_use(factor_line(role, factor_set.factor(role, catalogue.factors))) for role in sorted(roles)
    ]


def factor_view(factor: Factor, catalogue: Catalogue) -> FactorView:
    """A factor with its source."""
    source = source_view(catalogue.sources[factor.source_id])
    return view_of(FactorView, factor, name=bilingual(factor.name), unit=factor.emission_unit, source=source)


def source_view(source: Source) -> SourceView:
    """A source that a reader can look up."""
    return view_of(SourceView, source)
