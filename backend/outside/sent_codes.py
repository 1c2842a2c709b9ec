"""Who carries a sign-in code to its address: a mail server (SMTP), an operator's hook for messages, the demo's log.

Addresses and codes stand in no log line and in no error: what goes wrong is reduced to the name of its class.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr
from typing import Protocol
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import aiosmtplib
import httpx2
import msgspec

from backend.errors.identity import AddressTakesNothing, CodeNotSent
from backend.outside.wechat import Unprinted

logger = logging.getLogger(__name__)

TIMEOUT_S = 10.0
"""For one code as a whole, the wait for a connection included."""
CONNECTIONS_MAX = 8
"""Connections of one process to one carrier."""
WAITING_MAX = 64
"""Codes on their way at once; one more is told at once that it was not sent."""
SOURCE_SHARE = 2
"""One source has half of them at most, so that who makes a carrier slow leaves others a turn."""
HERE = ("127.0.0.1", "::1", "localhost")
NO_SUCH_ADDRESS = frozenset({550, 551, 553, 501})
"""What a mail server says of an address that it takes no mail for (RFC 5321 §4.2.3)."""

TAKES_NOTHING = 422
"""What a hook answers for a number that takes no messages."""


class RecipientDeferred(Exception):
    """The carrier works, and takes nothing for this one address for now: it counts, or one could ask on for ever."""


class SentCode(Unprinted, frozen=True, kw_only=True):
    """A code on its way: to whom, in which words."""

    address: str
    code: str
    title: str
    text: str
    language: str
    at: datetime
    source: str = ""
    """Where it was asked for: one source takes half of the turns at most."""


class Carrier(Protocol):
    """Brings a code to its address."""

    shows_code: bool
    """Whether the answer to the request shows the code as well: in the demo, where nothing is sent."""

    async def send(self, sent: SentCode) -> None:
        """Raises CodeNotSent when it was not, or nobody can tell; AddressTakesNothing for an address that is none;
        RecipientDeferred.
        """
        ...

    async def aclose(self) -> None: ...


class DemoCarrier:
    """Sends nothing: the code stands in the server's log and in the answer, for whoever tries the demo."""

    shows_code = True

    async def send(self, sent: SentCode) -> None:
        logger.warning("demo: the code for %s is %s", sent.address, sent.code)

    async def aclose(self) -> None:
        return


