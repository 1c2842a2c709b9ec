"""Articles about methods and factors, and the daily quiz."""

from __future__ import annotations

from backend.errors import IdempotencyKeyReused
from backend.errors.community.knowledge import ArticleNotFound, QuizDone, QuizQuestionsDiffer
from backend.errors.minors import AgeNeeded, GuardianNeeded
from backend.ledger.command import Outcome
from backend.messages.community import knowledge as m_knowledge
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import CITIZEN, QUEUED, Endpoint, in_section
from backend.services.community import knowledge


async def list_articles(call: Call) -> Page[m_knowledge.ArticleBrief]:
    return Page(await knowledge.list_articles(call.components.editions, call.now))


async def show_article(call: Call) -> m_knowledge.ArticleView:
    components = call.components
    return await knowledge.show_article(
        components.editions, components.catalogue, call.params["slug"], call.now
    )


async def show_quiz(call: Call) -> m_knowledge.Quiz:
    return await knowledge.quiz_of(call.components.editions, call.principal.id, call.now)


async def answer_quiz(call: Call) -> Outcome:
    request: m_knowledge.QuizRequest = call.body
    components = call.components
    return await knowledge.answer_quiz(
        components.editions,
        components.queue,
        call.principal.id,
        request.answers,
        call.idempotency,
        call.now,
    )


ENDPOINTS = in_section(
    "knowledge",
    Endpoint(
        "GET /v1/articles",
        list_articles,
        summary="Articles about methods and factors used here, in reading order",
        answers={200: Page[m_knowledge.ArticleBrief]},
    ),
    Endpoint(
        "GET /v1/articles/{slug}",
        show_article,
        summary="An article with its sources",
        answers={200: m_knowledge.ArticleView},
        refusals=(ArticleNotFound,),
    ),
    Endpoint(
        "GET /v1/me/quiz",
        show_quiz,
        feature="quiz",
        roles=CITIZEN,
        summary="Today's three questions; with the result once they are answered",
        answers={200: m_knowledge.Quiz},
    ),
    Endpoint(
        "POST /v1/me/quiz",
        answer_quiz,
        feature="quiz",
        roles=CITIZEN,
        summary="Answer today's questions, once: a point for each right answer, and no grams",
        body=m_knowledge.QuizRequest,
        answers={201: m_knowledge.QuizAnswered},
        refusals=(
            QuizDone,
            QuizQuestionsDiffer,
            AgeNeeded,
            GuardianNeeded,
            IdempotencyKeyReused,
            *QUEUED,
        ),
        idempotency="required",
    ),
)
