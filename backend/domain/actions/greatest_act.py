"""The most grams that one act of a method can be worth, so that its evidence can be held to it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import product

from backend.domain.actions.quantification import Quantified, quantify
from backend.domain.catalogue.factors import Factor, FactorSet, Method, Parameter, PointRule


def greatest_act(
    method: Method, factor_set: FactorSet, factors: Mapping[str, Factor], rule: PointRule
) -> Quantified:
    """The act that is worth most with full evidence: as much as the caps let one act be, and of all choices and
    both ends of every number those that bring most grams, or points where there are no grams.

    Formulas rise or fall with each number throughout, so what lies between its ends is worth less.
    """
    limits = [cap.limit for cap in method.caps if cap.kind == "quantity"]
    quantity = min(method.quantity_max, *limits) if limits else method.quantity_max
    names = [parameter.name for parameter in method.parameters]
    return max(
        (
            quantify(
                method, factor_set, factors, quantity, dict(zip(names, values, strict=True)), "E1", rule=rule
            )
            for values in product(*(_extremes(parameter) for parameter in method.parameters))
        ),
        key=lambda act: (act.reduction_g, act.points),
    )


def _extremes(parameter: Parameter) -> list[str | Decimal]:
    if parameter.choices:
        return [choice.value for choice in parameter.choices]
    return [parameter.at_least, parameter.at_most]
