"""A small S3: objects in memory behind the real client's requests, which must be signed with the right key."""

from __future__ import annotations

import hashlib
import hmac
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY_ID, SECRET, REGION, BUCKET = "tester", "a-secret-for-tests", "cn-test-1", "documents"
_CREDENTIAL = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/s3/aws4_request, "
    r"SignedHeaders=([^,]+), Signature=([0-9a-f]{64})"
)


class Bucket:
    def __init__(self) -> None:
        self.objects: dict[str, tuple[bytes, str]] = {}
        self.fails = 0
        self.endpoint = ""


def signature_of(request: BaseHTTPRequestHandler) -> bool:
    """Whether the request is signed as AWS Signature Version 4 says."""
    found = _CREDENTIAL.fullmatch(request.headers.get("Authorization", ""))
    if found is None or found[1] != KEY_ID or found[3] != REGION:
        return False
    names = found[4].split(";")
    path, _, query = request.path.partition("?")
    canonical = "\n".join(
        [
            request.command,
            path,
            query,
            *(f"{name}:{request.headers[name].strip()}" for name in names),
            "",
            found[4],
            request.headers["x-amz-content-sha256"],
        ]
    )
    scope = f"{found[2]}/{REGION}/s3/aws4_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = "\n".join(["AWS4-HMAC-SHA256", request.headers["x-amz-date"], scope, digest])
    key = f"AWS4{SECRET}".encode()
    for part in (found[2], REGION, "s3", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.compare_digest(hmac.digest(key, text.encode(), "sha256").hex(), found[5])


@contextmanager
def s3_server() -> Iterator[Bucket]:
    bucket = Bucket()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            if hashlib.sha256(content).hexdigest() != self.headers["x-amz-content-sha256"]:
                self._answer(400, _error("XAmzContentSHA256Mismatch"))
            elif self._is_welcome():
                bucket.objects[self.path] = (content, self.headers["Content-Type"])
                self._answer(200, b"")

        def do_GET(self) -> None:
            if not self._is_welcome():
                return
            found = bucket.objects.get(self.path)
            if found is None:
                self._answer(404, _error("NoSuchKey"))
            else:
                self._answer(200, found[0], found[1])

        def _is_welcome(self) -> bool:
            if bucket.fails:
                bucket.fails -= 1
                self._answer(503, _error("SlowDown"))
                return False
            if not signature_of(self):
                self._answer(403, _error("SignatureDoesNotMatch"))
                return False
            return True

        def _answer(self, status: int, body: bytes, media_type: str = "application/xml") -> None:
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    bucket.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield bucket
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _error(code: str) -> bytes:
    return f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>{code}</Message></Error>'.encode()
