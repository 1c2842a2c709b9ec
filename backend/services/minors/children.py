"""A guardian consents for a child under 14, and withdraws, exports and erases for them (PIPL art. 31, 47, 50).

The child's account shows a code; whoever is grown up and enters it in an account of their own is the guardian. What is
kept of a child is kept by a guardian's consent: with the last one that is withdrawn the child's data is erased.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from backend.auth import Principal, RevokedSessions, hash_of_token
from backend.catalogue import Catalogue
from backend.domain.community.community import shown_name
from backend.domain.days import day_of
from backend.domain.folding import folded_code
from backend.domain.minors.ages import CHILD_UNTIL, CHILDREN_MAX, GUARDIANS_MAX, band_of, birthday
from backend.domain.minors.earning import earns_from
from backend.errors import NotFound
from backend.errors.minors import (
    AgeNeeded,
    ChildNotFound,
    ChildrenEnough,
    GuardianCodeUnknown,
    GuardianNotAdult,
    GuardianNotFound,
    GuardianNotNeeded,
    GuardiansEnough,
    OtherGuardianConsents,
    TooManyGuardianCodes,
)
from backend.ledger.facts.footprints import FootprintBook
from backend.messages.account.erasures import ErasureReceipt
from backend.messages.minors import ChildBrief, ChildView, ConsentEnd, GuardianCodeView, GuardianView
from backend.messages.shape import Bilingual, Page, Statement
from backend.models import Account, Citizen, GuardianCode, GuardianConsent, Session
from backend.models.keys import read_id
from backend.services.account.account import erase, forget_elsewhere, leave
from backend.services.account.data_export import as_json, open_export
from backend.services.actions.photos import Photos
from backend.services.actions.werun_steps import StepSync
from backend.services.community.community import Community
from backend.services.events.kept_journeys import companions_of
from backend.services.identity.addresses import Addresses
from backend.services.identity.erased import refuse_erased
from backend.services.minors.guardianship import ChildrenThere, children_of, decide, guardians_of, is_child
from backend.services.security.code_throttle import CodeThrottle
from backend.storage.database import Database
from backend.storage.redis import Redis
from backend.storage.statements import lock
from backend.texts import both

CODE_LIFE = timedelta(minutes=15)
# Crockford's digits, none of which looks like another: ten of them are 50 bits, good for a quarter of an hour.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_CHARS = 10


@dataclass(frozen=True, slots=True)
class Guardians:
    """What guardians and their children do, with all that has to forget a child."""

    database: Database
    footprints: FootprintBook
    community: Community
    steps: StepSync
    photos: Photos
    revoked: RevokedSessions
    public_base: str
    throttle: CodeThrottle

    @classmethod
    def open(
        cls,
        database: Database,
        footprints: FootprintBook,
        community: Community,
        steps: StepSync,
        photos: Photos,
        revoked: RevokedSessions,
        public_base: str,
        redis: Redis,
    ) -> Guardians:
        """With a brake of its own on guessed codes."""
        throttle = CodeThrottle(redis, "guardian", TooManyGuardianCodes)
        return cls(database, footprints, community, steps, photos, revoked, public_base, throttle)

    async def issue_code(self, child_id: UUID, now: datetime) -> GuardianCodeView:
        """The child's code for a guardian; an earlier one counts no longer.

        Raises AgeNeeded, GuardianNotNeeded, GuardiansEnough, SessionRevoked.
        """
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_CHARS))
        expires_at = now + CODE_LIFE
        async with self.database.transaction():
            await lock("lock_accounts", [child_id])
            await refuse_erased(child_id)
            child = await Citizen.get(id=child_id)
            if child.born_month is None:
                raise AgeNeeded
            if not is_child(child, day_of(now)):
                raise GuardianNotNeeded
            if len(await guardians_of(child_id)) >= GUARDIANS_MAX:
                raise GuardiansEnough(guardians_max=GUARDIANS_MAX)
            await GuardianCode.filter(citizen_id=child_id).delete()
            await GuardianCode.create(
                citizen_id=child_id, code_hash=hash_of_token(code), created_at=now, expires_at=expires_at
            )
        # Behind the `#`: no server on the way sees it.
        return GuardianCodeView(
            code=code, url=f"{self.public_base}/account#guardian={code}", expires_at=expires_at
        )

    async def look_at(self, guardian_id: UUID, code: str, now: datetime) -> ChildBrief:
        """What a guardian is asked to consent to. Raises what `consent` raises of the guardian and the code."""
        await _check_adult(guardian_id, now)
        found = await self._find(guardian_id, code, now)
        child = await Citizen.get(id=found.citizen_id)
        return ChildBrief(
            name=_name(child),
            about=Statement(*both("guardian.consent.about")),
            policy_version=self.community.policies.in_force(now).version,
        )

    async def consent(self, guardian_id: UUID, code: str, now: datetime) -> ChildView:
        """Give a guardian's consent for the child whose code it is; the code is used up.

        Raises AgeNeeded, GuardianNotAdult, GuardianCodeUnknown, TooManyGuardianCodes, GuardiansEnough, ChildrenEnough,
        SessionRevoked.
        """
        await _check_adult(guardian_id, now)
        found = await self._find(guardian_id, code, now)
        child_id, today = found.citizen_id, day_of(now)
        async with self.database.transaction():
            await lock("lock_accounts", sorted((child_id, guardian_id)))
            await refuse_erased(guardian_id)
            # Again, under the locks: two phones may hold one code, and ages may have been told anew.
            await _check_adult(guardian_id, now)
            used = await GuardianCode.filter(citizen_id=child_id, code_hash=found.code_hash).delete()
            child = await Citizen.get(id=child_id)
            if not used or not is_child(child, today) or child.born_month is None:
                raise GuardianCodeUnknown
            guardians = await guardians_of(child_id)
            given = next((each for each in guardians if each.guardian_id == guardian_id), None)
            if given is None:
                if len(guardians) >= GUARDIANS_MAX:
                    raise GuardiansEnough(guardians_max=GUARDIANS_MAX)
                if len(await children_of(guardian_id, today)) >= CHILDREN_MAX:
                    raise ChildrenEnough(children_max=CHILDREN_MAX)
                policy_version = self.community.policies.in_force(now).version
                given = await decide(child_id, guardian_id, "given", policy_version, now)
            on = earns_from(child.born_month, today, has_guardian=True)
            await Account.filter(id=child_id).update(earns_from=on)
        return await _view(given, child)

    async def children(self, guardian_id: UUID, now: datetime) -> Page[ChildView]:
        """The children for whom a guardian's consent holds."""
        return Page([await _view(*each) for each in await children_of(guardian_id, day_of(now))])

    async def guardians(self, child_id: UUID) -> Page[GuardianView]:
        """Whose consents hold for a child, who may find somebody among them that they do not know."""
        consents = await guardians_of(child_id)
        citizens = await Citizen.in_bulk([each.guardian_id for each in consents], "id")
        return Page(
            [
                GuardianView(
                    id=str(each.guardian_id), name=_name(citizens[each.guardian_id]), since=each.decided_at
                )
                for each in consents
            ]
        )

    async def refuse_guardian(self, child_id: UUID, id_text: str, now: datetime) -> Page[GuardianView]:
        """End a consent at the word of the child: who gave it is no guardian of theirs. Returns whose go on.

        The data stays, for a stranger's consent is none that could be withdrawn; without another one the child earns
        nothing, as before there was any. Raises GuardianNotFound.
        """
        guardian_id = read_id(id_text, GuardianNotFound)
        async with self.database.transaction():
            await lock("lock_accounts", sorted((child_id, guardian_id)))
            consents = {each.guardian_id: each for each in await guardians_of(child_id)}
            if guardian_id not in consents:
                raise GuardianNotFound
            await decide(child_id, guardian_id, "ended", consents[guardian_id].policy_version, now)
            child = await Citizen.get(id=child_id)
            if len(consents) == 1 and child.born_month is not None:
                on = earns_from(child.born_month, day_of(now), has_guardian=False)
                await Account.filter(id=child_id).update(earns_from=on)
        return await self.guardians(child_id)

    async def find_child(self, guardian_id: UUID, id_text: str, now: datetime) -> UUID:
        """The id of a guardian's child. Raises ChildNotFound."""
        child_id = read_id(id_text, ChildNotFound)
        await self._consent_of(guardian_id, child_id, now)
        return child_id

    async def export_child(
        self, guardian_id: UUID, id_text: str, catalogue: Catalogue, addresses: Addresses, now: datetime
    ) -> AsyncGenerator[bytes, None]:
        """The export of a child's data, piece by piece. Raises ChildNotFound."""
        child_id = await self.find_child(guardian_id, id_text, now)
        return as_json(await open_export(self.database, catalogue, addresses, child_id))

    async def withdraw(self, guardian_id: UUID, id_text: str, now: datetime) -> ConsentEnd:
        """Withdraw a guardian's consent, with effect at once; with the last one the child's data is erased.

        Raises ChildNotFound.
        """
        return await self._end(guardian_id, read_id(id_text, ChildNotFound), "withdrawn", now)

    async def erase_child(self, guardian_id: UUID, id_text: str, now: datetime) -> ErasureReceipt:
        """Erase a child's data at the wish of the only guardian. Raises ChildNotFound, OtherGuardianConsents."""
        child_id = read_id(id_text, ChildNotFound)
        ended = await self._end(guardian_id, child_id, "withdrawn", now, is_alone=True)
        assert ended.receipt is not None
        return ended.receipt

    async def leave(self, citizen: Principal, now: datetime) -> ErasureReceipt:
        """Erase a citizen who leaves, and first what hangs on their consent as a guardian. Raises SessionRevoked."""
        children = 0
        while True:
            children += await self._leave_children(citizen.id, now)
            try:
                return await leave(
                    self.database,
                    self.footprints,
                    self.community,
                    self.steps,
                    self.photos,
                    self.revoked,
                    citizen,
                    now,
                    children=children,
                )
            except ChildrenThere:  # a consent was given meanwhile
                continue

    async def _leave_children(self, guardian_id: UUID, now: datetime) -> int:
        """End the consents of a guardian who leaves; children without another's are erased. Returns how many."""
        erased = 0
        for consent, _ in await children_of(guardian_id, day_of(now)):
            try:
                ended = await self._end(guardian_id, consent.citizen_id, "ended", now)
            except ChildNotFound:  # the child was erased, or the other guardian's doing came first
                continue
            erased += ended.receipt is not None
        return erased

    async def _end(
        self, guardian_id: UUID, child_id: UUID, decision: str, now: datetime, *, is_alone: bool = False
    ) -> ConsentEnd:
        await self._leave_children(child_id, now)
        sessions = await _sessions_of(child_id)
        async with self.database.transaction():
            # The child's row before the accounts, as an erasure locks them.
            await Citizen.select_for_update().get_or_none(id=child_id)
            # All that an erasure locks, and in its order: a batch of the ledger may want some of them.
            await lock("lock_accounts", sorted({child_id, guardian_id, *await companions_of(child_id)}))
            consent = await self._consent_of(guardian_id, child_id, now)
            if is_alone and len(await guardians_of(child_id)) > 1:
                raise OtherGuardianConsents
            await decide(child_id, guardian_id, decision, consent.policy_version, now)
            if await guardians_of(child_id):
                return ConsentEnd(receipt=None)
            teams, receipt = await erase(self.database, self.footprints, child_id)
        await self._forget(child_id, teams, sessions, now)
        return ConsentEnd(receipt=receipt)

    async def _forget(self, child_id: UUID, teams: list[UUID], sessions: list[UUID], now: datetime) -> None:
        for session_id in sessions:
            self.revoked.add(session_id)
        await forget_elsewhere(child_id, teams, self.community, self.steps, self.photos, now)

    async def _consent_of(self, guardian_id: UUID, child_id: UUID, now: datetime) -> GuardianConsent:
        for consent, child in await children_of(guardian_id, day_of(now)):
            if child.id == child_id:
                return consent
        raise ChildNotFound

    async def _find(self, guardian_id: UUID, code: str, now: datetime) -> GuardianCode:
        await self.throttle.count(guardian_id)
        found = await GuardianCode.get_or_none(code_hash=hash_of_token(folded_code(code)), expires_at__gt=now)
        if found is None:
            raise GuardianCodeUnknown
        await self.throttle.take_back(guardian_id)
        return found


async def _check_adult(guardian_id: UUID, now: datetime) -> None:
    """Raises AgeNeeded, GuardianNotAdult, NotFound."""
    guardian = await Citizen.get_or_none(id=guardian_id)
    if guardian is None:
        raise NotFound
    if guardian.born_month is None:
        raise AgeNeeded
    if band_of(guardian.born_month, day_of(now)) != "adult":
        raise GuardianNotAdult


async def _sessions_of(child_id: UUID) -> list[UUID]:
    return [session.id for session in await Session.filter(principal_id=child_id, revoked_at=None)]


async def _view(consent: GuardianConsent, child: Citizen) -> ChildView:
    assert child.born_month is not None
    return ChildView(
        id=str(child.id),
        name=_name(child),
        since=consent.decided_at,
        until=birthday(child.born_month, CHILD_UNTIL),
        policy_version=consent.policy_version,
        guardians=len(await guardians_of(child.id)),
    )


def _name(child: Citizen) -> Bilingual:
    """A child as its guardian knows it; without a nickname as boards would call it."""
    if child.nickname:
        return Bilingual(child.nickname, child.nickname)
    return Bilingual(*shown_name(child.id, None, shows_name=False))
