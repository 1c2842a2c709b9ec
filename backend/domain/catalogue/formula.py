"""Formulas of methods: a small, safe language of names, decimal numbers, + - * /, min and max.

The same tree is walked twice: over exact fractions to get grams, and over units to prove that it can only
give grams. Nothing of Python is reachable from it: no attribute, no index, no call but min and max.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from decimal import ROUND_DOWN, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

from backend.domain.catalogue.units import GRAMS, ONE, Unit, UnitError

FORMULA_CHARS_MAX = 200
FORMULA_DEPTH_MAX = 20

# A decimal of at most 50 digits, cut downwards: cutting cannot lift a result over a whole gram, and a result
# that is a whole gram is shown as one. The process's own context is not relied on.
ARITHMETIC: Final = Context(prec=50, rounding=ROUND_DOWN)

# Written out because a float literal has already lost the exact decimal by the time `ast` shows it.
_NUMBER = re.compile(r"\d{1,12}(\.\d{1,12})?")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")

_OPERATORS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}

# A node is a number, a name, or an operator with its operands.
Node = Fraction | str | tuple[str, "tuple[Node, ...]"]


class FormulaError(ValueError):
    """A text that is not a formula of this language, or a name or value it cannot do without."""


class Formula:
    """A parsed formula. `names` are what must be given to evaluate it."""

    __slots__ = ("names", "text", "tree")

    def __init__(self, text: str, tree: Node, names: frozenset[str]) -> None:
        self.text = text
        self.tree = tree
        self.names = names

    def exact(self, values: Mapping[str, Decimal]) -> Fraction:
        """The result, from values in base units. Raises `FormulaError`: name missing, zero divisor.

        Exact, because 200 kWh / 365 × 365 days must give 200 kWh back: a decimal quotient would lose
        the last digit, and with it a whole gram.
        """
        return _value(self.tree, values)

    def evaluate(self, values: Mapping[str, Decimal]) -> Decimal:
        """As `exact`, as a decimal of at most 50 digits, cut downwards."""
        return as_decimal(_value(self.tree, values))

    def unit(self, units: Mapping[str, Unit]) -> Unit:
        """The unit of the result. Raises `UnitError` naming both units where unlike ones meet."""
        return _unit(self.tree, units)

    def __repr__(self) -> str:
        return f"Formula({self.text!r})"


def as_decimal(value: Fraction) -> Decimal:
    """A fraction as a decimal of at most 50 digits, cut towards zero."""
    return ARITHMETIC.divide(Decimal(value.numerator), Decimal(value.denominator))


@lru_cache(maxsize=512)
def parse_formula(text: str) -> Formula:
    """Parse a formula. Raises `FormulaError` for anything outside the language, saying what it met."""
    if len(text) > FORMULA_CHARS_MAX or not text.isascii():
        raise FormulaError(f"a formula is at most {FORMULA_CHARS_MAX} ASCII characters: {text[:40]!r}")
    try:
        parsed = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise FormulaError(f"not a formula: {text!r}") from error
    names: set[str] = set()
    tree = _read(parsed.body, text.strip(), names, 0)
    return Formula(text.strip(), tree, frozenset(names))


def check_grams(of: str, formula: Formula, units: Mapping[str, Unit]) -> None:
    """Prove that a formula yields gCO2e. Raises `UnitError` (a ValueError) naming `of` and both units."""
    try:
        unit = formula.unit(units)
    except UnitError as error:
        raise UnitError(f"{of}: {error} in {formula.text!r}") from error
    if not unit.is_like(GRAMS):
        raise UnitError(f"{of}: {formula.text!r} gives {unit}, not gCO2e")


def _read(node: ast.expr, text: str, names: set[str], depth: int) -> Node:
    if depth > FORMULA_DEPTH_MAX:
        raise FormulaError(f"{text!r} is nested deeper than {FORMULA_DEPTH_MAX}")
    match node:
        case ast.Constant():
            return _read_number(node, text)
        case ast.Name(id=name):
            if not _NAME.fullmatch(name) or name in ("min", "max"):
                raise FormulaError(f"{text!r}: {name!r} is not a name of this language")
            names.add(name)
            return name
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
            parts = (left, right)
            return _OPERATORS[type(operator)], tuple(_read(part, text, names, depth + 1) for part in parts)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return "neg", (_read(operand, text, names, depth + 1),)
        case ast.Call(func=ast.Name(id=("min" | "max") as name), args=args, keywords=[]) if len(args) >= 2:
            return name, tuple(_read(part, text, names, depth + 1) for part in args)
        case _:
            raise FormulaError(f"{text!r}: {type(node).__name__} is not part of this language")


def _read_number(node: ast.Constant, text: str) -> Fraction:
    literal = ast.get_source_segment(text, node) or ""
    if isinstance(node.value, bool) or not _NUMBER.fullmatch(literal):
        raise FormulaError(f"{text!r}: {literal!r} is not a plain decimal number")
    return Fraction(literal)


def _value(node: Node, values: Mapping[str, Decimal]) -> Fraction:
    if isinstance(node, Fraction):
        return node
    if isinstance(node, str):
        try:
            return Fraction(values[node])
        except KeyError:
            raise FormulaError(f"the formula needs {node!r}") from None
    operator, parts = node
    operands = [_value(part, values) for part in parts]
    if operator == "/" and operands[1] == 0:
        raise FormulaError("the formula divides by zero")
    return _APPLY[operator](operands)


_APPLY: dict[str, Callable[[list[Fraction]], Fraction]] = {
    "+": lambda x: x[0] + x[1],
    "-": lambda x: x[0] - x[1],
    "*": lambda x: x[0] * x[1],
    "/": lambda x: x[0] / x[1],
    "neg": lambda x: -x[0],
    "min": min,
    "max": max,
}


def _unit(node: Node, units: Mapping[str, Unit]) -> Unit:
    if isinstance(node, Fraction):
        return ONE
    if isinstance(node, str):
        if node not in units:
            raise UnitError(f"{node!r} has no unit")
        # Values are scaled to base units before they are combined, so the tree sees a scale of one.
        return Unit(ONE.scale, units[node].powers)
    operator, parts = node
    first, *rest = [_unit(part, units) for part in parts]
    for other in rest:
        if operator == "*":
            first = first * other
        elif operator == "/":
            first = first / other
        elif not first.is_like(other):
            verb = {"+": "add", "-": "subtract"}.get(operator, "compare")
            raise UnitError(f"cannot {verb} {first} and {other}")
    return first
