"""Serials of badges as they are printed and typed."""

from __future__ import annotations

import re

from backend.domain.folding import folded

SERIAL_MAX = 2**31 - 1
_PRINTED = re.compile(r"(?:NO[.:]?|NR[.:]?|N°|#|S/?N[.:]?|第|编号:?|序号:?|胸牌号?:?)?0*([0-9]{1,10})号?")


def read_serial(text: str) -> int | None:
    """The serial in 7, 000007, № 000007, No. 7, ＃7 or 7号; None for another text."""
    found = _PRINTED.fullmatch(folded(text))
    serial = 0 if found is None else int(found[1])
    return serial if 1 <= serial <= SERIAL_MAX else None
