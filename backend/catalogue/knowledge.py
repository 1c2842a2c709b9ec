"""Loads articles and the quiz, checked against the methods and factors that they are about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from backend.catalogue.checks import check_sources
from backend.catalogue.loader import Catalogue
from backend.catalogue.overlay import catalogue_directory
from backend.catalogue.reading import CatalogueError, check_languages, read_entries, read_toml
from backend.domain.community.knowledge import (
    LETTERS,
    QUESTIONS_PER_DAY,
    Article,
    Knowledge,
    Question,
    blocks_of,
)

FACTOR = re.compile(r"\{([^{}]*)\}")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
SHORT_CHARS_MAX = 200
"""The length of a short text: a title, a summary, a question, a choice."""

Entry = TypeVar("Entry", Article, Question)


def load_knowledge(catalogue: Catalogue, directory: Path | None = None) -> Knowledge:
    """The articles and questions of a directory, by default the ones shipped here.

    Raises `CatalogueError` naming file and entry: a missing language, a source, method, factor or article that is
    not there, a question whose choices are not four different ones, too few questions.
    """
    where = directory if directory is not None else catalogue_directory()
    articles = [_article(path, catalogue) for path in sorted((where / "articles").glob("*.toml"))]
    questions = [
        filled_question(f"quiz.toml: {question.id}", question, catalogue)
        for question in read_entries(where / "quiz.toml", "question", Question).values()
    ]
    return combine(articles, questions)


def combine(articles: Iterable[Article], questions: Iterable[Question]) -> Knowledge:
    """Articles in reading order and the questions about them. Raises `CatalogueError` for what does not fit."""
    ordered = sorted(articles, key=lambda article: article.position)
    if not ordered:
        raise CatalogueError("articles: there is none")
    if len({article.position for article in ordered}) < len(ordered):
        raise CatalogueError("articles: two have one position", "/position", "twice")
    knowledge = Knowledge(
        {article.slug: article for article in ordered}, {each.id: each for each in questions}
    )
    for question in knowledge.questions.values():
        if question.article not in knowledge.articles:
            raise CatalogueError(
                f"quiz.toml: {question.id}: unknown article {question.article}",
                "/article",
                "not_known",
                name=question.article,
            )
    if len(knowledge.questions) < QUESTIONS_PER_DAY:
        raise CatalogueError(
            f"quiz.toml: has less than {QUESTIONS_PER_DAY} questions",
            code="too_few",
            items_min=QUESTIONS_PER_DAY,
        )
    return knowledge


def _article(path: Path, catalogue: Catalogue) -> Article:
    slug = path.stem
    if not SLUG.fullmatch(slug):
        raise CatalogueError(f"{path.name}: the name must be lower-case words joined by hyphens")
    try:
        article = msgspec.convert({"slug": slug} | read_toml(path), Article)
    except msgspec.ValidationError as error:
        raise CatalogueError(f"{path.name}: {error}") from error
    return filled_article(path.name, article, catalogue)


def filled_article(where: str, article: Article, catalogue: Catalogue) -> Article:
    """An article with its factors' values, checked against the catalogue. Raises `CatalogueError`."""
    check_languages(where, article)
    check_sources(where, article.source_ids, catalogue.sources)
    for code in article.method_codes:
        if code not in catalogue.methods:
            raise CatalogueError(f"{where}: unknown method {code}", "/method_codes", "not_known", name=code)
    named = {name for text in article.body.values() for name in FACTOR.findall(text)}
    article = _with_values(where, article, catalogue)
    for text in (*article.title.values(), *article.summary.values()):
        _check_short(where, text)
    if any(not blocks_of(text) for text in article.body.values()):
        raise CatalogueError(f"{where}: has no text", "/body", "blank")
    factors = sorted({*article.factor_ids, *named})
    for factor_id in factors:
        if factor_id not in catalogue.factors:
            raise CatalogueError(
                f"{where}: unknown factor {factor_id}", "/factor_ids", "not_known", name=factor_id
            )
    return msgspec.structs.replace(article, factor_ids=tuple(factors))


def filled_question(where: str, question: Question, catalogue: Catalogue) -> Question:
    """A question with its factors' values, checked against the catalogue. Raises `CatalogueError`."""
    question = _with_values(where, question, catalogue)
    check_languages(where, question)
    check_sources(where, question.source_ids, catalogue.sources)
    if len(question.choices) != len(LETTERS):
        raise CatalogueError(
            f"{where}: must have {len(LETTERS)} choices", "/choices", "too_few", items_min=len(LETTERS)
        )
    for choice in question.choices:
        if sorted(choice) != ["en", "zh-CN"] or not all(text.strip() for text in choice.values()):
            raise CatalogueError(f"{where}: a choice must have zh-CN and en", "/choices", "missing")
    for language in ("zh-CN", "en"):
        texts = [choice[language].strip().casefold() for choice in question.choices]
        if len(set(texts)) < len(texts):
            raise CatalogueError(f"{where}: two choices say the same", "/choices", "twice")
        for text in (question.text[language], *texts):
            _check_short(where, text)
    return question


def _check_short(where: str, text: str) -> None:
    if len(text) > SHORT_CHARS_MAX:
        raise CatalogueError(
            f"{where}: longer than {SHORT_CHARS_MAX} characters: {text[:40]}…",
            "",
            "too_long",
            chars_max=SHORT_CHARS_MAX,
        )


def _with_values(where: str, entry: Entry, catalogue: Catalogue) -> Entry:
    """The entry with each `{factor-id}` of its texts replaced by the factor's value."""

    def value(match: re.Match[str]) -> str:
        factor = catalogue.factors.get(match[1])
        if factor is None:
            raise CatalogueError(f"{where}: unknown factor {match[1]}", "", "not_known", name=match[1])
        return f"{factor.value.normalize():f}"

    def filled(content: Any) -> Any:
        if isinstance(content, str):
            return FACTOR.sub(value, content)
        if isinstance(content, dict):
            return {key: filled(each) for key, each in content.items()}
        return content

    texts: dict[str, Any] = {}
    for name, content in msgspec.structs.asdict(entry).items():
        if isinstance(content, dict):
            texts[name] = filled(content)
        elif name == "choices":
            texts[name] = tuple(filled(choice) for choice in content)
    return msgspec.structs.replace(entry, **texts)
