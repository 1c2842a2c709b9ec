"""What every table for a spreadsheet needs: a mark of its encoding, and cells that are never run."""

from __future__ import annotations

from typing import Final

BOM: Final = b"\xef\xbb\xbf"
"""Without it Excel takes UTF-8 for the machine's own code page, and Chinese turns to noise."""
_FORMULA_SIGNS: Final = "\t\r\n=+-@＝＋－＠"


def harmless(text: str) -> str:
    """A cell that a spreadsheet shows and does not run: what begins like a formula gets an apostrophe before it.

    Names of events and rewards are typed by people, and a table is opened by others.
    """
    first = text.lstrip("\ufeff \u3000")[:1]
    return "'" + text if first and first in _FORMULA_SIGNS else text
