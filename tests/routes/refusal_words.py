"""What may stand in a sentence of a refusal: one language, no identifiers, grams as a mass."""

from __future__ import annotations

import re

# What somebody typed, and names of ours that are no words, stand in quotation marks.
QUOTED = re.compile(r"「[^」]*」|“[^”]*”")
CHINESE = re.compile(r"[\u3400-\u9fff]+")
IDENTIFIER = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b|`[^`]*`|\$\.")
# Of two words on: a Chinese sentence may name CSV, JSON, km, wx.login, X-Partner, an address or a media type.
ENGLISH = re.compile(r"\b(?:[A-Za-z]+[ ,]+){3,}[A-Za-z]+")
LIBRARY = re.compile(r"\b(?:Expected|Invalid|malformed|truncated|Traceback|None|True|False)\b")
GRAMS = re.compile(r"\b[0-9]{4,} ?(?:g\b|克|gCO2e)")


def wrong_words(sentence: str, language: str) -> list[str]:
    """What should not stand in a sentence of this language."""
    bare = QUOTED.sub("", sentence)
    found = [*IDENTIFIER.findall(bare), *GRAMS.findall(bare)]
    if language == "zh-CN":
        return [*found, *ENGLISH.findall(bare), *LIBRARY.findall(bare)]
    return [*found, *CHINESE.findall(bare), *re.findall(r"Expected `|got `|Invalid [a-z]+ string", bare)]
