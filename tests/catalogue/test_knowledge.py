"""The shipped articles and questions are whole, and a broken one is refused with the place and the reason."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from backend.catalogue import Catalogue, CatalogueError
from backend.catalogue.knowledge import load_knowledge
from backend.catalogue.loader import DIRECTORY
from backend.domain.community.knowledge import LETTERS, Knowledge


@pytest.fixture(scope="session")
def knowledge(catalogue: Catalogue) -> Knowledge:
    return load_knowledge(catalogue)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(DIRECTORY / "articles", tmp_path / "articles")
    shutil.copy(DIRECTORY / "quiz.toml", tmp_path / "quiz.toml")
    return tmp_path


def test_an_unchanged_copy_is_the_same_knowledge(
    copy: Path, catalogue: Catalogue, knowledge: Knowledge
) -> None:
    assert load_knowledge(catalogue, copy) == knowledge


def test_articles_are_of_a_length_to_be_read_on_a_phone(knowledge: Knowledge) -> None:
    assert 8 <= len(knowledge.articles) <= 12
    for article in knowledge.articles.values():
        words = len(article.body["en"].split())
        characters = len(re.findall(r"[\u4e00-\u9fff]", article.body["zh-CN"]))
        assert 200 <= words <= 400, (article.slug, words)
        assert 350 <= characters <= 700, (article.slug, characters)
        kinds = {language: [block.kind for block in article.blocks(language)] for language in article.body}
        assert kinds["en"] == kinds["zh-CN"], article.slug
        lists = [[len(block.items) for block in article.blocks(language)] for language in ("zh-CN", "en")]
        assert lists[0] == lists[1], article.slug


def test_both_languages_tell_the_same_numbers(knowledge: Knowledge) -> None:
    # Decimals are written alike in both; whole numbers may be words in one of them.
    decimal = re.compile(r"\d+\.\d+")
    for article in knowledge.articles.values():
        told = [Counter(decimal.findall(article.body[language])) for language in ("zh-CN", "en")]
        assert told[0] == told[1], article.slug
    for question in knowledge.questions.values():
        told = [Counter(decimal.findall(question.explanation[language])) for language in ("zh-CN", "en")]
        assert told[0] == told[1], question.id


def test_no_placeholder_is_left_in_a_text(knowledge: Knowledge) -> None:
    for article in knowledge.articles.values():
        assert not [text for text in article.body.values() if "{" in text or "}" in text]
    for question in knowledge.questions.values():
        texts = (question.text, question.explanation, *question.choices)
        assert not [text for each in texts for text in each.values() if "{" in text]


def test_an_article_tells_the_values_that_are_computed_with(
    knowledge: Knowledge, catalogue: Catalogue
) -> None:
    grid = knowledge.articles["sichuan-grid"]
    assert "grid-sichuan-2022" in grid.factor_ids
    for text in grid.body.values():
        assert str(catalogue.factors["grid-sichuan-2022"].value) in text


def test_the_bank_is_large_and_no_letter_is_the_safe_guess(knowledge: Knowledge) -> None:
    assert len(knowledge.questions) >= 40
    right = Counter(question.right for question in knowledge.questions.values())
    assert set(right) == set(LETTERS)
    assert max(right.values()) <= len(knowledge.questions) * 0.35
    assert {question.article for question in knowledge.questions.values()} == set(knowledge.articles)


def test_no_two_questions_ask_the_same(knowledge: Knowledge) -> None:
    for language in ("zh-CN", "en"):
        texts = [question.text[language] for question in knowledge.questions.values()]
        assert len(set(texts)) == len(texts)


BREAKS = [
    ("articles/steps.toml", "{walk-saving}", "{walk-savings}", r"steps.toml: unknown factor walk-savings"),
    ("articles/steps.toml", '"wuhan-2022"', '"nobody"', r"steps.toml: unknown source nobody"),
    ("articles/steps.toml", 'method_codes = ["walk_steps"]', 'method_codes = ["fly"]', r"unknown method fly"),
    ("articles/steps.toml", "position = 6", "position = 5", r"articles: two have one position"),
    ("articles/steps.toml", "position = 6", 'position = "x"', r"steps.toml: Expected `int`"),
    ("articles/steps.toml", "\nen = ", "\nfr = ", r"steps.toml: body must have zh-CN and en"),
    ("articles/steps.toml", "position = 6", "position = 6\nsubtitle = 1", r"steps.toml: .*unknown field"),
    ("articles/steps.toml", "[body]", "[body", r"steps.toml: "),
    (
        "articles/steps.toml",
        "updated_on = ",
        'factor_ids = ["teleport"]\nupdated_on = ',
        r"steps.toml: unknown factor teleport",
    ),
    ("quiz.toml", 'article = "steps"', 'article = "stairs"', r"quiz.toml: .*unknown article stairs"),
    ("quiz.toml", 'source_ids = ["wuhan-2022"]', 'source_ids = ["nobody"]', r"unknown source nobody"),
    ("quiz.toml", 'source_ids = ["wuhan-2022"]', "source_ids = []", r"has no source"),
    ("quiz.toml", 'id = "steps-cap"', 'id = "steps-value"', r"quiz.toml: steps-value: duplicate id"),
    ("quiz.toml", '  { zh-CN = "5,000 步", en = "5,000" },\n', "", r"must have 4 choices"),
    ("quiz.toml", '"50,000 步", en = "50,000"', '"5,000 步", en = "50,000"', r"two choices say the same"),
    ("quiz.toml", '"50,000 步", en = "50,000"', '"50,000 步", en = ""', r"a choice must have zh-CN and en"),
    ("quiz.toml", 'right = "a"', 'right = "e"', r"Invalid enum value 'e'"),
    ("quiz.toml", "{walk-saving}", "{step}", r"unknown factor step"),
    ("quiz.toml", "一天最多记多少步？", "步" * 201, r"longer than 200 characters"),
]


@pytest.mark.parametrize(("file", "old", "new", "said"), BREAKS, ids=range(len(BREAKS)))
def test_a_broken_file_is_refused_by_place_and_reason(
    copy: Path, catalogue: Catalogue, file: str, old: str, new: str, said: str
) -> None:
    text = (copy / file).read_text(encoding="utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueError, match=said):
        load_knowledge(catalogue, copy)


def test_knowledge_without_articles_or_questions_is_refused(copy: Path, catalogue: Catalogue) -> None:
    (copy / "articles" / "Steps Taken.toml").write_text("position = 99\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match="lower-case words"):
        load_knowledge(catalogue, copy)
    shutil.rmtree(copy / "articles")
    with pytest.raises(CatalogueError, match="there is none"):
        load_knowledge(catalogue, copy)
