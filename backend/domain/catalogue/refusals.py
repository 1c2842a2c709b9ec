"""Inputs that quantification and footprint refuse to compute, each with its sentence.

All are 422: the request was understood and its content cannot be used. Nothing is corrected silently: a trimmed or
rounded quantity would be another one than the citizen declared.
"""

from __future__ import annotations

from backend.errors import Refusal


class CalculationRefusal(Refusal):
    """An input that cannot be turned into grams."""

    status = 422
    code = "calculation_refused"


class QuantityRequired(CalculationRefusal):
    code = "quantity_required"


class QuantityNotFinite(CalculationRefusal):
    code = "quantity_not_finite"


class QuantityNotPositive(CalculationRefusal):
    code = "quantity_not_positive"


class QuantityTooLarge(CalculationRefusal):
    code = "quantity_too_large"


class QuantityTooPrecise(CalculationRefusal):
    code = "quantity_too_precise"


class QuantityNotWhole(CalculationRefusal):
    code = "quantity_not_whole"


class UnknownParameter(CalculationRefusal):
    code = "unknown_parameter"


class ParameterRequired(CalculationRefusal):
    code = "parameter_required"


class ParameterOutOfRange(CalculationRefusal):
    code = "parameter_out_of_range"


class UnknownEvidenceTier(CalculationRefusal):
    code = "unknown_evidence_tier"


class UnknownCity(CalculationRefusal):
    code = "unknown_city"


class OverrideNotUsable(CalculationRefusal):
    code = "override_not_usable"
