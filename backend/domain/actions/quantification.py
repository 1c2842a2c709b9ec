"""Computes grams and points of an action: pure arithmetic on the catalogue's numbers.

    reduction_g = max(0, (EF_base − EF_project) × activity × evidence factor), rounded down
    points      = floor(reduction_g / grams per point), at least the rule's minimum once there is a gram

Nothing is rounded on the way; only the result is, and always against the citizen: a reduction may be
understated by less than one gram, never overstated. ISO 14064-2 and T/ACEF 031-2022 ask for conservativeness.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal, InvalidOperation
from fractions import Fraction

import msgspec

from backend.domain.catalogue.factors import (
    EVIDENCE_ROLES,
    TIERS,
    Cap,
    Factor,
    FactorLine,
    FactorSet,
    Method,
    Parameter,
    Period,
    PointRule,
    factor_line,
)
from backend.domain.catalogue.formula import as_decimal, parse_formula
from backend.domain.catalogue.refusals import (
    ParameterOutOfRange,
    ParameterRequired,
    QuantityNotFinite,
    QuantityNotPositive,
    QuantityNotWhole,
    QuantityRequired,
    QuantityTooLarge,
    QuantityTooPrecise,
    UnknownEvidenceTier,
    UnknownParameter,
)
from backend.domain.catalogue.units import in_base
from backend.errors.fields import pointed

DECIMALS_MAX = 3
_FINEST = Decimal(1).scaleb(-DECIMALS_MAX)
_ZERO = Decimal(0)
_ONE = Decimal(1)


class Quantified(msgspec.Struct, frozen=True):
    """The grams and points of one action. `quantity` is what was credited, in `unit`; `unrounded` is in gCO2e."""

    reduction_g: int
    points: int
    unrounded: Decimal
    lines: tuple[FactorLine, ...]
    quantity: Decimal
    unit: str
    tier: str
    method_version: str
    factor_set: str
    point_rule: str
    capped_by: str | None = None


class Usage(msgspec.Struct, frozen=True):
    """What a citizen has already used of one cap in its current period."""

    quantity: Decimal = _ZERO
    count: int = 0


NO_USAGE = Usage()


def quantify(
    method: Method,
    factor_set: FactorSet,
    factors: Mapping[str, Factor],
    quantity: Decimal | None,
    parameters: Mapping[str, object],
    tier: str,
    *,
    rule: PointRule,
    usage: Mapping[str, Usage] | None = None,
) -> Quantified:
    """Grams and points of one action, with a line for each factor used.

    `quantity` is in the method's unit; None takes the method's default, or the formula for a silent
    quantity. With `usage` (by cap name) the method's caps are applied first; an act of which nothing is
    left to credit has 0 g, 0 points and names its cap. Raises subclasses of `CalculationRefusal` (422).
    """
    if tier not in EVIDENCE_ROLES:
        raise UnknownEvidenceTier(allowed=", ".join(TIERS))
    is_silent = quantity is None and method.formula_silent is not None
    asked = check_quantity(method, quantity)
    given = check_parameters(method, parameters)
    credited, capped_by = apply_caps(method.caps, usage, asked) if usage is not None else (asked, None)
    formula = method.formula_silent if is_silent else method.formula
    lines: tuple[FactorLine, ...] = ()
    unrounded = _ZERO
    if formula is None:
        points = int(credited) * _fixed_points(method, given)
    else:
        unrounded, lines = _grams(method, formula, factor_set, factors, credited, given, tier)
        points = points_for(rule, int(unrounded))
    return Quantified(
        reduction_g=int(unrounded.to_integral_value(ROUND_DOWN)),
        points=points,
        unrounded=unrounded,
        lines=lines,
        quantity=credited,
        unit=(method.unit_silent if is_silent else None) or method.unit,
        tier=tier,
        method_version=method.version,
        factor_set=factor_set.id,
        point_rule=rule.id,
        capped_by=capped_by,
    )


def plain(quantity: Decimal | None) -> Decimal | None:
    """A quantity without the column's trailing zeros: 5 stays 5."""
    if quantity is None:
        return None
    return quantity.quantize(_ONE) if quantity == quantity.to_integral_value() else quantity.normalize()


