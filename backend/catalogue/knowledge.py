"""Loads articles and the quiz, checked against the methods and factors that they are about."""

from __future__ import annotations

import re
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
    if not articles:
        raise CatalogueError("articles: there is none")
    articles.sort(key=lambda article: article.position)
    if len({article.position for article in articles}) < len(articles):
        raise CatalogueError("articles: two have one position")
    by_slug = {article.slug: article for article in articles}
    questions = {
        question.id: _with_values(f"quiz.toml: {question.id}", question, catalogue)
        for question in read_entries(where / "quiz.toml", "question", Question).values()
    }
    for question in questions.values():
        _check_question(question, by_slug, catalogue)
    if len(questions) < QUESTIONS_PER_DAY:
        raise CatalogueError(f"quiz.toml: has less than {QUESTIONS_PER_DAY} questions")
    return Knowledge(by_slug, questions)


def _article(path: Path, catalogue: Catalogue) -> Article:
    slug = path.stem
    if not SLUG.fullmatch(slug):
        raise CatalogueError(f"{path.name}: the name must be lower-case words joined by hyphens")
    try:
        article = msgspec.convert({"slug": slug} | read_toml(path), Article)
    except msgspec.ValidationError as error:
        raise CatalogueError(f"{path.name}: {error}") from error
    check_languages(path.name, article)
    check_sources(path.name, article.source_ids, catalogue.sources)
    for code in article.method_codes:
        if code not in catalogue.methods:
            raise CatalogueError(f"{path.name}: unknown method {code}")
    named = {name for text in article.body.values() for name in FACTOR.findall(text)}
    article = _with_values(path.name, article, catalogue)
    for text in (*article.title.values(), *article.summary.values()):
        _check_short(path.name, text)
    if any(not blocks_of(text) for text in article.body.values()):
        raise CatalogueError(f"{path.name}: has no text")
    factors = sorted({*article.factor_ids, *named})
    for factor_id in factors:
        if factor_id not in catalogue.factors:
            raise CatalogueError(f"{path.name}: unknown factor {factor_id}")
    return msgspec.structs.replace(article, factor_ids=tuple(factors))


def _check_question(question: Question, articles: dict[str, Article], catalogue: Catalogue) -> None:
    where = f"quiz.toml: {question.id}"
    check_sources(where, question.source_ids, catalogue.sources)
    if question.article not in articles:
        raise CatalogueError(f"{where}: unknown article {question.article}")
    if len(question.choices) != len(LETTERS):
        raise CatalogueError(f"{where}: must have {len(LETTERS)} choices")
    for choice in question.choices:
        if sorted(choice) != ["en", "zh-CN"] or not all(text.strip() for text in choice.values()):
            raise CatalogueError(f"{where}: a choice must have zh-CN and en")
    for language in ("zh-CN", "en"):
        texts = [choice[language] for choice in question.choices]
        if len(set(texts)) < len(texts):
            raise CatalogueError(f"{where}: two choices say the same")
        for text in (question.text[language], *texts):
            _check_short(where, text)


def _check_short(where: str, text: str) -> None:
    if len(text) > SHORT_CHARS_MAX:
        raise CatalogueError(f"{where}: longer than {SHORT_CHARS_MAX} characters: {text[:40]}…")


def _with_values(where: str, entry: Entry, catalogue: Catalogue) -> Entry:
    """The entry with each `{factor-id}` of its texts replaced by the factor's value."""

    def value(match: re.Match[str]) -> str:
        factor = catalogue.factors.get(match[1])
        if factor is None:
            raise CatalogueError(f"{where}: unknown factor {match[1]}")
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
