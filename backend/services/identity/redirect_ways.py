"""Ways in that lead over another service's page: the browser leaves with a state and comes back with a code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Protocol, runtime_checkable

from backend.errors.identity import WeChatConsentNeeded
from backend.models import Identity
from backend.outside.oidc import IdentityProvider, new_nonce, new_verifier
from backend.outside.refusals import WeChatBusy
from backend.outside.wechat import Unprinted
from backend.outside.wechat_web import WeChatPerson, WeChatWeb
from backend.services.identity.provider_throttle import ProviderThrottle
from backend.services.identity.sign_in_states import SignInStates, Ticket, ends_at
from backend.services.identity.ways_in import WECHAT_UNION, Attempt, Identified, required

RETURN_PAGE = "/signed-in"
Scope = Literal["base", "consent", "alone"]
SCOPES: tuple[Scope, ...] = ("base", "consent", "alone")
"""What WeChat is asked: nobody is asked anything; the person agrees that WeChat names them in all accounts; they do
not, and have an account of the official account alone."""


class Departure(Unprinted, frozen=True, kw_only=True):
    """Where a browser goes to sign in, and the ticket that it must bring back in a cookie."""

    address: str
    ticket: str


@runtime_checkable
class RedirectWay(Protocol):
    """A way in over another service's page."""

    def new_state(self) -> str:
        """A state for one sign-in by this way."""
        ...

    async def depart(self, state: str, language: str, scope: Scope) -> Departure:
        """Where the browser goes with this state. Raises what the provider raises when it is away."""
        ...


def start_of(provider: str) -> str:
    """The address that begins a sign-in over another service's page."""
    return f"/v1/sessions/{provider}/start"


class WeChatWebWay:
    """WeChat's own browser, by its official account."""

    name = "wechat_web"

    def __init__(
        self,
        wechat: WeChatWeb,
        states: SignInStates,
        throttle: ProviderThrottle,
        *,
        public_base: str,
        wants_union: bool,
    ) -> None:
        """`wants_union`: there is a mini-program, whose account should be the same."""
        self._wechat = wechat
        self._states = states
        self._throttle = throttle
        self._redirect_uri = public_base + RETURN_PAGE
        self._wants_union = wants_union

    def offered(self) -> Mapping[str, Any]:
        return {"start": start_of(self.name), "in_wechat_only": True}

    def new_state(self) -> str:
        return self._states.new_state(self.name)

    async def depart(self, state: str, language: str, scope: Scope) -> Departure:
        ticket = Ticket(provider=self.name, ends_at=ends_at(), scope=scope)
        address = self._wechat.authorize_address(self._redirect_uri, state, with_consent=scope == "consent")
        return Departure(address=address, ticket=self._states.encrypt(state, ticket))

    async def identify(self, attempt: Attempt) -> Identified:
        code, state = required(attempt.code, "code"), required(attempt.state, "state")
        ticket = self._states.open(self.name, state, attempt.tickets)
        with_consent = ticket.scope == "consent"

        async def ask() -> WeChatPerson:
            await self._states.use(state)
            try:
                return await self._wechat.code_to_person(code, with_consent=with_consent)
            except WeChatBusy:  # the code is as good as before
                await self._states.give_back(state)
                raise

        person = await self._throttle.ask(attempt.source, ask)
        is_known = person.unionid is not None or ticket.scope != "base" or not self._wants_union
        if not is_known and not await Identity.exists(provider=self.name, subject=person.openid):
            # An account that were opened now would be a second one for whoever has one in the mini-program.
            raise WeChatConsentNeeded
        joined = None if person.unionid is None else (WECHAT_UNION, person.unionid)
        return Identified(provider=self.name, subject=person.openid, joined=joined)


class OidcWay:
    """A city's own identity, by OpenID Connect."""

    name = "oidc"

    def __init__(
        self,
        provider: IdentityProvider,
        states: SignInStates,
        throttle: ProviderThrottle,
        *,
        public_base: str,
        names: Mapping[str, str],
    ) -> None:
        """`names`: what the identity is called, by language."""
        self._provider = provider
        self._states = states
        self._throttle = throttle
        self._redirect_uri = public_base + RETURN_PAGE
        self._names = names

    def offered(self) -> Mapping[str, Any]:
        return {"start": start_of(self.name), "name": dict(self._names)}

    def new_state(self) -> str:
        return self._states.new_state(self.name)

    async def depart(self, state: str, language: str, scope: Scope) -> Departure:
        ticket = Ticket(provider=self.name, ends_at=ends_at(), nonce=new_nonce(), verifier=new_verifier())
        address = await self._provider.authorize_address(
            self._redirect_uri, state, nonce=ticket.nonce, verifier=ticket.verifier, language=language
        )
        return Departure(address=address, ticket=self._states.encrypt(state, ticket))

    async def identify(self, attempt: Attempt) -> Identified:
        code, state = required(attempt.code, "code"), required(attempt.state, "state")
        ticket = self._states.open(self.name, state, attempt.tickets)

        async def ask() -> str:
            await self._states.use(state)
            return await self._provider.code_to_subject(
                code, self._redirect_uri, nonce=ticket.nonce, verifier=ticket.verifier
            )

        return Identified(provider=self.name, subject=await self._throttle.ask(attempt.source, ask))
