"""Citizens sign in with codes and passkeys, and see what leads to their account: sessions, identities, passkeys."""

from __future__ import annotations

from typing import Any

from backend.domain.identity.devices import device_words
from backend.errors import ProviderUnknown, SessionRevoked
from backend.errors.identity import (
    AddressTakesNothing,
    CodeNotSent,
    IdentityElsewhere,
    IdentityNotFound,
    LastWayIn,
    PasskeyNotFound,
    PasskeyRefused,
    PasskeysUnavailable,
    SessionNotFound,
    TooManyIdentities,
    TooManySignInCodes,
)
from backend.messages import identity as m_identity
from backend.messages.identity import (
    CitizenSessionList,
    CitizenSessionView,
    IdentityList,
    IdentityView,
    PasskeyBegun,
    PasskeyChallenge,
    PasskeyList,
    PasskeyRequest,
    PasskeyView,
    SessionRequest,
    SignInCodeRequest,
    SignInCodeSent,
    credential_of,
    text_of,
)
from backend.messages.shape import view_of
from backend.routes.http.attempts import SIGN_IN_REFUSALS, attempt_of
from backend.routes.http.call import Call
from backend.routes.http.endpoint import CITIZEN, Endpoint, in_section
from backend.routes.http.reply import Reply
from backend.services.identity.own_ways import OwnWay
from backend.texts import say


async def send_code(call: Call) -> SignInCodeSent:
    request: SignInCodeRequest = call.body
    sent = await call.components.citizen_sign_in.codes.send(
        request.provider, request.address, call.source, call.language
    )
    return SignInCodeSent(
        challenge=sent.challenge,
        expires_at=sent.expires_at,
        again_in=sent.again_in,
        demo_code=sent.demo_code,
    )


async def begin_passkey_sign_in(call: Call) -> PasskeyChallenge:
    challenge, options = call.components.citizen_sign_in.passkeys.begin_sign_in()
    return PasskeyChallenge(challenge=challenge, options=options)


async def list_sessions(call: Call) -> CitizenSessionList:
    found = await call.components.sessions.of_citizen(call.principal.id)
    return CitizenSessionList(
        items=[
            CitizenSessionView(
                id=str(each.id),
                device=device_words(each.device, call.language),
                since=each.begun_at,
                last_used_at=each.last_used_at,
                ends_at=each.ends_at,
                is_current=each.id == call.principal.session_id,
            )
            for each in found
        ]
    )


async def end_session(call: Call) -> Reply:
    await call.components.citizen_sign_in.own.end_session(call.principal, call.params["id"])
    return Reply(status=204)


async def end_other_sessions(call: Call) -> Reply:
    await call.components.sessions.end_all(call.principal.id, but=call.principal.session_id)
    return Reply(status=204)


async def list_passkeys(call: Call) -> PasskeyList:
    found = await call.components.citizen_sign_in.passkeys.list(call.principal.id)
    return PasskeyList(items=[_passkey(each) for each in found])


async def begin_passkey(call: Call) -> PasskeyBegun:
    account_name = say(call.language, "passkey.account")
    challenge, options = await call.components.citizen_sign_in.passkeys.begin(call.principal, account_name)
    return PasskeyBegun(challenge=challenge, options=options)


async def add_passkey(call: Call) -> PasskeyView:
    request: PasskeyRequest = call.body
    return _passkey(
        await call.components.citizen_sign_in.passkeys.add(
            call.principal, request.challenge, request.name, credential_of(request.passkey)
        )
    )


async def remove_passkey(call: Call) -> Reply:
    await call.components.citizen_sign_in.own.remove_passkey(call.principal, call.params["id"])
    return Reply(status=204)


async def list_identities(call: Call) -> IdentityList:
    found = await call.components.citizen_sign_in.own.list(call.principal.id)
    return IdentityList(items=[_identity(each) for each in found])