class _Slots:
    """So many at once, each within TIMEOUT_S with the wait for its turn."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(CONNECTIONS_MAX)
        self._waiting = Counter[str]()

    @asynccontextmanager
    async def one(self, source: str) -> AsyncIterator[None]:
        """Raises TimeoutError when it takes too long, and at once when too many wait, over all or of this source."""
        if self._waiting.total() >= WAITING_MAX or self._waiting[source] >= WAITING_MAX // SOURCE_SHARE:
            raise TimeoutError
        self._waiting[source] += 1
        try:
            async with asyncio.timeout(TIMEOUT_S), self._free:
                yield
        finally:
            self._waiting[source] -= 1
            if not self._waiting[source]:
                del self._waiting[source]


class MailServer:
    """A mail server by its address: `smtps://USER:PASSWORD@HOST:465`, or `smtp://…:587`, which turns to TLS at once.

    Without TLS nothing is sent to another machine. Raises ValueError for an address or a sender that is none.
    """

    shows_code = False

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        name, address = parseaddr(sender)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path.strip("/"):
            raise ValueError("it must read smtps://USER:PASSWORD@HOST:PORT, or smtp://… for STARTTLS")
        if not address or "@" not in address or any(sign in sender for sign in "\r\n"):
            raise ValueError("the sender must read NAME <ADDRESS>, or ADDRESS alone")
        self._host = parts.hostname
        self.uses_tls = parts.scheme == "smtps"
        self._port = parts.port or (465 if self.uses_tls else 587)
        # A server of this machine may have none; to any other one the password and the code would go in clear.
        self.starts_tls = not self.uses_tls and self._host not in HERE
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._from = Address(name, addr_spec=address)
        self._slots = _Slots()

    async def send(self, sent: SentCode) -> None:
        mail = self._mail(sent)
        client = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            username=self._user,
            password=self._password,
            use_tls=self.uses_tls,
            start_tls=self.starts_tls,
            timeout=TIMEOUT_S,
        )
        failure: type[CodeNotSent | AddressTakesNothing | RecipientDeferred] | None = None
        is_taken = False
        try:
            async with self._slots.one(sent.source), client:
                await client.send_message(mail, sender=self._from.addr_spec, recipients=[sent.address])
                is_taken = True
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = {refused.code for refused in error.recipients}
            failure = AddressTakesNothing if codes <= NO_SUCH_ADDRESS else RecipientDeferred
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
            logger.warning("the mail server: %s", type(error).__name__)
            # Once it is taken, a goodbye that fails changes nothing.
            failure = None if is_taken else CodeNotSent
        # Raised here, so that the refusal holds no error that names the address.
        if failure is not None:
            raise failure

    async def aclose(self) -> None:
        """Nothing is kept open: codes are rare beside the connections that a mail server grants."""

    def _mail(self, sent: SentCode) -> EmailMessage:
        mail = EmailMessage(policy=SMTP)
        mail["From"] = self._from
        # Raises ValueError for an address that is more than one; what is sent was checked before.
        mail["To"] = Address(addr_spec=sent.address)
        mail["Subject"] = sent.title
        mail["Date"] = format_datetime(sent.at)
        mail["Message-ID"] = make_msgid(domain=self._from.domain)
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(sent.text)
        return mail


class _Message(msgspec.Struct, frozen=True):
    """What the hook is sent."""

    to: str
    text: str
    code: str
    language: str
    sent_at: datetime


class MessageHook:
    """An address of the operator's that hands messages to whoever sends them to phones.

    POST with the JSON of `_Message`, signed in the form of Standard Webhooks: `webhook-id`, `webhook-timestamp`, and
    `webhook-signature: v1,` with the base64 of HMAC-SHA256 over `id.timestamp.body`. 2xx says that it was handed on,
    422 that this number takes no messages.
    Raises ValueError for an address that would send the code in clear.
    """

    shows_code = False

    def __init__(self, url: str, secret: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in HERE):
            raise ValueError("it must begin with https://: the code would be sent in clear")
        if parts.username or parts.password or parts.fragment or not parts.hostname:
            raise ValueError("it takes no password and no fragment")
        if not secret:
            raise ValueError("its secret is missing")
        self._url = url
        self._secret = secret.encode()
        self._slots = _Slots()
        # The transport and not the client: it follows neither redirects nor proxies and logs nothing.
        self._transport = httpx2.AsyncHTTPTransport(
            trust_env=False, limits=httpx2.Limits(max_connections=CONNECTIONS_MAX)
        )

    async def aclose(self) -> None:
        await self._transport.aclose()

    async def send(self, sent: SentCode) -> None:
        body = msgspec.json.encode(_Message(sent.address, sent.text, sent.code, sent.language, sent.at))
        try:
            # httpx2's own time-outs start again with every chunk; a dripping answer would outlive them.
            async with self._slots.one(sent.source):
                status = await self._post(body, str(uuid4()), str(int(sent.at.timestamp())))
            if status == TAKES_NOTHING:
                raise AddressTakesNothing
            reason = None if 200 <= status < 300 else f"HTTP status {status}"
        except (httpx2.HTTPError, OSError, TimeoutError) as error:
            reason = type(error).__name__
        if reason is not None:
            logger.warning("the hook for messages took none: %s", reason)
            raise CodeNotSent

    async def _post(self, body: bytes, id_: str, timestamp: str) -> int:
        headers = {
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
            "webhook-id": id_,
            "webhook-timestamp": timestamp,
            "webhook-signature": signature(self._secret, id_, timestamp, body),
        }
        response = await self._transport.handle_async_request(
            httpx2.Request("POST", self._url, headers=headers, content=body)
        )
        # The answer's text says nothing to us: the connection is closed without reading it.
        await response.aclose()
        return response.status_code


def signature(secret: bytes, id_: str, timestamp: str, body: bytes) -> str:
    """The value of `webhook-signature` (Standard Webhooks 1.0, symmetric)."""
    made = hmac.digest(secret, f"{id_}.{timestamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(made).decode()}"
