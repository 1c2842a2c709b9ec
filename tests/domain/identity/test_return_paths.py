"""A browser that signed in goes on to a page of ours, however the address of another one is dressed up."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from backend.domain.identity.return_paths import is_return_path

LEADING_AWAY = (
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "https://evil.example",
    "evil.example",
    "/%2Fevil.example",
    "/%2f%2fevil.example",
    "/%5Cevil.example",
    "/@evil.example",
    "/q/x%40evil.example",
    "/q/a%0d%0aSet-Cookie:x=1",
    "/q/a%0aX",
    "/q/a\r\nx",
    "/q/%252Fevil.example",
    "/q/%00",
    "/q/../v1/sessions",
    "/./v1/me",
    "/%2e%2e/v1/me",
    "/q/x//y",
    "/q/x?to=//evil.example",
    "/q/x?to=https://evil.example",
    "/v1/sessions/wechat_web/start",
    "/signed-in",
    "/signed-in?code=1",
    "/static/x",
    "/demo/badge",
    "javascript:alert(1)",
    "/q/<script>",
    " /q/x",
    "/q/x\t",
    "/q/x;y",
    "/" + "x" * 512,
)
OURS = (
    "/",
    "/account",
    "/account/",
    "/q/Bk12345.1z.abc_-DEF",
    "/q/%E7%BE%8A",
    "/c/TF-AB0YZ-0123",
    "/events/fair/report?lang=en",
    "/account?a=1&b=%E7%BE%8A",
    "/account#rewards",
    "/v1x",
    "/demonstration",
)


@pytest.mark.parametrize("path", LEADING_AWAY)
def test_what_leads_away_is_refused(path: str) -> None:
    assert not is_return_path(path)


@pytest.mark.parametrize("path", OURS)
def test_pages_of_ours_are_taken(path: str) -> None:
    assert is_return_path(path)


@given(strategies.text(alphabet="/\\.%@:2fFcC5#?ax\r\n\t ", max_size=12))
def test_what_is_taken_begins_with_one_slash_and_stays_so_when_it_is_decoded(text: str) -> None:
    from urllib.parse import unquote, urlsplit

    path = "/" + text
    if is_return_path(path):
        for spelled in (path, unquote(path)):
            parts = urlsplit(spelled)
            assert (parts.scheme, parts.netloc) == ("", "")
            assert not spelled.startswith(("//", "/\\"))
            assert not set(spelled) & set("\\\r\n\t @")
