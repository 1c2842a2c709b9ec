"""One document, one spelling."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.certificates.canonical_json import NotCanonical, canonical_bytes

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(max_codepoint=126), max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)


def test_names_are_sorted_and_nothing_is_escaped_that_need_not_be() -> None:
    # The string of RFC 8785, 3.2.2, without the number.
    text = '€$\u000f\nA\'B"\\\\"/'
    document = {"b": [1, None, True], "a": {"z": text, "Z": "碳惠天府"}, "": 0}
    assert canonical_bytes(document).decode() == (
        '{"":0,"a":{"Z":"碳惠天府","z":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"},"b":[1,null,true]}'
    )


@given(values)
def test_reading_and_writing_again_changes_nothing(value: Any) -> None:
    written = canonical_bytes(value)
    assert json.loads(written) == value
    assert canonical_bytes(json.loads(written)) == written


@pytest.mark.parametrize(
    "value", [1.0, Decimal(1), 2**53, -(2**53), "\ud800", {"é": 1}, {1: 2}, b"x", float("nan")], ids=repr
)
def test_what_has_no_one_spelling_is_refused(value: Any) -> None:
    with pytest.raises(NotCanonical):
        canonical_bytes({"x": [value]})
