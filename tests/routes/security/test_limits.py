"""Bodies, pages, headers and the time of queries have a limit, and whoever goes beyond is told so."""

from __future__ import annotations

from contextlib import suppress

import asyncpg
import pytest

from backend.launcher import HTTP
from backend.routes.http.call import PAGE_LIMIT_MAX
from backend.routes.http.endpoint import Endpoint
from backend.routes.http.unreadable import HEAD_BYTES_MAX
from tests.routes.contract import ENDPOINTS, check_problem
from tests.routes.http.test_unreadable import exchange
from tests.service import Service
from tests.serving import over_http

PAGED = [
    endpoint
    for endpoint in ENDPOINTS
    if any(query.name == "limit" for query in endpoint.query) and "{" not in endpoint.path
]


@pytest.mark.parametrize("endpoint", PAGED, ids=lambda endpoint: endpoint.route)
async def test_a_page_has_a_largest_size(stage: Service, endpoint: Endpoint) -> None:
    roles = endpoint.roles or ()
    headers = {}
    if roles:
        headers = await (stage.citizen() if "citizen" in roles else stage.staff(roles[-1]))
    for limit in (PAGE_LIMIT_MAX + 1, 0, -1, "all", 10**30):
        answer = await stage.client.get(endpoint.path, params={"limit": limit}, headers=headers)
        check_problem(answer)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_query"), limit


async def refused(address: str, sent: bytes) -> None:
    """Nothing but a refusal comes back; who still sends when the connection ends may not even read it."""
    with suppress(ConnectionResetError, BrokenPipeError):
        assert b"request_unreadable" in await exchange(address, sent)


@pytest.mark.parametrize("bytes_", [HEAD_BYTES_MAX, 200_000, 3_000_000])
async def test_headers_have_a_largest_size(stage: Service, bytes_: int) -> None:
    start = b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    async with over_http(stage, http=HTTP) as address:
        near = b"X-Long: " + b"x" * (HEAD_BYTES_MAX - 200) + b"\r\n\r\n"
        assert (await exchange(address, start + near)).startswith(b"HTTP/1.1 200")
        for long in (b"X-Long: " + b"x" * bytes_ + b"\r\n\r\n", b"X: y\r\n" * (bytes_ // 2) + b"\r\n"):
            await refused(address, start + long)
        await refused(address, b"GET /" + b"x" * bytes_ + b" HTTP/1.1\r\n\r\n")


async def test_a_head_that_never_ends_is_not_read_on(stage: Service) -> None:
    async with over_http(stage, http=HTTP) as address:
        await refused(address, b"GET / HTTP/1.1\r\nX: " + b"x" * 3_000_000)


async def test_a_query_ends_by_itself(service: Service) -> None:
    database = service.components.database
    async with database.acquire() as connection:
        assert await connection.fetchval("SHOW statement_timeout") == "10s"
        await connection.execute("SET statement_timeout = '50ms'")
        with pytest.raises(asyncpg.QueryCanceledError):
            await connection.fetchval("SELECT pg_sleep(10)")
        await connection.execute("RESET statement_timeout")


async def test_passwords_are_kept_as_argon2id(service: Service, owner: asyncpg.Connection) -> None:
    body = {"username": "lin", "role": "staff", "reason": "new at the venue"}
    made = await service.post("/v1/staff/accounts", body, await service.staff("operator"))
    link = {"token": made.json()["url"].rpartition("#")[2], "password": "一句自己的话 with words 42"}
    assert (await service.post("/v1/staff/password", link)).status_code == 204
    kept = await owner.fetchval("SELECT password_hash FROM staff WHERE username = 'lin'")
    assert kept.startswith("$argon2id$v=19$m=65536,")
