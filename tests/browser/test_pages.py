"""The pages as people use them: in a browser, on the running demo."""

from __future__ import annotations

import asyncio
import copy
import re
import sys
from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from uuid import uuid4

import httpx2 as httpx
import pytest
from playwright.async_api import Browser, Page, Route, expect

from backend.messages.events.lifecycle import FootprintSource
from backend.routes import PAGES
from tests.browser.conftest import ROOT, Demo
from tests.repetitions import IS_NIGHTLY

PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1280, "height": 800}
LANGUAGES = ("zh-CN", "en")
ALL_SOURCES = list(get_args(FootprintSource))
# By the route of each page; those that need something first are opened by the tests named.
LOADED = [
    *(
        "/",
        "/account",
        "/staff",
        "/staff/gates",
        "/staff/reviews",
        "/staff/credits",
        "/staff/records",
        "/staff/minors",
        "/staff/members",
        "/staff/budgets",
        "/staff/files",
        "/staff/complaints",
        "/staff/lists",
        "/staff/hearings",
        "/staff/demonstrations",
        "/staff/credit",
        "/staff/verification",
        "/lists",
        "/staff/security",
        "/staff/accounts",
        "/staff/password",
        "/staff/disclosures",
        "/disclosures",
        "/stats",
        "/complaints",
        "/privacy",
        "/organiser",
        "/scanner",
        "/till",
        "/demo",
        "/docs",
    ),
    *("/events/demo/screen", "/problems", "/problems/badge_bound", "/learn", "/learn/rail-or-plane"),
    *("/methods", "/methods/metro", "/factors"),
    *(
        "/search",
        "/search?query=demo&kind=event",
        "/search?query=zzzz",
        "/registers/verifiers",
    ),
    "/demonstrations",
    *("/organisations", "/organisations/91999999MADEMA0016", "/organisations/91999999MADEMA0016/credit"),
    *("/register", "/staff/organisation", "/staff/organisations", "/staff/invitation", "/staff/supervision"),
    *("/criteria", "/criteria/organisations/2026-1", "/platform"),
    *(
        "/staff/desk",
        "/staff/partners",
        "/staff/jobs",
        "/staff/actions",
        "/staff/projects",
        "/staff/content",
        "/staff/methods",
    ),
    *("/projects", "/projects/longquan-bamboo-demo", "/ways", "/staff/plantings", "/staff/certifications"),
    "/staff/programmes",
]
LOADS = [
    (path, language)
    for number, path in enumerate(LOADED)
    for turn, language in enumerate(LANGUAGES)
    if IS_NIGHTLY or number % len(LANGUAGES) == turn
]
"""Every page; in one language in turn, and by night in each."""
OPENED_ELSEWHERE = {
    "/q/{code}": "test_an_attendee_joins_and_offsets_and_anyone_sees_the_certificate",
    "/c/{number}": "test_a_certificate_is_checked_in_the_browser_and_a_forged_one_fails",
    "/events/{slug}/report": "test_an_event_from_its_draft_to_its_published_report",
    "/scanner-offline.js": "test_scanner.py",
    "/scanner-reader.js": "test_cameras.py",
    "/signed-in": "test_signed_in.py",
    "/disclosures/{number}": "test_disclosures.py",
    "/disclosures.atom": "tests/routes/disclosure/test_pages.py",
    **dict.fromkeys(
        ("/staff/scenes", "/staff/rewards", "/staff/merchants", "/staff/causes"), "test_desks.py"
    ),
    "/complaints/{number}": "tests/routes/complaints/test_public_complaints.py",
    "/scenes/{code}": "tests/routes/actions/test_certifications.py",
}
SECTIONS = ("life", "badges", "pool", "venue", "devices", "live", "report", "documents")
FORGET_JOINED = """for (const key of Object.keys(localStorage)) {
    if (key.includes("joined")) localStorage.removeItem(key);
}"""


async def _tell_age(route: Route) -> None:
    """Who signs in tells to be an adult before the page goes on."""
    response = await route.fetch()
    if response.ok:
        headers = {"Authorization": f"Bearer {(await response.json())['access_token']}"}
        address = route.request.url.replace("/v1/sessions", "/v1/me/age")
        await route.request.frame.page.context.request.post(
            address, data={"born": "1990-06"}, headers=headers
        )
    await route.fulfill(response=response)


