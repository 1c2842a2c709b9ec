"""What the list of sessions says of a device, by what its browser calls itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.identity.devices import BROWSERS, SYSTEMS, device_of, device_words

KHTML = "AppleWebKit/537.36 (KHTML, like Gecko)"
IPHONE = f"Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) {KHTML} Version/19.0 Safari/604.1"
WECHAT = f"Mozilla/5.0 (Linux; Android 16) {KHTML} Chrome/140.0 Mobile Safari/537.36 MicroMessenger/8.0"
HUAWEI = f"Mozilla/5.0 (Phone; OpenHarmony 5.0) {KHTML} Chrome/114.0 Safari/537.36 HuaweiBrowser/5.1"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (IPHONE, "Safari · iPhone"),
        (WECHAT, "WeChat · Android"),
        (HUAWEI, "Huawei Browser · HarmonyOS"),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {KHTML} Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge · Windows",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 15.0; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox · Mac",
        ),
        (f"Mozilla/5.0 (X11; Linux x86_64) {KHTML} Chrome/140.0 Safari/537.36", "Chrome · Linux"),
        ("curl/8.5 (iPhone)", "Another browser · iPhone"),
        ("curl/8.5", "Unknown device"),
        ("", "Unknown device"),
    ],
)
def test_a_device_is_named_in_two_words(agent: str, words: str) -> None:
    assert device_words(device_of(agent), "en") == words


@given(st.text(max_size=300))
def test_nothing_is_kept_but_kinds_that_have_a_name(agent: str) -> None:
    kinds = {kind for _, kind in (*BROWSERS, *SYSTEMS)} | {"other"}
    assert set(device_of(agent).split()) <= kinds
    assert len(device_of(agent)) <= 40


@pytest.mark.parametrize("kept", [f"{browser} {system}" for _, browser in BROWSERS for _, system in SYSTEMS])
def test_every_kind_has_its_words(kept: str) -> None:
    for language in ("zh-CN", "en"):
        browser, _, system = device_words(kept, language).partition(" · ")
        assert browser
        assert system
