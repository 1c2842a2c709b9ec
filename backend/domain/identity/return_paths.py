"""Where a browser goes on after signing in elsewhere: a page of ours and nothing else.

An address that begins like ours and leads away (`//host`, `/\\host`, `/%2F/host`, a line break that begins a header)
would make our sign-in the front of somebody else's page. So a path is refused unless it is written in few characters.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

START_PAGE = "/"
PATH_CHARS_MAX = 512
_SEGMENT = r"(?:[A-Za-z0-9._~,=-]|%[0-9A-Fa-f]{2})+"
_FORM = re.compile(
    rf"/(?:{_SEGMENT}(?:/{_SEGMENT})*/?)?(?:\?(?:[A-Za-z0-9._~,=&+-]|%[0-9A-Fa-f]{{2}})*)?(?:\#[A-Za-z0-9._~=&,-]*)?"
)
_LEADS_AWAY = re.compile(r"[\x00-\x20\x7f\\@%]|//|(?:^|/)\.{1,2}(?:[/?#]|$)")
_NO_PAGE = re.compile(r"/(?:v1|static|demo|signed-in)(?:[/?#]|$)")


def is_return_path(text: str) -> bool:
    """Whether a browser may be sent there after signing in: a path of a page of ours, as links spell it."""
    if len(text) > PATH_CHARS_MAX or not _FORM.fullmatch(text):
        return False
    # Decoded once, as a server or a browser might; what is encoded twice still holds a percent sign.
    decoded = unquote(text, errors="replace")
    return not _LEADS_AWAY.search(decoded) and not _NO_PAGE.match(decoded)
