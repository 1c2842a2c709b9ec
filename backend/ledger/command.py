"""What may be asked of the ledger, and what it answers.

A command carries the id of the row it will make. When a connection breaks during COMMIT the batch is run
again, and a row that is there already with the command's own id is this command's doing.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar
from uuid import UUID

import msgspec

from backend.errors import Refusal
from backend.errors.facts import FactValue, plain
from backend.errors.fields import FieldError
from backend.messages.encoding import encode

Shape = TypeVar("Shape")


class IdempotencyKey(msgspec.Struct, frozen=True):
    """The caller's key and a digest of what came with it."""

    key: str
    request_digest: bytes
    earlier_digests: tuple[bytes, ...] = ()
    """What the digest was before its key was changed."""

    def is_repeat_of(self, stored_digest: bytes) -> bool:
        """Whether the same came with the key when the answer was stored."""
        return stored_digest == self.request_digest or stored_digest in self.earlier_digests


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """What every command of the ledger has, and what has to be known before any rule can decide it."""

    id: UUID
    citizen_id: UUID
    at: datetime
    idempotency: IdempotencyKey | None = None

    @property
    def idempotency_owner(self) -> UUID:
        """Whose key an Idempotency-Key is: the caller's."""
        return self.citizen_id

    @property
    def who(self) -> tuple[UUID, ...]:
        """The citizens who have to be there still: whom it is for, and whose key it carries."""
        return (self.citizen_id, self.idempotency_owner)

    @property
    def is_alone(self) -> bool:
        """Whether it takes a batch of its own."""
        return False

    @property
    def others(self) -> tuple[UUID, ...]:
        """Further accounts that it changes, to be locked with the citizen's."""
        return ()

    @property
    def event_id(self) -> UUID | None:
        """The event at which something happened."""
        return None

    @property
    def badge_serial(self) -> int | None:
        """The badge of that event that was scanned."""
        return None

    @property
    def partner_id(self) -> UUID | None:
        """The partner who reported what happened."""
        return None

    @property
    def issues(self) -> bool:
        """Whether points may be issued, or returned to a budget, so that budgets have to be known."""
        return False

    @property
    def ends_pending(self) -> bool:
        """Whether points that wait for a first proven act may end waiting, so that they have to be known."""
        return False

    @property
    def spends(self) -> bool:
        """Whether the citizen's points may be taken, so that their lots have to be known."""
        return False


class RefusalFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """A refusal as it is stored: in words only when it is sent, since it may be asked for in another language."""

    code: str
    facts: dict[str, FactValue]
    """Texts alone in what was stored before facts had kinds: backend.errors.facts.typed reads both."""
    errors: list[FieldError] = []


class Outcome(msgspec.Struct):
    """The answer to one command: an HTTP-like status, and a message or, from a status of 400 on, RefusalFacts.

    A repeat's answer is the stored JSON of the first one.
    """

    status: int
    answer: msgspec.Struct | msgspec.Raw
    is_replay: bool = False
    _body: bytes | None = None
    repeated: msgspec.Struct | None = None
    """What a repeat is answered, where the answer holds what is not kept."""

    @property
    def kept_body(self) -> bytes:
        """What is stored for repeats."""
        return self.body if self.repeated is None else encode(self.repeated)

    @property
    def body(self) -> bytes:
        """The answer as JSON, encoded when it is first asked for: by its row in the database, or by who sends it."""
        body = self._body
        if body is None:
            body = self._body = encode(self.answer)
        return body

    def is_refusal(self, of: type[Refusal]) -> bool:
        return isinstance(self.answer, RefusalFacts) and self.answer.code == of.code

    def answer_as(self, shape: type[Shape]) -> Shape:
        """The answer, or those of its fields that `shape` names; a repeat's are read from the stored JSON."""
        answer = self.answer
        if isinstance(answer, msgspec.Raw):
            return msgspec.json.decode(answer, type=shape)
        if type(answer) is shape:
            return answer
        return msgspec.convert(answer, shape, from_attributes=True)


def replay(status: int, body: bytes) -> Outcome:
    """The stored answer once more."""
    return Outcome(status, msgspec.Raw(body), is_replay=True)


def refused(refusal: Refusal) -> Outcome:
    """A refusal as an outcome, which is kept under the key like any other."""
    return Outcome(refusal.status, facts_of_refusal(refusal))


def facts_of_refusal(refusal: Refusal) -> RefusalFacts:
    facts = {name: plain(fact) for name, fact in refusal.facts.items()}
    return RefusalFacts(refusal.code, facts, list(refusal.errors))
