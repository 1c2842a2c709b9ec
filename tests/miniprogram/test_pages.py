"""Every page once, as people use it, and what each one does."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
import zxingcpp
from PIL import Image
from playwright.async_api import expect

from backend.auth import Principal
from backend.messages.notifications.notice_kinds import NOTICE_KINDS
from backend.models import Account, Citizen
from backend.models.keys import uuid7
from backend.services.notifications.notices import create_notice
from tests.miniprogram.phone import WIDTH, Hall, Phone
from tests.routes.partnering import new_partner

PROGRAM = Path(__file__).parents[2] / "miniprogram"
APP = json.loads((PROGRAM / "app.json").read_text(encoding="utf-8"))
PAGES = [path.split("/")[1] for path in APP["pages"]]
TABS = [tab["pagePath"].split("/")[1] for tab in APP["tabBar"]["list"]]
# Those that need something first have tests of their own here and in test_join.py.
BY_THEMSELVES = [
    name
    for name in PAGES
    if name not in {"event", "scene", "certificate", "pass", "action", "voucher", *TABS}
]


async def joined(hall: Hall, phone: Phone, language: str = "zh_CN") -> None:
    await phone.open(language=language)
    await phone.scan(hall.badge()["code"])
    await phone.tap("#join")
    await expect(phone.shown("#result")).to_be_visible()


async def proven(hall: Hall, phone: Phone) -> None:
    """Joined, and with an act that has evidence: the points are there."""
    await joined(hall, phone)
    await phone.tap("#event-actions")
    await phone.tap('[data-code="own_cup"]')
    await expect(phone.shown(".logged")).to_contain_text("积分")


@pytest.mark.parametrize("language", ["zh_CN", "en"])
async def test_every_page_opens_and_nothing_stands_over_its_edge(
    hall: Hall, phone: Phone, language: str
) -> None:
    """In one language in large type, as for elders, in the other in the usual one."""
    await joined(hall, phone, language)
    if language == "en":
        await phone.page.evaluate("localStorage.large = 'true'")
    for name in (*TABS, *BY_THEMSELVES):
        if name in TABS:
            await phone.page.evaluate("url => wx.switchTab({url})", f"/pages/{name}/{name}")
        else:
            await phone.go(name)
        await phone.page.wait_for_function("!document.querySelector('.wx-page:not([hidden]) .reading')")
        frame = phone.shown(".page")
        text = await frame.inner_text()
        assert text.strip(), name
        assert "undefined" not in text, name
        assert "[object" not in text, name
        assert await phone.shown(".refusal").count() == 0, (name, text)
        assert "large" in (await frame.get_attribute("class") or "") or language == "zh_CN"
        wide = await phone.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= WIDTH, f"{name} is {wide} px wide"
        has_chinese = any("\u4e00" <= sign <= "\u9fff" for sign in await phone.shown(".wx-top").inner_text())
        assert has_chinese == (language == "zh_CN"), name


async def test_steps_come_from_werun_after_the_guideline_the_consent_and_the_age(
    hall: Hall, phone: Phone
) -> None:
    await phone.open("pages/actions/actions")
    await expect(phone.shown("#left")).to_be_visible()
    # Citizens of tests have told their age; this one has not.
    citizen = (await phone.ask("/v1/me"))["id"]
    await Citizen.filter(id=citizen).update(born_month=None, age_told_at=None)
    await Account.filter(id=citizen).update(earns_from=None)
    await phone.walks(6000)
    await phone.tap("#sync")
    await phone.tap("#privacy-agree")
    await phone.tap('.dialog [data-act="yes"]')
    await phone.tell_age()
    await expect(phone.page.locator("#logged")).to_contain_text("6,000")
    await expect(phone.shown(".entry").first).to_contain_text("步行")
    acts = (await phone.ask("/v1/me/actions"))["items"]
    assert [(act["method"], act["credited_quantity"], act["tier"]) for act in acts] == [
        ("walk_steps", 6000, "E2")
    ]
    await phone.tap(".entry")
    await expect(phone.shown(".fact").first).to_be_visible()
    await expect(phone.shown(".eyebrow")).to_have_text("步行")


async def test_who_declines_the_guideline_or_a_consent_goes_on_without(hall: Hall, phone: Phone) -> None:
    await phone.open("pages/actions/actions")
    await phone.walks(6000)
    await phone.tap("#sync")
    await phone.tap('.dialog [data-act="disagree"]')
    await expect(phone.page.locator(".wx-toast")).to_contain_text("微信运动")
    await phone.tap("#sync")
    await phone.tap("#privacy-agree")
    await phone.tap('.dialog [data-act="no"]')
    await expect(phone.shown(".dialog")).to_have_count(0)
    assert (await phone.ask("/v1/me/actions"))["items"] == []
    scopes = {each["scope"]: each["is_granted"] for each in (await phone.ask("/v1/me/consents"))["items"]}
    assert not any(scopes.values())


async def test_a_sign_of_a_scene_and_a_photo_are_evidence(hall: Hall, phone: Phone) -> None:
    await phone.open()
    await phone.scan(hall.sign)
    await phone.tap('[data-code="clean_plate"]')
    await expect(phone.shown(".logged")).to_contain_text("光盘")
    file = io.BytesIO()
    Image.effect_noise((320, 240), 80).convert("RGB").save(file, "JPEG")
    await phone.page.evaluate("wx.switchTab({url: '/pages/actions/actions'})")
    await phone.page.evaluate("bytes => { miniProgram.photo = bytes }", list(file.getvalue()))
    await phone.page.evaluate("() => { miniProgram.location = {latitude: 30.66, longitude: 104.08} }")
    await phone.tap("#photo")
    await phone.tap("#privacy-agree")
    await expect(phone.page.locator("#logged")).to_be_visible()
    acts = (await phone.ask("/v1/me/actions"))["items"]
    assert sorted((act["tier"], act["state"]) for act in acts) == [("E3", "posted"), ("E4", "pending")]


async def test_a_reward_becomes_a_voucher_whose_code_a_till_reads(hall: Hall, phone: Phone) -> None:
    await proven(hall, phone)
    await phone.page.evaluate("wx.switchTab({url: '/pages/rewards/rewards'})")
    await phone.tap('[data-slug="tea"]')
    await phone.page.click(".wx-confirm")
    code = await phone.shown("#voucher-code").inner_text()
    assert await read_qr(phone) == code
    [redemption] = (await phone.ask("/v1/me/redemptions"))["items"]
    assert redemption["voucher"]["code"] == code
    before = (await phone.ask("/v1/me"))["balance"]
    await phone.tap("#cancel")
    await phone.page.click(".wx-confirm")
    await expect(phone.shown("#voucher-state")).to_have_text("已取消")
    assert (await phone.ask("/v1/me"))["balance"] == before + redemption["points"]


async def test_the_pass_is_a_code_that_staff_can_scan(hall: Hall, phone: Phone) -> None:
    await joined(hall, phone)
    await phone.tap("#pass")
    await expect(phone.shown("canvas")).to_be_visible()
    assert await read_qr(phone) in [
        each["code"] for each in (await phone.ask("/v1/me/pass?event=fair"))["items"]
    ]


async def test_the_quiz_is_answered_once_and_explained(hall: Hall, phone: Phone) -> None:
    await phone.open()
    await phone.go("quiz")
    await phone.tap("#quiz-send")
    await expect(phone.page.locator(".wx-toast")).to_be_visible()
    for card in await phone.shown(".card").all():
        await card.locator(".choice").first.click()
    await phone.tap("#quiz-send")
    await expect(phone.shown("#quiz-done")).to_be_visible()
    await expect(phone.shown(".card")).to_have_count(3)


async def test_consents_are_given_and_withdrawn_with_a_tap(hall: Hall, phone: Phone) -> None:
    await phone.open()
    await phone.go("consents")
    card = phone.shown('[data-scope="leaderboard"].card')
    await card.locator(".give").click()
    await expect(card.locator(".withdraw")).to_be_visible()
    assert [
        c["is_granted"] for c in (await phone.ask("/v1/me/consents"))["items"] if c["scope"] == "leaderboard"
    ] == [True]
    await card.locator(".withdraw").click()
    await expect(card.locator(".give")).to_be_visible()


async def test_a_partner_is_bound_by_its_code_and_let_go(hall: Hall, phone: Phone) -> None:
    partner = await new_partner(hall.service)
    await phone.open()
    await phone.go("consents")
    await phone.shown("#binding-code").fill(await partner.binding_code("card-1"))
    await phone.tap("#bind")
    await expect(phone.shown("[data-grant]")).to_be_visible()
    grants = (await phone.ask("/v1/me/source-grants"))["items"]
    assert [grant["partner"]["code"] for grant in grants] == ["metro"]
    await phone.tap("[data-grant] button")
    await expect(phone.shown("[data-grant]")).to_have_count(0)


async def test_a_team_is_started_joined_by_its_code_and_left(hall: Hall, phone: Phone) -> None:
    await phone.open()
    await phone.go("teams")
    await phone.shown("#team-name").fill("骑行小组")
    await phone.tap("#start-team")
    await expect(phone.shown("[data-team]")).to_contain_text("骑行小组")
    [team] = (await phone.ask("/v1/me/teams"))["items"]
    async with hall.phone() as other:
        await other.open()
        await other.go("teams")
        await other.shown("#join-code").fill(team["code"])
        await other.tap("#join-team")
        await expect(other.shown("[data-team]")).to_contain_text("2")
        await other.tap(".leave")
        await other.page.click(".wx-confirm")
        await expect(other.shown("[data-team]")).to_have_count(0)


async def test_notices_are_read_and_may_come_to_wechat(hall: Hall, phone: Phone) -> None:
    await phone.open()
    await phone.go("notices")
    await expect(phone.shown('[data-id="tpl-1"]')).to_be_visible()
    citizen = UUID((await phone.ask("/v1/me"))["id"])
    await create_notice(citizen, "points_expiring", "k", {"points": 1200, "expires_on": "2026-12-31"})
    await phone.tap('[data-id="tpl-1"]')
    # Messages need a consent.
    await phone.tap('.dialog [data-act="yes"]')
    await expect(phone.shown(".card").first).to_contain_text("还可收 1 条")
    assert (await phone.told())["subscribed"] == [["tpl-1"]]
    offers = {each["template"]: each for each in (await phone.ask("/v1/me/subscriptions"))["items"]}
    assert offers["points_expiring"] == {"template": "points_expiring", "template_id": "tpl-1", "accepts": 1}
    # A template without an id is not offered: WeChat would refuse it.
    assert "monthly_report" not in offers
    await phone.go("notices")
    await expect(phone.shown("[data-notice]")).to_contain_text("1,200")
    await phone.tap("[data-notice] button")
    await expect(phone.shown("[data-notice] button")).to_have_count(0)


async def test_reports_and_statements_are_pictures_and_files_of_the_citizen(hall: Hall, phone: Phone) -> None:
    await proven(hall, phone)
    await phone.go("reports")
    await expect(phone.shown("#report img")).to_be_visible()
    await expect(phone.shown("#words")).to_contain_text("低碳")
    await phone.tap("#save")
    await phone.tap("#privacy-agree")
    await expect(phone.page.locator(".wx-toast")).to_have_text("已存到相册")
    await phone.go("points")
    await phone.tap("#csv")
    await phone.page.wait_for_function("miniProgram.told.shared.length > 0")
    told = await phone.told()
    assert told["saved"][0].startswith("data:image/png")
    assert told["shared"][0]["name"] == "tianfu-points.csv"
    assert told["shared"][0]["address"].startswith("data:text/csv")


async def test_a_certificate_bears_a_name_and_gets_a_new_link(hall: Hall, phone: Phone) -> None:
    await joined(hall, phone)
    await phone.tap("#certificate")
    await phone.tap("#ask-name")
    await phone.shown("#name").fill("林晓")
    await phone.tap("#put-name")
    await expect(phone.shown(".fact").last).to_contain_text("林晓")
    await phone.tap("#copy")
    old = (await phone.told())["clipboard"]
    await phone.tap("#renew")
    await phone.page.click(".wx-confirm")
    await expect(phone.page.locator(".wx-toast")).to_be_visible()
    await phone.tap("#copy")
    new = (await phone.told())["clipboard"]
    assert old.split("#")[0] == new.split("#")[0]
    assert old != new
    # What is shared leads to totals: the secret stays on the holder's phone.
    await phone.tap("#share")
    assert "s=" not in (await phone.told())["shared"][0]["path"]


async def test_export_and_erasure_leave_a_receipt_and_an_empty_phone(hall: Hall, phone: Phone) -> None:
    await joined(hall, phone)
    await phone.go("privacy")
    await phone.tap("#export-json")
    await phone.page.wait_for_function("miniProgram.told.shared.length > 0")
    assert (await phone.told())["shared"][0]["name"] == "tianfu-export.json"
    await phone.tap("#erase")
    await phone.page.click(".wx-cancel")
    assert (await phone.ask("/v1/me"))["id"]
    await phone.tap("#erase")
    await phone.page.click(".wx-confirm")
    receipt = await phone.shown("#receipt").inner_text()
    answer = await hall.service.client.get(f"/v1/erasures/{receipt}")
    assert answer.status_code == 200
    assert await phone.page.evaluate("Object.keys(localStorage)") == ["signed-out"]
    # Nor the copy of everything that was handed to a chat.
    look = "new Promise((success) => wx.getFileSystemManager().readdir({dirPath: wx.env.USER_DATA_PATH, success}))"
    assert await phone.page.evaluate(look) == {"files": []}
    # Nobody is signed in again, nor given a new account, without a word.
    before = len(await phone.requests("/v1/sessions"))
    await phone.page.evaluate("wx.switchTab({url: '/pages/account/account'})")
    await phone.page.click(".wx-cancel")
    await expect(phone.page.locator(".wx-modal")).to_have_count(0)
    assert len(await phone.requests("/v1/sessions")) == before
    await phone.page.evaluate("wx.switchTab({url: '/pages/account/account'})")
    await phone.page.click(".wx-confirm")
    await expect(phone.shown("#points")).to_have_text("0")


async def test_who_signs_out_leaves_nothing_on_the_phone(hall: Hall, phone: Phone) -> None:
    await joined(hall, phone)
    await phone.go("settings")
    await phone.tap("#sign-out")
    await phone.page.click(".wx-confirm")
    await expect(phone.shown("#scan")).to_be_visible()
    assert await phone.page.evaluate("Object.keys(localStorage)") == ["signed-out"]


async def test_a_guardian_consents_with_the_code_on_a_childs_phone(hall: Hall, phone: Phone) -> None:
    await phone.open("pages/account/account")
    await expect(phone.shown("#points")).to_have_text("0")
    child = (await phone.ask("/v1/me"))["id"]
    await Citizen.filter(id=child).update(born_month=None, age_told_at=None)
    await Account.filter(id=child).update(earns_from=None)
    born = {"born": f"{datetime.now(UTC).year - 10}-01"}
    answer = await hall.service.post("/v1/me/age", born, await phone.headers())
    assert answer.status_code == 200, answer.text
    await phone.go("guardian")
    await expect(phone.shown("#guardian-state")).to_contain_text("监护人")
    await phone.tap("#guardian-show")
    await expect(phone.shown("#guardian-code")).to_be_visible()
    link = await read_qr(phone)
    async with hall.phone() as adult:
        await adult.open("pages/account/account")
        await expect(adult.shown("#points")).to_have_text("0")
        await adult.go("guardian")
        await adult.page.evaluate("link => miniProgram.scans.push(link)", link)
        await adult.tap("#child-scan")
        await adult.page.click(".wx-confirm")
        await expect(adult.shown("[data-child]")).to_be_visible()
        assert not (await phone.ask("/v1/me/age"))["needs_guardian"]
        await adult.tap(".withdraw")
        await adult.page.click(".wx-confirm")
        await expect(adult.shown("[data-child]")).to_have_count(0)


async def test_the_language_and_large_type_stay_and_the_name_is_saved(hall: Hall, phone: Phone) -> None:
    await phone.open()
    await phone.go("settings")
    await phone.tap("#en")
    await expect(phone.shown(".wx-top")).to_contain_text("Settings")
    await phone.tap("#large")
    await phone.shown("#nickname").fill("Lin")
    await phone.tap("#save-nickname")
    await expect(phone.page.locator(".wx-toast")).to_have_text("Done")
    assert (await phone.ask("/v1/me/profile"))["nickname"] == "Lin"
    await phone.open()
    await expect(phone.shown(".h1")).to_have_text("Scan, and join a low-carbon event")
    await expect(phone.page.locator(".wx-tabs")).to_contain_text("Account")
    size = await phone.shown(".h1").evaluate("element => parseFloat(getComputedStyle(element).fontSize)")
    assert size == pytest.approx(46 / 2 * 1.34, abs=0.1)


async def test_requests_that_find_the_session_expired_share_one_refresh(hall: Hall, phone: Phone) -> None:
    await phone.open("pages/account/account")
    await expect(phone.shown("#points")).to_have_text("0")
    citizen = (await phone.ask("/v1/me"))["id"]
    expired = hall.service.components.tokens.issue(
        Principal(UUID(citizen), "citizen", uuid7()), now=1_700_000_000
    )
    kept = json.loads(await phone.page.evaluate("localStorage.session"))
    script = "tokens => { localStorage.session = JSON.stringify(tokens) }"
    await phone.page.evaluate(script, kept | {"access_token": expired})
    await phone.page.evaluate("miniProgram.told.requests.length = 0")
    await phone.page.evaluate("wx.switchTab({url: '/pages/account/account'})")
    await phone.page.wait_for_function("!document.querySelector('.wx-page:not([hidden]) .reading')")
    await expect(phone.shown("#points")).to_have_text("0")
    assert len(await phone.requests("/v1/sessions/refresh")) == 1
    assert [each["path"] for each in await phone.requests("/v1/sessions")] == ["/v1/sessions/refresh"]


async def test_the_service_gone_is_said_and_read_again(hall: Hall, phone: Phone) -> None:
    await phone.open("pages/account/account")
    await expect(phone.shown("#points")).to_have_text("0")
    await phone.page.evaluate("miniProgram.network(false)")
    await phone.page.evaluate("wx.switchTab({url: '/pages/rewards/rewards'})")
    await expect(phone.shown(".waiting")).to_contain_text("网络不通")
    await phone.tap('[data-act="stop"]')
    await phone.page.evaluate("miniProgram.network(true)")
    await phone.page.evaluate("wx.switchTab({url: '/pages/rewards/rewards'})")
    await expect(phone.shown('[data-reward="tea"]')).to_be_visible()


def test_the_pages_that_notices_and_codes_open_are_there() -> None:
    paths = {kind.page for kind in NOTICE_KINDS.values() if kind.page}
    assert paths | {"pages/scan/scan"} <= set(APP["pages"])


async def read_qr(phone: Phone) -> str:
    """What a scanner reads from the phone's screen."""
    await expect(phone.shown("canvas")).to_be_visible()
    await phone.page.wait_for_function(
        "() => { const c = document.querySelector('.wx-page:not([hidden]) canvas'); return c && c.width !== 300 }"
    )
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(await phone.page.screenshot())))
    return found.text
