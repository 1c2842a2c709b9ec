"""Passkeys of staff and of citizens (WebAuthn): what a browser is asked, and whether its answer is right.

An address that is no domain name, as in a demo on 127.0.0.1, has no passkeys: browsers refuse them there.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
import webauthn
from cryptography.exceptions import UnsupportedAlgorithm
from webauthn.helpers import options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from backend.errors.identity import PasskeyRefused, PasskeysUnavailable
from backend.models import CitizenPasskey, StaffPasskey
from backend.texts import say

NONCE_BYTES = 32
PASSKEYS_MAX = 10
ID_BYTES_MIN, ID_BYTES_MAX = 16, 1023
"""WebAuthn level 2, §4: a credential's id has at least 16 bytes; and at most 1023 (§5.8.3)."""
# What the library raises for a browser's answer that is none: of another shape, or signed in a way it does not know.
NO_ANSWER = (WebAuthnException, UnsupportedAlgorithm, ValueError, KeyError, TypeError, AttributeError)
Json = dict[str, Any]


class MadePasskey(msgspec.Struct, frozen=True):
    """A passkey that a browser made, not stored yet."""

    id: bytes
    public_key: bytes
    sign_count: int


def check_count(held: int) -> None:
    """Whether one more may be added. Raises PasskeysUnavailable."""
    if held >= PASSKEYS_MAX:
        raise PasskeysUnavailable(passkeys_max=PASSKEYS_MAX)


def new_nonce() -> bytes:
    return secrets.token_bytes(NONCE_BYTES)


class Passkeys:
    """Asks and checks, for the one address under which people see the service.

    Where a passkey signs in alone, the device has to hold it with its account (a discoverable credential), and to ask
    its owner for a finger, a face or a PIN each time; beside a password neither is asked for.
    """

    def __init__(self, public_base: str, *, signs_in_alone: bool = False) -> None:
        self._signs_in_alone = signs_in_alone
        self._verification = (
            UserVerificationRequirement.REQUIRED if signs_in_alone else UserVerificationRequirement.PREFERRED
        )
        parts = urlsplit(public_base)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._domain = parts.hostname or ""

    @property
    def is_available(self) -> bool:
        try:
            ip_address(self._domain)
        except ValueError:
            return bool(self._domain)
        return False

    def creation_options(self, owner_id: UUID, username: str, nonce: bytes, known: Sequence[bytes]) -> Json:
        """What a browser makes a passkey for. Raises PasskeysUnavailable."""
        if not self.is_available:
            raise PasskeysUnavailable(passkeys_max=PASSKEYS_MAX)
        check_count(len(known))
        options = webauthn.generate_registration_options(
            rp_id=self._domain,
            rp_name=say("en", "brand"),
            user_id=owner_id.bytes,
            user_name=username,
            challenge=nonce,
            exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED
                if self._signs_in_alone
                else ResidentKeyRequirement.PREFERRED,
                user_verification=self._verification,
            ),
        )
        return options_to_json_dict(options)

    def made(self, credential: Json, nonce: bytes) -> MadePasskey:
        """The passkey that a browser made. Raises PasskeyRefused."""
        try:
            found = webauthn.verify_registration_response(
                credential=json.dumps(credential),
                expected_challenge=nonce,
                expected_rp_id=self._domain,
                expected_origin=self._origin,
                require_user_verification=self._signs_in_alone,
            )
        except NO_ANSWER as error:
            raise PasskeyRefused from error
        if not ID_BYTES_MIN <= len(found.credential_id) <= ID_BYTES_MAX:
            raise PasskeyRefused
        return MadePasskey(found.credential_id, found.credential_public_key, found.sign_count)

    def request_options(self, nonce: bytes, known: Sequence[bytes]) -> Json:
        """What a browser signs with one of these passkeys; any it holds for us where none is named."""
        options = webauthn.generate_authentication_options(
            rp_id=self._domain,
            challenge=nonce,
            allow_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
            user_verification=self._verification,
        )
        return options_to_json_dict(options)

    def sign_count(
        self, passkey: StaffPasskey | CitizenPasskey, credential: Json, nonce: bytes
    ) -> int | None:
        """The new count of signatures when this passkey signed the nonce here; None when it did not."""
        try:
            found = webauthn.verify_authentication_response(
                credential=json.dumps(credential),
                expected_challenge=nonce,
                expected_rp_id=self._domain,
                expected_origin=self._origin,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=self._signs_in_alone,
            )
        except NO_ANSWER:
            return None
        return found.new_sign_count


def id_of(credential: Json) -> bytes:
    """The id that a browser names; empty where it spells none."""
    try:
        return webauthn.base64url_to_bytes(str(credential.get("id", "")))
    except ValueError:
        return b""
