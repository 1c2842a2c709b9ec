"""The operators' desk of articles and quiz questions."""

from __future__ import annotations

from typing import get_args

from backend.errors.community.content import (
    ContentDecided,
    ContentInvalid,
    ContentNotFound,
    ContentOwnProposal,
    ContentTooEarly,
    ContentWaits,
)
from backend.errors.organisations import EditOutdated, EditRevisionMissing
from backend.messages.community import content as m_content
from backend.messages.cursors import read_number
from backend.messages.shape import Page
from backend.render.pages.articles import preview_page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import (
    LANGUAGE,
    OPERATOR,
    OVERSEERS,
    PAGING,
    SEARCH,
    Endpoint,
    Query,
    in_section,
)
from backend.texts import LANGUAGES

KINDS: dict[str, m_content.Kind] = {"articles": "article", "questions": "question"}


def _kind(call: Call) -> m_content.Kind:
    kind = KINDS.get(call.params["kind"])
    if kind is None:
        raise ContentNotFound
    return kind


async def list_content(call: Call) -> Page[m_content.ContentItem]:
    kind = call.one_of("kind", get_args(m_content.Kind))
    return await call.components.articles.list_items(
        None if kind is None else KINDS[f"{kind}s"],
        call.search,
        call.limit,
        read_number(call.cursor),
        call.now,
    )


async def show_content(call: Call) -> m_content.ContentView:
    return await call.components.articles.show(_kind(call), call.params["slug"])


async def write_article(call: Call) -> m_content.ContentView:
    return await call.components.articles.write(
        call.principal, "article", call.params["slug"], call.body, call.seen
    )


async def write_question(call: Call) -> m_content.ContentView:
    return await call.components.articles.write(
        call.principal, "question", call.params["slug"], call.body, call.seen
    )


async def withdraw_content(call: Call) -> m_content.ContentView:
    return await call.components.articles.withdraw(
        call.principal, _kind(call), call.params["slug"], call.body, call.if_match, call.now
    )


async def propose_version(call: Call) -> m_content.ContentView:
    return await call.components.articles.propose(call.principal, call.params["id"], call.body, call.now)


async def decide_version(call: Call) -> m_content.ContentView:
    components = call.components
    return await components.articles.decide(
        call.principal, call.params["id"], call.body, call.now, is_demo=components.settings.is_demo
    )


async def preview_version(call: Call) -> m_content.ContentPreview:
    components = call.components
    language = call.one_of("language", LANGUAGES) or call.language
    entry = await components.articles.entry(call.params["id"])
    return m_content.ContentPreview(
        html=preview_page(entry, components.catalogue, language, is_demo=components.settings.is_demo)
    )


WRITTEN = (ContentInvalid, ContentNotFound, ContentWaits, EditRevisionMissing, EditOutdated)

ENDPOINTS = in_section(
    "knowledge",
    Endpoint(
        "GET /v1/content",
        list_content,
        roles=OVERSEERS,
        summary="Articles and quiz questions with their newest version: of the release, drafts, proposed, published",
        answers={200: Page[m_content.ContentItem]},
        query=(
            SEARCH,
            *PAGING,
            Query("kind", {"type": "string", "enum": list(get_args(m_content.Kind))}, "only these"),
        ),
    ),
    Endpoint(
        "GET /v1/content/{kind}/{slug}",
        show_content,
        roles=OVERSEERS,
        summary="An article (kind `articles`) or a question (`questions`) with every version that was written",
        answers={200: m_content.ContentView},
        refusals=(ContentNotFound,),
    ),
    Endpoint(
        "POST /v1/content/articles/{slug}/versions",
        write_article,
        roles=OPERATOR,
        if_match="optional",
        summary="Write a version of an article; If-Match names the newest one, unless the slug is new",
        body=m_content.ArticleVersionRequest,
        answers={201: m_content.ContentView},
        refusals=WRITTEN,
    ),
    Endpoint(
        "POST /v1/content/questions/{slug}/versions",
        write_question,
        roles=OPERATOR,
        if_match="optional",
        summary="Write a version of a quiz question; If-Match names the newest one, unless the slug is new",
        body=m_content.QuestionVersionRequest,
        answers={201: m_content.ContentView},
        refusals=WRITTEN,
    ),
    Endpoint(
        "POST /v1/content/{kind}/{slug}/withdrawal",
        withdraw_content,
        roles=OPERATOR,
        if_match="required",
        summary="Propose that an article or a question is gone from a day on",
        body=m_content.ContentProposalRequest,
        answers={201: m_content.ContentView},
        refusals=(*WRITTEN, ContentTooEarly),
    ),
    Endpoint(
        "POST /v1/content-versions/{id}/proposal",
        propose_version,
        roles=OPERATOR,
        summary="Propose a draft from a day on",
        body=m_content.ContentProposalRequest,
        answers={200: m_content.ContentView},
        refusals=(ContentNotFound, ContentDecided, ContentTooEarly, ContentInvalid),
    ),
    Endpoint(
        "POST /v1/content-versions/{id}/decision",
        decide_version,
        roles=OPERATOR,
        summary="Publish what another operator proposed, everywhere within two seconds; or return it",
        body=m_content.ContentDecisionRequest,
        answers={200: m_content.ContentView},
        refusals=(ContentNotFound, ContentDecided, ContentOwnProposal, ContentTooEarly, ContentInvalid),
    ),
    Endpoint(
        "GET /v1/content-versions/{id}/preview",
        preview_version,
        roles=OVERSEERS,
        summary="The page that everybody will see of a version",
        answers={200: m_content.ContentPreview},
        query=(LANGUAGE,),
        refusals=(ContentNotFound, ContentInvalid),
    ),
)
