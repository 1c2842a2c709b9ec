"""Checks of the catalogue's entries against each other, before the first gram is computed with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import product

from msgspec import structs

from backend.catalogue.reading import CatalogueError
from backend.domain.actions.ceilings import PROVEN_TIERS
from backend.domain.actions.greatest_act import greatest_act
from backend.domain.actions.plausibility import SELF_DECLARED, Guards
from backend.domain.actions.quantification import check_quantity
from backend.domain.actions.scenes import SCENE_KINDS, SceneKind
from backend.domain.catalogue.factors import (
    EVIDENCE_ROLES,
    TIERS,
    City,
    Factor,
    FactorSet,
    Method,
    Parameter,
    PointRule,
    Source,
)
from backend.domain.catalogue.formula import check_grams, parse_formula
from backend.domain.catalogue.refusals import CalculationRefusal
from backend.domain.catalogue.units import Unit, UnitError, parse_unit
from backend.domain.footprint.footprint import FOOTPRINT_ROLES
from backend.domain.footprint.lines import ROLES_OF_2026_2

POINTS_FIXED_MAX = 5
SCANNED = "E3"
"""The tier of a scanned code."""


def check_sources(where: str, ids: Iterable[str], sources: Mapping[str, Source]) -> None:
    """Check that an entry has a source, and that the register has each of them."""
    ids = [item for item in ids if item]
    if not ids:
        raise CatalogueError(f"{where}: has no source", "/source_ids", "too_few", items_min=1)
    for item in ids:
        if item not in sources:
            raise CatalogueError(f"{where}: unknown source {item}", "/source_ids", "not_known", name=item)


def check_factors(factors: Mapping[str, Factor], sources: Mapping[str, Source]) -> None:
    """Check that every factor has a source of a fitting kind, and a known unit."""
    for factor in factors.values():
        where = f"factors.csv: {factor.id}"
        check_sources(where, [factor.source_id], sources)
        # What this service assumed itself was published by nobody.
        if sources[factor.source_id].kind == "product" and factor.source_kind == "published":
            raise CatalogueError(f"{where}: a product assumption cannot be published")
        try:
            parse_unit(factor.unit)
        except UnitError as error:
            raise CatalogueError(f"{where}: {error}") from error
        if (factor.gas is not None) != ("CO2e" in factor.unit):
            raise CatalogueError(f"{where}: an emission names its gas, CO2 or CO2e, and nothing else does")


def check_factor_set(
    factor_set: FactorSet,
    factors: Mapping[str, Factor],
    methods: Mapping[str, Method],
    cities: Mapping[str, City],
) -> None:
    """Check that a fitting factor plays every role that a method, the footprint, a tier or a city needs."""
    where = f"factor_sets.toml: {factor_set.id}"
    for role, factor_id in factor_set.roles.items():
        if factor_id not in factors:
            raise CatalogueError(f"{where}: role {role} names the unknown factor {factor_id}")
    wanted = dict(FOOTPRINT_ROLES)
    if factor_set.journey_rules != "2026.1":
        wanted |= ROLES_OF_2026_2
    wanted |= dict.fromkeys(EVIDENCE_ROLES.values(), "1")
    wanted |= {city.grid_role: "kgCO2e/kWh" for city in cities.values()}
    for role, unit in wanted.items():
        if role not in factor_set.roles:
            raise CatalogueError(f"{where}: lacks the role {role}")
        found = factor_set.factor(role, factors).unit
        if found != unit:
            raise CatalogueError(
                f"{where}: role {role} needs {unit}, and {factor_set.roles[role]} is {found}"
            )
    for method in methods.values():
        check_formulas(method, factor_set, factors)


def check_formulas(method: Method, factor_set: FactorSet, factors: Mapping[str, Factor]) -> None:
    """Check by dimension analysis that a method's formulas give grams, for every combination of its choices."""
    texts = {
        "formula": (method.formula, method.unit),
        "formula_silent": (method.formula_silent, method.unit_silent or method.unit),
    }
    for field, (text, unit) in texts.items():
        if text is None:
            continue
        where = f"methods.toml: {method.code} with {factor_set.id}"
        try:
            formula = parse_formula(text)
            choosing = [item for item in method.parameters if item.choices and item.name in formula.names]
            for choices in product(*(item.choices for item in choosing)):
                chosen = {item.name: choice.role for item, choice in zip(choosing, choices, strict=True)}
                units = {"quantity": parse_unit(unit)}
                for name in formula.names - {"quantity"}:
                    units[name] = _unit_of(where, name, method.parameter(name), chosen, factor_set, factors)
                check_grams(where, formula, units)
        except CatalogueError as error:
            error.pointer = f"/{field}"
            raise
        except ValueError as error:
            said = str(error)
            raise CatalogueError(
                said if said.startswith(where) else f"{where}: {said}",
                f"/{field}",
                "formula_units" if isinstance(error, UnitError) else "no_formula",
            ) from error


