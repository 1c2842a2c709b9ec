"""The scanner's page takes what hand scanners, keyboards and input methods really write."""

from __future__ import annotations

import re
from urllib.parse import quote

import httpx2 as httpx
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Demo
from tests.browser.scanners import ANSWER, Scanner, Staff, open_scanner, staff_of

BURST = 50
# A hundred codes a second: no machine that tests types as fast as a scanner's buffer is emptied.
EMPTY_BUFFER = """async (texts) => {
    const field = document.querySelector("#wedge");
    for (const text of texts) {
        field.value += text;
        field.dispatchEvent(new InputEvent("input", { bubbles: true }));
        field.dispatchEvent(new KeyboardEvent("keydown", { key: "Tab", bubbles: true, cancelable: true }));
        await new Promise((resolve) => setTimeout(resolve, 10));
    }
}"""
PASTE = """(text) => {
    const pasted = new DataTransfer();
    pasted.setData("text", text);
    document.querySelector("#wedge").dispatchEvent(
        new ClipboardEvent("paste", { clipboardData: pasted, bubbles: true, cancelable: true }));
}"""


def full_width(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) for sign in text)


def serial_of(code: str) -> str:
    return f"Badge {int(code.split('.')[1], 36)}"


async def let_in(page: Page, code: str) -> None:
    """The panel shows this badge, and that it may pass."""
    await expect(page.locator("#badge")).to_have_text(serial_of(code))
    await expect(page.locator(ANSWER)).to_have_attribute("data-code", "ok")
    await expect(page.locator("#wedge")).to_have_value("")
    await expect(page.locator("#wedge")).to_be_focused()


async def test_a_hand_scanner_is_read_whatever_it_writes(demo: Demo, browser: Browser) -> None:
    async with httpx.AsyncClient(base_url=demo.base) as client:
        staff = await staff_of(client)
        codes = await staff.badges(36 + BURST)
        door = await open_scanner(browser, staff)
        used = [
            *await end_scans_in_each_way(door.page, codes[:5]),
            *await empty_a_full_buffer(staff, door, codes[36:]),
            *await write_codes_together(door.page, codes[20:25]),
            *await type_with_an_input_method(door.page, codes[25:29]),
        ]
        await leave_half_a_code(door.page, codes[29])
        used += await look_away_and_paste(door.page, codes[30:33])
        assert await staff.scans(door.device) == [("ok", False)] * len(used)
        await read_alike_offline(door.page, codes[33:36])
        # Without a line the browser says of each request that it failed; a mistake of a script would stand there too.
        assert [text for text in door.troubles if "net::ERR_INTERNET_DISCONNECTED" not in text] == []
        await door.page.context.close()


async def end_scans_in_each_way(page: Page, codes: list[str]) -> list[str]:
    for code, keys in zip(
        codes, (["Enter"], ["Tab"], ["Enter", "Tab"], ["Enter", "Enter", "Tab"], []), strict=True
    ):
        # Letter by letter, as keys, and all at once, as scanners in phones do.
        await (page.keyboard.type(code) if len(keys) == 1 else page.keyboard.insert_text(f"]Q1{code}"))
        for key in keys:
            await page.keyboard.press(key)
        await let_in(page, code)
    return codes


async def empty_a_full_buffer(staff: Staff, door: Scanner, codes: list[str]) -> list[str]:
    page = door.page
    before = len(await staff.scans(door.device))
    await page.evaluate(EMPTY_BUFFER, [f"https://tianfu.example/q/{code}" for code in codes])
    await expect(page.locator("#run")).to_contain_text(f"Let through: {BURST}; turned away: 0")
    await let_in(page, codes[-1])
    assert len(await staff.scans(door.device)) == before + BURST
    return codes