async def open_page(
    browser: Browser, size: dict[str, int], language: str = "en", *, is_adult: bool = True
) -> tuple[Page, list[str]]:
    """A page and the list that its errors are put in: what the console complains of and what fails to load.

    Without `is_adult` its citizen has told no age yet.
    """
    context = await browser.new_context(viewport=size, locale=language)
    if is_adult:
        await context.route(re.compile(r"/v1/sessions$"), _tell_age)
    page = await context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    return page, troubles


def refusals_only(troubles: list[str]) -> list[str]:
    """What the console says besides that the server refused something, which some tests ask for."""
    return [text for text in troubles if "the server responded with a status of 4" not in text]


async def crowd(demo: Demo, attendees: int) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *(
            "-m",
            "backend.cli",
            "simulate",
            "--attendees",
            str(attendees),
            "--seconds",
            "2",
            "--url",
            demo.base,
        ),
        cwd=ROOT,
        env=demo.environment,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
    return output.decode()


async def test_staff_see_the_number_move_when_a_crowd_scans(demo: Demo, browser: Browser) -> None:
    page, troubles = await open_page(browser, LAPTOP)
    await page.goto(f"{demo.base}/staff")
    await page.fill('[name="username"]', "staff")
    await page.fill('[name="password"]', "demo")
    await page.click("#sign-in")
    joined = page.locator("#joined")
    await expect(joined).to_have_attribute("data-value", re.compile(r"^\d+$"))
    before = int(await joined.get_attribute("data-value") or "0")
    printed = await crowd(demo, 40)
    assert "40 joined" in printed
    await expect(joined).to_have_attribute("data-value", str(before + 40), timeout=10_000)
    await expect(page.locator("canvas").first).to_be_visible()
    assert troubles == []
    await page.context.close()


async def test_an_attendee_joins_and_offsets_and_anyone_sees_the_certificate(
    demo: Demo, browser: Browser
) -> None:
    page, troubles = await open_page(browser, PHONE)
    await page.goto(f"{demo.base}/demo")
    assert "/q/B" in page.url
    await page.click("#join")
    result = page.locator("#result")
    await expect(result).to_have_attribute("data-outcome", "joined")
    link = await page.locator("#certificate").get_attribute("href")
    assert link is not None
    assert "/c/TF-" in link
    code_address = page.url
    stranger, stranger_troubles = await open_page(browser, LAPTOP)
    await stranger.goto(link if link.startswith("http") else demo.base + link)
    await expect(stranger.locator("body")).to_contain_text("TF-")
    # The same phone again: the record as it stands, nothing new.
    await page.goto(code_address)
    await expect(result).to_have_attribute("data-outcome", "present")
    await expect(page.locator("#join")).to_be_hidden()
    assert await page.locator("#certificate").get_attribute("href") == link
    assert troubles + stranger_troubles == []
    await page.context.close()
    await stranger.context.close()


@pytest.mark.parametrize(("path", "language"), LOADS)
async def test_every_page_loads_without_a_complaint_and_without_scrolling_sideways(
    demo: Demo, browser: Browser, path: str, language: str
) -> None:
    page, troubles = await open_page(browser, PHONE, language)
    answer = await page.goto(demo.base + path, wait_until="networkidle")
    assert answer is not None
    assert answer.status == 200
    assert await page.evaluate("document.documentElement.lang") == language
    for size in (PHONE, LAPTOP):
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert troubles == []
    await page.context.close()


def test_no_page_goes_unopened() -> None:
    routes = [
        re.compile(re.sub(r"{\w+}", r"[^/]+", path)) for path, _ in PAGES if path not in OPENED_ELSEWHERE
    ]
    assert [route.pattern for route in routes if not any(map(route.fullmatch, LOADED))] == []