def points_for(rule: PointRule, grams: int) -> int:
    """Points of a reduction: none without a whole gram, else one per `grams_per_point`, and a minimum."""
    if grams < 1:
        return 0
    return max(rule.points_min, grams // rule.grams_per_point)


def check_quantity(method: Method, quantity: Decimal | None) -> Decimal:
    """The quantity to credit before caps. Raises a `CalculationRefusal` (422) that says what is wrong."""
    if quantity is None:
        if method.needs_quantity:
            raise QuantityRequired.at("/quantity", "missing", method=method.code, unit=method.unit)
        return method.default_quantity or _ONE
    if not quantity.is_finite():
        raise QuantityNotFinite.at("/quantity", "not_number", method=method.code)
    if quantity <= 0:
        raise QuantityNotPositive.at(
            "/quantity", "not_above", {"min": 0}, method=method.code, quantity=quantity
        )
    if quantity > method.quantity_max:
        most = {"max": method.quantity_max}
        raise QuantityTooLarge.at(
            "/quantity",
            "too_large",
            most,
            method=method.code,
            quantity_max=method.quantity_max,
            unit=method.unit,
        )
    # Compared as values: 1.5000 has four decimals on paper and one in fact.
    if quantity < _FINEST or quantity % _FINEST != 0:
        finest = {"decimals_max": DECIMALS_MAX}
        raise QuantityTooPrecise.at("/quantity", "too_precise", finest, method=method.code, **finest)
    if method.whole_number and quantity % 1 != 0:
        raise QuantityNotWhole.at("/quantity", "not_whole", method=method.code, unit=method.unit)
    return quantity


def check_parameters(method: Method, parameters: Mapping[str, object]) -> dict[str, str | Decimal]:
    """Each parameter's value, defaults filled in: text for a choice, `Decimal` for a number."""
    for name in parameters:
        if method.parameter(name) is None:
            raise UnknownParameter.at(pointed("parameters", name), "unknown", method=method.code, name=name)
    return {
        item.name: _check_parameter(method, item, parameters.get(item.name)) for item in method.parameters
    }


def _check_parameter(method: Method, parameter: Parameter, value: object) -> str | Decimal:
    where = pointed("parameters", parameter.name)
    if value is None:
        value = parameter.default
    if value is None:
        raise ParameterRequired.at(where, "missing", method=method.code, parameter=parameter.name)
    if parameter.choices:
        allowed = [choice.value for choice in parameter.choices]
        if value not in allowed:
            choices = {"allowed": allowed}
            raise ParameterOutOfRange.at(
                where,
                "not_one_of",
                choices,
                method=method.code,
                parameter=parameter.name,
                allowed=", ".join(allowed),
            )
        return str(value)
    try:
        number = Decimal("NaN") if isinstance(value, bool) else Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not parameter.at_least <= number <= parameter.at_most:
        allowed_range = f"{parameter.at_least}–{parameter.at_most} {parameter.unit}"
        raise ParameterOutOfRange.at(
            where,
            "out_of_range",
            {"min": parameter.at_least, "max": parameter.at_most},
            method=method.code,
            parameter=parameter.name,
            allowed=allowed_range,
        )
    return number


def _fixed_points(method: Method, given: Mapping[str, str | Decimal]) -> int:
    for parameter in method.parameters:
        for choice in parameter.choices:
            if choice.points is not None and choice.value == given[parameter.name]:
                return choice.points
    return method.fixed_points or 0


def _grams(
    method: Method,
    text: str,
    factor_set: FactorSet,
    factors: Mapping[str, Factor],
    quantity: Decimal,
    given: Mapping[str, str | Decimal],
    tier: str,
) -> tuple[Decimal, tuple[FactorLine, ...]]:
    formula = parse_formula(text)
    values: dict[str, Decimal] = {"quantity": in_base(quantity, method.unit)}
    lines: list[FactorLine] = []
    # Sorted, so that the same action always has the same explanation, line by line.
    for name in sorted(formula.names - {"quantity"}):
        parameter = method.parameter(name)
        value = given.get(name)
        if parameter is not None and isinstance(value, Decimal):
            values[name] = in_base(value, parameter.unit)
            continue
        role = chosen_role(parameter, value) if parameter is not None else name
        factor = factor_set.factor(role, factors)
        values[name] = in_base(factor.value, factor.unit)
        lines.append(factor_line(role, factor))
    evidence = factor_set.factor(EVIDENCE_ROLES[tier], factors)
    lines.append(factor_line(EVIDENCE_ROLES[tier], evidence))
    grams = formula.exact(values) * Fraction(in_base(evidence.value, evidence.unit))
    return max(_ZERO, as_decimal(grams)), tuple(lines)


def chosen_role(parameter: Parameter, value: object) -> str:
    """The factor role that a choice stands for. Raises `KeyError` without one, which loading rules out."""
    for choice in parameter.choices:
        if choice.value == value and choice.role is not None:
            return choice.role
    raise KeyError(parameter.name)


def apply_caps(
    caps: tuple[Cap, ...], usage: Mapping[str, Usage], quantity: Decimal
) -> tuple[Decimal, str | None]:
    """The quantity that may still be credited, and the name of the cap that binds (None when all of it may).

    `usage` is by cap name; a missing entry means nothing was used. Quantity caps trim to what remains,
    count caps are all or nothing. Of several caps the tightest is named, the first of equals.
    """
    credited, capped_by = quantity, None
    for cap in caps:
        used = _used(cap, usage)
        if cap.kind == "count":
            remaining = quantity if used.count < cap.limit else _ZERO
        else:
            remaining = max(_ZERO, cap.limit - used.quantity)
        if remaining < credited:
            credited, capped_by = remaining, cap.name
    return credited, capped_by


def _used(cap: Cap, usage: Mapping[str, Usage]) -> Usage:
    # A trip's cap looks at one act: what other trips used does not count against it.
    return NO_USAGE if cap.period == "trip" else usage.get(cap.name, NO_USAGE)


def usage_scope(method: Method, cap: Cap, parameters: Mapping[str, object]) -> str:
    """The name under which the use of a cap is counted: method, cap, and with `per` the parameter's value."""
    scope = f"{method.code}.{cap.name}"
    if cap.per is None:
        return scope
    return f"{scope}.{check_parameters(method, parameters)[cap.per]}"


def period_start(period: Period, day: date) -> date:
    """The first day of the period that holds a calendar day (Asia/Shanghai). Weeks start on Monday."""
    match period:
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "year":
            return day.replace(month=1, day=1)
        case _:
            return day
