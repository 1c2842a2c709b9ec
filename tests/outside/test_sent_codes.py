"""Carriers of codes: nothing in clear to another machine, one address, no word of it in a log."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import ssl
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from backend.errors.identity import CodeNotSent
from backend.outside.sent_codes import MailServer, MessageHook, SentCode, signature
from tests.outside.mail_server import MailCatcher
from tests.outside.message_hook import HookServer

SENDER = "no-reply@carbon.example"
SENT = SentCode(
    address="lin@mail.cn",
    code="012345",
    title="您的登录验证码",
    text="012345",
    language="zh-CN",
    at=datetime(2026, 12, 1, 9, tzinfo=UTC),
)


@pytest.mark.parametrize(
    ("url", "uses_tls", "starts_tls"),
    [
        ("smtps://user:pass@mail.example", True, False),
        ("smtp://mail.example:587", False, True),
        ("smtp://127.0.0.1:1025", False, False),
        ("smtp://localhost", False, False),
    ],
)
def test_mail_goes_to_another_machine_under_tls_alone(url: str, uses_tls: bool, starts_tls: bool) -> None:
    server = MailServer(url, SENDER)
    assert (server.uses_tls, server.starts_tls) == (uses_tls, starts_tls)


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("http://mail.example", SENDER),
        ("mail.example:587", SENDER),
        ("smtp://", SENDER),
        ("smtp://mail.example/path", SENDER),
        ("smtp://mail.example", "Tianfu"),
        ("smtp://mail.example", ""),
        ("smtp://mail.example", f"Tianfu\r\nBcc: x@mail.cn <{SENDER}>"),
    ],
)
def test_an_address_or_a_sender_that_is_none_is_refused_at_the_start(url: str, sender: str) -> None:
    with pytest.raises(ValueError, match="must read"):
        MailServer(url, sender)


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("http://hook.example", "s"),
        ("ftp://127.0.0.1", "s"),
        ("https://user:pass@hook.example", "s"),
        ("https://hook.example/#here", "s"),
        ("https://hook.example", ""),
    ],
)
def test_a_hook_in_clear_or_without_a_secret_is_refused_at_the_start(url: str, secret: str) -> None:
    with pytest.raises(ValueError, match=r"https|takes no|missing"):
        MessageHook(url, secret)


@pytest.mark.parametrize("address", ["lin@mail.cn\r\nBcc: x@mail.cn", "lin@mail.cn, x@mail.cn", "lin"])
async def test_even_an_address_that_nobody_checked_becomes_no_header(address: str) -> None:
    async with MailCatcher() as mails:
        with pytest.raises(ValueError, match=r"CR or LF|only|no domain"):
            await MailServer(mails.url, SENDER).send(
                SentCode(address=address, code="1", title="t", text="x", language="en", at=SENT.at)
            )
        assert (mails.mails, mails.asked) == ([], 0)


async def test_a_mail_server_that_nobody_vouches_for_gets_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A certificate that it made itself, behind TLS at once and behind STARTTLS."""
    heard: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(1000))
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0, ssl=own_certificate(tmp_path))
    port = server.sockets[0].getsockname()[1]
    with caplog.at_level(logging.DEBUG, "backend"), pytest.raises(CodeNotSent) as refusal:
        await MailServer(f"smtps://user:p4ssw0rd@localhost:{port}", SENDER).send(SENT)
    server.close()
    await server.wait_closed()
    assert b"".join(heard) == b""
    assert refusal.value.__cause__ is refusal.value.__context__ is None
    assert not any(word in caplog.text for word in ("lin@mail.cn", "012345", "p4ssw0rd"))


async def test_a_mail_server_without_starttls_gets_nothing() -> None:
    async with MailCatcher() as mails:
        server = MailServer(mails.url, SENDER)
        # As to another machine: the catcher offers no TLS.
        server.starts_tls = True
        with pytest.raises(CodeNotSent):
            await server.send(SENT)
        assert mails.mails == []


async def test_the_hook_is_signed_in_the_form_of_standard_webhooks() -> None:
    async with HookServer() as server:
        hook = MessageHook(server.url, "secret")
        await hook.send(SENT)
        await hook.send(SENT)
        await hook.aclose()
    one, two = server.handed
    assert one.message == {
        "to": "lin@mail.cn",
        "text": "012345",
        "code": "012345",
        "language": "zh-CN",
        "sent_at": "2026-12-01T09:00:00Z",
    }
    assert one.headers["webhook-id"] != two.headers["webhook-id"]
    signed = f"{one.headers['webhook-id']}.{one.headers['webhook-timestamp']}.".encode() + one.body
    digest = hmac.new(b"secret", signed, hashlib.sha256).digest()
    assert one.headers["webhook-signature"] == f"v1,{b64encode(digest).decode()}"


def test_the_example_of_the_document_is_right() -> None:
    body = b'{"to":"+8613800138000","text":"012345","code":"012345","language":"en","sent_at":"2026-12-01T09:00:00Z"}'
    found = signature(b"an-example-secret-0123456789abcdef", "msg-1", "1764579600", body)
    document = Path(__file__).parents[2].joinpath("docs", "sign-in.md").read_text(encoding="utf-8")
    assert f"webhook-signature: {found}" in document
    assert body.decode() in document


@pytest.mark.parametrize("status", ["302 Found", "400 Bad Request", "401 Unauthorized", "503 Busy"])
async def test_only_two_hundreds_say_that_a_message_went_on(status: str) -> None:
    async with HookServer() as server:
        server.status = status
        hook = MessageHook(server.url, "secret")
        with pytest.raises(CodeNotSent):
            await hook.send(SENT)
        await hook.aclose()
    assert len(server.handed) == 1


async def test_nobody_at_the_address_is_not_sent() -> None:
    async with HookServer() as server:
        url = server.url
    hook = MessageHook(url, "secret")
    with pytest.raises(CodeNotSent) as refusal:
        await hook.send(SENT)
    await hook.aclose()
    assert refusal.value.__cause__ is refusal.value.__context__ is None


def own_certificate(folder: Path) -> ssl.SSLContext:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, SHA256())
    )
    path = folder / "own.pem"
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(text + made.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
