"""Answering the daily quiz: once a day, and its points with it. Points reward; no grams come of a quiz.

Pure between `load` and `store`. The answers and the points are one commit, so neither is there without the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from backend.errors import Refusal, SessionRevoked
from backend.errors.community.knowledge import QuizDone
from backend.ledger.command import IdempotencyKey, Outcome
from backend.ledger.state import LedgerState
from backend.messages.community.knowledge import QuizAnswered, QuizResult
from backend.messages.encoding import encode
from backend.storage.writer import Transaction


class AnswerQuiz(msgspec.Struct, frozen=True):
    """A citizen answered the questions of a day, and `result` says how well. `id` is the quiz's own."""

    id: UUID
    citizen_id: UUID
    result: QuizResult
    idempotency: IdempotencyKey | None
    at: datetime
    refusal_if_new: Refusal | None = None


class QuizState:
    """Quizzes by citizen and day that were answered, and the rows to add."""

    def __init__(self) -> None:
        self.done: set[tuple[UUID, date]] = set()
        self.new_answers: list[tuple[object, ...]] = []


class QuizRules:
    """Rules of the quiz; they remember nothing between batches."""

    commands: tuple[type, ...] = (AnswerQuiz,)

    async def load(
        self, transaction: Transaction, state: LedgerState, commands: Sequence[AnswerQuiz]
    ) -> None:
        asked = sorted({(each.citizen_id, each.result.day) for each in commands})
        if asked:
            rows = await transaction.rows("load_quiz_days", *zip(*asked, strict=True))
            state.part(QuizState).done = {(row["citizen_id"], row["day"]) for row in rows}

    def decide(self, command: AnswerQuiz, state: LedgerState) -> Outcome:
        if command.citizen_id not in state.balances:
            raise SessionRevoked
        if command.refusal_if_new is not None:
            raise command.refusal_if_new
        quizzes, result = state.part(QuizState), command.result
        if (command.citizen_id, result.day) in quizzes.done:
            raise QuizDone
        quizzes.done.add((command.citizen_id, result.day))
        balance = state.balances[command.citizen_id]
        if result.points:
            balance = state.earn(
                command.citizen_id, result.points, "quiz", command.id, command.at, result.day
            )
        quizzes.new_answers.append(
            (
                command.citizen_id,
                result.day,
                command.id,
                encode([mark.question for mark in result.marks]).decode(),
                encode([mark.choice for mark in result.marks]).decode(),
                result.right,
                result.points,
                command.at,
            )
        )
        answer = QuizAnswered(
            day=result.day, marks=result.marks, right=result.right, points=result.points, balance=balance
        )
        return Outcome(201, encode(answer))

    async def store(self, transaction: Transaction, state: LedgerState) -> None:
        rows = state.part(QuizState).new_answers
        if rows:
            await transaction.rows("store_quiz_answers", *zip(*rows, strict=True))