def _unit_of(
    where: str,
    name: str,
    parameter: Parameter | None,
    chosen: Mapping[str, str | None],
    factor_set: FactorSet,
    factors: Mapping[str, Factor],
) -> Unit:
    if parameter is not None and not parameter.choices:
        return parse_unit(parameter.unit)
    role = chosen[name] if parameter is not None else name
    if role is None:
        raise CatalogueError(
            f"{where}: a choice of {name} names no role, and the formula needs one",
            code="not_known",
            name=name,
        )
    if role not in factor_set.roles:
        raise CatalogueError(f"{where}: lacks the role {role}", code="not_known", name=role)
    return parse_unit(factor_set.factor(role, factors).unit)


def check_method(method: Method, sources: Mapping[str, Source]) -> None:
    """Check that a method's limits, defaults and points agree with each other."""
    where = f"methods.toml: {method.code}"
    check_sources(where, method.source_ids, sources)
    if not method.evidence_wanted:
        raise CatalogueError(f"{where}: wants no evidence", "/evidence_wanted", "too_few", items_min=1)
    if (SELF_DECLARED in method.evidence_wanted) != (method.self_declared_reason is not None):
        raise CatalogueError(
            f"{where}: self_declared_reason says why {SELF_DECLARED} is accepted: both or neither",
            "/self_declared_reason",
            "with_own_word_only",
        )
    for text in (method.unit, method.unit_silent or "1"):
        try:
            parse_unit(text)
        except UnitError as error:
            raise CatalogueError(f"{where}: {error}") from error
    if method.quantity_max <= 0:
        raise CatalogueError(f"{where}: quantity_max must be above zero", "/quantity_max", "not_above", min=0)
    if method.default_quantity is not None:
        try:
            check_quantity(method, method.default_quantity)
        except CalculationRefusal as refusal:
            [wrong] = refusal.errors
            raise CatalogueError(
                f"{where}: default_quantity: {refusal}", "/default_quantity", wrong.code, **wrong.facts
            ) from refusal
    for parameter in method.parameters:
        _check_parameter(where, parameter)
    names = {parameter.name for parameter in method.parameters if parameter.choices}
    for index, cap in enumerate(method.caps):
        if cap.limit <= 0 or (cap.per is not None and cap.per not in names):
            raise CatalogueError(
                f"{where}: cap {cap.name} must be above zero and per a parameter with choices",
                f"/caps/{index}",
                "cap_wrong",
            )
    if method.formula_silent is not None and any(cap.kind == "quantity" for cap in method.caps):
        # One ride would be counted as one kilometre.
        raise CatalogueError(
            f"{where}: a method with formula_silent can only have caps on the count", "/caps", "caps_on_count"
        )
    _check_points(where, method)


def _check_points(where: str, method: Method) -> None:
    fixed = [choice.points for item in method.parameters for choice in item.choices]
    points = [value for value in [method.fixed_points, *fixed] if value is not None]
    if method.formula is not None and points:
        raise CatalogueError(
            f"{where}: an act with grams cannot have fixed points as well",
            "/fixed_points",
            "fixed_without_grams",
        )
    if method.formula is None and (not points or not method.whole_number):
        raise CatalogueError(
            f"{where}: an act without grams needs fixed points and a whole number",
            "/fixed_points",
            "fixed_without_grams",
        )
    if any(not 1 <= value <= POINTS_FIXED_MAX for value in points):
        raise CatalogueError(
            f"{where}: fixed points must be 1 to {POINTS_FIXED_MAX}",
            "/fixed_points",
            "out_of_range",
            min=1,
            max=POINTS_FIXED_MAX,
        )


