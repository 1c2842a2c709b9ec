"""Citizens sign in with a code that is sent to their e-mail address or their phone.

Nothing that is answered, and no time that it takes, says whether an address has an account: sending looks nobody up.
Codes are counted before they are sent, in several ways at once: by address and source, by address, by source as a share
of all, and over all. A source alone closes nothing for others, because a venue's Wi-Fi is one source for thousands.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import msgspec

from backend.domain.encryption import CannotDecrypt, Encrypted, Encryptor
from backend.domain.identity.addresses import email_address, is_of_country, mailbox, phone_number
from backend.domain.identity.sign_in_codes import (
    AGAIN_S,
    DIGITS,
    LIFE,
    TRIES_MAX,
    SignInDigests,
    is_open,
    typed_code,
)
from backend.errors import InvalidBody, ProviderUnknown
from backend.errors.identity import CodeNotSent, SignInCodeOver, SignInCodeWrong, TooManySignInCodes
from backend.models import SignInChallenge
from backend.models.keys import read_id
from backend.outside.sent_codes import Carrier, RecipientDeferred, SentCode
from backend.services.identity.addresses import Addresses
from backend.services.identity.ways_in import Attempt, Identified, required
from backend.storage.database import Database
from backend.storage.redis_quotas import Quota, Quotas
from backend.texts import LANGUAGES, say

HOUR_S, DAY_S = 3600, 86_400
PER_ADDRESS_AND_SOURCE_PER_HOUR = 5
PER_ADDRESS_PER_HOUR = 10
"""A stranger at one source has codes sent to somebody's address, and its owner still gets theirs."""
PER_ADDRESS_PER_DAY = 20
"""With five tries each, a hundred guesses a day of a million codes."""
PER_ADDRESS_AND_SOURCE_PER_DAY = 10
"""Half of them, or a patient stranger at one source would keep the owner out for a day."""
SOURCE_SHARE = 2
"""One source has half of the codes of all at most."""
TOKEN_OWNER = "sign-in challenge"  # noqa: S105 - what the token is bound to


class CodeSent(msgspec.Struct, frozen=True):
    """A code is on its way."""

    challenge: str
    expires_at: datetime
    again_in: int
    demo_code: str | None


