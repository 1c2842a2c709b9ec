"""What the mall's administration refuses, each with its own code, and that nothing is written for it."""

from __future__ import annotations

from uuid import uuid4

import asyncpg
import pytest

from tests.mall import Mall, open_mall, told
from tests.routes.counting import row_counts
from tests.service import Service


@pytest.fixture(scope="module")
async def shop(stage: Service) -> Mall:
    """A mall for requests that are refused: `tea` with a voucher, `metro` with two codes."""
    mall = await open_mall(stage)
    await mall.reward()
    await mall.ticket(codes=0)
    added = await mall.send_codes("\ufeffcode\r\nKNOWN-1\r\n\r\n KNOWN-2 \r\n")
    assert added.json().items() >= {"added": 2, "stock": 2, "stock_left": 2}.items()
    return mall


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        ("code\nAAAA-1\nAAAA-2,x\nB B B\nAAAA-1\n", "codes_row_columns", ("第 3 行", "2 列", "3 行")),
        ("code\nAAAA-1\n\nAAA\n", "codes_row_form", ("第 4 行", "1 行")),
        ("code\nAAAA-1\nAAAA-2\nAAAA-1\n", "codes_row_repeated", ("第 4 行", "第 2 行")),
        ("code\nAAAA-1\nKNOWN-2\nKNOWN-1\n", "codes_row_known", ("第 3 行", "2 行")),
        ("code\nAAAA-1\n茶茶茶茶\n", "codes_row_form", ("第 3 行",)),
        ('code\nAAAA-1\n"AAAA-2\n', "codes_file_broken", ("第 3 行",)),
        ("AAAA-1\nAAAA-2\n", "codes_header_missing", ("第 1 行",)),
        ("code\n\n", "codes_file_empty", ()),
        (b"code\nAAAA-1\n" + b"\xff\xfe\n", "codes_not_text", ("第 3 行",)),
        ("code\n" + "".join(f"A-{n:06}\n" for n in range(20_001)), "too_many_codes", ("20,000",)),
    ],
)
async def test_a_file_with_a_broken_row_is_refused_whole_and_the_row_is_named(
    shop: Mall, rows: asyncpg.Connection, body: str | bytes, code: str, said: tuple[str, ...]
) -> None:
    before = await row_counts(rows)
    answer = await shop.send_codes(body)
    assert told(answer) == (422, code)
    for words in said:
        assert words in answer.json()["detail"]
    assert await row_counts(rows) == before
    assert await shop.left("metro") == 2


async def test_every_broken_row_of_a_file_of_codes_has_its_pointer(shop: Mall) -> None:
    answer = await shop.send_codes("券码\nAAAA-1\n1.23457E+15\n#N/A\nAAAA-1\nB\n".encode("gb18030"))
    assert told(answer) == (422, "codes_row_form")
    found = [(each["pointer"], each["code"]) for each in answer.json()["errors"]]
    codes = ("scientific", "error", "repeated", "form")
    assert found == [(f"/rows/{row}/code", code) for row, code in enumerate(codes, 3)]


async def test_codes_that_may_have_lost_their_zeros_are_told(shop: Mall) -> None:
    answer = await shop.send_codes("code\n12345678\n23456789\n345678\n")
    assert answer.status_code == 201
    assert "fewer than 8 digits: 1" in answer.json()["file"]["notes"][0]["en"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"slug": "tea"}, "reward_slug_taken"),
        ({"merchant": "nobody"}, "merchant_not_found"),
        ({"merchant": None}, "invalid_body"),
        ({"kind": "donation", "has_codes": True}, "invalid_body"),
        ({"has_codes": True}, "invalid_body"),
        ({"cost_points": 0}, "invalid_body"),
        ({"stock": -1}, "invalid_body"),
        ({"reason": ""}, "invalid_body"),
        ({"opens_at": "2026-10-02T00:00:00Z", "closes_at": "2026-10-02T00:00:00Z"}, "invalid_body"),
        ({"opens_at": "0001-10-02T00:00:00Z"}, "invalid_body"),
        ({"slug": "Tea"}, "invalid_body"),
    ],
)
async def test_a_reward_that_cannot_be_is_refused(
    shop: Mall, rows: asyncpg.Connection, change: dict[str, object], code: str
) -> None:
    before = await row_counts(rows)
    body = {
        "slug": uuid4().hex,
        "kind": "coupon",
        "merchant": "teahouse",
        "name": {"zh-CN": "茶", "en": "Tea"},
        "about": {"zh-CN": "茶", "en": "Tea"},
        "cost_points": 1,
        "stock": 1,
        "reason": "a test",
    } | change
    answer = await shop.service.post("/v1/rewards", body, shop.operator)
    assert told(answer)[1] == code
    assert await row_counts(rows) == before
