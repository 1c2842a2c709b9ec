"""A mail server as a real SMTP server on a loopback port, for tests: it keeps what it takes.

async with MailCatcher() as mails:
    url = mails.url
    …
    code = mails.code_for("lin@mail.cn")
"""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from types import TracebackType
from typing import Self


@dataclass
class Caught:
    """A mail as it was handed over: the envelope, and what stands in it."""

    sender: str
    recipients: list[str]
    raw: bytes = b""
    mail: EmailMessage = field(default_factory=EmailMessage)


class MailCatcher:
    def __init__(self) -> None:
        self.mails: list[Caught] = []
        self.refused: dict[str, str] = {}
        """Answers to RCPT by address, as `550 no such user`."""
        self.asked = 0
        """Connections so far."""
        self.delay_s = 0.0
        self.hangs_up = False
        self.answer_to_data = "250 taken"
        self._writers: list[asyncio.StreamWriter] = []

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def forget(self) -> None:
        self.mails.clear()
        self.refused.clear()
        self.asked = 0
        self.delay_s, self.hangs_up, self.answer_to_data = 0.0, False, "250 taken"

    def code_for(self, address: str) -> str:
        """The code of the newest mail to an address."""
        newest = [caught for caught in self.mails if caught.recipients == [address]][-1]
        [code] = set(re.findall(r"(?m)^ {4}(\d{6})\r?$", newest.mail.get_content()))
        return code

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        self.asked += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._talk(reader, writer)
        writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.hangs_up:
            return
        await asyncio.sleep(self.delay_s)
        writer.write(b"220 catcher\r\n")
        caught = Caught("", [])
        while line := (await reader.readline()).decode().strip():
            verb, address = line[:4].upper(), "".join(re.findall(r"<(.*?)>", line))
            answer = "250 good"
            if verb == "MAIL":
                caught = Caught(address, [])
            elif verb == "RCPT":
                answer = self.refused.get(address, answer)
                caught.recipients += [address] if answer.startswith("250") else []
            elif verb == "DATA":
                writer.write(b"354 go on\r\n")
                caught.raw = (await reader.readuntil(b"\r\n.\r\n"))[:-5]
                caught.mail = message_from_bytes(caught.raw, policy=default)  # type: ignore[assignment]
                answer = self.answer_to_data
                self.mails += [caught] if answer.startswith("250") else []
            elif verb == "QUIT":
                answer = "221 bye"
            writer.write(f"{answer}\r\n".encode())
            if verb == "QUIT":
                return
