"""Members of staff and their own account: password, second factors, sessions."""

from __future__ import annotations

from backend.auth import Principal
from backend.errors import SessionRevoked, TooManySignIns
from backend.errors.identity import (
    ChallengeInvalid,
    CitizenNotSignedIn,
    LastSecondFactor,
    PasskeyNotFound,
    PasskeyRefused,
    PasskeysUnavailable,
    PasswordCommon,
    PasswordIsName,
    PasswordTooShort,
    PresentPasswordWrong,
    SecondFactorWrong,
    StaffSessionNotFound,
)
from backend.messages import identity as m_identity
from backend.messages.identity import (
    OwnCitizenRequest,
    OwnCitizens,
    PasskeyAdded,
    PasskeyBegun,
    PasskeyRequest,
    PasskeyView,
    PasswordChangeRequest,
    PresentPasswordRequest,
    RecoveryCodes,
    SecondFactorConfirmation,
    StaffSecurityView,
    StaffSessionList,
    StaffSessionView,
    TotpBegun,
    credential_of,
    text_of,
)
from backend.messages.shape import view_of
from backend.routes.http.call import Call
from backend.routes.http.endpoint import STAFF_AND_VERIFIERS, Endpoint, in_section
from backend.routes.http.reply import Reply
from backend.services.identity import own_citizens
from backend.services.identity.sessions import OpenSession

WEAK = (PasswordTooShort, PasswordIsName, PasswordCommon)
CONFIRMED = (PresentPasswordWrong, TooManySignIns)


async def show(call: Call) -> StaffSecurityView:
    found = await call.components.staff_security.show(call.principal)
    return StaffSecurityView(
        username=found.staff.username,
        role=found.staff.role,
        second_factor_required=found.is_required,
        has_totp=found.held.has_totp,
        recovery_codes_left=found.held.recovery_codes_left,
        passkeys=[view_of(PasskeyView, each, id=text_of(each.id)) for each in found.held.passkeys],
        passkeys_available=found.has_passkeys_here,
    )


async def change_password(call: Call) -> Reply:
    request: PasswordChangeRequest = call.body
    await call.components.staff_security.change_password(
        call.principal, request.password, request.new_password
    )
    return Reply(status=204)


async def begin_totp(call: Call) -> TotpBegun:
    request: PresentPasswordRequest = call.body
    token, setup = await call.components.staff_security.begin_totp(call.principal, request.password)
    return TotpBegun(challenge=token, secret=setup.secret, uri=setup.uri)


async def confirm_totp(call: Call) -> RecoveryCodes:
    request: SecondFactorConfirmation = call.body
    codes = await call.components.staff_security.confirm_totp(call.principal, request.challenge, request.code)
    return RecoveryCodes(codes=codes)


async def new_recovery_codes(call: Call) -> RecoveryCodes:
    request: PresentPasswordRequest = call.body
    codes = await call.components.staff_security.new_recovery_codes(call.principal, request.password)
    return RecoveryCodes(codes=codes)


async def begin_passkey(call: Call) -> PasskeyBegun:
    request: PresentPasswordRequest = call.body
    token, options = await call.components.staff_security.begin_passkey(call.principal, request.password)
    return PasskeyBegun(challenge=token, options=options)


async def add_passkey(call: Call) -> PasskeyAdded:
    request: PasskeyRequest = call.body
    passkey, codes = await call.components.staff_security.add_passkey(
        call.principal, request.challenge, request.name, credential_of(request.passkey)
    )
    return view_of(PasskeyAdded, passkey, id=text_of(passkey.id), recovery_codes=codes)


async def remove_passkey(call: Call) -> Reply:
    request: PresentPasswordRequest = call.body
    await call.components.staff_security.remove_passkey(call.principal, request.password, call.params["id"])
    return Reply(status=204)


async def list_sessions(call: Call) -> StaffSessionList:
    found = await call.components.staff_security.sessions(call.principal)
    return StaffSessionList(items=[_session(each, call.principal) for each in found])


async def end_session(call: Call) -> Reply:
    await call.components.staff_security.end_session(call.principal, call.params["id"])
    return Reply(status=204)


async def end_other_sessions(call: Call) -> Reply:
    await call.components.staff_security.end_other_sessions(call.principal)
    return Reply(status=204)


