"""Citizens and staff sign in and out."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, UnsetType, field, to_builtins

from backend.messages.shape import VISIBLE, Answer, Instant, Request

StaffRole = Literal["staff", "organiser", "operator", "regulator", "verifier"]
Token = Annotated[str, Meta(min_length=1, max_length=256)]
Password = Annotated[str, Meta(min_length=1, max_length=256)]
Reason = Annotated[str, Meta(min_length=1, max_length=400)]
Code = Annotated[str, Meta(min_length=6, max_length=9, description="six digits of an authenticator app")]
Base64Url = Annotated[str, Meta(min_length=1, max_length=8192, pattern="^[A-Za-z0-9_-]*$(?!\n)")]
Username = Annotated[
    str, Meta(min_length=1, max_length=64, pattern=r"^[^\s\x00-\x1f](?:[^\x00-\x1f]*[^\s\x00-\x1f])?$(?!\n)")
]


class WayIn(Answer):
    provider: str
    facts: Annotated[
        dict[str, Any], Meta(description="what a page must know to offer it; which facts, depends on the way")
    ]


class WaysIn(Answer):
    """How one can sign in here, in the order in which a page offers it."""

    items: list[WayIn]


class StaffSessionRequest(Request):
    username: Annotated[str, Meta(min_length=1, max_length=64)]
    password: Annotated[str, Meta(min_length=1, max_length=256)]


class RefreshRequest(Request):
    refresh_token: Annotated[str, Meta(min_length=1, max_length=256)]


class CitizenBrief(Answer):
    id: str
    nickname: str | None


class StaffBrief(Answer):
    id: str
    username: str
    role: str


class Tokens(Answer, kw_only=True):
    access_token: str
    refresh_token: str
    expires_in: Annotated[int, Meta(description="life of the access token in seconds")]
    token_type: str = "Bearer"  # noqa: S105 - the name of a scheme


class CitizenSession(Tokens, kw_only=True):
    citizen: CitizenBrief
    other_access_token: Annotated[
        str | UnsetType,
        Meta(description="opens a second account of the same person, where WeChat says that there is one"),
    ] = UNSET


class StaffSession(Tokens, kw_only=True):
    staff: StaffBrief


class StaffChallenge(Answer):
    """The password was right; the second factor, or setting one up, finishes the sign-in."""

    status: Literal["second_factor_required", "second_factor_setup_required"]
    challenge: str
    expires_in: Annotated[int, Meta(description="life of the challenge in seconds")]
    factors: list[Literal["totp", "recovery_code", "passkey"]]
    passkey_options: Annotated[
        dict[str, Any] | None, Meta(description="PublicKeyCredentialRequestOptions in JSON, for the browser")
    ]


class PasskeyResponse(Request):
    client_data: Base64Url = field(name="clientDataJSON")
    attestation: Base64Url | None = field(name="attestationObject", default=None)
    authenticator_data: Base64Url | None = field(name="authenticatorData", default=None)
    signature: Base64Url | None = None
    user_handle: Base64Url | None = field(name="userHandle", default=None)


class PasskeyCredential(Request):
    """What a browser answers with: a PublicKeyCredential in JSON."""

    id: Base64Url
    raw_id: Base64Url = field(name="rawId")
    type: Literal["public-key"]
    response: PasskeyResponse


def credential_of(passkey: PasskeyCredential) -> dict[str, Any]:
    """As the browser wrote it, without what it left out."""
    credential: dict[str, Any] = to_builtins(passkey)
    credential["response"] = {
        name: value for name, value in credential["response"].items() if value is not None
    }
    return credential


class SessionRequest(Request):
    """Which of the fields beside the provider are needed, the way in says (`GET /v1/sessions/ways`)."""

    provider: Annotated[str, Meta(min_length=1, max_length=20)]
    code: (
        Annotated[
            str,
            Meta(
                min_length=1,
                max_length=2048,
                description="of a provider; for `badge` its QR's text, or the link of a guest's certificate",
            ),
        ]
        | None
    ) = None
    address: Annotated[str, Meta(min_length=1, max_length=254)] | None = None
    state: (
        Annotated[
            str,
            Meta(
                min_length=1,
                max_length=256,
                description="of a provider's redirect; for `badge` a random text by which a phone is known again",
            ),
        ]
        | None
    ) = None
    challenge: Token | None = None
    passkey: PasskeyCredential | None = None


class SecondFactorRequest(Request):
    """One of the three second factors."""

    challenge: Token
    code: Code | None = None
    recovery_code: Annotated[str, Meta(min_length=1, max_length=40)] | None = None
    passkey: PasskeyCredential | None = None


class ChallengeRequest(Request):
    challenge: Token


class SecondFactorConfirmation(Request):
    challenge: Token
    code: Code


class TotpSecret(Answer):
    secret: Annotated[str, Meta(description="in base32, to be typed where no picture can be taken")]
    uri: Annotated[str, Meta(description="what an authenticator app reads from a QR code")]


class TotpBegun(TotpSecret):
    challenge: str


class RecoveryCodes(Answer):
    codes: Annotated[list[str], Meta(description="shown once; each works once")]


class StaffSessionBegun(StaffSession, kw_only=True):
    recovery_codes: Annotated[list[str], Meta(description="shown once; each works once")]


class PresentPasswordRequest(Request):
    password: Password


class PasswordChangeRequest(Request):
    password: Annotated[Password, Meta(description="the present one")]
    new_password: Password


class PasswordLinkRequest(Request):
    token: Token
    password: Password


class PasskeyBegun(Answer):
    challenge: str
    options: Annotated[dict[str, Any], Meta(description="PublicKeyCredentialCreationOptions in JSON")]


class PasskeyRequest(Request):
    challenge: Token
    name: Annotated[str, VISIBLE, Meta(min_length=1, max_length=40)]
    passkey: PasskeyCredential


class PasskeyView(Answer):
    id: str
    name: str
    created_at: Instant
    last_used_at: Instant | None


def text_of(passkey_id: bytes) -> str:
    """The id of a passkey as it stands in JSON and in addresses."""
    return urlsafe_b64encode(passkey_id).rstrip(b"=").decode()


class PasskeyAdded(PasskeyView, kw_only=True):
    recovery_codes: Annotated[list[str], Meta(description="with the first passkey; else empty")]


class StaffSecurityView(Answer):
    """How the caller's own account is kept."""

    username: str
    role: str
    second_factor_required: bool
    has_totp: bool
    recovery_codes_left: int
    passkeys: list[PasskeyView]
    passkeys_available: Annotated[bool, Meta(description="browsers make passkeys for this address")]