async def bind_identity(call: Call) -> IdentityView:
    request: SessionRequest = call.body
    own = call.components.citizen_sign_in.own
    return _identity(await own.bind(call.principal, request.provider, attempt_of(call, request)))


async def remove_identity(call: Call) -> Reply:
    await call.components.citizen_sign_in.own.remove(call.principal, call.params["id"])
    return Reply(status=204)


def _passkey(passkey: Any) -> PasskeyView:
    return view_of(PasskeyView, passkey, id=text_of(bytes(passkey.id)))


def _identity(way: OwnWay) -> IdentityView:
    return view_of(IdentityView, way)


ENDPOINTS = in_section(
    "sessions",
    Endpoint(
        "POST /v1/sessions/codes",
        send_code,
        summary="Send a code to an e-mail address or a phone, to sign in with",
        body=m_identity.SignInCodeRequest,
        answers={202: m_identity.SignInCodeSent},
        refusals=(ProviderUnknown, TooManySignInCodes, CodeNotSent, AddressTakesNothing),
    ),
    Endpoint(
        "POST /v1/sessions/passkey-options",
        begin_passkey_sign_in,
        summary="What a browser signs with a passkey, to sign in with",
        answers={200: m_identity.PasskeyChallenge},
        refusals=(PasskeysUnavailable,),
    ),
    Endpoint(
        "GET /v1/me/sessions",
        list_sessions,
        roles=CITIZEN,
        summary="The caller's open sessions",
        answers={200: m_identity.CitizenSessionList},
    ),
    Endpoint(
        "DELETE /v1/me/sessions",
        end_other_sessions,
        roles=CITIZEN,
        summary="End all of the caller's sessions but this one",
        answers={204: None},
    ),
    Endpoint(
        "DELETE /v1/me/sessions/{id}",
        end_session,
        roles=CITIZEN,
        summary="End one of the caller's sessions",
        answers={204: None},
        refusals=(SessionNotFound,),
    ),
    Endpoint(
        "GET /v1/me/passkeys",
        list_passkeys,
        roles=CITIZEN,
        summary="The caller's passkeys",
        answers={200: m_identity.PasskeyList},
    ),
    Endpoint(
        "POST /v1/me/passkey-options",
        begin_passkey,
        roles=CITIZEN,
        summary="What the caller's browser makes a passkey for",
        answers={200: m_identity.PasskeyBegun},
        refusals=(PasskeysUnavailable,),
    ),
    Endpoint(
        "POST /v1/me/passkeys",
        add_passkey,
        roles=CITIZEN,
        summary="Keep a passkey that the caller's browser made",
        body=m_identity.PasskeyRequest,
        answers={201: m_identity.PasskeyView},
        refusals=(PasskeyRefused, PasskeysUnavailable, SessionRevoked),
    ),
    Endpoint(
        "DELETE /v1/me/passkeys/{id}",
        remove_passkey,
        roles=CITIZEN,
        summary="Remove a passkey of the caller's",
        answers={204: None},
        refusals=(PasskeyNotFound, LastWayIn, SessionRevoked),
    ),
    Endpoint(
        "GET /v1/me/identities",
        list_identities,
        roles=CITIZEN,
        summary="The ways that lead to the caller's account, besides passkeys",
        answers={200: m_identity.IdentityList},
    ),
    Endpoint(
        "POST /v1/me/identities",
        bind_identity,
        roles=CITIZEN,
        summary="Bind one more way to the caller's account, shown as in a sign-in",
        body=m_identity.SessionRequest,
        answers={201: m_identity.IdentityView},
        refusals=(IdentityElsewhere, TooManyIdentities, SessionRevoked, *SIGN_IN_REFUSALS),
    ),
    Endpoint(
        "DELETE /v1/me/identities/{id}",
        remove_identity,
        roles=CITIZEN,
        summary="Take a way off the caller's account",
        answers={204: None},
        refusals=(IdentityNotFound, LastWayIn, SessionRevoked),
    ),
)
