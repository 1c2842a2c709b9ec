"""What a hand scanner's keys write on a computer that is set to another keyboard.

A scanner sends the keys of an American keyboard. On a computer set to German, French or Russian the same keys write
other signs; on one with a Chinese input method some marks become Chinese ones. Each table below holds the signs in
the order of the American keys, so a text can be written back as it was meant.
"""

from __future__ import annotations

from collections.abc import Iterator

AMERICAN = "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:\"ZXCVBNM<>?"
LAYOUTS = {
    "german": (
        "^1234567890ß´qwertzuiopü+#asdfghjklöäyxcvbnm,.-°!\"§$%&/()=?`QWERTZUIOPÜ*'ASDFGHJKLÖÄYXCVBNM;:_"
    ),
    "swiss": (
        "§1234567890'^qwertzuiopü¨$asdfghjklöäyxcvbnm,.-°+\"*ç%&/()=?`QWERTZUIOPè!£ASDFGHJKLéàYXCVBNM;:_"
    ),
    "french": (
        "²&é\"'(-è_çà)=azertyuiop^$*qsdfghjklmùwxcvbn,;:!~1234567890°+AZERTYUIOP¨£µQSDFGHJKLM%WXCVBN?./§"
    ),
    "belgian": (
        "²&é\"'(§è!çà)-azertyuiop^$µqsdfghjklmùwxcvbn,;:=³1234567890°_AZERTYUIOP¨*£QSDFGHJKLM%WXCVBN?./+"
    ),
    "spanish": (
        "º1234567890'¡qwertyuiop`+çasdfghjklñ´zxcvbnm,.-ª!\"·$%&/()=?¿QWERTYUIOP^*ÇASDFGHJKLÑ¨ZXCVBNM;:_"
    ),
    "italian": (
        "\\1234567890'ìqwertyuiopè+ùasdfghjklòàzxcvbnm,.-|!\"£$%&/()=?^QWERTYUIOPé*§ASDFGHJKLç°ZXCVBNM;:_"
    ),
    "nordic": (
        "§1234567890+´qwertyuiopå¨'asdfghjklöäzxcvbnm,.-½!\"#¤%&/()=?`QWERTYUIOPÅ^*ASDFGHJKLÖÄZXCVBNM;:_"
    ),
    "russian": (
        'ё1234567890-=йцукенгшщзхъ\\фывапролджэячсмитьбю.Ё!"№;%:?*()_+ЙЦУКЕНГШЩЗХЪ/ФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,'
    ),
    "chinese": AMERICAN.translate(str.maketrans("./><\\", "。、》《＼")),
}
_WRITTEN_BACK = {name: str.maketrans(written, AMERICAN) for name, written in LAYOUTS.items()}
# Letters, digits and the marks of a code are no sign of another keyboard, wherever their keys lie.
_EVIDENCE = {
    name: frozenset(
        sign
        for sign, key in zip(written, AMERICAN, strict=True)
        if sign != key and not (sign.isascii() and (sign.isalnum() or sign in ".-_"))
    )
    for name, written in LAYOUTS.items()
}
_SWAPPED_YZ = str.maketrans("yzYZ", "zyZY")


UNDERSCORE_IN_CHINESE = "——"
"""What a Chinese input method writes for an underscore."""


def written_back(text: str) -> Iterator[str]:
    """The text as it was meant, for each keyboard that may have written it so."""
    signs = frozenset(text)
    # Every other keyboard has the colon or the slash elsewhere: this address was written as it is.
    is_address = "://" in text
    for name, evidence in _EVIDENCE.items():
        if signs & evidence and (name == "chinese" or not is_address):
            yield text.translate(_WRITTEN_BACK[name])


def with_y_for_z(code: str) -> str | None:
    """A code as a German keyboard would have meant it; None where such a keyboard cannot have written it.

    A hyphen or an underscore is typed with other keys there, so a code that has one was typed as it is.
    """
    if "-" in code or "_" in code:
        return None
    meant = code.translate(_SWAPPED_YZ)
    return None if meant == code else meant
