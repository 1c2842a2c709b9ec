"""Pages as production serves them, on the running demo: ways in answer as promised, and sessions are real."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from playwright.async_api import Page, Route

from tests.browser.conftest import Demo

WAYS = (
    {"provider": "badge", "facts": {}},
    {"provider": "wechat_web", "facts": {"start": "/v1/sessions/wechat_web/start", "in_wechat_only": True}},
    {"provider": "phone", "facts": {"country_codes": ["+86", "+852"]}},
    {"provider": "email", "facts": {}},
    {
        "provider": "oidc",
        "facts": {"start": "/v1/sessions/oidc/start", "name": {"zh-CN": "市民云", "en": "Citizen Cloud"}},
    },
    {"provider": "passkey", "facts": {}},
    {"provider": "wechat", "facts": {}},
)
CODE = "271828"
AGAIN_S = 30
IN_USE = "2026-11-02T08:00:00Z"
SESSIONS = [
    {"id": "here", "device": "Safari on iPhone", "is_current": True},
    {"id": "away", "device": "Chrome on Windows", "is_current": False},
]


@dataclass
class StandIn:
    """What a page asked of the ways in; `person` is who its sign-ins lead to."""

    person: str = field(default_factory=lambda: uuid4().hex)
    sign_ins: list[dict[str, Any]] = field(default_factory=list)
    codes: list[dict[str, Any]] = field(default_factory=list)
    kept: list[tuple[str, Any]] = field(default_factory=list)
    """Requests of the account that no route answers yet: method with path, and body."""


async def as_production(page: Page, demo: Demo, person: str | None = None) -> StandIn:
    """Serve the pages as outside demo mode, and answer for the ways in; `demo` stands behind every session."""
    stand_in = StandIn() if person is None else StandIn(person)

    async def serve(route: Route) -> None:
        answer = await route.fetch()
        html = (await answer.text()).replace('data-demo="true"', 'data-demo="false"')
        await route.fulfill(response=answer, body=html)

    async def send_code(route: Route) -> None:
        stand_in.codes.append(route.request.post_data_json)
        sent = {"challenge": f"challenge-{len(stand_in.codes)}", "expires_in": 300, "again_in": AGAIN_S}
        await route.fulfill(status=202, json=sent)

    async def sign_in(route: Route) -> None:
        attempt = route.request.post_data_json
        stand_in.sign_ins.append(attempt)
        if attempt["provider"] in ("email", "phone") and attempt["code"] != CODE:
            problem = {"code": "sign_in_code_wrong", "title": "The code is wrong", "status": 403}
            await route.fulfill(status=403, json=problem | {"detail": "Two tries are left."})
            return
        known = json.dumps({"provider": "demo", "code": stand_in.person})
        answer = await route.fetch(post_data=known)
        token = (await answer.json())["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        await page.request.post(f"{demo.base}/v1/me/age", data={"born": "1990-06"}, headers=headers)
        await route.fulfill(response=answer)

    await page.route(re.compile(r"^[^?#]*/(q/[^/]+|account)$"), serve)
    await page.route("**/v1/sessions/ways", lambda route: route.fulfill(json={"items": list(WAYS)}))
    await page.route("**/v1/sessions/codes", send_code)
    await page.route(re.compile(r"/v1/sessions$"), sign_in)
    await answer_for_account(page, demo, stand_in)
    return stand_in


async def answer_for_account(page: Page, demo: Demo, stand_in: StandIn) -> None:
    """Stand in for what an account says of its ways in and its sessions."""

    async def keep(route: Route) -> None:
        request = route.request
        path = request.url.removeprefix(demo.base)
        stand_in.kept.append((f"{request.method} {path}", request.post_data_json))
        if request.method == "DELETE":
            await route.fulfill(status=204)
        elif request.method == "POST":
            await route.fulfill(status=200, json={})
        else:
            await route.fulfill(json={"items": _listed(path)})

    own = r"/v1/me/(sessions|identities|passkeys|passkey-options|merges|guest-attendances)(/|$)"
    await page.route(re.compile(own), keep)


def _listed(path: str) -> list[dict[str, Any]]:
    if path.endswith("/sessions"):
        times = {"since": IN_USE, "last_used_at": IN_USE, "ends_at": IN_USE}
        return [session | times for session in SESSIONS]
    if path.endswith("/identities"):
        mail = {"id": "mail", "provider": "email", "shown": "l***@mail.cn", "created_at": IN_USE}
        return [mail, {"id": "wechat", "provider": "wechat_web", "shown": None, "created_at": IN_USE}]
    return [{"id": "key", "name": "Phone", "created_at": IN_USE, "last_used_at": None}]


async def sign_in_by_mail(page: Page, code: str = CODE) -> None:
    """In an open sheet."""
    await page.click('[data-way="email"]')
    await page.fill("#sheet-address", "lin@mail.cn")
    await page.press("#sheet-address", "Enter")
    await page.locator("#sheet-code").press_sequentially(code)
