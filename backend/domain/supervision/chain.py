"""What a certificate rests on, link by link, each computed anew: document, lines, factors, allocation, serials, batch,
retirement, log.

A link holds, does not hold, or cannot be looked at any more, because what it rests on is not kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from typing import Any, Literal

import msgspec

from backend.domain.catalogue.factors import Factor, FactorSet, Source
from backend.domain.certificates.document import lines_digest

LinkName = Literal[
    "document", "log", "lines", "factors", "event", "allocation", "serials", "batch", "retirement"
]
Basis = Literal["lines", "sums", "holder_copy"]
GRAMS_PER_TONNE = 1_000_000

Lines = Sequence[Mapping[str, Any]]


class Link(msgspec.Struct, frozen=True):
    """One link: `is_ok` None where it cannot be looked at; `wrong` says what does not hold; `items` are its facts."""

    name: LinkName
    is_ok: bool | None
    wrong: tuple[str, ...] = ()
    items: tuple[dict[str, Any], ...] = ()


def link(name: LinkName, checks: Mapping[str, bool], items: Sequence[dict[str, Any]] = ()) -> Link:
    """A link with what of it does not hold, by the name of each check."""
    wrong = tuple(code for code, holds in checks.items() if not holds)
    return Link(name, not wrong, wrong, tuple(items))


def check_lines(lines: Lines, salt: bytes, document: Mapping[str, Any]) -> Link:
    """Lines of a footprint against the signed document: their digest, their sum, and each line's product."""
    footprint = document["footprint"]
    return link(
        "lines",
        {
            "lines_not_signed": lines_digest(lines, salt) == footprint["lines_sha256"],
            "sum_differs": sum(line["emission_g"] for line in lines) == footprint["total_g"],
            "product_differs": all(_product_g(line) == line["emission_g"] for line in lines),
        },
        [
            {
                **{name: line[name] for name in ("source", "unit", "factor_id", "emission_g")},
                "quantity": str(line["quantity"]),
                "factor_g": str(line["factor_g"]),
            }
            for line in lines
        ],
    )


def _product_g(line: Mapping[str, Any]) -> int:
    # A footprint may be overstated by less than a gram per line and never understated.
    exact = Decimal(str(line["quantity"])) * Decimal(str(line["factor_g"]))
    return int(exact.to_integral_value(ROUND_CEILING))


def check_sums(categories: Lines, document: Mapping[str, Any]) -> Link:
    """The sums that are kept where the journey is not: their total is the signed one."""
    total_g = sum(each["emission_g"] for each in categories)
    items = [{"source": each["source"], "emission_g": each["emission_g"]} for each in categories]
    return link("lines", {"sum_differs": total_g == document["footprint"]["total_g"]}, items)


def check_factors(
    lines: Lines,
    document: Mapping[str, Any],
    sets: Mapping[str, FactorSet],
    factors: Mapping[str, Factor],
    sources: Mapping[str, Source],
) -> Link:
    """Factors of the lines: in the catalogue, each with its publication; and the set that the document names."""
    named = {
        factor_id: None for line in lines for factor_id in (line["factor_id"], *line.get("factor_ids", ()))
    }
    found = [factors[factor_id] for factor_id in named if factor_id in factors]
    set_id = document["footprint"]["factor_set"]
    return link(
        "factors",
        {
            "factor_set_unknown": set_id in sets,
            "factor_unknown": len(found) == len(named),
            "source_unknown": all(factor.source_id in sources for factor in found),
        },
        [
            {
                "factor_id": factor.id,
                "value": str(factor.value),
                "unit": factor.emission_unit,
                "year": factor.year,
                "factor_set": set_id,
                "source": sources[factor.source_id].title,
                "publisher": sources[factor.source_id].publisher,
            }
            for factor in found
            if factor.source_id in sources
        ],
    )


def check_allocation(parts: Lines, document: Mapping[str, Any]) -> Link:
    """What is stored as allocated against the signed document: the same serials, one for each gram."""
    names = ("batch_id", "serial_from", "serial_to", "grams")
    stored = [tuple(part[name] for name in names) for part in parts]
    signed = [tuple(part[name] for name in names) for part in document["offset"]["allocations"]]
    return link(
        "allocation",
        {
            "allocation_not_signed": stored == signed,
            "grams_differ": sum(part["grams"] for part in parts) == document["offset"]["grams"],
            "serials_not_grams": all(
                part["serial_to"] - part["serial_from"] + 1 == part["grams"] for part in parts
            ),
        },
        [{name: part[name] for name in names} for part in parts],
    )
