"""Page scripts write grams exactly as the server does: one rounding, one threshold for tonnes, in every language."""

from __future__ import annotations

import random

import pytest
from playwright.async_api import Browser

from backend.domain.mass import TONNES_FROM_G, mass
from tests.browser.conftest import Demo
from tests.browser.test_pages import LANGUAGES, LAPTOP, open_page

EDGES = (0, 1, 999, 1000, 1004, 1005, 1015, 1025, 2675, 999_994, 999_995, 1_000_000, 1_000_005, 12_345_675)
VALUES = sorted(
    {
        *EDGES,
        *(TONNES_FROM_G + step for step in (-5_001, -5, -1, 0, 1, 4_999, 5_000, 5_001, 15_000)),
        # Halves of the last decimal, which a binary fraction does not hold exactly.
        *(10 * n + 5 for n in range(100, 2_000, 7)),
        *(TONNES_FROM_G + 10_000 * n + 5_000 for n in range(0, 2_000, 13)),
        *(random.Random(1).randrange(10**k) for k in range(1, 14) for _ in range(40)),
    }
)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_script_writes_a_mass_as_the_server_does(demo: Demo, browser: Browser, language: str) -> None:
    page, complaints = await open_page(browser, LAPTOP, language)
    await page.goto(f"{demo.base}/?lang={language}")
    values = [*VALUES, *(-value for value in VALUES if value)]
    written = await page.evaluate(
        "async (values) => { const { mass } = await import('/static/js/shared/i18n.js'); return values.map(mass); }",
        values,
    )
    assert dict(zip(values, written, strict=True)) == {value: mass(value) for value in values}
    assert complaints == []
