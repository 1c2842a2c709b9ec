"""A signature covers the time, the method, the path and every byte of the body."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from backend.domain.partners.request_signature import has_form, is_right, signature

REQUEST = {
    "timestamp": "1767225600",
    "method": "POST",
    "path": "/v1/partners/actions",
    "body": b'{"items":[]}',
}


def test_it_is_the_hmac_that_the_document_describes() -> None:
    text = b'1767225600.POST./v1/partners/actions.{"items":[]}'
    assert signature(b"secret", **REQUEST) == hmac.new(b"secret", text, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        {"timestamp": "1767225601"},
        {"method": "PUT"},
        {"path": "/v1/partners/bindings"},
        {"body": b'{"items":[ ]}'},
    ],
    ids=str,
)
def test_whatever_is_changed_the_signature_is_another(change: dict[str, str | bytes]) -> None:
    given = signature(b"secret", **REQUEST)
    assert is_right(given, b"secret", **REQUEST)
    assert not is_right(given, b"secret", **(REQUEST | change))
    assert not is_right(given, b"other", **REQUEST)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (("metro", "metro-1", "1767225600", "a" * 64), True),
        (("", "metro-1", "1767225600", "a" * 64), False),
        (("metro", "metro 1", "1767225600", "a" * 64), False),
        (("metro", "metro-1", "1.5e9", "a" * 64), False),
        (("metro", "metro-1", "٣", "a" * 64), False),
        (("metro", "metro-1", "1767225600\n", "a" * 64), False),
        (("metro", "metro-1", "1767225600", "A" * 64), False),
        (("metro", "metro-1", "1767225600", "a" * 63), False),
    ],
)
def test_headers_of_another_form_are_seen_before_anything_is_asked(
    headers: tuple[str, str, str, str], expected: bool
) -> None:
    assert has_form(*headers) is expected
