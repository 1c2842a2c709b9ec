"""A worked example of a method: a usual quantity, reckoned as an action of today would be."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from backend.catalogue import Catalogue
from backend.domain.actions.quantification import Quantified
from backend.domain.catalogue.factors import Method
from backend.errors import MethodNotFound
from backend.messages.catalogue.catalogue import MethodView
from backend.services.catalogue.views import method_view

# Tried from the top: the first that the method takes whole.
QUANTITIES = (10_000, 10, 2, 1)


class Example(NamedTuple):
    """What is put in, and what comes out."""

    parameters: dict[str, str]
    result: Quantified


class Explained(NamedTuple):
    """What a method's page shows; `units` are the factors' units with their gas."""

    method: MethodView
    example: Example | None
    units: Mapping[str, str]


def explain_method(catalogue: Catalogue, code: str, day: date) -> Explained:
    """A method with a worked example. Raises MethodNotFound."""
    method = catalogue.methods.get(code)
    if method is None:
        raise MethodNotFound
    units = {factor.id: factor.emission_unit for factor in catalogue.factors.values()}
    return Explained(method_view(method, catalogue), worked_example(catalogue, method, day), units)


def worked_example(catalogue: Catalogue, method: Method, day: date) -> Example | None:
    """An example of a method with the evidence that it wants; None for acts that earn points alone."""
    if method.formula is None:
        return None
    asked = [item for item in method.parameters if item.default is None]
    # Numbers differ: what is compared before and after must not come out even.
    parameters = {
        item.name: item.choices[0].value if item.choices else f"{(item.at_most / place).normalize():f}"
        for place, item in enumerate(asked, start=1)
    }
    result = catalogue.quantify(
        method.code, _quantity(method), parameters, method.evidence_wanted[0], day=day
    )
    return Example(parameters, result)


def _quantity(method: Method) -> Decimal:
    caps = [cap.limit for cap in method.caps if cap.kind == "quantity" and cap.period in ("trip", "day")]
    most = min([method.quantity_max, *caps])
    if method.unit != "step":
        most = min(most, Decimal(100))
    return Decimal(next((each for each in QUANTITIES if each <= most), 1))