class SignInCodes:
    """Sends codes to addresses and takes them."""

    def __init__(
        self,
        database: Database,
        encryptor: Encryptor,
        digests: SignInDigests,
        quotas: Quotas,
        carriers: Mapping[str, Carrier],
        *,
        public_base: str,
        country_codes: Collection[str],
        per_hour_max: int,
    ) -> None:
        self._database = database
        self._encryptor = encryptor
        self._digests = digests
        self._quotas = quotas
        self._carriers = carriers
        self._host = urlsplit(public_base).netloc
        self.country_codes = country_codes
        self._per_hour_max = per_hour_max

    async def send(self, provider: str, address_text: str, source: str, language: str) -> CodeSent:
        """Send a code to an address.

        Raises ProviderUnknown, InvalidBody, TooManySignInCodes; CodeNotSent, and then nothing is kept; nor counted, but
        where the carrier works and takes nothing for this address; AddressTakesNothing, which stays counted too.
        """
        carrier = self._carriers.get(provider)
        if carrier is None:
            raise ProviderUnknown(provider=provider)
        address = self._address(provider, address_text)
        quotas = self._quotas_of(provider, address, source)
        if wait_s := await self._quotas.take(quotas):
            raise TooManySignInCodes(retry_after_s=wait_s)
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        try:
            await carrier.send(self._letter(provider, address, code, language, source))
        except CodeNotSent:
            await self._quotas.give_back(quotas)
            raise
        except RecipientDeferred:
            raise CodeNotSent(retry_after_s=AGAIN_S) from None
        id_, expires_at = uuid4(), datetime.now(UTC) + LIFE
        await self._keep(id_, provider, address, code, expires_at)
        token = self._encryptor.encrypt_text(id_.hex, TOKEN_OWNER)
        return CodeSent(token, expires_at, AGAIN_S, code if carrier.shows_code else None)

    async def take(self, provider: str, token: str, code_text: str, source: str) -> str:
        """The address that a code was sent to, once. Raises InvalidBody, SignInCodeWrong, SignInCodeOver.

        Whoever used a code need not wait for the next one: a second sign-in follows where two accounts are merged.
        """
        code = typed_code(code_text)
        if code is None:
            raise InvalidBody.at("/code", "not_a_sign_in_code", digits=DIGITS)
        # Its key is ours, so a challenge that somebody invented costs no connection to the database.
        id_ = read_id(self._encryptor.decrypt_text(token, TOKEN_OWNER) or "", SignInCodeOver)
        async with self._database.transaction():
            begun = SignInChallenge.filter(id=id_, provider=provider)
            found = await begun.select_for_update().get_or_none()
            now = datetime.now(UTC)
            if found is None or not is_open(
                now, expires_at=found.expires_at, used_at=found.used_at, failures=found.failures
            ):
                raise SignInCodeOver
            is_right = self._digests.is_code(bytes(found.code_digest or b""), id_.hex, code)
            await (begun.update(used_at=now) if is_right else begun.update(failures=found.failures + 1))
        if not is_right:
            raise SignInCodeWrong(tries_left=TRIES_MAX - found.failures - 1)
        try:
            sealed = Encrypted(found.sealed_with or "", bytes(found.sealed or b""))
            address = self._encryptor.decrypt(sealed, _owner(id_)).decode()
        except CannotDecrypt:
            raise SignInCodeOver from None
        await self._quotas.give_back(self._quotas_of(provider, address, source)[:1])
        return address

    def _address(self, provider: str, text: str) -> str:
        if provider == "email":
            address = email_address(text)
            if address is None:
                raise InvalidBody.at("/address", "not_an_email_address")
            return address
        number = phone_number(text)
        if number is None:
            raise InvalidBody.at("/address", "not_a_phone_number")
        if not is_of_country(number, self.country_codes):
            raise InvalidBody.at("/address", "country_not_served", accepted=sorted(self.country_codes))
        return number

    def _quotas_of(self, provider: str, address: str, source: str) -> Sequence[Quota]:
        # The digest, for Redis keeps plain hashes, and all numbers of a country are soon tried.
        # By mailbox, or one person would be sent thousands by `+1`, `+2` and so on.
        subject = self._digests.subjects(provider, mailbox(provider, address))[0]
        theirs = f"{subject} {source}"
        return (
            Quota(f"code again {theirs}", AGAIN_S, 1),
            Quota(f"codes {theirs}", HOUR_S, PER_ADDRESS_AND_SOURCE_PER_HOUR),
            Quota(f"codes of a day {theirs}", DAY_S, PER_ADDRESS_AND_SOURCE_PER_DAY),
            Quota(f"codes {subject}", HOUR_S, PER_ADDRESS_PER_HOUR),
            Quota(f"codes of a day {subject}", DAY_S, PER_ADDRESS_PER_DAY),
            Quota(f"codes from {provider} {source}", HOUR_S, max(1, self._per_hour_max // SOURCE_SHARE)),
            Quota(f"codes of all {provider}", HOUR_S, self._per_hour_max),
        )

    def _letter(self, provider: str, address: str, code: str, language: str, source: str) -> SentCode:
        facts = {"code": code, "minutes": int(LIFE.total_seconds() // 60), "host": self._host}
        if provider == "phone":
            text = say(language, "sent_code.message", **facts)
        else:
            # Both languages: who reads it may not be who chose the language of the page.
            languages = (language, *(each for each in LANGUAGES if each != language))
            text = "\n\n".join(say(each, "sent_code.mail", **facts) for each in languages) + "\n"
        title = say(language, "sent_code.title")
        return SentCode(
            address=address,
            code=code,
            title=title,
            text=text,
            language=language,
            at=datetime.now(UTC),
            source=source,
        )

    async def _keep(self, id_: UUID, provider: str, address: str, code: str, expires_at: datetime) -> None:
        sealed = self._encryptor.encrypt(address.encode(), _owner(id_))
        await SignInChallenge.create(
            id=id_,
            provider=provider,
            subject=self._digests.subjects(provider, address)[0],
            code_digest=self._digests.of_code(id_.hex, code),
            sealed=sealed.text,
            sealed_with=sealed.key_id,
            expires_at=expires_at,
        )


class CodeWay:
    """A code that was sent to an e-mail address or to a phone."""

    def __init__(self, name: str, codes: SignInCodes, addresses: Addresses) -> None:
        self.name = name
        self._codes = codes
        self._addresses = addresses

    def offered(self) -> Mapping[str, Any]:
        if self.name == "email":
            return {}
        return {"country_codes": sorted(self._codes.country_codes) or None}

    async def identify(self, attempt: Attempt) -> Identified:
        token, code = required(attempt.challenge, "challenge"), required(attempt.code, "code")
        address = await self._codes.take(self.name, token, code, attempt.source)
        return await self._addresses.identified(self.name, address)


def _owner(id_: UUID) -> str:
    return f"sign-in challenge {id_.hex}"