async def test_every_section_that_staff_open_loads_without_a_complaint(demo: Demo, browser: Browser) -> None:
    page, troubles = await open_page(browser, LAPTOP)
    await page.goto(f"{demo.base}/organiser")
    await page.fill("#username", "operator")
    await page.fill("#password", "demo")
    await page.click("#sign-in")
    await expect(page.locator("#event-list a").first).to_be_visible()
    for section in SECTIONS:
        await page.goto(f"{demo.base}/organiser#event/demo/{section}")
        await expect(page.locator(f"#panel-{section}")).to_have_attribute("data-ready", "true")
    # Signed in once, the session serves the other pages of staff in the same tab.
    for path, shown in (
        ("/staff", "#board"),
        ("/staff/gates", "#gates-panel"),
        ("/staff/reviews", "#reviews-panel"),
        ("/staff/credits", "#credits-panel"),
        ("/staff/records", "#records-panel"),
        ("/staff/minors", "#minors-panel"),
        ("/staff/budgets", "#budgets-panel"),
        ("/staff/files", "#files-panel"),
        ("/staff/complaints", "#complaints-panel"),
        ("/staff/lists", "#lists-panel"),
        ("/staff/hearings", "#hearings-panel"),
        ("/staff/demonstrations", "#demonstrations-panel"),
        ("/staff/credit", "#credit-panel"),
        ("/staff/verification", "#verification-panel"),
        ("/staff/security", "#security-panel"),
        ("/staff/accounts", "#accounts-panel"),
        ("/staff/disclosures", "#disclosures-panel"),
    ):
        await page.goto(demo.base + path, wait_until="load")
        await expect(page.locator(shown)).to_be_visible()
        await page.wait_for_timeout(500)
    # An event without a points budget answers 404, which the console reports.
    assert refusals_only(troubles) == []
    await page.context.close()


async def test_a_certificate_number_that_is_nobodys_gets_a_page_that_says_so(
    demo: Demo, browser: Browser
) -> None:
    page, _ = await open_page(browser, PHONE)
    answer = await page.goto(f"{demo.base}/c/TF-00000-0000-0000-0000")
    assert answer is not None
    assert answer.status == 404
    await expect(page.locator("body")).to_contain_text("TF-00000-0000-0000-0000")
    await page.context.close()


async def test_who_scanned_a_screen_in_time_may_tell_a_journey_and_still_join(
    demo: Demo, browser: Browser
) -> None:
    async with httpx.AsyncClient(base_url=demo.base) as client:
        signed_in = await client.post("/v1/staff/sessions", json={"username": "staff", "password": "demo"})
        headers = {"Authorization": f"Bearer {signed_in.json()['access_token']}"}
        shown = await client.get("/v1/events/demo/venue-codes?gate=1", headers=headers)
    page, troubles = await open_page(browser, PHONE)
    sent: list[str] = []
    page.on(
        "request",
        lambda request: sent.append(request.post_data or "") if "/v1/scans" in request.url else None,
    )
    await page.goto(shown.json()["items"][0]["url"])
    await page.click("#join")
    await expect(page.locator("#result")).to_have_attribute("data-outcome", "joined")
    # Not the screen's code, which dies within a minute, but the ticket that the phone got for it.
    assert [body.startswith('{"code":"T') for body in sent] == [True]
    assert troubles == []
    await page.context.close()


async def offset_of(demo: Demo) -> tuple[str, str]:
    """The number of the certificate of somebody who told the journey again, and what is behind the # of its link."""
    async with httpx.AsyncClient(base_url=demo.base) as client:
        staff = await client.post("/v1/staff/sessions", json={"username": "staff", "password": "demo"})
        headers = {"Authorization": f"Bearer {staff.json()['access_token']}"}
        badges = await client.post("/v1/events/demo/badges", json={"count": 1}, headers=headers)
        signed_in = await client.post("/v1/sessions", json={"provider": "demo", "code": uuid4().hex})
        citizen = {"Authorization": f"Bearer {signed_in.json()['access_token']}"}
        agreed = {"scope": "event_profile", "granted": True}
        assert (await client.post("/v1/me/consents", json=agreed, headers=citizen)).status_code == 200
        body = {"code": badges.json()["items"][0]["code"], "journey": {"from_city": "北京"}, "offset": {}}
        joined = await client.post("/v1/scans", json=body, headers=citizen)
        assert joined.status_code == 201, joined.text
        again = await client.post(
            "/v1/events/demo/journey",
            json={"journey": {"from_city": "重庆", "mode": "hsr", "nights": 1}},
            headers=citizen | {"Idempotency-Key": uuid4().hex},
        )
        assert again.status_code == 200, again.text
    link = joined.json()["certificate"]
    return link["number"], link["url"].partition("#")[2]


