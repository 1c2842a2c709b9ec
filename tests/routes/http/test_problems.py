"""Refusals as problem documents: of any address, in the language that was asked for."""

from __future__ import annotations

import re
from collections import defaultdict

import httpx2 as httpx
import pytest

from backend.app import create_app
from backend.routes import DEMO_ROUTES, ROUTES, STREAM
from backend.routes.http.problems import all_refusals, language_of
from tests.routes.contract import check_problem
from tests.service import Service

PASSKEYS = ("publickey-credentials-get", "publickey-credentials-create")
METHODS_BY_PATH: dict[str, set[str]] = defaultdict(set)
for each in (*ROUTES, STREAM, *DEMO_ROUTES):
    METHODS_BY_PATH[each.path].add(each.method)


@pytest.mark.parametrize(
    "path", ["/v1/nothing", "/v1", "/v2/scans", "/v1/events/fair/nothing", "/v1/events/a%2Fb", "/%E8%83%B8"]
)
async def test_an_address_that_is_not_there_is_a_problem_document(stage: Service, path: str) -> None:
    answer = await stage.client.get(path)
    check_problem(answer)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", ["/v1/events/a%00", "/v1/codes/%00", "/v1/certificates/%00", "/%00"])
async def test_an_address_with_a_nul_in_it_is_not_there(stage: Service, path: str) -> None:
    answer = await stage.client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", METHODS_BY_PATH)
async def test_a_method_that_an_address_does_not_take_is_refused_with_those_it_takes(
    stage: Service, path: str
) -> None:
    # Another address may have a place where this one has a word, and take the word for what stands there.
    beside = {
        method
        for other, methods in METHODS_BY_PATH.items()
        for method in methods
        if re.fullmatch(re.sub(r"{\w+}", "[^/]+", other), path)
    }
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - beside:
        answer = await stage.client.request(method, path)
        check_problem(answer)
        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
        allowed = set(answer.headers["allow"].replace(" ", "").split(","))
        assert allowed & METHODS_BY_PATH[path]
        assert method not in allowed


@pytest.mark.parametrize("path", [path for path, methods in METHODS_BY_PATH.items() if len(methods) > 1])
async def test_allow_names_every_method_that_an_address_takes(stage: Service, path: str) -> None:
    answer = await stage.client.put(path)
    allowed = set(answer.headers["allow"].replace(" ", "").split(","))
    assert allowed - {"HEAD", "OPTIONS"} == METHODS_BY_PATH[path]


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        (None, "zh-CN"),
        ("", "zh-CN"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("zh-TW", "zh-CN"),
        ("fr", "zh-CN"),
        ("fr, en;q=0.3", "en"),
        ("en;q=0.5, zh;q=0.9", "zh-CN"),
        ("zh;q=0.1, en;q=0.2", "en"),
        ("*", "zh-CN"),
        ("en;q=wrong", "zh-CN"),
        (";;;,,,q=", "zh-CN"),
        ("en," * 1000, "en"),
    ],
)
async def test_a_refusal_is_told_in_the_language_that_is_liked_best(
    stage: Service, asked: str | None, language: str
) -> None:
    assert language_of(None if asked is None else asked.encode()) == language
    headers = {} if asked is None else {"Accept-Language": asked}
    # By the routes, and by what stands before them.
    for path, title in (
        ("/v1/events/nothing", {"zh-CN": "没有这个活动", "en": "There is no such event"}),
        ("/v1/nothing", {"zh-CN": "没有找到", "en": "Not found"}),
    ):
        answer = await stage.client.get(path, headers=headers)
        assert answer.json()["title"] == title[language]


@pytest.mark.parametrize("code", all_refusals())
def test_every_refusal_has_a_title_in_both_languages_and_a_code_of_its_own(code: str) -> None:
    refusal = all_refusals()[code]
    assert refusal.code == code
    assert bool(refusal.detail_form("zh-CN")) == bool(refusal.detail_form("en"))
    assert not refusal.title("zh-CN").isascii()
    assert refusal.title("en").isascii()
    assert 400 <= refusal.status <= 599
    # Somebody who is asked to come again is told when.
    assert (
        (refusal.status != 503) or refusal.retry_after_s is not None or code in ("wx_busy", "wx_unavailable")
    )


async def test_a_fault_of_ours_is_a_problem_document_without_a_trace_of_it(stage: Service) -> None:
    # An application whose parts were never opened: every route fails at its first step.
    transport = httpx.ASGITransport(app=create_app(stage.settings))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        answer = await client.get("/v1/events/secret-slug", headers={"Authorization": "Bearer secret"})
    check_problem(answer)
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "KeyError" not in answer.text
    assert "Bearer" not in answer.text


async def test_every_answer_carries_an_id_and_the_headers_that_guard_its_reader(stage: Service) -> None:
    ids = set()
    for path in ("/v1/methods", "/v1/nothing", "/livez", "/openapi.json", "/v1/me"):
        answer = await stage.client.get(path)
        ids.add(answer.headers["x-request-id"])
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
    assert len(ids) == 5


async def test_a_page_says_what_its_browser_may_hand_out(stage: Service) -> None:
    answer = await stage.client.get("/staff", headers={"Accept": "text/html"})
    policy = answer.headers["permissions-policy"]
    for closed in ("geolocation=()", "microphone=()", "payment=()", "clipboard-read=()"):
        assert closed in policy
    # The scanner reads codes with the camera, a venue's screen stays lit, staff sign in with passkeys.
    opened = {f"{feature}=(self)" for feature in ("camera", "screen-wake-lock", *PASSKEYS)}
    assert opened <= set(policy.split(", "))
