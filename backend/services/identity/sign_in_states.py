"""What a browser carries while it is away at a provider's page: a state in the address, and its ticket in a cookie.

The ticket is encrypted and bound to its state, so it opens in the browser that left and for the state it left with,
on every process and host, whether Redis is there or not. Redis marks the states that were used (the process does while
it is away): a callback that is replayed finds its state used, and the provider's own code works once as well.
"""

from __future__ import annotations

import secrets
import string
import time
from collections.abc import Mapping

import msgspec

from backend.domain.encryption import Encryptor
from backend.errors.identity import SignInStateInvalid, SignInStateUsed
from backend.outside.wechat import Unprinted
from backend.storage.redis_used_states import UsedStates

STATE_LIFE_S = 600
STATE_CHARS = 40
"""WeChat takes 128 letters and digits; these are 238 random bits."""
NAME_CHARS = 9
"""The beginning of a state names its cookies; the rest is the secret."""
TICKETS_MAX = 4
"""Sign-ins that one browser has begun at once, in several tabs."""
_ALPHABET = string.ascii_letters + string.digits
INITIALS = {"wechat_web": "w", "oidc": "o"}
"""A state begins with its provider's letter, so the page that the browser comes back to knows whom to ask."""


class Ticket(Unprinted, frozen=True, kw_only=True):
    """What one sign-in needs when its browser comes back."""

    provider: str
    ends_at: int
    scope: str = ""
    """How much the provider was asked to tell."""
    nonce: str = ""
    verifier: str = ""
    """PKCE's: what the challenge in the provider's address was made of."""


class SignInStates:
    """Makes states with their tickets, and lets each be used once."""

    def __init__(self, encryptor: Encryptor, used: UsedStates) -> None:
        self._encryptor = encryptor
        self._used = used

    def new_state(self, provider: str) -> str:
        return INITIALS[provider] + "".join(secrets.choice(_ALPHABET) for _ in range(STATE_CHARS))

    def encrypt(self, state: str, ticket: Ticket) -> str:
        """The ticket as a cookie carries it."""
        return self._encryptor.encrypt_text(msgspec.json.encode(ticket).decode(), _owner(state))

    def open(self, provider: str, state: str, held: Mapping[str, str]) -> Ticket:
        """The ticket of a state among those that a browser holds, by the beginning of their states.

        Raises SignInStateInvalid: another browser's, too old, of another provider, or not ours.
        """
        text = self._encryptor.decrypt_text(held.get(name_of(state), ""), _owner(state))
        if text is None:
            raise SignInStateInvalid
        try:
            ticket = msgspec.json.decode(text, type=Ticket)
        except msgspec.DecodeError:  # of another version of this service
            raise SignInStateInvalid from None
        if ticket.provider != provider or ticket.ends_at <= time.time():
            raise SignInStateInvalid
        return ticket

    async def use(self, state: str) -> None:
        """Raises SignInStateUsed the second time."""
        if not await self._used.use(state):
            raise SignInStateUsed

    async def give_back(self, state: str) -> None:
        """Nothing was done with the state: the same may be sent again."""
        await self._used.give_back(state)


def is_state(text: str) -> bool:
    """Whether a text has a state's form."""
    return len(text) == 1 + STATE_CHARS and text.isascii() and text.isalnum()


def is_name(text: str) -> bool:
    """Whether a text has the form of what names cookies of a state."""
    return len(text) == NAME_CHARS and text.isascii() and text.isalnum()


def name_of(state: str) -> str:
    """What names the cookies of a state."""
    return state[:NAME_CHARS]


def ends_at() -> int:
    """When a state that is made now ends, as Unix time."""
    return int(time.time()) + STATE_LIFE_S


def _owner(state: str) -> str:
    return f"sign-in state {state}"
