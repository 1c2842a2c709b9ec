"""Methods and factors as anyone may read them."""

from __future__ import annotations

from backend.catalogue import Catalogue
from backend.domain.catalogue.factors import EVIDENCE_ROLES, Factor, Method, Source, factor_line
from backend.domain.catalogue.formula import parse_formula
from backend.domain.community.knowledge import ELSEWHERE
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


def method_brief(method: Method) -> MethodBrief:
    """A method as lists show it."""
    return MethodBrief(
        code=method.code,
        version=method.version,
        group=method.group,
        name=bilingual(method.name),
        unit=method.unit,
        unit_name=bilingual(method.unit_name),
        needs_quantity=method.needs_quantity,
    )


def method_view(method: Method, catalogue: Catalogue) -> MethodView:
    """A method in full: its formula, parameters, caps, factors and sources."""
    brief = method_brief(method)
    return MethodView(
        **{name: getattr(brief, name) for name in brief.__struct_fields__},
        description=bilingual(method.description),
        baseline=bilingual(method.baseline),
        formula=method.formula,
        formula_silent=method.formula_silent,
        unit_silent=method.unit_silent,
        default_quantity=method.default_quantity,
        quantity_max=method.quantity_max,
        whole_number=method.whole_number,
        fixed_points=method.fixed_points,
        evidence_wanted=list(method.evidence_wanted),
        parameters=[
            ParameterView(
                name=item.name,
                label=bilingual(item.label),
                choices=[
                    ChoiceView(
                        value=choice.value,
                        name=bilingual(choice.name),
                        address=ELSEWHERE.get((method.code, item.name, choice.value)),
                    )
                    for choice in item.choices
                ],
                unit=item.unit,
                at_least=None if item.choices else item.at_least,
                at_most=None if item.choices else item.at_most,
                default=item.default,
            )
            for item in method.parameters
        ],
        caps=[
            CapView(name=cap.name, kind=cap.kind, period=cap.period, limit=cap.limit, per=cap.per)
            for cap in method.caps
        ],
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
    return FactorView(
        id=factor.id,
        name=bilingual(factor.name),
        value=factor.value,
        unit=factor.unit,
        region=factor.region,
        year=factor.year,
        source_kind=factor.source_kind,
        source=source_view(catalogue.sources[factor.source_id]),
        note=factor.note,
    )


def source_view(source: Source) -> SourceView:
    """A source that a reader can look up."""
    return SourceView(
        id=source.id,
        publisher=source.publisher,
        title=source.title,
        year=source.year,
        found_at=source.found_at,
        kind=source.kind,
        note=source.note,
    )
