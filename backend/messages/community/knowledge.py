"""Articles for everybody to read, and the daily quiz."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from backend.domain.community.knowledge import Article, Block, Letter, Question
from backend.messages.catalogue.catalogue import SourceView, bilingual
from backend.messages.shape import Answer, Bilingual, Request, Statement, view_of


class BlockView(Answer):
    """A block of a text: a heading or a paragraph with its `text`, or a list with its `items`."""

    kind: str
    text: str
    items: list[str]


class Body(msgspec.Struct, frozen=True, rename={"zh": "zh-CN"}):
    """An article's text, block by block, in both languages."""

    zh: list[BlockView]
    en: list[BlockView]


class ArticleBrief(Answer):
    slug: str
    title: Bilingual
    summary: Bilingual
    updated_on: date


class ArticleView(ArticleBrief, kw_only=True):
    body: Body
    methods: Annotated[list[str], Meta(description="codes of /v1/methods that it is about")]
    factors: Annotated[list[str], Meta(description="ids of /v1/factors whose values it tells")]
    sources: list[SourceView]


class ChoiceOfQuiz(Answer):
    id: Letter
    text: Bilingual


class QuizQuestion(Answer):
    id: str
    text: Bilingual
    choices: list[ChoiceOfQuiz]
    article: Annotated[str, Meta(description="slug of the article that answers it")]


class QuizMark(Answer):
    """The mark of one answer, with the right choice and why."""

    question: str
    choice: Letter
    right_choice: Letter
    is_right: bool
    explanation: Statement
    article: str
    sources: Annotated[list[str], Meta(description="ids of sources")]


class QuizResult(Answer):
    day: date
    marks: list[QuizMark]
    right: Annotated[int, Meta(ge=0, description="answers that are right")]
    points: int


class QuizAnswered(QuizResult, kw_only=True):
    balance: Annotated[int, Meta(description="points after this quiz")]
    pending_points: Annotated[
        int, Meta(description="of `points`, those that wait for the account's first proven act")
    ] = 0
    capped_by: Annotated[
        str | None, Meta(description="issuance_budget: the budget that pays has nothing left for this quiz")
    ] = None


class Quiz(Answer):
    """A citizen's questions of a day, with `result` once they are answered."""

    day: date
    questions: list[QuizQuestion]
    points_per_right_answer: int
    result: QuizResult | None = None


class QuizChoice(Request):
    question: Annotated[str, Meta(min_length=1, max_length=64)]
    choice: Letter


class QuizRequest(Request):
    answers: Annotated[list[QuizChoice], Meta(min_length=1, max_length=10)]


def article_brief(article: Article) -> ArticleBrief:
    """An article as lists show it."""
    return view_of(ArticleBrief, article, title=bilingual(article.title), summary=bilingual(article.summary))


def block_view(block: Block) -> BlockView:
    """A block of an article's text."""
    return BlockView(kind=block.kind, text=block.text, items=list(block.items))


def quiz_mark(question: Question, choice: Letter) -> QuizMark:
    """The mark of a citizen's choice."""
    return QuizMark(
        question=question.id,
        choice=choice,
        right_choice=question.right,
        is_right=choice == question.right,
        explanation=Statement(question.explanation["zh-CN"], question.explanation["en"]),
        article=question.article,
        sources=list(question.source_ids),
    )
