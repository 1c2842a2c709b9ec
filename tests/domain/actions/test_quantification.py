from __future__ import annotations

from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.catalogue import Catalogue
from backend.domain.actions.quantification import Quantified, Usage, points_for
from backend.domain.catalogue import refusals
from backend.domain.catalogue.factors import TIERS, PointRule
from backend.errors import Refusal
from backend.texts import LANGUAGES
from tests.shipped import shipped_catalogue

D = Decimal
DAY = date(2026, 5, 1)
SHIPPED = shipped_catalogue()


def quantify(code: str, quantity: object = None, tier: str = "E1", **parameters: Any) -> Quantified:
    told = D(str(quantity)) if quantity is not None else None
    return SHIPPED.quantify(code, told, parameters, tier, day=DAY)


@pytest.mark.parametrize(("tier", "grams"), [("E1", 144), ("E2", 144), ("E3", 144), ("E4", 115), ("E5", 72)])
def test_weaker_evidence_is_worth_less(tier: str, grams: int) -> None:
    assert quantify("clean_plate", tier=tier).reduction_g == grams  # 144 × 0.8 = 115.2


def test_evidence_does_not_scale_fixed_points() -> None:
    assert quantify("learn", tier="E5", kind="photo").points == 5


def test_the_evidence_factor_stands_in_the_explanation_as_an_assumption() -> None:
    line = quantify("own_bag", tier="E4").lines[-1]
    assert (line.role, line.value, line.source_kind) == ("evidence_e4", D("0.8"), "assumption")
    assert set(line.name) == {"zh-CN", "en"}


@pytest.mark.parametrize(
    ("code", "quantity", "refusal"),
    [
        ("bus", "-1", refusals.QuantityNotPositive),
        ("bus", "0", refusals.QuantityNotPositive),
        ("bus", "-0", refusals.QuantityNotPositive),
        ("bus", "NaN", refusals.QuantityNotFinite),
        ("bus", "sNaN", refusals.QuantityNotFinite),
        ("bus", "Infinity", refusals.QuantityNotFinite),
        ("bus", "-Infinity", refusals.QuantityNotFinite),
        ("bus", "200.001", refusals.QuantityTooLarge),
        ("bus", "1e999999", refusals.QuantityTooLarge),
        ("bus", "1.0001", refusals.QuantityTooPrecise),
        ("bus", "1e-999999", refusals.QuantityTooPrecise),
        ("bus", "1." + "1" * 60, refusals.QuantityTooPrecise),
        ("walk_steps", "10.5", refusals.QuantityNotWhole),
        ("walk_steps", None, refusals.QuantityRequired),
        ("power_saving", None, refusals.QuantityRequired),
    ],
)
def test_a_quantity_that_cannot_be_meant_is_refused(
    code: str, quantity: str | None, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal) as caught:
        quantify(code, quantity)
    assert caught.value.status == 422
    assert caught.value.detail("zh-CN") != caught.value.detail("en")


def test_trailing_zeros_are_not_decimals() -> None:
    assert quantify("bus", "1.50000").reduction_g == 40  # 40.35


@pytest.mark.parametrize(
    ("code", "parameters", "refusal"),
    [
        ("bus", {"colour": "red"}, refusals.UnknownParameter),
        ("recyclables", {"material": "uranium"}, refusals.ParameterOutOfRange),
        ("recyclables", {"material": ["pet"]}, refusals.ParameterOutOfRange),
        ("carpool", {"occupancy": 1}, refusals.ParameterOutOfRange),
        ("carpool", {"occupancy": "8"}, refusals.ParameterOutOfRange),
        ("carpool", {"occupancy": "NaN"}, refusals.ParameterOutOfRange),
        ("carpool", {"occupancy": "many"}, refusals.ParameterOutOfRange),
        ("carpool", {"occupancy": True}, refusals.ParameterOutOfRange),
        ("appliance_eff", {"kwh_old": 300}, refusals.ParameterRequired),
    ],
)
def test_a_parameter_that_cannot_be_meant_is_refused(
    code: str, parameters: dict[str, Any], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        quantify(code, 1, **parameters)


def test_an_unknown_tier_is_refused() -> None:
    with pytest.raises(refusals.UnknownEvidenceTier):
        quantify("own_bag", tier="E6")


def test_every_refusal_has_its_own_code_and_both_languages() -> None:
    classes = refusals.CalculationRefusal.__subclasses__()
    assert len({cls.code for cls in classes}) == len(classes)
    for cls in classes:
        assert cls.status == 422
        for language in LANGUAGES:
            assert cls.title(language)
            assert cls.detail_form(language)


@pytest.mark.parametrize(
    ("grams", "points"), [(0, 0), (1, 1), (9, 1), (10, 1), (19, 1), (20, 2), (1460, 146)]
)
def test_the_first_gram_earns_a_point_and_then_every_tenth(
    catalogue: Catalogue, grams: int, points: int
) -> None:
    assert points_for(catalogue.point_rule, grams) == points


def test_points_follow_the_rule_that_is_given() -> None:
    rule = PointRule("x", DAY, grams_per_point=43, points_min=3, source_id="product", note={})
    assert points_for(rule, 42) == 3
    assert points_for(rule, 430) == 10


def test_a_capped_act_is_credited_for_what_remains_and_says_so() -> None:
    used = {"steps_per_day": Usage(quantity=D(9000), count=3)}
    result = SHIPPED.quantify("walk_steps", D(5000), {}, "E2", day=DAY, usage=used)
    assert (result.quantity, result.reduction_g, result.capped_by) == (D(1000), 20, "steps_per_day")


def test_a_spent_cap_leaves_no_grams_and_no_points() -> None:
    used = {"rides_per_day": Usage(quantity=D(6), count=6)}
    result = SHIPPED.quantify("bus", None, {}, "E1", day=DAY, usage=used)
    assert (result.quantity, result.reduction_g, result.points) == (D(0), 0, 0)
    assert result.capped_by == "rides_per_day"


def test_a_spent_cap_leaves_no_fixed_points() -> None:
    used = {"once_per_day": Usage(quantity=D(1), count=1)}
    result = SHIPPED.quantify("learn", None, {"kind": "photo"}, "E5", day=DAY, usage=used)
    assert (result.points, result.capped_by) == (0, "once_per_day")


_CODES = sorted(code for code, method in SHIPPED.methods.items() if method.formula is not None)
_LABELS: dict[str, dict[str, Any]] = {"appliance_eff": {"kwh_old": 500, "kwh_new": 300}}


@given(code=st.sampled_from(_CODES), thousandths=st.integers(1, 10**9), tier=st.sampled_from(TIERS))
def test_grams_are_whole_never_negative_and_never_above_the_exact_result(
    code: str, thousandths: int, tier: str
) -> None:
    method = SHIPPED.methods[code]
    quantity = min(D(thousandths) / 1000, method.quantity_max)
    if method.whole_number:
        quantity = max(D(1), quantity.to_integral_value(ROUND_DOWN))
    result = quantify(code, quantity, tier, **_LABELS.get(code, {}))
    assert 0 <= result.reduction_g <= result.unrounded < result.reduction_g + 1
    assert result.points <= result.reduction_g


@given(code=st.sampled_from(_CODES), steps=st.integers(1, 50))
def test_splitting_an_act_never_earns_more_grams(code: str, steps: int) -> None:
    method = SHIPPED.methods[code]
    whole = D(steps) * 2
    if whole > method.quantity_max:
        return
    labels = _LABELS.get(code, {})
    halves = 2 * quantify(code, D(steps), **labels).reduction_g
    assert halves <= quantify(code, whole, **labels).reduction_g
