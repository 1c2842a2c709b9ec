"""Shows criteria sets, every version of them."""

from __future__ import annotations

from collections.abc import Mapping

from backend.catalogue import Catalogue
from backend.domain.evaluation.criteria import Cap, CriteriaSet, Criterion
from backend.errors.evaluation import CriteriaNotFound
from backend.messages.evaluation.scores import (
    CapView,
    CriteriaBrief,
    CriteriaList,
    CriteriaSource,
    CriteriaView,
    CriterionView,
)
from backend.messages.shape import Statement, view_of
from backend.texts import LANGUAGES, say


def list_criteria(catalogue: Catalogue) -> CriteriaList:
    """All versions of all sets, the newest first."""
    found = sorted(catalogue.criteria.values(), key=lambda each: (each.effective_from, each.id), reverse=True)
    return CriteriaList(items=[view_of(CriteriaBrief, each, name=statement_of(each.name)) for each in found])


def show_criteria(catalogue: Catalogue, set_id: str, version: str) -> CriteriaView:
    """One version in full. Raises CriteriaNotFound."""
    found = catalogue.criteria.get((set_id, version))
    if found is None:
        raise CriteriaNotFound
    return _view(catalogue, found)


def read_criteria(catalogue: Catalogue, set_id: str | None, version: str | None) -> dict[str, object]:
    """What the page of a version says, the newest where none is named. Raises CriteriaNotFound."""
    versions = list_criteria(catalogue).items
    view = show_criteria(catalogue, set_id or versions[0].id, version or versions[0].version)
    return {"view": view, "versions": versions, "label": rating_label()}


def _view(catalogue: Catalogue, found: CriteriaSet) -> CriteriaView:
    return view_of(
        CriteriaView,
        found,
        name=statement_of(found.name),
        about=statement_of(found.about),
        given_by=statement_of(found.given_by),
        stars_from=list(found.stars_from),
        criteria=[_criterion(catalogue, each) for each in found.criterion],
        caps=[cap_view(catalogue, each) for each in found.cap],
    )


def _criterion(catalogue: Catalogue, found: Criterion) -> CriterionView:
    return view_of(
        CriterionView,
        found,
        name=statement_of(found.name),
        about=statement_of(found.about),
        source=source_of(catalogue, found.source_id),
    )


def cap_view(catalogue: Catalogue, found: Cap) -> CapView:
    """A limit of the stars."""
    return view_of(
        CapView, found, name=statement_of(found.name), source=source_of(catalogue, found.source_id)
    )


def source_of(catalogue: Catalogue, source_id: str) -> CriteriaSource:
    """The publication behind a criterion."""
    source = catalogue.sources[source_id]
    return view_of(CriteriaSource, source, is_assumption=source.kind == "product")


def statement_of(text: Mapping[str, str]) -> Statement:
    """A text of the catalogue in both languages."""
    return Statement(text["zh-CN"], text["en"])


def rating_label() -> Statement:
    """What a rating is, who gives it, and what it does not say; after Directive (EU) 2024/825 for readers there."""
    return Statement(**{language[:2]: say(language, "credit.label") for language in LANGUAGES})
