"""Inputs that quantification and footprint refuse to compute, each with its sentence.

All are 422: the request was understood and its content cannot be used. Nothing is corrected silently: a trimmed or
rounded quantity would be another one than the citizen declared.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Self

from backend.errors import Refusal
from backend.errors.fields import field_error
from backend.texts import say

NO_FACTS: Final[Mapping[str, object]] = MappingProxyType({})


class CalculationRefusal(Refusal):
    """An input that cannot be turned into grams."""

    status = 422
    code = "calculation_refused"

    @classmethod
    def at(
        cls, pointer: str, error: str, error_facts: Mapping[str, object] = NO_FACTS, /, **facts: object
    ) -> Self:
        """Where the input stands in the body of an action, with one of FIELD_ERROR_CODES and that code's facts."""
        return cls(retry_after_s=None, errors=(field_error(pointer, error, **error_facts),), **facts)


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
    """A city that the list lacks.

    The fact `suggestions` names up to three that may be meant, each in both languages: 成都/Chengdu, 重庆/Chongqing.
    `of` says what the city is wanted for: an attendee may give a distance instead, an event must have a city.
    """

    code = "unknown_city"
    facts_besides = ("city", "of", "suggestions")

    def detail(self, language: str) -> str:
        near = suggested(self.facts, language)
        of = "event" if self.facts.get("of") == "event" else "journey"
        key = f"refusal.{self.code}.{of}.{'near' if near else 'none'}"
        return say(language, key, **(self.facts | {"suggestions": near}))


class CityAmbiguous(CalculationRefusal):
    """A name of several cities, all of which the fact `suggestions` names. None of them is guessed."""

    code = "city_ambiguous"
    facts_besides = ("of", "suggestions")

    def detail(self, language: str) -> str:
        facts = self.facts | {"suggestions": suggested(self.facts, language)}
        return say(language, f"refusal.{self.code}.detail", **facts)


def suggested(facts: Mapping[str, object], language: str) -> str:
    """The cities that a refusal suggests, in a language."""
    pairs = [pair.partition("/") for pair in str(facts.get("suggestions", "")).split(", ") if pair]
    return ("、" if language == "zh-CN" else ", ").join(
        zh if language == "zh-CN" else en for zh, _, en in pairs
    )


CITY_REFUSALS = (UnknownCity, CityAmbiguous)


class OverrideNotUsable(CalculationRefusal):
    code = "override_not_usable"
