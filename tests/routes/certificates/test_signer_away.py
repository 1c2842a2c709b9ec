"""The signer is killed while a stadium scans: scans go on, certificates say they are being signed, nothing is lost."""

from __future__ import annotations

import asyncio
import fcntl
from collections.abc import AsyncIterator
from pathlib import Path
from time import monotonic

import httpx2 as httpx
import pytest

from backend.domain.certificates.verification import check_certificate, read_keys
from backend.errors.certificates import SignerUnavailable
from backend.outside.signer import WAIT_S_MAX, Signer
from backend.services.certificates import signer
from backend.services.certificates.signer import open_signer
from backend.services.certificates.transparency_log import log_keys
from tests.jobs.certificates.test_log_integration import integrate
from tests.routes.contract import check_problem
from tests.service import Json, Service
from tests.serving import over_http

CROWD = 40
AWAY = (
    "no socket",
    "a socket that nobody answers at",
    "one who never answers",
    "one who hangs up",
    "one who lies",
)


@pytest.fixture
async def fair(service: Service) -> Service:
    await service.event()
    await service.pool(grams=10_000_000)
    return service


class Remains:
    """What is left of the signer at its socket."""

    def __init__(self, path: Path, how: str) -> None:
        self.path = path
        self._how = how
        self._held: list[asyncio.StreamWriter] = []
        self._server: asyncio.Server | None = None

    async def begin(self) -> None:
        if self._how != "no socket":
            self._server = await asyncio.start_unix_server(self._serve, self.path)
        if self._how == "a socket that nobody answers at":
            self.end()

    def end(self) -> None:
        """Its file stays, as kill -9 leaves it."""
        if self._server is not None:
            self._server.close()
        for writer in self._held:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._held.append(writer)
        if self._how == "one who hangs up":
            writer.close()
        elif self._how == "one who lies":
            await reader.readline()
            writer.write(b'{"signature": 7}\n')


@pytest.fixture(params=AWAY)
async def killed(request: pytest.FixtureRequest, fair: Service, tmp_path: Path) -> AsyncIterator[Remains]:
    remains = Remains(tmp_path / "signer.sock", request.param)
    await remains.begin()
    fair.components.signer._path = remains.path
    yield remains
    remains.end()


async def test_a_stadium_scans_while_the_signer_is_dead(fair: Service, killed: Remains) -> None:
    badges = await fair.badges(CROWD)
    citizens = await fair.citizens(CROWD)
    began = monotonic()
    answers = await asyncio.gather(
        *(
            fair.scan(badge["code"], citizen, offset={"grams": 1000})
            for badge, citizen in zip(badges, citizens, strict=True)
        )
    )
    assert {answer.status_code for answer in answers} == {201}
    assert monotonic() - began < WAIT_S_MAX * CROWD / 4, "nobody waited for the signer"
    numbers = [answer.json()["certificate"]["number"] for answer in answers]

    for path in (f"/v1/certificates/{numbers[0]}", f"/v1/certificates/{numbers[0]}.pdf"):
        refused = await fair.client.get(path)
        check_problem(refused)
        assert (refused.status_code, refused.json()["code"]) == (503, "signer_unavailable")
        assert int(refused.headers["retry-after"]) > 0
    async with over_http(fair) as address, httpx.AsyncClient(base_url=address) as browser:
        for language, title in (("en", "The certificate is being signed"), ("zh-CN", "证书正在签名")):
            page = await browser.get(f"/c/{numbers[0]}", params={"lang": language})
            assert page.status_code == 503
            assert title in page.text

    # Another worker takes the socket over, as the one that is started again does.
    killed.end()
    async with open_signer(log_keys(fair.settings), killed.path):
        shown = [(await fair.client.get(f"/v1/certificates/{number}")).json() for number in numbers]
        keys = read_keys((await fair.client.get("/.well-known/tianfu-log.json")).json())
    assert [each["number"] for each in shown] == numbers
    for each in shown:
        check_certificate(each, keys)


async def test_a_worker_that_stays_takes_over_from_one_that_ends(
    fair: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signer, "LOOK_S", 0.01)
    path = tmp_path / "signer.sock"
    keys, asking = log_keys(fair.settings), Signer(path)
    first = signer.open_signer(keys, path)
    await first.__aenter__()
    async with signer.open_signer(keys, path):
        assert await asking.public_keys() == keys.public_keys
        await first.__aexit__(None, None, None)
        async with asyncio.timeout(5):
            while not path.exists():  # noqa: ASYNC110 - nothing says so
                await asyncio.sleep(0.01)
        assert await asking.public_keys() == keys.public_keys
    assert not path.exists()
    with pytest.raises(SignerUnavailable):
        await asking.public_keys()


async def test_of_workers_that_start_at_one_moment_the_one_with_the_lock_signs(
    fair: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signer, "LOOK_S", 0.01)
    path = tmp_path / "signer.sock"
    keys, asking = log_keys(fair.settings), Signer(path)
    with path.with_suffix(".lock").open("w") as other:
        # The other has the lock, and has not come to open its socket yet.
        fcntl.flock(other, fcntl.LOCK_EX)
        late = signer.open_signer(keys, path)
        await late.__aenter__()
        await asyncio.sleep(0.05)
        assert not path.exists(), "the other's socket would be lost"
    async with asyncio.timeout(5):
        while not path.exists():  # noqa: ASYNC110 - nothing says so
            await asyncio.sleep(0.01)
    assert await asking.public_keys() == keys.public_keys
    await late.__aexit__(None, None, None)
    assert not path.exists()


async def test_a_certificate_that_is_sealed_needs_no_signer(fair: Service, killed: Remains) -> None:
    citizen, [badge] = await fair.citizen(), await fair.badges(1)
    joined: Json = (await fair.scan(badge["code"], citizen, offset={"grams": 1000})).json()
    await integrate(fair)
    answer = await fair.client.get(f"/v1/certificates/{joined['certificate']['number']}")
    assert answer.status_code == 200
    keys = read_keys((await fair.client.get("/.well-known/tianfu-log.json")).json())
    check_certificate(answer.json(), keys)
