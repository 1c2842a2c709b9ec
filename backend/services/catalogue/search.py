"""Finds factors and methods by words of their name in either language, their id, region, unit or source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from backend.catalogue import Catalogue
from backend.domain.catalogue.factors import Factor, Method, Source
from backend.domain.folding import folded_words

QUERY_CHARS_MAX = 60


class Found(NamedTuple):
    """What the page of the catalogue shows for a query."""

    query: str
    methods: list[Method]
    factors: list[Factor]
    sources: Mapping[str, Source]


def search_catalogue(catalogue: Catalogue, text: str | None, *, has_methods: bool) -> Found:
    """The methods and factors for a page; without a query the methods, or else the factors, are read through."""
    query = (text or "").strip()[:QUERY_CHARS_MAX]
    return Found(
        query=query,
        methods=find_methods(catalogue, query) if has_methods else [],
        factors=find_factors(catalogue, query) if query or not has_methods else [],
        sources=catalogue.sources,
    )


def find_factors(catalogue: Catalogue, query: str | None) -> list[Factor]:
    """Factors in which every word of the query occurs, as the catalogue lists them; all without one."""
    words = _words(query)
    return [
        factor
        for factor in catalogue.factors.values()
        if _has(words, _texts_of_factor(factor, catalogue.sources[factor.source_id]))
    ]


def find_methods(catalogue: Catalogue, query: str | None) -> list[Method]:
    """Methods in which every word of the query occurs, as the catalogue lists them; all without one."""
    words = _words(query)
    return [
        method
        for method in catalogue.methods.values()
        if _has(words, _texts_of_method(method, [catalogue.sources[each] for each in method.source_ids]))
    ]


def _texts_of_factor(factor: Factor, source: Source) -> Iterable[str]:
    yield from (factor.id, factor.region, factor.emission_unit, str(factor.year or ""), factor.note)
    yield from factor.name.values()
    yield from _texts_of_source(source)


def _texts_of_method(method: Method, sources: list[Source]) -> Iterable[str]:
    yield from (method.code, method.group)
    for text in (method.name, method.description, method.baseline):
        yield from text.values()
    for source in sources:
        yield from _texts_of_source(source)


def _texts_of_source(source: Source) -> Iterable[str]:
    return (source.id, source.publisher, source.title, source.found_at)


def _words(query: str | None) -> list[str]:
    return _plain(query or "").split()


def _has(words: list[str], texts: Iterable[str]) -> bool:
    whole = _plain(" ".join(texts))
    return all(word in whole for word in words)


def _plain(text: str) -> str:
    return folded_words(text)
