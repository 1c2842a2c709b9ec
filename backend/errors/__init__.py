"""All refusals, as a tree of classes without any HTTP library.

The status says whose mistake it is: 4xx the caller's, 409 our rules, 503 nothing was written, 500 our bug.
Each class has a stable `code` for machines; its title and its sentence for people stand in the texts under that code.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from backend.errors.facts import spoken
from backend.errors.fields import FieldError, field_error
from backend.texts import facts_of, has_text, say, text_or_nothing

ERRORS_SAID_MAX = 5
"""Of the wrong fields in one sentence; `errors` has all."""


class Refusal(Exception):
    """A refused request, with the reason.

    The keyword arguments are the facts of its sentence, in every language the same ones: numbers as numbers with the
    unit in their names, instants as instants, codes as codes (backend.errors.facts says how each is said).
    `errors` point at what is wrong with the request. `retry_after_s` is sent as Retry-After when it is not None.
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"
    retry_after_s: float | None = None
    is_kept: ClassVar[bool] = True
    """Whether a repeat under the same Idempotency-Key is refused again; not what its caller can mend meanwhile."""

    facts_besides: ClassVar[tuple[str, ...]] = ()
    """Facts for programs that the sentence does not say."""

    def __init__(
        self, *, retry_after_s: float | None = None, errors: Sequence[FieldError] = (), **facts: object
    ) -> None:
        super().__init__(self.code)
        self.facts = facts
        self.errors = tuple(errors)
        if retry_after_s is not None:
            self.retry_after_s = retry_after_s

    @classmethod
    def title(cls, language: str) -> str:
        return say(language, f"refusal.{cls.code}.title")

    @classmethod
    def detail_form(cls, language: str) -> str:
        """The detail with its {facts} still open; empty where the title says it all."""
        return text_or_nothing(language, f"refusal.{cls.code}.detail")

    @classmethod
    def fact_names(cls) -> frozenset[str]:
        """Facts that an answer of this code may carry."""
        key = f"refusal.{cls.code}.detail"
        return frozenset(cls.facts_besides) | (facts_of("en", key) if has_text(key) else frozenset())

    def detail(self, language: str) -> str:
        key = f"refusal.{self.code}.detail"
        if not has_text(key):
            return self.title(language)
        return say(language, key, **spoken(language, self.facts))

    def row_errors(self, language: str) -> list[tuple[str, str, str]]:
        """What is wrong in a file that was sent, row by row: a pointer, a code and a sentence each."""
        return []

    def __str__(self) -> str:
        return self.detail("en")


# -- 400 and 422: the message is yours to change --------------------------------------------------


class InvalidInput(Refusal):
    """A request of which fields are wrong: its detail is what is said of each."""

    status, code = 422, "invalid_input"

    @classmethod
    def at(cls, pointer: str, code: str, **facts: object) -> Self:
        """One wrong field, by its pointer, a code of FIELD_ERROR_CODES and that code's facts."""
        return cls(errors=(field_error(pointer, code, **facts),))

    def detail(self, language: str) -> str:
        if not self.errors:  # stored before there were any
            return self.title(language)
        said = [each.detail(language) for each in self.errors[:ERRORS_SAID_MAX]]
        more = ["…"] if len(self.errors) > ERRORS_SAID_MAX else []
        return say(language, "refusal_words.sentences").join([*said, *more])


class MalformedBody(InvalidInput):
    status, code = 400, "malformed_json"


class RequestUnreadable(Refusal):
    status, code = 400, "request_unreadable"


class InvalidBody(InvalidInput):
    status, code = 422, "invalid_body"


class InvalidQuery(InvalidInput):
    status, code = 422, "invalid_query"

    @classmethod
    def of(cls, name: str, error: str, /, **facts: object) -> Self:
        """One wrong parameter of the query, by its name."""
        return cls.at(f"#query/{name}", error, **facts)


class BodyTooLarge(Refusal):
    status, code = 413, "body_too_large"


class UnsupportedMediaType(Refusal):
    status, code = 415, "unsupported_media_type"


class CharsetUnsupported(UnsupportedMediaType):
    """The media type is right, and says another encoding than UTF-8."""

    code = "charset_unsupported"


class ContentEncodingUnsupported(UnsupportedMediaType):
    """A body that is compressed: inflating what anybody sends is a way to fill our memory."""

    code = "content_encoding_unsupported"
    facts_besides = ("encodings",)


class IdempotencyKeyMissing(Refusal):
    status, code = 400, "idempotency_key_missing"


