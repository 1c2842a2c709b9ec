"""Refusals of articles and of the quiz."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class ArticleNotFound(NotFound):
    code = "article_not_found"


class EarnedElsewhere(Refusal):
    status, code = 409, "earned_elsewhere"
    facts_besides = ("parameter",)


class QuizDone(Refusal):
    status, code = 409, "quiz_done"


class QuizQuestionsDiffer(Refusal):
    status, code = 409, "quiz_questions_differ"
