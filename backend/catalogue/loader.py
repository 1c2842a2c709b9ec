"""Loads the catalogue: methods, factors and their sources, checked as a whole before the server starts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec

from backend.catalogue.checks import (
    check_event_methods,
    check_factor_set,
    check_factors,
    check_guards,
    check_method,
    check_point_rules,
    check_scale,
    check_scene_kinds,
)
from backend.catalogue.criteria_files import load_criteria
from backend.catalogue.overlay import DIRECTORY, catalogue_directory
from backend.catalogue.policy_files import load_policies
from backend.catalogue.products import load_products
from backend.catalogue.reading import (
    CatalogueError,
    read_cities,
    read_entries,
    read_factor_sets,
    read_factors,
    read_names,
    read_rail_distances,
)
from backend.catalogue.spoken_names import learn_cities, learn_consents, learn_methods
from backend.domain.actions.plausibility import Guards
from backend.domain.actions.quantification import Quantified, Usage, quantify
from backend.domain.actions.scenes import SceneKind
from backend.domain.catalogue.city_names import Cities
from backend.domain.catalogue.factors import Factor, FactorSet, Method, PointRule, Source
from backend.domain.community.policies import Policies
from backend.domain.credits.products import CreditRules
from backend.domain.evaluation.criteria import CriteriaSet


class Catalogue(msgspec.Struct, frozen=True):
    """Everything that grams and points rest on, by id. `cities` know every name of a city."""

    sources: dict[str, Source]
    factors: dict[str, Factor]
    factor_sets: dict[str, FactorSet]
    methods: dict[str, Method]
    cities: Cities
    point_rules: dict[str, PointRule]
    guards: dict[str, Guards]
    default_factor_set: str
    """Of actions."""
    event_factor_set: str
    """Of events whose organiser names none."""
    policies: Policies
    versions: dict[str, list[Method]] = {}
    """Every version of a method by its code, oldest first; `methods` holds the newest of each."""
    scene_kinds: dict[str, SceneKind] = {}
    event_methods: tuple[str, ...] = ()
    """What may be logged with the code of an event."""
    credits: CreditRules = CreditRules()
    rail_km: dict[tuple[str, str], int] = {}
    """Published distances of railway lines, by the Chinese names of both ends in one order."""

    criteria: dict[tuple[str, str], CriteriaSet] = {}
    """Criteria sets of evaluations by id and version, old versions among them."""

    @property
    def point_rule(self) -> PointRule:
        """The newest points rule."""
        return max(self.point_rules.values(), key=lambda rule: rule.effective_from)

    def point_rule_on(self, day: date) -> PointRule:
        """The points rule in force on a day; before any took effect, the earliest one."""
        rules = sorted(self.point_rules.values(), key=lambda rule: rule.effective_from)
        return next((rule for rule in reversed(rules) if rule.effective_from <= day), rules[0])

    def method_on(self, code: str, day: date) -> Method:
        """The version of a method in force on a day, or before any was the first one; it may be retired.

        Raises `KeyError` for a code that is not in the catalogue.
        """
        versions = self.versions.get(code)
        if versions is None:
            return self.methods[code]
        return next((m for m in reversed(versions) if m.effective_from <= day), versions[0])

    def guards_on(self, day: date) -> Guards:
        """The guards in force on a day."""
        if len(self.guards) == 1:
            return next(iter(self.guards.values()))
        rules = sorted(self.guards.values(), key=lambda each: each.effective_from)
        return next((each for each in reversed(rules) if each.effective_from <= day), rules[0])

    def knows(self, code: str, version: str) -> bool:
        versions = self.versions.get(code) or ([self.methods[code]] if code in self.methods else [])
        return any(method.version == version for method in versions)

    def adopt(self, method: Method) -> None:
        """Add a version published while the program runs; a known one changes nothing."""
        if self.knows(method.code, method.version):
            return
        learn_methods([method])
        versions = self.versions.setdefault(method.code, [])
        if not versions and method.code in self.methods:
            versions.append(self.methods[method.code])
        versions.append(method)
        versions.sort(key=lambda each: (each.effective_from, each.version))
        self.methods[method.code] = versions[-1]

    def adopt_rule(self, rule: PointRule) -> None:
        self.point_rules.setdefault(rule.id, rule)

    def quantify(
        self,
        method: str,
        quantity: Decimal | None,
        parameters: Mapping[str, object],
        tier: str,
        *,
        day: date,
        factor_set: str | None = None,
        usage: Mapping[str, Usage] | None = None,
    ) -> Quantified:
        """`quantification.quantify` with this catalogue's method, set and the rule of the day.

        Raises `KeyError` for a method or set that is not in the catalogue.
        """
        return quantify(
            self.method_on(method, day),
            self.factor_sets[factor_set or self.default_factor_set],
            self.factors,
            quantity,
            parameters,
            tier,
            rule=self.point_rule_on(day),
            usage=usage,
        )


def load_catalogue(directory: Path | None = None) -> Catalogue:
    """The catalogue of a directory, by default the one shipped here.

    Raises `CatalogueError` naming file and line or id: an entry without a source, a reference to nothing,
    a duplicate id, a unit that does not fit its formula, a missing language, a role that nothing plays,
    a value that is not a decimal of zero or more.
    """
    where = directory if directory is not None else catalogue_directory()
    sources = read_entries(where / "sources.toml", "source", Source)
    factors = read_factors(where / "factors.csv")
    check_factors(factors, sources)
    methods = read_entries(where / "methods.toml", "method", Method, key="code")
    for method in methods.values():
        check_method(method, sources)
    cities = read_cities(where, sources)
    default, event_default, factor_sets = read_factor_sets(where / "factor_sets.toml")
    for factor_set in factor_sets.values():
        check_factor_set(factor_set, factors, methods, cities)
    point_rules = read_entries(where / "points_rules.toml", "point_rule", PointRule)
    check_point_rules(point_rules, sources)
    guards = read_entries(where / "guards.toml", "guards", Guards)
    check_guards(guards, methods, sources)
    scene_kinds = read_entries(where / "scenes.toml", "scene_kind", SceneKind, key="kind")
    check_scene_kinds(scene_kinds, methods)
    event_methods = read_names(where / "scenes.toml", "event_methods")
    check_event_methods(event_methods, methods)
    for method in methods.values():
        check_scale(method, guards, factor_sets, factors, point_rules)
    credit_rules = load_products(where, sources)
    rail_km = read_rail_distances(where / "rail_distances.csv", cities, sources)
    policies = load_policies(where / "policies")
    learn_methods(methods.values())
    learn_cities(cities.values())
    learn_consents(policies)
    return Catalogue(
        sources,
        factors,
        factor_sets,
        methods,
        cities,
        point_rules,
        guards,
        default,
        event_default,
        policies,
        scene_kinds=scene_kinds,
        event_methods=event_methods,
        credits=credit_rules,
        rail_km=rail_km,
        criteria=load_criteria(where / "criteria", sources),
    )


__all__ = ["DIRECTORY", "Catalogue", "CatalogueError", "load_catalogue"]
