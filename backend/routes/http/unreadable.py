"""What a client sent is no HTTP: the server's own 400, as a problem document like every other refusal.

Such a request has no path and no headers, so it never reaches the application, and its language is not known.
"""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from backend.errors import RequestUnreadable
from backend.ledger.command import RefusalFacts
from backend.routes.http.middleware import GUARDS
from backend.routes.http.problems import problem_body
from backend.texts import LANGUAGES


class Protocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 with a 400 of ours."""

    def send_400_response(self, msg: str) -> None:
        """Answer and close: what follows on this connection cannot be trusted to begin a request."""
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
        self.transport.close()
