"""The shipped nginx file in a real nginx before the server: it takes what the service takes, and spools nothing."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2 as httpx
import pytest

from backend.routes import ROUTES
from backend.routes.http.endpoint import Endpoint
from tests.deploy.test_deploy import NGINX, body_bytes_max
from tests.routes.filing import PDF
from tests.service import Service
from tests.serving import over_http

PROGRAM = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no nginx here; `make nginx` installs it or says how")
MARGIN_BYTES = 64 * 1024
TAKES_BODIES = [e for e in ROUTES if e.method == "POST" and body_bytes_max(e) > 65_536]
READY_S_MAX = 10.0


@dataclass(frozen=True)
class Proxy:
    client: httpx.AsyncClient
    port: int
    folder: Path

    def spooled(self) -> list[str]:
        """What nginx wrote to the temporary space, which in the container is 64 MB for everything."""
        lines = (self.folder / "error.log").read_text().splitlines()
        return [line for line in lines if "temporary file" in line]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def running(folder: Path, upstream: str) -> Iterator[int]:
    """nginx with the shipped file. Only what differs from place to place is changed: addresses and folders."""
    assert PROGRAM is not None
    subject = ["-subj", "/CN=localhost", "-days", "1", "-nodes", "-newkey", "rsa:2048"]
    files = ["-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"]
    subprocess.run(["openssl", "req", "-x509", *subject, *files], check=True, capture_output=True)
    port, plain, health = free_port(), free_port(), free_port()
    changed = {
        "/etc/nginx/certs": str(folder),
        "/tmp/": f"{folder}/",  # noqa: S108 - what the file says
        "api:8000": upstream.removeprefix("http://"),
        "listen 8443": f"listen 127.0.0.1:{port}",
        "listen 8080": f"listen 127.0.0.1:{plain}",
        "127.0.0.1:8081": f"127.0.0.1:{health}",
        "worker_processes auto": "worker_processes 1",
        "worker_rlimit_nofile 65536;": "",
        "worker_connections 16384": "worker_connections 512",
        "/dev/stdout": str(folder / "access.log"),
        # It says that it spools in a warning.
        "/dev/stderr error;": f"{folder / 'error.log'} warn;",
        "/dev/stderr crit;": f"{folder / 'error.log'} warn;",
    }
    assert all(shipped in NGINX for shipped in changed)
    # In one pass: what was put in is not changed again.
    text = re.sub("|".join(map(re.escape, changed)), lambda found: changed[found[0]], NGINX)
    file = folder / "nginx.conf"
    file.write_text(text)
    # As the tests' own user: as root it would give its workers to a user who may not read this folder.
    user = "user root; " if os.getuid() == 0 else ""
    words = [PROGRAM, "-e", folder / "error.log", "-c", file, "-g", f"{user}daemon off;"]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    try:
        _await_listening(process, port)
        yield port
    finally:
        process.terminate()
        process.communicate(timeout=READY_S_MAX)


def _await_listening(process: subprocess.Popen[str], port: int) -> None:
    for _ in range(int(READY_S_MAX / 0.05)):
        assert process.poll() is None, process.communicate()[1]
        with socket.socket() as probe:
            probe.settimeout(0.05)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nginx does not listen")


@pytest.fixture
async def proxy(service: Service, tmp_path: Path) -> AsyncIterator[Proxy]:
    async with over_http(service) as upstream:
        with running(tmp_path, upstream) as port:
            trusted = ssl.create_default_context(cafile=str(tmp_path / "fullchain.pem"))
            trusted.check_hostname = False
            async with httpx.AsyncClient(
                base_url=f"https://127.0.0.1:{port}", verify=trusted, timeout=60
            ) as client:
                yield Proxy(client, port, tmp_path)


async def headers_of(service: Service, endpoint: Endpoint) -> dict[str, str]:
    media_type = endpoint.upload.media_types[0] if endpoint.upload else "application/json"
    headers = {"Content-Type": media_type, "Accept-Language": "en"}
    if endpoint.roles is not None:
        role = next(each for each in reversed(endpoint.roles) if each != "guest")
        headers |= await (service.citizen() if role == "citizen" else service.staff(role))
    return headers


def path_of(endpoint: Endpoint) -> str:
    path = endpoint.path.replace("{slug}", "fair").replace("{id}", "01990000-0000-7000-8000-000000000001")
    return f"{path}?kind=plan&name=a.pdf&reason=test"


@pytest.mark.parametrize("endpoint", TAKES_BODIES, ids=lambda e: e.route)
async def test_every_upload_reaches_the_service_as_large_as_the_service_takes_it(
    service: Service, proxy: Proxy, endpoint: Endpoint
) -> None:
    await service.event()
    headers, path, bytes_max = (
        await headers_of(service, endpoint),
        path_of(endpoint),
        body_bytes_max(endpoint),
    )
    largest = PDF + b"\0" * (bytes_max - len(PDF))
    answer = await proxy.client.post(path, content=largest, headers=headers)
    assert answer.json().get("code") not in ("body_too_large", "outcome_unknown"), answer.text
    assert answer.status_code < 500
    too_large = await proxy.client.post(path, content=b"\0" * (bytes_max + MARGIN_BYTES + 1), headers=headers)
    assert (too_large.status_code, too_large.json()["code"]) == (413, "body_too_large")
    assert "detail" not in too_large.json(), "the proxy's own words: the service never saw it"
    assert proxy.spooled() == []


async def test_what_is_a_little_too_large_is_refused_by_the_service_which_says_how_large_it_may_be(
    service: Service, proxy: Proxy
) -> None:
    headers = await service.citizen() | {"Content-Type": "image/png", "Accept-Language": "en"}
    content = b"\0" * (service.settings.photo_bytes_max + 1)
    answer = await proxy.client.post("/v1/me/photos", content=content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert str(service.settings.photo_bytes_max) in answer.json()["detail"].replace(",", "")


async def test_a_scan_gets_no_more_room_than_a_message_takes(service: Service, proxy: Proxy) -> None:
    headers = await service.citizen() | {"Content-Type": "application/json"}
    for length, said in ((65_536 + 1, True), (131_072 + 1, False)):
        answer = await proxy.client.post("/v1/scans", content=b" " * length, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
        assert ("detail" in answer.json()) == said


async def test_a_large_answer_waits_for_a_slow_reader_without_being_spooled(
    service: Service, proxy: Proxy
) -> None:
    await service.event()
    headers = await service.staff("organiser") | {"Content-Type": "application/pdf"}
    content = PDF + os.urandom(service.settings.document_bytes_max - len(PDF))
    sent = await proxy.client.post(
        "/v1/events/fair/documents?kind=plan&name=a.pdf", content=content, headers=headers
    )
    assert sent.status_code == 201, sent.text
    seen = b""
    async with proxy.client.stream("GET", sent.json()["url"], headers=headers) as answer:
        assert answer.status_code == 200
        async for piece in answer.aiter_bytes():
            if not seen:
                await asyncio.sleep(0.5)
                assert proxy.spooled() == []
            seen += piece
    assert seen == content


async def test_http2_is_spoken(proxy: Proxy) -> None:
    context = ssl.create_default_context(cafile=str(proxy.folder / "fullchain.pem"))
    context.check_hostname = False
    context.set_alpn_protocols(["h2", "http/1.1"])
    _, writer = await asyncio.open_connection("127.0.0.1", proxy.port, ssl=context)
    assert writer.get_extra_info("ssl_object").selected_alpn_protocol() == "h2"
    writer.close()