async def test_a_certificate_is_checked_in_the_browser_and_a_forged_one_fails(
    demo: Demo, browser: Browser
) -> None:
    number, fragment = await offset_of(demo)
    page, troubles = await open_page(browser, PHONE)
    record: dict[str, Any] = {}

    async def forge(route: Route) -> None:
        await route.fulfill(json=record)

    async def verdict() -> list[str]:
        await page.click("#verify")
        await expect(page.locator("#verify")).to_be_enabled()
        lines = page.locator("#verdict li")
        assert await lines.count() >= 2
        return [await line.get_attribute("data-right") or "" for line in await lines.all()]

    await page.goto(f"{demo.base}/c/{number}#{fragment}")
    await expect(page.locator("#revisions li")).to_have_count(2)
    await expect(page.locator("#share")).to_have_text("all of the estimate")
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert "false" not in await verdict()
    async with httpx.AsyncClient(base_url=demo.base) as client:
        holder = {"X-Certificate-Secret": fragment.removeprefix("s=")}
        genuine = (await client.get(f"/v1/certificates/{number}", headers=holder)).json()
    await page.route(f"**/v1/certificates/{number}", forge)
    # What nothing signs is named; what is shown and contradicts the document is refused.
    record = genuine | {"name": "Mallory"}
    assert "false" not in await verdict()
    await expect(page.locator("#verdict")).to_contain_text("Not signed: the name “Mallory”")
    assert genuine["boundary"] == "extended"
    line = genuine["footprint"]["lines"][0]
    for changed in (
        {"boundary": "core"},
        {"lines": [line | {"quantity": line["quantity"] + 1}, *genuine["footprint"]["lines"][1:]]},
        {"lines": [each | {"neutralised_by_organiser": True} for each in genuine["footprint"]["lines"]]},
        {"lines": [each | {"defaults": []} for each in genuine["footprint"]["lines"]]},
    ):
        record = genuine | {"footprint": genuine["footprint"] | changed}
        assert (await verdict()).count("false") == 1
    # More grams in what is shown alone; in the document alone; in both, where only the signature can tell.
    for places in (("offset",), ("document",), ("offset", "document")):
        record = copy.deepcopy(genuine)
        if "offset" in places:
            record["offset"]["grams"] = record["revisions"][-1]["grams"] = 9_000_000
        if "document" in places:
            record["document"]["offset"]["grams"] = 9_000_000
        right = await verdict()
        assert right[0] == "false"
        assert (right.count("false") > 1) == ("document" in places)
    await expect(page.locator("#verdict .is-wrong").last).to_contain_text(
        "The certificate's signature is wrong!"
    )
    assert troubles == []
    await page.context.close()


# -- a journey told again, points, contributions, the line --------------------------------------------


