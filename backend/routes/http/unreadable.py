"""What a client sent is no HTTP, or too much of it: the server's own 400, as a problem document like others.

Such a request has no path and no headers, so it never reaches the application, and its language is not known.
"""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from backend.errors import RequestUnreadable
from backend.ledger.command import RefusalFacts
from backend.routes.http.closing import ClosingInOrder
from backend.routes.http.middleware import GUARDS
from backend.routes.http.problems import problem_body
from backend.texts import LANGUAGES

HEAD_BYTES_MAX = 32_768
"""Of a request's address and headers together."""


class Protocol(ClosingInOrder):
    """uvicorn's HTTP/1.1 with a 400 of ours, and a largest size of a request's head, which it has none of."""

    _is_in_head = False
    _head_bytes = 0

    def data_received(self, data: bytes) -> None:
        was_in_head = self._is_in_head
        super().data_received(data)
        if was_in_head and self._is_in_head and not (self._is_ending or self.transport.is_closing()):
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES_MAX:
                self.send_400_response("")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_in_head, self._head_bytes = True, 0

    def on_headers_complete(self) -> None:
        """Raises ValueError, which the parser makes one of its own, where there is too much of them."""
        self._is_in_head = False
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > HEAD_BYTES_MAX:
            raise ValueError("too large a head")
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer and close: what follows on this connection cannot be trusted to begin a request."""
        if self._is_ending:
            return
        refused = RefusalFacts(RequestUnreadable.code, {})
        body = problem_body(RequestUnreadable.status, refused, LANGUAGES[0], "")
        headers = (
            (b"content-type", b"application/problem+json"),
            (b"content-length", str(len(body)).encode("ascii")),
            (b"cache-control", b"no-store"),
            (b"connection", b"close"),
            *GUARDS,
        )
        lines = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
        self.transport.write(STATUS_LINE[400] + lines + b"\r\n" + body)
        self._is_receiving = True  # nobody knows where it ends
        self.close_in_order()
