"""No token, code, name or password gets into a log line or an address, whatever goes wrong."""

from __future__ import annotations

import re

import httpx2 as httpx
import pytest

from backend.app import create_app
from tests.routes.contract import ENDPOINTS, document
from tests.service import PASSWORD, Service

# Parameters of addresses that are public by what they are: names of things, places in lists, times.
SECRET = re.compile(
    r"token|password|secret|passphrase|openid|phone|nickname|real_?name|session_?key|citizen", re.I
)


async def test_what_people_send_is_in_no_log_line(
    service: Service, capfd: pytest.CaptureFixture[str]
) -> None:
    name, password = "张小明的名字", "correct-horse-battery-staple"
    await service.event()
    citizen = await service.citizen(name)
    token = citizen["Authorization"].removeprefix("Bearer ")
    signed_in = (await service.post("/v1/sessions", {"provider": "demo", "code": name})).json()
    badge = (await service.badges(1))[0]["code"]
    staff = await service.staff("operator", username="lin")
    await service.scan(badge, citizen, journey={"from_city": "北京", "mode": "plane", "nights": 1})
    await service.scan(badge[:-1], citizen)
    await service.scan(badge, {"Authorization": f"Bearer {token}x"})
    await service.post("/v1/staff/sessions", {"username": "lin", "password": password})
    await service.post("/v1/staff/sessions", {"username": name, "password": PASSWORD})
    await service.post("/v1/sessions/refresh", {"refresh_token": signed_in["refresh_token"]})
    await service.post("/v1/sessions/refresh", {"refresh_token": signed_in["refresh_token"]})
    await service.post("/v1/teams", {"name": name, "kind": "community"}, citizen)
    await service.client.get(f"/v1/codes/{badge}", headers=citizen)
    await service.client.get("/v1/staff-actions", headers=staff)
    # An application whose parts were never opened: every route fails at its first step, and tells a trace.
    transport = httpx.ASGITransport(app=create_app(service.settings))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        body = {"code": badge, "note": name}
        answer = await client.post("/v1/scans", json=body, headers=citizen | {"Idempotency-Key": "k"})
        assert answer.status_code == 500
        await client.get(f"/v1/codes/{badge}", headers=citizen)
    told = "".join(capfd.readouterr())
    assert "request_failed" in told, "or nothing was listened to"
    for secret in (name, password, PASSWORD, token, badge, signed_in["refresh_token"], "Bearer", "北京"):
        assert secret not in told


def test_no_address_asks_for_a_token_or_a_person() -> None:
    asked = {
        parameter["name"]
        for path in document()["paths"].values()
        for operation in path.values()
        if isinstance(operation, dict)
        for parameter in operation.get("parameters", ())
        if parameter["in"] in ("path", "query")
    }
    assert {"slug", "cursor", "limit"} <= asked
    assert {name for name in asked if SECRET.search(name)} == set()
    assert all("?" not in endpoint.path for endpoint in ENDPOINTS)


async def test_a_page_loads_nothing_from_elsewhere(stage: Service) -> None:
    for path in ("/", "/staff", "/account", "/staff/records"):
        answer = await stage.client.get(path, headers={"Accept": "text/html"})
        policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
        assert policy["default-src"] == policy["form-action"] == "'self'"
        assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert (answer.headers["x-content-type-options"], answer.headers["x-frame-options"]) == (
            "nosniff",
            "DENY",
        )
        assert answer.headers["referrer-policy"] == "no-referrer"
