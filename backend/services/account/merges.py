"""A citizen's second account becomes part of the first, and what a guest did is kept in an account.

Both show the other one's access token: whoever signed in to both is one person. The ledger moves everything in one
transaction; here the token is read, and consents that the two accounts decided differently are withdrawn first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.auth import Principal, RevokedSessions, Tokens
from backend.domain.community.consent_uses import JOURNEYS, LEADERBOARD
from backend.domain.days import day_of
from backend.domain.minors.ages import band_of
from backend.errors import Refusal
from backend.errors.account.merges import OtherAccountInvalid, SameAccount, TooManyMoves
from backend.errors.minors import AgeNeeded, GuardianNeeded, LeaderboardForAdults
from backend.ledger.command import Command, IdempotencyKey, Outcome
from backend.ledger.commands.move_account import KeepGuestAttendance, MergeAccounts, MoveFacts, check_merge
from backend.ledger.facts.footprints import FootprintBook
from backend.ledger.queue import LedgerQueue
from backend.messages.community.community import ConsentRequest
from backend.messages.shape import view_of
from backend.models import Attendance, CertificateName, Guest
from backend.models.keys import uuid7
from backend.services.account.consent_decisions import decide
from backend.services.actions.werun_steps import StepSync
from backend.services.community.community import Community
from backend.services.community.consents import newest_decisions
from backend.services.minors.ages import check_consent
from backend.storage.database import Database
from backend.storage.redis import Redis
from backend.storage.redis_quotas import Quota, Quotas
from backend.storage.statements import read

MOVES_PER_HOUR_MAX, HOUR_S = 30, 3600
"""Attempts of one citizen, repeats counted."""


@dataclass(frozen=True, slots=True)
class AccountMoves:
    """Merges accounts and keeps what guests did, with all that has to know of it."""

    database: Database
    queue: LedgerQueue
    tokens: Tokens
    revoked: RevokedSessions
    footprints: FootprintBook
    community: Community
    steps: StepSync
    quotas: Quotas

    @classmethod
    def open(
        cls,
        database: Database,
        footprints: FootprintBook,
        community: Community,
        steps: StepSync,
        queue: LedgerQueue,
        tokens: Tokens,
        revoked: RevokedSessions,
        redis: Redis,
    ) -> AccountMoves:
        return cls(database, queue, tokens, revoked, footprints, community, steps, Quotas(redis))

    async def merge(
        self, citizen: Principal, access_token: str, idempotency: IdempotencyKey | None, now: datetime
    ) -> Outcome:
        """Make the account behind an access token part of the caller's; a repeat is answered as the first time.

        Raises OtherAccountInvalid, SameAccount and TooManyMoves; other refusals are the ledger's outcome.
        """
        other = self._read(access_token)
        if other.role not in ("citizen", "guest"):
            raise OtherAccountInvalid
        if other.id == citizen.id:
            raise SameAccount
        await self._check_attempts(citizen)
        facts = await self._facts(citizen, other)
        if other.role == "citizen" and _may_merge(facts, now):
            await self._settle_consents(citizen, other, now)
            await self._settle_age(citizen, other, facts, now)
        command = MergeAccounts(
            id=uuid7(),
            citizen_id=citizen.id,
            other_id=other.id,
            session_id=other.session_id,
            idempotency=idempotency,
            at=now,
        )
        return await self._move(command, other, now)

    async def keep(
        self, citizen: Principal, access_token: str, idempotency: IdempotencyKey | None, now: datetime
    ) -> Outcome:
        """Keep in the caller's account what the guest behind an access token did; a repeat is answered as before.

        Raises OtherAccountInvalid and TooManyMoves; other refusals are the ledger's outcome.
        """
        guest = self._read(access_token)
        held = None if guest.role != "guest" else await Guest.get_or_none(citizen_id=guest.id)
        if held is None:
            raise OtherAccountInvalid
        await self._check_attempts(citizen)
        if await self._may_keep(citizen, guest, held):
            await self._settle_consents(citizen, guest, now)
            if not await _may_consent(citizen.id, JOURNEYS, now):
                # Nor has a child without a guardian a name on a certificate.
                await CertificateName.filter(citizen_id=guest.id).delete()
        command = KeepGuestAttendance(
            id=uuid7(),
            citizen_id=citizen.id,
            other_id=guest.id,
            session_id=guest.session_id,
            guest_event_id=held.event_id,
            idempotency=idempotency,
            at=now,
        )
        return await self._move(command, guest, now)

    async def _check_attempts(self, citizen: Principal) -> None:
        # A move is alone in its batch, so one phone that asks for a thousand would keep a stadium waiting.
        wait_s = await self.quotas.take([Quota(f"moves {citizen.id}", HOUR_S, MOVES_PER_HOUR_MAX)])
        if wait_s:
            raise TooManyMoves(retry_after_s=wait_s)

    def _read(self, access_token: str) -> Principal:
        # Whether the session is open is the ledger's question: after a move it is not, and a repeat is answered all
        # the same.
        try:
            return self.tokens.read(access_token)
        except Refusal as refusal:
            raise OtherAccountInvalid from refusal

    async def _settle_consents(self, citizen: Principal, other: Principal, now: datetime) -> None:
        """Where one account gave what the other withdrew, withdraw it, with all that follows from a withdrawal.

        Before the move and apart from it: a move that fails leaves a consent withdrawn, never one too many.
        """
        own, others = await newest_decisions(citizen.id), await newest_decisions(other.id)
        for scope, theirs in sorted(others.items()):
            giver = None
            if scope not in own:
                may_come_along = not theirs.is_granted or await _may_consent(citizen.id, scope, now)
                giver = None if may_come_along else other.id
            elif own[scope].is_granted != theirs.is_granted:
                giver = citizen.id if own[scope].is_granted else other.id
            if giver is not None:
                await self._withdraw(giver, scope, now)

    async def _settle_age(
        self, citizen: Principal, other: Principal, facts: MoveFacts, now: datetime
    ) -> None:
        """Of two ages the younger one holds: who is no adult by it is off the boards, whichever account had agreed."""
        told = [month for month in (facts.born_month, facts.other_born_month) if month is not None]
        if not told or band_of(max(told), day_of(now)) == "adult":
            return
        for citizen_id in (citizen.id, other.id):
            await self._withdraw(citizen_id, LEADERBOARD, now)

    async def _withdraw(self, citizen_id: UUID, scope: str, now: datetime) -> None:
        request = ConsentRequest(scope=scope, granted=False)
        await decide(self.database, self.community, self.footprints, citizen_id, request, now)

    async def _facts(self, citizen: Principal, other: Principal) -> MoveFacts:
        values = (citizen.id, other.id, other.session_id)
        (row,) = await read(self.database, "load_account_move", *values)
        return view_of(MoveFacts, row)

    async def _may_keep(self, citizen: Principal, guest: Principal, held: Guest) -> bool:
        """Whether the ledger would keep it, as things are: a refusal leaves consents and what hangs on them alone."""
        facts = await self._facts(citizen, guest)
        if facts.moved_to is not None or not facts.is_open or facts.is_by_link:
            return False
        at_event = Attendance.filter(event_id=held.event_id)
        has_joined = await at_event.filter(citizen_id=guest.id).exists()
        return has_joined and not await at_event.filter(citizen_id=citizen.id).exists()

    async def _move(self, command: Command, other: Principal, now: datetime) -> Outcome:
        outcome = await self.queue.submit(command)
        if outcome.status < 300:
            # Other processes load the ended sessions within two seconds; the ledger refuses them at once.
            self.revoked.add(other.session_id)
            await self._forget_elsewhere(other.id, now)
        return outcome

    async def _forget_elsewhere(self, other_id: UUID, now: datetime) -> None:
        await self.community.take_off_boards(other_id, (), now)
        await self.steps.forget(other_id)


async def _may_consent(citizen_id: UUID, scope: str, now: datetime) -> bool:
    """Whether the account that stays could give at its age what the other one gave."""
    try:
        await check_consent(citizen_id, scope, now)
    except (GuardianNeeded, LeaderboardForAdults):
        return False
    except AgeNeeded:  # nobody has told this one's age: it is the other's from then on
        return True
    return True


def _may_merge(facts: MoveFacts, now: datetime) -> bool:
    """Whether the ledger would merge, as things are, reductions that were given away left aside."""
    if facts.moved_to is not None or not facts.is_open:
        return False
    try:
        check_merge(facts, now)
    except Refusal:
        return False
    return True
