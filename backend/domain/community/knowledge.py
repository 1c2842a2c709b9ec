"""Articles and the quiz: a citizen's questions of a day, and how many answers are right. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from backend.errors.community.knowledge import EarnedElsewhere

QUESTIONS_PER_DAY = 3
POINTS_PER_RIGHT_ANSWER = 1

QUIZ_ADDRESS = "/v1/me/quiz"
# Citizens cannot declare that they answered well. The choice stays in the catalogue: actions point at it.
ELSEWHERE: Mapping[tuple[str, str, str], str] = {("learn", "kind", "quiz"): QUIZ_ADDRESS}
"""Where the points of a method's choice are earned instead of by logging an action."""

Letter = Literal["a", "b", "c", "d"]
LETTERS: tuple[Letter, ...] = ("a", "b", "c", "d")


class Block(msgspec.Struct, frozen=True):
    """A part of a text: a heading or a paragraph with its `text`, or a list with its `items`."""

    kind: Literal["heading", "paragraph", "list"]
    text: str = ""
    items: tuple[str, ...] = ()


class Article(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An article about a method or a factor. Texts are dicts with the keys zh-CN and en.

    In the file, `{factor-id}` in a text stands for that factor's value, so that no article shows another number
    than the one in use.
    """

    slug: str
    position: int
    title: dict[str, str]
    summary: dict[str, str]
    updated_on: date
    source_ids: tuple[str, ...]
    body: dict[str, str]
    method_codes: tuple[str, ...] = ()
    factor_ids: tuple[str, ...] = ()

    def blocks(self, language: str) -> tuple[Block, ...]:
        return blocks_of(self.body[language])


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question with four choices. It is never changed: what was answered points at it by its id."""

    id: str
    article: str
    source_ids: tuple[str, ...]
    text: dict[str, str]
    choices: tuple[dict[str, str], ...]
    right: Letter
    explanation: dict[str, str]


class Knowledge(msgspec.Struct, frozen=True):
    """Articles by slug in reading order, and questions by id."""

    articles: dict[str, Article]
    questions: dict[str, Question]
    earlier: dict[str, Question] = {}
    """Questions that are asked no more, or not yet: answers of a day point at them."""

    def question(self, id_: str) -> Question | None:
        """A question that is or was asked."""
        return self.questions.get(id_) or self.earlier.get(id_)


def elsewhere(method: str, parameters: Mapping[str, object]) -> EarnedElsewhere | None:
    """The refusal of an action whose points are earned elsewhere, or None."""
    for name, value in parameters.items():
        address = ELSEWHERE.get((method, name, str(value)))
        if address is not None:
            return EarnedElsewhere(parameter=name, value=value, address=address)
    return None


def blocks_of(text: str) -> tuple[Block, ...]:
    """A text's blocks: `## ` begins a heading, `- ` an item of a list, any other line is a paragraph."""
    blocks: list[Block] = []
    items: list[str] = []
    for line in [*map(str.strip, text.splitlines()), ""]:
        if line.startswith("- "):
            items.append(line[2:])
            continue
        if items:
            blocks.append(Block("list", items=tuple(items)))
            items = []
        if line.startswith("## "):
            blocks.append(Block("heading", line[3:]))
        elif line:
            blocks.append(Block("paragraph", line))
    return tuple(blocks)


def questions_of_day(ids: Sequence[str], citizen_id: UUID, day: date) -> tuple[str, ...]:
    """A citizen's questions of a day: every question of the bank is asked before any comes again.

    The same for the same bank, citizen and day, so nothing is stored before the citizen answers.
    """
    days = max(1, len(ids) // QUESTIONS_PER_DAY)
    cycle, index = divmod(day.toordinal(), days)

    def rank(question: str) -> bytes:
        return hashlib.sha256(f"{citizen_id}/{cycle}/{question}".encode()).digest()

    order = sorted(ids, key=rank)
    return tuple(order[index * QUESTIONS_PER_DAY : (index + 1) * QUESTIONS_PER_DAY])


def right_answers(
    questions: Mapping[str, Question], asked: Sequence[str], choices: Sequence[str]
) -> tuple[bool, ...]:
    """For each question whether its choice is the right one."""
    return tuple(questions[question].right == choice for question, choice in zip(asked, choices, strict=True))


def quiz_points(right: int) -> int:
    """Points for a number of right answers."""
    return right * POINTS_PER_RIGHT_ANSWER