async def hold_event(demo: Demo, name: str, pool_t: int = 1, **filing: Any) -> tuple[str, str]:
    """A running event of its own with one badge: its slug and the badge's code."""
    slug, now = f"{name}-{uuid4().hex[:8]}", datetime.now(UTC)
    async with httpx.AsyncClient(base_url=demo.base) as client:

        async def ask(role: str, path: str, body: object) -> Any:
            told = {"username": role, "password": "demo"}
            token = (await client.post("/v1/staff/sessions", json=told)).json()["access_token"]
            answer = await client.post(path, json=body, headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code in (200, 201), answer.text
            return answer.json()

        budget = filing.pop("budget", None)
        day = {"starts_at": now.isoformat(), "ends_at": (now + timedelta(hours=30)).isoformat()}
        told = {"zh-CN": "行程测试活动", "en": "Fair of journeys"}
        body = {"slug": slug, "name": told, "kind": "exhibition", "city": "成都", "boundary": "extended"}
        await ask("organiser", "/v1/events", body | day | filing)
        await ask("organiser", f"/v1/events/{slug}/transitions", {"to": "running"})
        if budget is not None:
            await ask("organiser", f"/v1/events/{slug}/budget", budget | {"reason": "test"})
        if pool_t:
            batch = {"product": "cdcer", "project_name": "龙泉山造林", "vintage": 2024, "quantity_t": pool_t}
            retired = {"retirement_ref": f"RET-{uuid4().hex[:8]}", "retired_on": "2026-01-15"}
            made = await ask("operator", "/v1/credit-batches", batch | retired)
            grams = {"batch_id": made["id"], "grams": pool_t * 1_000_000}
            await ask("operator", f"/v1/events/{slug}/pools", grams)
        badges = await ask("organiser", f"/v1/events/{slug}/badges", {"count": 1})
    return slug, badges["items"][0]["code"]


async def raise_budget(demo: Demo, slug: str, points: int) -> None:
    async with httpx.AsyncClient(base_url=demo.base) as client:
        told = {"username": "organiser", "password": "demo"}
        token = (await client.post("/v1/staff/sessions", json=told)).json()["access_token"]
        body = {"points_per_kg": 10, "points_budget": points, "reason": "test"}
        headers = {"Authorization": f"Bearer {token}"}
        answer = await client.post(f"/v1/events/{slug}/budget", json=body, headers=headers)
        assert answer.status_code in (200, 201), answer.text


async def tap(page: Page, **taps: str) -> None:
    """Five taps of the journey's form; `city` and `nights` have suggestions, the others pills."""
    for name, value in taps.items():
        if name in ("from_city", "nights"):
            await page.click(f'[data-fill="{name}"][value="{value}"]')
        else:
            await page.locator(f'.pill:has([name="{name}"][value="{value}"])').click()


async def refined(page: Page, difference: str, revision: int) -> None:
    told = page.locator("#refined")
    await expect(told).to_have_attribute("data-revision", str(revision))
    await expect(told).to_have_attribute("data-difference", difference)


async def test_who_is_in_tells_the_journey_in_five_taps_and_sees_the_difference(
    demo: Demo, browser: Browser
) -> None:
    _, code = await hold_event(demo, "refine")
    page, troubles = await open_page(browser, PHONE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(f"{demo.base}/q/{code}")
    await page.click("#join")
    result = page.locator("#result")
    await expect(result).to_have_attribute("data-outcome", "joined")
    # A crowd that scans asks for nothing of this.
    assert [url for url in asked if "refine" in url or "phone_" in url or url.endswith("/me")] == []
    number = await page.locator("#certificate").get_attribute("href")
    await page.click("#refine-open")
    await expect(page.locator("#question-hotel_stars")).to_be_hidden()
    taps = {"from_city": "Chongqing", "mode": "hsr", "nights": "1", "room_sharing": "2", "hotel_stars": "3"}
    await tap(page, **taps, diet="vegan")
    await expect(page.locator("#refine-compare")).to_contain_text("±20%")
    change = await page.locator("#refine-compare [data-change]").get_attribute("data-change")
    assert int(change or 0) > 0
    # Nobody there: what was chosen stays, and the same press goes in once the server is back.
    await page.route("**/v1/events/*/journey", lambda route: route.abort())
    await page.click("#refine-send")
    await page.locator("#refine-waiting .button").nth(1).click()
    await expect(page.locator('[data-fill="nights"][value="1"]')).to_have_attribute("aria-pressed", "true")
    await page.unroute("**/v1/events/*/journey")
    troubles.clear()
    await page.click("#refine-send")
    await refined(page, "allocated", 2)
    await expect(page.locator("#refined [data-change]")).to_have_attribute("data-change", change or "")
    assert await page.locator("#certificate").get_attribute("href") == number
    # The same code again: the record as it stands, the answers still chosen; less is released.
    await page.reload()
    await expect(result).to_have_attribute("data-outcome", "present")
    await expect(page.locator("#join")).to_be_hidden()
    await page.click("#refine-open")
    await tap(page, nights="0")
    await expect(page.locator("#question-hotel_stars")).to_be_hidden()
    await page.click("#refine-send")
    await refined(page, "released", 3)
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    # Somebody who joined elsewhere and chose a journey here is told that the scan did not take it.
    await page.evaluate(FORGET_JOINED)
    await page.reload()
    await tap(page, mode="plane")
    await page.click("#join")
    await expect(result).to_have_attribute("data-outcome", "already_joined")
    await expect(page.locator("#journey-dropped")).to_be_visible()
    await page.click("#refine-open")
    await page.click("#refine-send")
    await refined(page, "allocated", 4)
    assert troubles == []
    await page.context.close()


async def prove_by_steps(page: Page) -> int:
    """Points that wait are released by the steps of the day; returns the balance."""
    await page.click("#my-account")
    await page.click("#tab-today")
    await page.click("#sync")
    # Refused once: the page asks for the consent, and goes on.
    await page.click('[data-consent="werun"]')
    await expect(page.locator('.act[data-method="walk_steps"]')).to_be_visible()
    return int(re.sub(r"\D", "", await page.locator("#balance-chip").text_content() or ""))


async def test_points_pay_contributions_are_called_so_and_who_waits_is_in_line(
    demo: Demo, browser: Browser
) -> None:
    budget = {"points_per_kg": 10, "points_budget": 1}
    _, first = await hold_event(demo, "points", join_points=1000)
    slug, second = await hold_event(demo, "gift", neutralises=["meals", "venue_energy"], budget=budget)
    _, third = await hold_event(demo, "gifts", neutralises=ALL_SOURCES)
    _, fourth = await hold_event(demo, "line", pool_t=0)
    page, troubles = await open_page(browser, PHONE)
    join, told = page.locator("#join"), page.locator("#offset-told")
    await page.goto(f"{demo.base}/q/{first}")
    await expect(page.locator("#pay-with")).to_be_hidden()
    await join.click()
    await expect(page.locator("#balance")).to_have_text("0")
    has = await prove_by_steps(page)

    # Partly a contribution, paid with points; a refusal loses nothing.
    await page.goto(f"{demo.base}/q/{second}")
    await expect(join).to_have_text(re.compile(r"Join, offset .+ kg, contribute .+ kg"))
    await page.locator('.segment:has([value="points"])').click()
    await expect(page.locator("#points-balance")).to_contain_text(f"{has:,}")
    price = int(await page.locator("#points-price").get_attribute("data-points") or 0)
    await join.click()
    await expect(page.locator("#refusal")).to_have_attribute("data-code", "budget_exhausted")
    await expect(page.locator('[name="pay_with"][value="points"]')).to_be_checked()
    troubles.clear()
    await raise_budget(demo, slug, 5000)
    await join.click()
    await expect(page.locator("#balance")).to_have_text(f"{has + 10 - price:,}")
    result = page.locator("#result")
    await expect(result).to_contain_text("Contribution, not offset")
    await expect(result).not_to_contain_text("In full")
    await page.click("#refine-open")
    await tap(page, diet="vegan")
    await expect(page.locator("#refine-compare")).to_contain_text("±30%")
    await page.click("#refine-send")
    await refined(page, "released", 2)
    await expect(page.locator("#refined")).to_contain_text("Given back")

    # A contribution alone: the word offset stands for nothing that was given.
    await page.goto(f"{demo.base}/q/{third}?lang=zh-CN")
    await expect(join).to_contain_text("参加并贡献")
    await expect(told).to_contain_text("是贡献，不是抵消")
    await join.click()
    await expect(result).to_contain_text("贡献，非抵消")
    await expect(result).not_to_contain_text("已抵消")

    # Nothing to give: in line, told where to look, and still so after a reload.
    await page.goto(f"{demo.base}/q/{fourth}?lang=en")
    await join.click()
    for outcome in ("joined", "present"):
        await expect(result).to_have_attribute("data-outcome", outcome)
        await expect(result).to_contain_text("in order of arrival")
        await expect(page.locator("#waiting-g")).to_contain_text("kg")
        await page.reload()
    assert troubles == []
    await page.context.close()
