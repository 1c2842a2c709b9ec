from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.catalogue.formula import FORMULA_CHARS_MAX, FormulaError, check_grams, parse_formula
from backend.domain.catalogue.units import Unit, parse_unit

D = Decimal


def units(**texts: str) -> dict[str, Unit]:
    return {name: parse_unit(text) for name, text in texts.items()}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("-x + 10", "6"),
        ("7 / 2 - 0.5", "3"),
        ("min(x, 3, 5) + max(x, 1)", "7"),
        ("0.1 + 0.2", "0.3"),
        ("x / 3 * 3", "4"),
    ],
)
def test_arithmetic_is_exact(text: str, result: str) -> None:
    assert parse_formula(text).evaluate({"x": D(4)}) == D(result)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "x.y",
        "x.__class__",
        "x[0]",
        "x()",
        "abs(x)",
        "min(x)",
        "min(x, key=y)",
        "min(*x)",
        "x ** 2",
        "x // 2",
        "x % 2",
        "x @ y",
        "+x",
        "not x",
        "x < y",
        "x and y",
        "x if y else z",
        "lambda: 1",
        "[1]",
        "(1, 2)",
        "{1: 2}",
        "f'{x}'",
        "'text'",
        "True",
        "None",
        "1e9",
        "1_000",
        "0x10",
        "1j",
        ".5",
        "x := 1",
        "x; y",
        "x = 1",
        "",
        "x +",
        "min",
        "min + 1",
        "_x",
        "X",
        "半 + 1",
        "x\x00",
        "(" * 90 + "x" + ")" * 90 + "y",
        "-" * 60 + "x",
        "x" * (FORMULA_CHARS_MAX + 1),
        "9999999999999",
    ],
)
def test_nothing_else_of_python_is_reachable(text: str) -> None:
    with pytest.raises(FormulaError):
        parse_formula(text)


def test_names_are_what_must_be_given() -> None:
    assert parse_formula("(ef_base - ef_project) * min(quantity, 5)").names == {
        "ef_base",
        "ef_project",
        "quantity",
    }


def test_a_missing_name_is_named() -> None:
    with pytest.raises(FormulaError, match="needs 'y'"):
        parse_formula("x * y").evaluate({"x": D(1)})


def test_division_by_zero_is_refused() -> None:
    with pytest.raises(FormulaError, match="divides by zero"):
        parse_formula("1 / (x - 4)").evaluate({"x": D(4)})


def test_no_other_code_can_change_a_result() -> None:
    formula = parse_formula("x / 7")
    expected = formula.evaluate({"x": D(1)})
    with localcontext() as context:
        context.prec = 3
        assert formula.evaluate({"x": D(1)}) == expected


def test_unlike_units_cannot_be_added_and_both_are_named() -> None:
    with pytest.raises(ValueError, match=r"bus: cannot add gCO2e/pkm and gCO2e/ride"):
        check_grams("bus", parse_formula("(a + b) * c"), units(a="gCO2e/pkm", b="gCO2e/ride", c="pkm"))


def test_a_result_that_is_not_grams_is_refused_and_named() -> None:
    with pytest.raises(ValueError, match=r"metro: 'a \* b' gives gCO2e\*km/pkm, not gCO2e"):
        check_grams("metro", parse_formula("a * b"), units(a="gCO2e/pkm", b="km"))


def test_unlike_units_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="cannot compare km and kWh"):
        check_grams("x", parse_formula("min(a, b)"), units(a="km", b="kWh"))


def test_kilograms_and_grams_of_gas_can_be_added() -> None:
    check_grams("x", parse_formula("(a + b) * c"), units(a="kgCO2e/kWh", b="gCO2e/kWh", c="kWh"))


_numbers = st.decimals("0", "1000000", places=4)


@given(a=_numbers, b=_numbers, c=_numbers)
def test_a_formula_agrees_with_fractions(a: Decimal, b: Decimal, c: Decimal) -> None:
    got = parse_formula("(a - b) * c / 7 + max(a, b)").exact({"a": a, "b": b, "c": c})
    assert got == (Fraction(a) - Fraction(b)) * Fraction(c) / 7 + max(Fraction(a), Fraction(b))


@given(value=st.decimals("0", "100000000", places=3), divisor=st.integers(1, 10_000))
def test_a_decimal_result_is_never_above_the_exact_one(value: Decimal, divisor: int) -> None:
    formula = parse_formula("a / b")
    values = {"a": value, "b": Decimal(divisor)}
    assert Fraction(formula.evaluate(values)) <= formula.exact(values)


@given(st.text(max_size=60))
def test_any_text_is_a_formula_or_a_refusal(text: str) -> None:
    try:
        parse_formula(text)
    except FormulaError:
        return
