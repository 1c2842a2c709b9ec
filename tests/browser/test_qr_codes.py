"""The codes that pages make themselves, as a camera reads them."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from PIL import Image
from playwright.async_api import Browser

from tests.browser.conftest import Demo

TEXTS = [
    "P1ABCDE.1f.2k9z1.0123456789ab",
    "https://points.example.org/q/B1ABCDE.1f.0123456789ab",
    "https://points.example.org/events/chengdu-2026/screen#key=" + "k" * 86,
    "https://points.example.org/scanner#" + "x" * 200,
]
QUIET = 4
DRAW = """async (text) => {
    const { qrPicture } = await import("/static/js/shared/qr.js");
    document.body.replaceChildren(qrPicture(text, "a code"));
    document.body.style.cssText = "margin: 40px; background: #123; width: 300px";
    const svg = document.querySelector("svg");
    return [svg.getAttribute("viewBox"), svg.getAttribute("aria-label"), svg.querySelector("path").getBBox()]
        .map((found) => found.x === undefined ? found : [found.x, found.y, found.width, found.height]);
}"""


@pytest.mark.parametrize("text", TEXTS, ids=len)
async def test_a_camera_reads_a_code_that_a_page_makes(demo: Demo, browser: Browser, text: str) -> None:
    page = await browser.new_page(viewport={"width": 480, "height": 480})
    await page.goto(f"{demo.base}/scanner")
    box, label, drawn = await page.evaluate(DRAW, text)
    left, top, side, high = map(int, box.split())
    modules = side - 2 * QUIET
    assert (left, top, high, label) == (0, 0, side, "a code")
    assert (modules - 17) % 4 == 0
    assert drawn == [QUIET, QUIET, modules, modules], "light all around, dark to the corners' edges"
    (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(await page.screenshot())))
    assert read.text == text
    # M at least; more where it costs no module.
    assert read.ec_level in ("M", "Q", "H")
    # Without an ECI, which some hand scanners would type before the text.
    assert read.symbology_identifier == "]Q1"
    await page.close()
