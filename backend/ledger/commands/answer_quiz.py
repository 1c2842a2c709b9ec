"""A citizen answers the daily quiz: once a day, and its points with it. Points reward; no grams come of a quiz.

Pure between `load` and `store`. The answers and the points are one commit, so neither is there without the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from backend.domain.issuance.budgets import ISSUANCE_BUDGET
from backend.errors import Refusal, SessionRevoked
from backend.errors.community.knowledge import QuizDone
from backend.ledger.command import Command, Outcome
from backend.ledger.facts.earners import Earners, hindrance_of
from backend.ledger.rows import STORE_QUIZ_ANSWERS, QuizAnswerRow
from backend.ledger.state import LedgerState
from backend.messages.community.knowledge import QuizAnswered, QuizResult
from backend.messages.encoding import encode
from backend.storage.transaction import Transaction


class AnswerQuiz(Command, frozen=True):
    """A citizen answered the questions of a day, and `result` says how well. `id` is the quiz's own."""

    result: QuizResult
    refusal_if_new: Refusal | None = None

    @property
    def issues(self) -> bool:
        return True


class QuizState:
    """Quizzes by citizen and day that were answered, and the rows to add."""

    def __init__(self) -> None:
        self.done: set[tuple[UUID, date]] = set()
        self.new_answers: list[QuizAnswerRow] = []


class QuizRules:
    """Rules of the quiz; they remember nothing between batches."""

    commands: tuple[type[Command], ...] = (AnswerQuiz,)

    async def load(
        self, transaction: Transaction, state: LedgerState, commands: Sequence[AnswerQuiz]
    ) -> None:
        await state.component(Earners).load(transaction, (each.citizen_id for each in commands))
        asked = sorted({(each.citizen_id, each.result.day) for each in commands})
        if asked:
            rows = await transaction.read("load_quiz_days", *zip(*asked, strict=True))
            state.component(QuizState).done = {(row["citizen_id"], row["day"]) for row in rows}

    def decide(self, command: AnswerQuiz, state: LedgerState) -> Outcome:
        if command.citizen_id not in state.balances:
            raise SessionRevoked
        if command.refusal_if_new is not None:
            raise command.refusal_if_new
        hindrance = hindrance_of(state, command.citizen_id, command.at)
        if hindrance is not None:
            raise hindrance
        quizzes, result = state.component(QuizState), command.result
        if (command.citizen_id, result.day) in quizzes.done:
            raise QuizDone
        quizzes.done.add((command.citizen_id, result.day))
        granted = state.grant(command.citizen_id, result.points, "quiz", command.id, command.at, result.day)
        quizzes.new_answers.append(
            QuizAnswerRow(
                citizen_id=command.citizen_id,
                day=result.day,
                id=command.id,
                questions=encode([mark.question for mark in result.marks]).decode(),
                choices=encode([mark.choice for mark in result.marks]).decode(),
                right_count=result.right,
                points=granted.points,
                created_at=command.at,
            )
        )
        answer = QuizAnswered(
            day=result.day,
            marks=result.marks,
            right=result.right,
            points=granted.points,
            balance=state.balances[command.citizen_id],
            pending_points=granted.pending,
            capped_by=ISSUANCE_BUDGET if granted.withheld else None,
        )
        return Outcome(201, answer)

    async def store(self, transaction: Transaction, state: LedgerState) -> None:
        rows = state.component(QuizState).new_answers
        if rows:
            await transaction.store(STORE_QUIZ_ANSWERS, rows)
