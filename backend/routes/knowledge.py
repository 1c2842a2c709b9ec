"""Articles about methods and factors, and the daily quiz."""

from __future__ import annotations

from backend.errors import IdempotencyKeyReused
from backend.errors.knowledge import ArticleNotFound, QuizDone, QuizQuestionsDiffer
from backend.ledger.commands import Outcome
from backend.messages import knowledge as m_knowledge
from backend.messages.shape import Page
from backend.routes.serving import CITIZEN, QUEUED, Call, Endpoint
from backend.services import knowledge


async def list_articles(call: Call) -> Page[m_knowledge.ArticleBrief]:
    return Page(knowledge.list_articles(call.parts.knowledge))


async def show_article(call: Call) -> m_knowledge.ArticleView:
    article = knowledge.find_article(call.parts.knowledge, call.params["slug"])
    return knowledge.article_view(article, call.parts.catalogue)


async def show_quiz(call: Call) -> m_knowledge.Quiz:
    return await knowledge.quiz_of(call.parts.knowledge, call.principal.id, call.now)


async def answer_quiz(call: Call) -> Outcome:
    request: m_knowledge.QuizRequest = call.body
    parts = call.parts
    return await knowledge.answer_quiz(
        parts.knowledge, parts.queue, call.principal.id, request.answers, call.idempotency, call.now
    )


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/articles",
        handler=list_articles,
        tag="knowledge",
        summary="Articles about methods and factors used here, in reading order",
        answers={200: Page[m_knowledge.ArticleBrief]},
    ),
    Endpoint(
        method="GET",
        path="/v1/articles/{slug}",
        handler=show_article,
        tag="knowledge",
        summary="An article with its sources",
        answers={200: m_knowledge.ArticleView},
        refusals=(ArticleNotFound,),
    ),
    Endpoint(
        method="GET",
        path="/v1/me/quiz",
        handler=show_quiz,
        tag="knowledge",
        roles=CITIZEN,
        summary="Today's three questions; with the result once they are answered",
        answers={200: m_knowledge.Quiz},
    ),
    Endpoint(
        method="POST",
        path="/v1/me/quiz",
        handler=answer_quiz,
        tag="knowledge",
        roles=CITIZEN,
        summary="Answer today's questions, once: a point for each right answer, and no grams",
        body=m_knowledge.QuizRequest,
        answers={201: m_knowledge.QuizAnswered},
        refusals=(QuizDone, QuizQuestionsDiffer, IdempotencyKeyReused, *QUEUED),
        idempotency="required",
    ),
)
