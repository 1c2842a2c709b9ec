"""Rewards of the demo: a tree, a metro ride, a tea coupon and a cloth bag, with a merchant and its till."""

from __future__ import annotations

from datetime import UTC, datetime

from backend.auth import Principal
from backend.messages.rewards import About, CodesRequest, MerchantRequest, RewardRequest
from backend.messages.shape import Bilingual
from backend.models import Merchant, Reward
from backend.services.operations.demo_organisations import OF_MERCHANTS
from backend.services.rewards.merchants import create_merchant
from backend.services.rewards.stock import create_reward, generate_codes
from backend.storage.database import Database

DEMO_MERCHANTS = (
    ("demo-teahouse", "人民公园盖碗茶（演示）", "People's Park tea house (demo)"),
    ("demo-market", "玉林绿色超市（演示）", "Yulin green market (demo)"),
)
DEMO_CODES = 500
REASON = "demo"
NOT_RETURNED = Bilingual(
    "凭券到店核销；过期未用的券作废，积分不退回。",
    "Shown at the till; one that is not used in time is void, and its points are not returned.",
)

DEMO_REWARDS = (
    RewardRequest(
        slug="demo-tree",
        kind="donation",
        name=Bilingual("在龙泉山种一棵树（演示）", "Plant a tree on Longquan Mountain (demo)"),
        about=About(
            "您的积分由赞助方换成一棵树苗，种在龙泉山城市森林公园。捐赠后不能撤销。",
            "A sponsor turns your points into a sapling in the Longquan Mountain urban forest. "
            "A donation cannot be taken back.",
        ),
        cost_points=500,
        reason=REASON,
        is_open=True,
    ),
    RewardRequest(
        slug="demo-metro-ride",
        kind="ticket",
        name=Bilingual("地铁单程票（演示）", "One metro ride (demo)"),
        about=About(
            "兑换后显示兑换码，在购票机或乘车应用中输入即可。兑换码一经显示不能退回。",
            "You get a code to enter at a ticket machine or in the ride app. "
            "Once shown, it cannot be given back.",
        ),
        cost_points=80,
        per_person_max=4,
        has_codes=True,
        reason=REASON,
        is_open=True,
    ),
    RewardRequest(
        slug="demo-tea",
        kind="coupon",
        merchant="demo-teahouse",
        name=Bilingual("盖碗茶一杯（演示）", "A bowl of lidded tea (demo)"),
        about=About(
            f"自带水杯另减一元。{NOT_RETURNED.zh}", f"One yuan less with your own cup. {NOT_RETURNED.en}"
        ),
        cost_points=50,
        stock=300,
        per_person_max=2,
        voucher_days=30,
        reason=REASON,
        is_open=True,
    ),
    RewardRequest(
        slug="demo-bag",
        kind="goods",
        merchant="demo-market",
        name=Bilingual("蜀锦纹样布袋（演示）", "Cloth bag with a brocade pattern (demo)"),
        about=About(
            f"旧衣再生棉制成，限量一百个。{NOT_RETURNED.zh}",
            f"Made of cotton from old clothes, a hundred in all. {NOT_RETURNED.en}",
        ),
        cost_points=120,
        stock=100,
        per_person_max=1,
        voucher_days=60,
        reason=REASON,
        is_open=True,
    ),
)


async def ensure_demo_rewards(database: Database, operator: Principal) -> None:
    """Create the demo's merchants and rewards where they are missing."""
    for code, name_zh, name_en in DEMO_MERCHANTS:
        if not await Merchant.exists(code=code):
            request = MerchantRequest(
                code=code,
                name=Bilingual(name_zh, name_en),
                reason=REASON,
                organisation=OF_MERCHANTS[code].code,
            )
            await create_merchant(database, operator, request)
    for reward in DEMO_REWARDS:
        if not await Reward.exists(slug=reward.slug):
            await create_reward(database, operator, reward, datetime.now(UTC))
        if reward.has_codes and await Reward.exists(slug=reward.slug, stock=0):
            await generate_codes(
                database, operator, reward.slug, CodesRequest(count=DEMO_CODES, reason=REASON)
            )