def _session(session: OpenSession, caller: Principal) -> StaffSessionView:
    place = session.place
    return StaffSessionView(
        id=str(session.id),
        source="" if place is None else place.source,
        device="" if place is None else place.device,
        since=session.begun_at,
        last_used_at=session.begun_at if place is None else place.last_used_at,
        ends_at=session.ends_at,
        is_current=session.id == caller.session_id,
    )


async def tell_citizen(call: Call) -> OwnCitizens:
    request: OwnCitizenRequest = call.body
    components = call.components
    return OwnCitizens(
        citizens=await own_citizens.tell_citizen(
            components.database,
            components.tokens,
            components.revoked,
            call.principal,
            request.access_token,
        )
    )


ENDPOINTS = in_section(
    "sessions",
    Endpoint(
        "GET /v1/staff/me/security",
        show,
        roles=STAFF_AND_VERIFIERS,
        summary="How the caller's own account is kept",
        answers={200: m_identity.StaffSecurityView},
    ),
    Endpoint(
        "POST /v1/staff/me/password",
        change_password,
        roles=STAFF_AND_VERIFIERS,
        summary="Change the caller's own password and end their other sessions",
        body=m_identity.PasswordChangeRequest,
        answers={204: None},
        refusals=(*CONFIRMED, *WEAK),
    ),
    Endpoint(
        "POST /v1/staff/me/totp",
        begin_totp,
        roles=STAFF_AND_VERIFIERS,
        summary="A secret for the caller's authenticator app; kept once a code of it was seen",
        body=m_identity.PresentPasswordRequest,
        answers={200: m_identity.TotpBegun},
        refusals=CONFIRMED,
    ),
    Endpoint(
        "POST /v1/staff/me/totp/confirmation",
        confirm_totp,
        roles=STAFF_AND_VERIFIERS,
        summary="Keep that authenticator app; answers with new recovery codes",
        body=m_identity.SecondFactorConfirmation,
        answers={200: m_identity.RecoveryCodes},
        refusals=(ChallengeInvalid, SecondFactorWrong),
    ),
    Endpoint(
        "POST /v1/staff/me/recovery-codes",
        new_recovery_codes,
        roles=STAFF_AND_VERIFIERS,
        summary="New recovery codes instead of those before",
        body=m_identity.PresentPasswordRequest,
        answers={200: m_identity.RecoveryCodes},
        refusals=CONFIRMED,
    ),
    Endpoint(
        "POST /v1/staff/me/passkeys/options",
        begin_passkey,
        roles=STAFF_AND_VERIFIERS,
        summary="What the caller's browser makes a passkey for",
        body=m_identity.PresentPasswordRequest,
        answers={200: m_identity.PasskeyBegun},
        refusals=(*CONFIRMED, PasskeysUnavailable),
    ),
    Endpoint(
        "POST /v1/staff/me/passkeys",
        add_passkey,
        roles=STAFF_AND_VERIFIERS,
        summary="Keep the passkey that the browser made",
        body=m_identity.PasskeyRequest,
        answers={201: m_identity.PasskeyAdded},
        refusals=(ChallengeInvalid, PasskeyRefused),
    ),
    Endpoint(
        "POST /v1/staff/me/passkeys/{id}/removal",
        remove_passkey,
        roles=STAFF_AND_VERIFIERS,
        summary="Remove one of the caller's passkeys",
        body=m_identity.PresentPasswordRequest,
        answers={204: None},
        refusals=(*CONFIRMED, PasskeyNotFound, LastSecondFactor),
    ),
    Endpoint(
        "GET /v1/staff/me/sessions",
        list_sessions,
        roles=STAFF_AND_VERIFIERS,
        summary="The caller's open sessions: device, source, since, last used",
        answers={200: m_identity.StaffSessionList},
    ),
    Endpoint(
        "DELETE /v1/staff/me/sessions",
        end_other_sessions,
        roles=STAFF_AND_VERIFIERS,
        summary="End all sessions of the caller but this one",
        answers={204: None},
    ),
    Endpoint(
        "DELETE /v1/staff/me/sessions/{id}",
        end_session,
        roles=STAFF_AND_VERIFIERS,
        summary="End one of the caller's sessions",
        answers={204: None},
        refusals=(StaffSessionNotFound,),
    ),
    Endpoint(
        "POST /v1/staff/me/citizens",
        tell_citizen,
        roles=STAFF_AND_VERIFIERS,
        summary="Say which citizen the caller is, with that account's sign-in: nobody reviews their own actions",
        body=OwnCitizenRequest,
        answers={200: OwnCitizens},
        refusals=(CitizenNotSignedIn, SessionRevoked),
    ),
)
