"""A line of an inventory: a quantity of one source in a period, with its factor, its evidence and its quality.

Lines are never changed. A correction is a further line that supersedes one; of a chain the last one counts, and a
quantity of zero takes a line out of the account.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_UP, Decimal, localcontext
from typing import Any, TypeVar

import msgspec

from backend.domain.catalogue.factors import Factor
from backend.domain.catalogue.units import UnitError, parse_unit
from backend.domain.inventory.groups import EVENT, BoundarySet, is_reduction

QUANTITY_MAX = Decimal(10) ** 12
DECIMALS_MAX = 6
EMISSION_G_MAX = 10**15
"""A thousand million tonnes: more is a slip of a unit."""
QUALITY_TIERS = (1, 2, 3, 4)
"""1 measured, 2 from invoices or a supplier, 3 estimated from similar events, 4 assumed."""
PERIOD_DAYS_MAX = 1100

FACTOR_MAX, FACTOR_DECIMALS_MAX = Decimal(10) ** 9, 12

Wrong = Callable[..., None]
"""Takes the column, the code and the facts of a mistake."""
LineLike = TypeVar("LineLike", bound=Mapping[str, Any])


class OwnFactor(msgspec.Struct, frozen=True):
    """A factor that the catalogue does not have, as its publication gives it."""

    value: Decimal
    unit: str
    source: str


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A line as somebody sends it. `row` counts as a spreadsheet does, or from 1 in a list."""

    row: int
    phase: str
    source: str
    quantity: Decimal
    unit: str
    starts_on: date
    ends_on: date
    quality: int
    factor_id: str | None = None
    own_factor: OwnFactor | None = None
    meter: str | None = None
    document_id: str | None = None
    supersedes: str | None = None
    note: str | None = None


class LineError(msgspec.Struct, frozen=True):
    """What is wrong with a line, and in which column; `code` has a text under `inventory_line`."""

    row: int
    column: str
    code: str
    facts: dict[str, str] = {}


class Computed(msgspec.Struct, frozen=True):
    """The factor of a line and the grams that follow from it. `unit_g` is gCO2e for one of the line's unit."""

    factor_id: str | None
    factor_value: Decimal
    factor_unit: str
    factor_source: str | None
    unit_g: Decimal
    emission_g: int


def check_draft(
    draft: Draft, factors: Mapping[str, Factor], today: date, boundary: BoundarySet = EVENT
) -> tuple[Computed | None, list[LineError]]:
    """The grams of a line, or everything that is wrong with it."""
    errors: list[LineError] = []

    def wrong(column: str, code: str, **facts: str) -> None:
        errors.append(LineError(draft.row, column, code, facts))

    rule = boundary.sources.get(draft.source)
    if rule is None:
        wrong("source", "source_foreign", known=", ".join(boundary.sources))
    if not draft.quantity.is_finite() or _decimals(draft.quantity) > DECIMALS_MAX:
        wrong("quantity", "number", decimals_max=str(DECIMALS_MAX))
    elif not -QUANTITY_MAX <= draft.quantity <= QUANTITY_MAX:
        # First, so that no number with an exponent of nine digits is written out.
        wrong("quantity", "large", quantity_max=f"{QUANTITY_MAX:f}")
    elif draft.quantity < 0:
        wrong("quantity", "negative_meter" if draft.meter else "negative", quantity=f"{draft.quantity:f}")
    if rule is not None and draft.unit not in rule.units:
        wrong("unit", "unit", unit=draft.unit, units=", ".join(rule.units))
    if draft.ends_on < draft.starts_on:
        wrong("period_until", "period_backwards")
    elif (draft.ends_on - draft.starts_on).days > PERIOD_DAYS_MAX:
        wrong("period_until", "period_long", days_max=str(PERIOD_DAYS_MAX))
    if draft.phase == "actual" and draft.ends_on > today:
        wrong("period_until", "period_ahead", today=today.isoformat())
    computed = _computed(draft, factors, wrong) if not errors else None
    return (None, errors) if errors else (computed, [])


