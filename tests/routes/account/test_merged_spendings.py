"""After a merge what the other account bought or paid for is undone where it was paid: lot by lot, once."""

from __future__ import annotations

import pytest

from tests.mall import POINTS, Mall, open_mall
from tests.routes.account.test_merges import broken, merge
from tests.service import Service


@pytest.fixture
async def mall(service: Service) -> Mall:
    return await open_mall(service)


async def test_a_voucher_of_the_other_account_is_cancelled_into_the_one_that_stays(
    mall: Mall,
) -> None:
    await mall.reward(cost_points=250)
    own, other = await mall.service.citizen(), await mall.buyer()
    redeemed = (await mall.redeem(other)).json()
    assert (await merge(mall.service, own, other)).json()["balance"] == POINTS - 250
    cancelled = await mall.cancel(own, redeemed["id"])
    assert (cancelled.status_code, cancelled.json()["balance"]) == (200, POINTS), cancelled.text
    assert await broken(mall.service) == []


async def test_a_reward_for_each_person_is_one_for_both_accounts(mall: Mall) -> None:
    await mall.reward(cost_points=250, per_person_max=1)
    own, other = await mall.buyer(), await mall.buyer()
    assert (await mall.redeem(other)).status_code == 201
    # Both joined the mall's event: it paid once, and what was spent of it is let go.
    merged = (await merge(mall.service, own, other)).json()
    assert (merged["points_taken_back"], merged["balance"]) == (POINTS - 250, POINTS)
    again = await mall.redeem(own)
    assert again.status_code == 409, again.text
    assert await broken(mall.service) == []
