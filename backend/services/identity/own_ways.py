"""The ways that lead to a citizen's account: listed, one more bound to it, one taken off, never the last."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from backend.auth import Principal
from backend.errors import ProviderUnknown
from backend.errors.identity import (
    IdentityElsewhere,
    IdentityNotFound,
    LastWayIn,
    SessionNotFound,
    TooManyIdentities,
)
from backend.models import CitizenPasskey, Identity
from backend.models.keys import read_id
from backend.services.identity.addresses import Addresses
from backend.services.identity.citizen_passkeys import CitizenPasskeys
from backend.services.identity.erased import hold_citizen
from backend.services.identity.sessions import Sessions
from backend.services.identity.sign_in_codes import SignInCodes
from backend.services.identity.ways_in import WECHAT_UNION, Attempt, Identified, TellOfWay
from backend.storage.database import Database
from backend.storage.statements import write

IDENTITIES_MAX = 10
BOUND: Final = frozenset({"demo", "wechat", "wechat_web", "oidc", "email", "phone"})
"""Ways that are bound by showing them: a passkey is made in the account, a badge leads to one event alone."""
IN_WECHAT: Final = frozenset({"wechat", "wechat_web"})
"""Ways that may have a wider identity, which is no way by itself and goes with the last of them."""
ID_CHARS = 22


class OwnWay(msgspec.Struct, frozen=True):
    """A way that leads to an account, as its owner sees it."""

    id: str
    provider: str
    shown: str | None
    created_at: datetime
    is_open: bool
    """Whether one can sign in by it here today: an operator may have closed it since."""


class OwnWays:
    """Call it with citizens that are signed in."""

    def __init__(
        self,
        database: Database,
        sessions: Sessions,
        addresses: Addresses,
        passkeys: CitizenPasskeys,
        tell: TellOfWay,
    ) -> None:
        self._database = database
        self._sessions = sessions
        self._addresses = addresses
        self._passkeys = passkeys
        self._tell = tell

    async def list(self, citizen_id: UUID) -> list[OwnWay]:
        """The identities of an account, oldest first; its passkeys have a list of their own."""
        identities = (
            await Identity.filter(citizen_id=citizen_id)
            .exclude(provider=WECHAT_UNION)
            .order_by("created_at", "provider")
        )
        return [self._view(each) for each in identities]

    async def bind(self, citizen: Principal, provider: str, attempt: Attempt) -> OwnWay:
        """Bind one more way to the caller's account, shown as in a sign-in. What is bound to it already stays as it is.

        Raises IdentityElsewhere, TooManyIdentities, ProviderUnknown, and what a sign-in by this way raises.
        """
        if provider not in BOUND:
            raise ProviderUnknown(provider=provider)
        found = await self._sessions.way(provider).identify(attempt)
        async with self._database.transaction():
            await hold_citizen(citizen.id)
            identity = await self._bound(citizen.id, found)
        if found.session_key is not None:
            await self._sessions.keep_key(citizen.id, found.session_key)
        return self._view(identity)

    async def _bound(self, citizen_id: UUID, found: Identified) -> Identity:
        held = Identity.filter(provider=found.provider, subject=found.subject)
        is_full = await Identity.filter(citizen_id=citizen_id).count() >= IDENTITIES_MAX
        if is_full and not await held.filter(citizen_id=citizen_id).exists():
            raise TooManyIdentities(items_max=IDENTITIES_MAX)
        if found.joined is not None:
            # It leads wherever this person comes from: a way beside it in another account would open that one.
            wider_provider, wider_subject = found.joined
            await write("bind_identity", wider_provider, wider_subject, citizen_id, None, None)
            wider = await Identity.get(provider=wider_provider, subject=wider_subject)
            if wider.citizen_id != citizen_id:
                raise IdentityElsewhere
        sealed = (found.sealed.text, found.sealed.key_id) if found.sealed else (None, None)
        rows = await write("bind_identity", found.provider, found.subject, citizen_id, *sealed)
        identity = await held.get()
        if identity.citizen_id != citizen_id:
            raise IdentityElsewhere
        if rows:
            await self._tell("way_in_added", citizen_id, found.provider)
        return identity

    async def remove(self, citizen: Principal, id_: str) -> None:
        """Take a way off the caller's account. Raises IdentityNotFound, LastWayIn, SessionRevoked."""
        async with self._database.transaction():
            await hold_citizen(citizen.id)
            identities = await Identity.filter(citizen_id=citizen.id)
            shown = [each for each in identities if each.provider != WECHAT_UNION]
            identity = next((each for each in shown if _id_of(each) == id_), None)
            if identity is None:
                raise IdentityNotFound
            others = [each for each in identities if each is not identity]
            await self._check_others(others, await self._passkeys.list(citizen.id))
            await Identity.filter(provider=identity.provider, subject=identity.subject).delete()
            if not {each.provider for each in others} & IN_WECHAT:
                # Else the next sign-in in WeChat would lead here again.
                await Identity.filter(citizen_id=citizen.id, provider=WECHAT_UNION).delete()
            await self._tell("way_in_removed", citizen.id, identity.provider)

    async def remove_passkey(self, citizen: Principal, passkey_id: str) -> None:
        """Remove a passkey of the caller's. Raises PasskeyNotFound, LastWayIn, SessionRevoked."""
        async with self._database.transaction():
            await hold_citizen(citizen.id)
            passkey = await self._passkeys.find(citizen.id, passkey_id)
            identities = await Identity.filter(citizen_id=citizen.id)
            passkeys = await self._passkeys.list(citizen.id)
            await self._check_others(identities, [each for each in passkeys if each.id != passkey.id])
            await CitizenPasskey.filter(id=passkey.id).delete()
            await self._tell("way_in_removed", citizen.id, "passkey")

    async def end_session(self, citizen: Principal, session_id: str) -> None:
        """End one of the caller's own sessions, this one too. Raises SessionNotFound."""
        if not await self._sessions.end(citizen.id, read_id(session_id, SessionNotFound)):
            raise SessionNotFound

    async def _check_others(self, identities: Sequence[Identity], passkeys: Sequence[CitizenPasskey]) -> None:
        """Raises LastWayIn where none of these leads to the account here today."""
        names = {each.provider for each in identities} | ({"passkey"} if passkeys else set())
        if not names & self._open():
            raise LastWayIn

    def _view(self, identity: Identity) -> OwnWay:
        is_open = identity.provider in self._open()
        shown = self._addresses.shown(identity)
        return OwnWay(_id_of(identity), identity.provider, shown, identity.created_at, is_open)

    def _open(self) -> set[str]:
        return {way.name for way in self._sessions.ways()}


def _id_of(identity: Identity) -> str:
    """An id for addresses: the subject itself may be a person's name or WeChat's."""
    said = f"{identity.provider}\0{identity.subject}".encode()
    return hashlib.sha256(said).hexdigest()[:ID_CHARS]


class CitizenSignIn(msgspec.Struct, frozen=True):
    """What stands behind the ways in of citizens, for the routes."""

    codes: SignInCodes
    passkeys: CitizenPasskeys
    own: OwnWays
    addresses: Addresses