def _computed(draft: Draft, factors: Mapping[str, Factor], wrong: Wrong) -> Computed | None:
    own, known = draft.own_factor, None
    if (draft.factor_id is None) == (own is None):
        wrong("factor_id", "factor_missing" if own is None else "factor_twice")
        return None
    if draft.factor_id is not None:
        known = factors.get(draft.factor_id)
        if known is None:
            wrong("factor_id", "factor_unknown", factor=draft.factor_id)
            return None
        if is_reduction(known.id):
            wrong("factor_id", "factor_of_reduction", factor=known.id)
            return None
    elif own is not None and not _is_value(own.value):
        wrong("factor_value", "factor_value")
        return None
    given = known or own
    assert given is not None
    unit_g = grams_per_unit(given.value, given.unit, draft.unit)
    if unit_g is None:
        column = "factor_unit" if known is None else "factor_id"
        wrong(column, "factor_unit", factor_unit=given.unit, unit=draft.unit)
        return None
    emission_g = emission_of(draft.quantity, unit_g)
    if emission_g > EMISSION_G_MAX:
        wrong("quantity", "emission_large")
        return None
    # The unit names the gas that the publication counts.
    unit = given.unit if known is None else known.emission_unit
    source = None if own is None else own.source
    return Computed(draft.factor_id, given.value, unit, source, unit_g, emission_g)


def _is_value(value: Decimal) -> bool:
    return value.is_finite() and 0 < value <= FACTOR_MAX and _decimals(value) <= FACTOR_DECIMALS_MAX


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def grams_per_unit(value: Decimal, factor_unit: str, unit: str) -> Decimal | None:
    """gCO2e of one `unit`, where the factor's unit times it is a mass of greenhouse gas; else None."""
    try:
        product = parse_unit(factor_unit) * parse_unit(unit)
    except UnitError:
        return None
    if len(product.powers) != 1 or product.powers[0][1] != 1 or not product.powers[0][0].startswith("gCO2"):
        return None
    with localcontext() as context:
        context.prec = 60
        return value * product.scale


def emission_of(quantity: Decimal, unit_g: Decimal) -> int:
    """Whole grams of a quantity, rounded up."""
    with localcontext() as context:
        context.prec = 60
        return int((quantity * unit_g).to_integral_value(ROUND_UP))


def current_lines(lines: Sequence[LineLike]) -> list[LineLike]:
    """The lines that no other line supersedes."""
    replaced = {line["supersedes"] for line in lines if line["supersedes"] is not None}
    return [line for line in lines if line["id"] not in replaced]


def find_overlaps(drafts: Iterable[Draft], stored: Iterable[Mapping[str, Any]]) -> list[LineError]:
    """An error for each line whose period is counted already, by a stored current line or by an earlier draft.

    Periods of one meter in one phase never overlap; a line without a meter is never repeated word for word.
    """
    replaced = {draft.supersedes for draft in drafts if draft.supersedes is not None}
    periods: dict[tuple[str, str, str], list[tuple[date, date, str]]] = {}
    seen: dict[tuple[object, ...], str] = {}
    for line in stored:
        if str(line["id"]) in replaced:
            continue
        where = f"{line['starts_on']} … {line['ends_on']}"
        if line["meter"] is not None:
            key = (line["phase"], line["source"], line["meter"])
            periods.setdefault(key, []).append((line["starts_on"], line["ends_on"], where))
        seen[_words(line)] = where
    errors: list[LineError] = []
    for draft in drafts:
        where = f"{draft.starts_on} … {draft.ends_on}"
        if draft.meter is None:
            words = _words(msgspec.structs.asdict(draft))
            if words in seen and draft.quantity:
                errors.append(LineError(draft.row, "note", "repeated", {"where": seen[words]}))
            seen[words] = where
            continue
        taken = periods.setdefault((draft.phase, draft.source, draft.meter), [])
        for starts_on, ends_on, other in taken:
            if draft.starts_on <= ends_on and starts_on <= draft.ends_on:
                facts = {"meter": draft.meter, "where": other}
                errors.append(LineError(draft.row, "period_from", "overlap", facts))
                break
        taken.append((draft.starts_on, draft.ends_on, where))
    return errors


def _words(line: Mapping[str, Any]) -> tuple[object, ...]:
    names = ("phase", "source", "quantity", "unit", "starts_on", "ends_on", "factor_id", "note")
    return tuple(line[name] for name in names)
