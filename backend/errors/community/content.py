"""Refusals about articles and quiz questions that operators write."""

from __future__ import annotations

from backend.errors import InvalidInput, NotFound, Refusal


class ContentNotFound(NotFound):
    """Neither the release nor an operator brought such an article or question."""

    code = "content_not_found"


class ContentInvalid(InvalidInput):
    status, code = 422, "content_invalid"


class ContentWaits(Refusal):
    """A version is proposed and not decided."""

    status, code = 409, "content_waits"


class ContentDecided(Refusal):
    """It is no draft any more, or not proposed, or a newer version was written."""

    status, code = 409, "content_decided"


class ContentOwnProposal(Refusal):
    """Who wrote or proposed a version does not publish it."""

    status, code = 409, "content_own_proposal"


class ContentTooEarly(Refusal):
    """A day before today; for the quiz today as well: who answered this morning had the questions of this morning."""

    status, code = 422, "content_too_early"