async def write_codes_together(page: Page, codes: list[str]) -> list[str]:
    first, second, third, fourth, fifth = codes
    await page.keyboard.insert_text(first)
    await page.keyboard.insert_text(second)
    await let_in(page, second)
    # They may come while the buffer's run is still counted.
    await expect(page.locator("#run")).to_contain_text(re.compile(rf"Let through: (2|{BURST + 2});"))
    # A scanner that stopped within a code, and then the next one.
    await page.keyboard.insert_text(third[:17])
    await page.keyboard.insert_text(fourth)
    await let_in(page, fourth)
    await page.keyboard.insert_text(quote(f"https://tianfu.example/q/{fifth}", safe="") + "/?from=1")
    await page.keyboard.press("Enter")
    await let_in(page, fifth)
    return [first, second, fourth, fifth]


async def type_with_an_input_method(page: Page, codes: list[str]) -> list[str]:
    await page.keyboard.insert_text(full_width(codes[0]))
    await page.keyboard.press("Tab")
    await let_in(page, codes[0])
    await page.keyboard.insert_text(codes[1].swapcase())
    await let_in(page, codes[1])
    method = await page.context.new_cdp_session(page)
    # All of a code is still being composed: the letters are there, no key 229 has ended it.
    composed = {"text": codes[2], "selectionStart": len(codes[2]), "selectionEnd": len(codes[2])}
    await method.send("Input.imeSetComposition", composed)
    await let_in(page, codes[2])
    # Its candidates stand open, and wait for a person.
    await method.send("Input.imeSetComposition", {"text": "b的", "selectionStart": 2, "selectionEnd": 2})
    await expect(page.locator("#sentence")).to_contain_text("turn off Caps Lock and the Chinese input method")
    await expect(page.locator("#wedge")).to_have_value("")
    await method.detach()
    await page.keyboard.insert_text(codes[3])
    await let_in(page, codes[3])
    return codes


async def leave_half_a_code(page: Page, code: str) -> None:
    await page.keyboard.insert_text(code[:12])
    await expect(page.locator("#sentence")).to_contain_text("Only part of a code")
    await expect(page.locator("#wedge")).to_have_value("")


async def look_away_and_paste(page: Page, codes: list[str]) -> list[str]:
    await page.click("#event-name")
    await expect(page.locator("#wedge")).to_be_focused()
    await page.evaluate(PASTE, f"张三，您的胸牌：https://tianfu.example/q/{codes[0]}，请出示。\n")
    await let_in(page, codes[0])
    # A person who looks for somebody is no scanner; a scanner that types there is, whatever key it ends with.
    await page.click("summary")
    await page.fill("#query", "V.I.P. 张三")
    await page.press("#query", "Enter")
    await expect(page.locator("#found")).to_have_text("Nothing found.")
    await expect(page.locator("#badge")).to_be_empty()
    await page.fill("#query", "")
    await page.keyboard.type(codes[1])
    await page.keyboard.press("Tab")
    await let_in(page, codes[1])
    await page.focus("#annul")
    await page.keyboard.type(codes[2])
    await page.keyboard.press("Tab")
    await let_in(page, codes[2])
    return codes


async def read_alike_offline(page: Page, codes: list[str]) -> None:
    async with page.expect_response("**/v1/device-bundle**", timeout=40_000):
        await page.reload()
    await page.context.set_offline(True)
    # No two that follow each other say the same, so each is seen.
    for text, expected in (
        ("https://shop.example/q/100%", "malformed"),
        ("https%3A%2F%2Ftianfu.example%2Fq%2F" + codes[0] + "%E4", "ok"),
        ("%", "malformed"),
        (codes[1].swapcase(), "ok"),
        (full_width(codes[2]), "ok"),
        ("]C104:A2:24:B1:09", "unknown"),
        ("B1ZZZZZ.1.AAAAAAAAAAAA", "wrong_event"),
    ):
        await page.keyboard.insert_text(text)
        await page.keyboard.press("Enter")
        await expect(page.locator(ANSWER)).to_have_attribute("data-code", expected)
    for text, told in (
        ("https://beer.example/menu", "some other QR code"),
        (codes[0].upper(), "turn off Caps Lock"),
    ):
        await page.keyboard.insert_text(text)
        await page.keyboard.press("Tab")
        await expect(page.locator("#sentence")).to_contain_text(told)