class StaffSessionView(Answer):
    id: str
    source: Annotated[str, Meta(description="address, or IPv6 network, of the sign-in; empty: not known")]
    device: Annotated[str, Meta(description="what the browser said it is; empty: not known")]
    since: Instant
    last_used_at: Annotated[Instant, Meta(description="the last refresh")]
    ends_at: Instant
    is_current: bool


class StaffSessionList(Answer):
    items: list[StaffSessionView]


class StaffAccountRequest(Request):
    username: Username
    role: StaffRole
    reason: Reason


class StaffRoleRequest(Request):
    role: StaffRole
    reason: Reason


class StaffReasonRequest(Request):
    reason: Reason


class StaffAccountView(Answer):
    id: str
    username: str
    role: str
    created_at: Instant
    disabled_at: Instant | None
    has_second_factor: bool
    last_sign_in_at: Instant | None
    is_own: bool


class PasswordLinkView(Answer):
    account: StaffAccountView
    url: Annotated[str, Meta(description="works once; shown here alone")]
    expires_at: Instant


class OwnCitizenRequest(Request):
    """A citizen's access token, of an account that is the caller's own."""

    access_token: Annotated[str, Meta(min_length=1, max_length=1024)]


class OwnCitizens(Answer):
    citizens: Annotated[int, Meta(description="how many citizens the caller is, as far as they said")]


# -- citizens -------------------------------------------------------------------------------------


class SignInCodeRequest(Request):
    """Where a code is to be sent."""

    provider: Annotated[str, Meta(min_length=1, max_length=20, description="`email` or `phone`")]
    address: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=254,
            description="an e-mail address, or a phone number; one without a country is a Chinese one",
        ),
    ]


class SignInCodeSent(Answer):
    challenge: Annotated[str, Meta(description="sent back with the code")]
    expires_at: Instant
    again_in: Annotated[int, Meta(description="seconds until one more may be asked for")]
    demo_code: Annotated[str | None, Meta(description="in demo mode, where nothing is sent: the code")]


class PasskeyChallenge(Answer):
    challenge: Annotated[
        str, Meta(description="sent back with what the browser answers; good for five minutes")
    ]
    options: Annotated[dict[str, Any], Meta(description="PublicKeyCredentialRequestOptions in JSON")]


class PasskeyList(Answer):
    items: list[PasskeyView]


class CitizenSessionView(Answer):
    id: str
    device: Annotated[str, Meta(description="browser and system in words, in the language of the request")]
    since: Instant
    last_used_at: Annotated[Instant, Meta(description="the last refresh")]
    ends_at: Annotated[Instant, Meta(description="unless it is used before")]
    is_current: bool


class CitizenSessionList(Answer):
    """The sessions used last; a hundred at most."""

    items: list[CitizenSessionView]


class IdentityView(Answer):
    """A way that leads to the account."""

    id: str
    provider: str
    shown: Annotated[
        str | None, Meta(description="masked, as `l***@mail.cn`; null: nothing that one would know")
    ]
    created_at: Instant
    is_open: Annotated[bool, Meta(description="one can sign in by it here today")]


class IdentityList(Answer):
    items: list[IdentityView]