def _check_parameter(where: str, parameter: Parameter) -> None:
    where = f"{where}: parameter {parameter.name}"
    if parameter.choices:
        values = [choice.value for choice in parameter.choices]
        if len(set(values)) != len(values):
            raise CatalogueError(f"{where}: a choice is listed twice")
        is_allowed = parameter.default is None or parameter.default in values
    else:
        default = parameter.at_least if parameter.default is None else parameter.default
        try:
            is_allowed = parameter.at_least <= Decimal(default) <= parameter.at_most
        except InvalidOperation:
            is_allowed = False
    if not is_allowed:
        raise CatalogueError(f"{where}: the default {parameter.default} is not allowed")


def check_point_rules(rules: Mapping[str, PointRule], sources: Mapping[str, Source]) -> None:
    """Check that a points rule gives at most one point a gram, and has a source."""
    for rule in rules.values():
        where = f"points_rules.toml: {rule.id}"
        check_sources(where, [rule.source_id], sources)
        if rule.grams_per_point < 1 or rule.points_min < 0:
            raise CatalogueError(f"{where}: needs at least 1 g per point and no negative minimum")


def check_guards(
    guards: Mapping[str, Guards], methods: Mapping[str, Method], sources: Mapping[str, Source]
) -> None:
    """Check that the guards name known methods and positive limits."""
    for each in guards.values():
        where = f"guards.toml: {each.id}"
        check_sources(where, [each.source_id], sources)
        for code in (*each.grams_exempt, *each.speed_max_kmh):
            if code not in methods:
                raise CatalogueError(f"{where}: there is no method {code}")
        limits = (
            each.grams_per_day,
            each.self_checkins_per_day,
            each.actions_per_day,
            each.ride_minutes_assumed,
        )
        ceilings = [
            each.grams_per_month,
            each.points_per_day,
            each.points_per_month,
            each.points_per_act,
            each.second_reviewer_grams,
            each.second_reviewer_points,
        ]
        for tier, ceiling in each.ceilings.items():
            if tier not in TIERS:
                raise CatalogueError(f"{where}: there is no tier {tier}")
            ceilings += structs.astuple(ceiling)
        told = [limit for limit in ceilings if limit is not None]
        if min(*limits, each.waking_hours, *each.speed_max_kmh.values(), *told) < 1:
            raise CatalogueError(f"{where}: every limit is at least 1")


def check_scale(
    method: Method,
    guards: Mapping[str, Guards],
    factor_sets: Mapping[str, FactorSet],
    factors: Mapping[str, Factor],
    rules: Mapping[str, PointRule],
) -> None:
    """Check that an act that may be worth more than a day's grams needs a partner's proof or a person's approval."""
    newest = max(guards.values(), key=lambda each: each.effective_from)
    rule = max(rules.values(), key=lambda each: each.effective_from)
    weak = [tier for tier in method.evidence_wanted if tier not in PROVEN_TIERS]
    for factor_set in factor_sets.values() if weak and method.formula is not None else ():
        grams = greatest_act(method, factor_set, factors, rule).reduction_g
        if grams > newest.grams_per_day:
            raise CatalogueError(
                f"methods.toml: {method.code}: an act may be worth {grams} g, more than a day's "
                f"{newest.grams_per_day}: it cannot rest on {', '.join(weak)}",
                "/evidence_wanted",
                "act_too_large",
                worth_g=grams,
                most_g=newest.grams_per_day,
            )


def check_scene_kinds(kinds: Mapping[str, SceneKind], methods: Mapping[str, Method]) -> None:
    """Check that every kind of scene is there, with methods of the catalogue."""
    if set(kinds) != set(SCENE_KINDS):
        raise CatalogueError(f"scenes.toml: the kinds must be {', '.join(SCENE_KINDS)}")
    for kind in kinds.values():
        where = f"scenes.toml: {kind.kind}"
        if not kind.methods or len(set(kind.methods)) != len(kind.methods):
            raise CatalogueError(f"{where}: has no method, or one of them twice")
        _check_scanned(where, kind.methods, methods)


def check_event_methods(codes: Sequence[str], methods: Mapping[str, Method]) -> None:
    """Check that an event's code is evidence that each of these methods accepts."""
    _check_scanned("scenes.toml: event_methods", codes, methods)


def _check_scanned(where: str, codes: Sequence[str], methods: Mapping[str, Method]) -> None:
    for code in codes:
        if code not in methods:
            raise CatalogueError(f"{where}: there is no method {code}")
        if SCANNED not in methods[code].evidence_wanted:
            raise CatalogueError(f"{where}: {code} does not accept {SCANNED}")
