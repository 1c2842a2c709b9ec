"""Methods, factors and their sources as anyone may read them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from backend.domain.catalogue.factors import FactorLine
from backend.messages.shape import Answer, Bilingual, view_of


class SourceView(Answer):
    id: str
    publisher: str
    title: str
    year: int
    found_at: str
    kind: str
    note: str


class FactorView(Answer):
    id: str
    name: Bilingual
    value: Decimal
    unit: str
    region: str
    year: int | None
    source_kind: str
    source: SourceView
    note: str
    gas: Annotated[
        Literal["CO2", "CO2e"] | None,
        Meta(
            description="what the publication counts: CO2 alone, or every greenhouse gas; null: no emission"
        ),
    ] = None


class FactorUse(Answer):
    """One factor of a calculation: its role, its value and how far it can be trusted."""

    role: str
    name: Bilingual
    factor_id: str
    value: Decimal
    unit: str
    source_kind: str


def bilingual(text: dict[str, str]) -> Bilingual:
    """A text of the catalogue in both languages."""
    return Bilingual(text["zh-CN"], text["en"])


def factor_use(line: FactorLine) -> FactorUse:
    """A line of an explanation as the API shows it."""
    return view_of(FactorUse, line, name=bilingual(line.name))


class CapView(Answer):
    name: str
    kind: str
    period: str
    limit: Decimal
    per: str | None


class ChoiceView(Answer):
    value: str
    name: Bilingual
    address: Annotated[
        str | None, Meta(description="where its points are earned; logging it as an action is refused")
    ]


class ParameterView(Answer):
    name: str
    label: Bilingual
    choices: list[ChoiceView]
    unit: str
    at_least: Decimal | None
    at_most: Decimal | None
    default: str | None


class MethodBrief(Answer):
    code: str
    version: str
    group: str
    name: Bilingual
    unit: str
    unit_name: Bilingual
    needs_quantity: bool
    evidence_wanted: Annotated[
        list[str], Meta(description="the tiers of evidence that are accepted; any other is refused")
    ]
    self_declared_reason: Annotated[
        Bilingual | None, Meta(description="why one's own word (E5) is accepted; null: it is not")
    ]
    is_at_events: Annotated[
        bool, Meta(description="whether an event's code is evidence, for who joined, while it is open")
    ]
    scene_kinds: Annotated[list[Bilingual], Meta(description="certified scenes whose code is evidence")]


class MethodView(MethodBrief, kw_only=True):
    description: Bilingual
    baseline: Bilingual
    formula: str | None
    formula_silent: str | None
    unit_silent: str | None
    default_quantity: Decimal | None
    quantity_max: Decimal
    whole_number: bool
    fixed_points: int | None
    parameters: list[ParameterView]
    caps: list[CapView]
    factor_set: str
    factors: list[FactorUse]
    sources: list[SourceView]


class FactorSetView(Answer):
    id: str
    name: Bilingual
    effective_from: date
    roles: dict[str, str]
