"""Operators write articles and quiz questions: versions, proposals, decisions."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from backend.domain.community.knowledge import Letter
from backend.messages.shape import Answer, Bilingual, Edited, Instant, Request, Slug

Kind = Literal["article", "question"]
State = Literal["shipped", "draft", "proposed", "published", "returned"]
Decision = Literal["published", "returned"]
Reason = Annotated[str, Meta(min_length=1, max_length=400, description="why; kept in the record")]
Code = Annotated[str, Meta(min_length=1, max_length=64)]
CHARS_MAX = 8000
EXPLANATION_CHARS_MAX = 1000


class LongText(msgspec.Struct, frozen=True, rename={"zh": "zh-CN"}, forbid_unknown_fields=True):
    """A text of paragraphs in both languages: `## ` begins a heading, `- ` an item of a list, no other markup."""

    zh: Annotated[str, Meta(min_length=1, max_length=CHARS_MAX)]
    en: Annotated[str, Meta(min_length=1, max_length=CHARS_MAX)]


class Explanation(msgspec.Struct, frozen=True, rename={"zh": "zh-CN"}, forbid_unknown_fields=True):
    """Why an answer is the right one, in both languages."""

    zh: Annotated[str, Meta(min_length=1, max_length=EXPLANATION_CHARS_MAX)]
    en: Annotated[str, Meta(min_length=1, max_length=EXPLANATION_CHARS_MAX)]


class ArticleVersionRequest(Request):
    """A new version of an article. `{factor-id}` in a text stands for that factor's value."""

    title: Bilingual
    summary: Bilingual
    position: Annotated[
        int, Meta(ge=1, le=10_000, description="in reading order; no two articles have the same")
    ]
    body: LongText
    source_ids: Annotated[list[Code], Meta(min_length=1, max_length=20)]
    reason: Reason
    method_codes: Annotated[list[Code], Meta(max_length=20)] = []
    factor_ids: Annotated[list[Code], Meta(max_length=40)] = []


class QuestionVersionRequest(Request):
    """A new version of a quiz question, with four choices of which one is right."""

    article: Annotated[Slug, Meta(description="slug of the article that answers it")]
    text: Bilingual
    choices: Annotated[list[Bilingual], Meta(min_length=4, max_length=4)]
    right: Letter
    explanation: Explanation
    source_ids: Annotated[list[Code], Meta(min_length=1, max_length=20)]
    reason: Reason


class ContentProposalRequest(Request):
    """From which day on a version is to be read: an article from today at the earliest, a question from tomorrow."""

    effective_from: date
    reason: Reason


class ContentDecisionRequest(Request):
    decision: Decision
    reason: Reason


class ContentVersionBrief(Answer):
    id: str
    version: int
    state: State
    is_withdrawal: bool
    effective_from: date | None
    reason: str
    written_by: Annotated[str, Meta(description="user name")]
    created_at: Instant
    proposed_by: str | None
    decided_by: str | None
    decided_at: Instant | None
    decision_reason: str | None


class ContentItem(Answer):
    """An article or a question as a desk lists it. `version` 0: it is the release's own, as yet unchanged."""

    kind: Kind
    slug: str
    title: Bilingual
    version: Annotated[int, Meta(ge=0, description="newest version; its ETag")]
    state: State
    in_force: Annotated[
        int | None, Meta(description="version that is read today, 0 the release's; null: none, or withdrawn")
    ]


class ContentView(Edited):
    """An article or a question with its newest version, and every version that there was."""

    kind: Kind
    slug: str
    title: Bilingual
    state: State
    in_force: int | None
    body: Annotated[dict[str, Any], Meta(description="fields of the newest version, as they are sent")]
    versions: list[ContentVersionBrief]


class ContentPreview(Answer):
    """The page that everybody will see, as HTML without scripts."""

    html: str
