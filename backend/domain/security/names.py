"""Whether a name sounds as if it were the service's own or an authority's, however it is spelt."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping

# Letters of other scripts, digits and signs that pass for Latin letters.
_LOOKALIKES = str.maketrans(
    "\u0430\u0435\u0456\u043e\u0440\u0441\u0445\u0443\u04cf\u03b1\u03b5\u03b9\u03bf\u03c1\u0131"
    "\u0455\u0458\u043c\u0442\u043a\u0433\u0432\u043d\u0501\u051b\u0573\u03bd\u03c4\u03ba\u03c5\u0251\u0261\u026a"
    "\u1d00\u1d05\u1d0d\u0274\u1d07\u1d0f\ua731\u1d1b\u1d1c\u029f\u0280\u1d18\u1d0b\ua730\u1d04\u1d20\u1d22",
    "aeiopcxylaeiopisjmtkrbhdqdvtkuagiadmneostulrpkfcvz",
)
# Letters by their class that nobody sees: fillers of Hangul. Marks that lengthen a letter count as signs as well.
_UNSEEN = "\u115f\u1160\u3164\uffa0"
_DIGITS = (str.maketrans("013457@$!", "oieastasi"), str.maketrans("013457@$!", "oleastasi"))


def sounds_official(
    name: str, parts: Collection[str], words: Collection[str], spelled: Mapping[str, str]
) -> bool:
    """Whether a name holds one of `parts` anywhere, or one of `words` as a word; `spelled`: letters for others."""
    plain = "".join(
        sign
        for sign in unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
        if unicodedata.category(sign) not in ("Mn", "Cf", "Cc", "Lm") and sign not in _UNSEEN
    ).translate(_LOOKALIKES | {ord(sign): same for sign, same in spelled.items()})
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
