"""Whether a name sounds as if it were the service's own or an authority's, however it is spelt."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

# Letters of other scripts, digits and signs that pass for Latin letters.
_LOOKALIKES = str.maketrans(
    "\u0430\u0435\u0456\u043e\u0440\u0441\u0445\u0443\u04cf\u03b1\u03b5\u03b9\u03bf\u03c1\u0131",
    "aeiopcxylaeiopi",
)
_DIGITS = (str.maketrans("013457@$!", "oieastasi"), str.maketrans("013457@$!", "oleastasi"))


def sounds_official(name: str, parts: Collection[str], words: Collection[str]) -> bool:
    """Whether a name holds one of `parts` anywhere, or one of `words` as a word."""
    plain = "".join(
        sign
        for sign in unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
        if unicodedata.category(sign) not in ("Mn", "Cf", "Cc")
    ).translate(_LOOKALIKES)
    for text in (plain, *(plain.translate(table) for table in _DIGITS)):
        joined = re.sub(r"[\W_]+", "", text)
        if any(part in joined for part in parts):
            return True
        if joined in words or re.sub(r"\d+$", "", joined) in words:
            return True
        if set(re.findall(r"[a-z]+", text)) & set(words):
            return True
        # Chinese has no spaces between words.
        if any(not word.isascii() and word in joined for word in words):
            return True
    return False