class IdempotencyKeyMalformed(Refusal):
    status, code = 400, "idempotency_key_malformed"


class IdempotencyKeyReused(Refusal):
    status, code = 422, "idempotency_key_reused"


# -- 401 and 403 ----------------------------------------------------------------------------------


class NotSignedIn(Refusal):
    status, code = 401, "not_signed_in"


class TokenInvalid(Refusal):
    status, code = 401, "token_invalid"


class TokenExpired(Refusal):
    status, code = 401, "token_expired"


class SessionRevoked(Refusal):
    status, code = 401, "session_revoked"


class RefreshTokenInvalid(Refusal):
    status, code = 401, "refresh_token_invalid"


class WrongCredentials(Refusal):
    status, code = 401, "wrong_credentials"


class ProviderUnknown(Refusal):
    status, code = 422, "provider_unknown"


class RoleForbidden(Refusal):
    status, code = 403, "role_forbidden"


class TooManySignIns(Refusal):
    status, code = 429, "too_many_sign_ins"


class TooManyAtOnce(Refusal):
    status, code = 429, "too_many_at_once"
    retry_after_s = 1.0


# -- 404 to 409: our rules ------------------------------------------------------------------------


class NotFound(Refusal):
    status, code = 404, "not_found"


class MethodNotAllowed(Refusal):
    status, code = 405, "method_not_allowed"


class CityUnknown(Refusal):
    """No city of this server has the name that the request was sent to."""

    status, code = 421, "city_unknown"


class EventNotFound(NotFound):
    code = "event_not_found"


class GateNotFound(NotFound):
    code = "gate_not_found"


class CertificateNotFound(NotFound):
    code = "certificate_not_found"


class MethodNotFound(NotFound):
    code = "method_not_found"


class FactorNotFound(NotFound):
    code = "factor_not_found"


class BatchNotFound(NotFound):
    code = "credit_batch_not_found"


# -- codes: each with a sentence for the attendee at the gate ---------------------------------------


class CodeMalformed(Refusal):
    """No code of ours, with what it seems to be instead: a fact `reading` that has a sentence of its own."""

    status, code = 422, "code_malformed"
    facts_besides = ("reading",)

    def detail(self, language: str) -> str:
        key = f"refusal.{self.code}.{self.facts.get('reading')}"
        return say(language, key) if has_text(key) else super().detail(language)


class CodeForged(Refusal):
    status, code = 422, "code_forged"


class CodeExpired(Refusal):
    status, code = 409, "code_expired"


class CodeForeign(Refusal):
    status, code = 409, "code_foreign"


class BadgeUnknown(Refusal):
    status, code = 409, "badge_unknown"


class BadgeRevoked(Refusal):
    status, code = 409, "badge_revoked"


class BadgeBound(Refusal):
    status, code = 409, "badge_bound"


class EventNotRunning(Refusal):
    status, code = 409, "event_not_running"


class PointsPaymentClosed(Refusal):
    status, code = 409, "points_payment_closed"


# -- actions ---------------------------------------------------------------------------------------


class TimeOutOfRange(Refusal):
    status, code = 422, "time_out_of_range"


class EvidenceUnsupported(Refusal):
    status, code = 422, "evidence_unsupported"


# -- administration --------------------------------------------------------------------------------


class SlugTaken(Refusal):
    status, code = 409, "slug_taken"


class TransitionIllegal(Refusal):
    status, code = 409, "transition_illegal"


class RetirementEntered(Refusal):
    status, code = 409, "retirement_entered"


class BatchOverassigned(Refusal):
    status, code = 409, "credit_batch_overassigned"


class EventClosed(Refusal):
    status, code = 409, "event_closed"


class BadgeLimit(Refusal):
    status, code = 409, "badge_limit"


# -- 503: nothing was written, try again -----------------------------------------------------------


class Busy(Refusal):
    status, code = 503, "busy"
    retry_after_s = 1.0


class Stopping(Refusal):
    status, code = 503, "stopping"
    retry_after_s = 1.0


class DatabaseUnavailable(Refusal):
    status, code = 503, "database_unavailable"
    retry_after_s = 2.0


class OutcomeUnknown(Refusal):
    """The connection broke during COMMIT, and the database did not answer again in time."""

    status, code = 503, "outcome_unknown"
    retry_after_s = 2.0


class TooManyStreams(Refusal):
    status, code = 503, "too_many_streams"
    retry_after_s = 5.0


class InternalError(Refusal):
    status, code = 500, "internal_error"
