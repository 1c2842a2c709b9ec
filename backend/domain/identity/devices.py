"""What kind of device a citizen signed in on, in the two words that the list of their sessions shows.

Nothing else of what a browser says about itself is kept: versions and builds would tell one phone from another.
"""

from __future__ import annotations

from backend.texts import has_text, name_of

# What is found first counts: nearly every browser calls itself Safari and Mozilla too.
BROWSERS = (
    ("MicroMessenger", "wechat"),
    ("AlipayClient", "alipay"),
    ("HuaweiBrowser", "huawei"),
    ("MiuiBrowser", "miui"),
    ("SamsungBrowser", "samsung"),
    ("QQBrowser", "qq"),
    ("UCBrowser", "uc"),
    ("Edg", "edge"),
    ("OPR/", "opera"),
    ("FxiOS", "firefox"),
    ("Firefox", "firefox"),
    ("CriOS", "chrome"),
    ("Chrome", "chrome"),
    ("Safari", "safari"),
)
SYSTEMS = (
    ("iPhone", "iphone"),
    ("iPad", "ipad"),
    ("OpenHarmony", "harmony"),
    ("HarmonyOS", "harmony"),
    ("Android", "android"),
    ("Windows", "windows"),
    ("Macintosh", "mac"),
    ("CrOS", "chromeos"),
    ("Linux", "linux"),
)


def device_of(user_agent: str) -> str:
    """The kinds of browser and system that a browser says it is, as `safari iphone`; empty where neither is known."""
    found = [
        next((kind for sign, kind in kinds if sign in user_agent), "other") for kinds in (BROWSERS, SYSTEMS)
    ]
    return "" if found == ["other", "other"] else " ".join(found)


def device_words(device: str, language: str) -> str:
    """A kept device in words; of a device that nobody knows, that."""
    browser, _, system = device.partition(" ")
    words = [
        name_of(language, f"device.{kind}", code)
        for kind, code in (("browser", browser), ("system", system))
        if has_text(f"device.{kind}.{code}")
    ]
    return " · ".join(words) if words else name_of(language, "device", "unknown")
