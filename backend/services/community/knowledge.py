"""Articles for everybody to read, and a citizen's quiz of the day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import cast
from uuid import UUID

from backend.catalogue import Catalogue
from backend.domain.community.knowledge import (
    LETTERS,
    POINTS_PER_RIGHT_ANSWER,
    Article,
    Knowledge,
    Letter,
    Question,
    questions_of_day,
    quiz_points,
    right_answers,
)
from backend.domain.days import day_of
from backend.errors.community.knowledge import ArticleNotFound, QuizQuestionsDiffer
from backend.ledger.command import IdempotencyKey, Outcome
from backend.ledger.commands.answer_quiz import AnswerQuiz
from backend.ledger.queue import LedgerQueue
from backend.messages.catalogue.catalogue import bilingual
from backend.messages.community.knowledge import (
    ArticleBrief,
    ArticleView,
    Body,
    ChoiceOfQuiz,
    Quiz,
    QuizChoice,
    QuizQuestion,
    QuizResult,
    article_brief,
    block_view,
    quiz_mark,
)
from backend.models import QuizAnswer
from backend.models.keys import uuid7
from backend.services.catalogue.views import source_view
from backend.services.community.editions import Editions


async def list_articles(editions: Editions, now: datetime) -> list[ArticleBrief]:
    """All articles of today in reading order."""
    knowledge = await editions.today(now)
    return [article_brief(article) for article in knowledge.articles.values()]


async def show_article(editions: Editions, catalogue: Catalogue, slug: str, now: datetime) -> ArticleView:
    """An article with the methods, factors and sources it is about. Raises ArticleNotFound."""
    return article_view(find_article(await editions.today(now), slug), catalogue)


def find_article(knowledge: Knowledge, slug: str) -> Article:
    """The article with a slug. Raises ArticleNotFound."""
    article = knowledge.articles.get(slug)
    if article is None:
        raise ArticleNotFound
    return article


def article_view(article: Article, catalogue: Catalogue) -> ArticleView:
    """An article with its sources."""
    return ArticleView(
        slug=article.slug,
        title=bilingual(article.title),
        summary=bilingual(article.summary),
        updated_on=article.updated_on,
        body=Body(
            zh=[block_view(block) for block in article.blocks("zh-CN")],
            en=[block_view(block) for block in article.blocks("en")],
        ),
        methods=list(article.method_codes),
        factors=list(article.factor_ids),
        sources=[source_view(catalogue.sources[source_id]) for source_id in article.source_ids],
    )


async def quiz_of(editions: Editions, citizen_id: UUID, now: datetime) -> Quiz:
    """A citizen's questions of today, with the marks once they are answered."""
    day, knowledge = day_of(now), await editions.today(now)
    done = await QuizAnswer.get_or_none(citizen_id=citizen_id, day=day)
    if done is None:
        asked = questions_of_day(tuple(knowledge.questions), citizen_id, day)
        return _quiz(day, [knowledge.questions[question] for question in asked])
    # The questions that were asked, even if the bank has changed since.
    known = [
        (question, cast(Letter, choice))
        for id_, choice in zip(done.questions, done.choices, strict=True)
        if (question := knowledge.question(id_)) is not None
    ]
    quiz = _quiz(day, [question for question, _ in known])
    quiz.result = QuizResult(
        day=day,
        marks=[quiz_mark(question, choice) for question, choice in known],
        right=done.right_count,
        points=done.points,
    )
    return quiz


async def answer_quiz(
    editions: Editions,
    queue: LedgerQueue,
    citizen_id: UUID,
    answers: Sequence[QuizChoice],
    idempotency: IdempotencyKey | None,
    now: datetime,
) -> Outcome:
    """Mark a citizen's answers and book points for right ones; quiz_done and quiz_questions_differ are outcomes."""
    day, knowledge = day_of(now), await editions.today(now)
    asked = questions_of_day(tuple(knowledge.questions), citizen_id, day)
    chosen = {answer.question: answer.choice for answer in answers}
    if len(chosen) != len(answers) or chosen.keys() != set(asked):
        result, refusal = QuizResult(day=day, marks=[], right=0, points=0), QuizQuestionsDiffer()
        return await queue.submit(
            AnswerQuiz(
                id=uuid7(),
                citizen_id=citizen_id,
                result=result,
                idempotency=idempotency,
                at=now,
                refusal_if_new=refusal,
            )
        )
    right = sum(right_answers(knowledge.questions, asked, [chosen[question] for question in asked]))
    result = QuizResult(
        day=day,
        marks=[quiz_mark(knowledge.questions[question], chosen[question]) for question in asked],
        right=right,
        points=quiz_points(right),
    )
    return await queue.submit(
        AnswerQuiz(id=uuid7(), citizen_id=citizen_id, result=result, idempotency=idempotency, at=now)
    )


def _quiz(day: date, questions: Sequence[Question]) -> Quiz:
    return Quiz(
        day=day,
        questions=[
            QuizQuestion(
                id=question.id,
                text=bilingual(question.text),
                choices=[
                    ChoiceOfQuiz(id=letter, text=bilingual(text))
                    for letter, text in zip(LETTERS, question.choices, strict=True)
                ],
                article=question.article,
            )
            for question in questions
        ],
        points_per_right_answer=POINTS_PER_RIGHT_ANSWER,
    )
