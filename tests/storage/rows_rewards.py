"""Rows of migration 0005: merchants, rewards, codes, redemptions, vouchers, verifications."""

from __future__ import annotations

from datetime import timedelta

from tests.storage.rows_core import CITIZEN, DIGEST, NOW, OTHER_CITIZEN, Row, _id

MERCHANT, DEVICE, REWARD, REDEMPTION = (_id(number) for number in range(501, 505))
OTHER_MERCHANT, OTHER_DEVICE, OTHER_REWARD, OTHER_REDEMPTION = (_id(number) for number in range(511, 515))
CODE, OTHER_CODE = "0ABCD-1EFGH-2JKMN-3PQRS", "ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ"

GOOD: dict[str, Row] = {
    "merchants": {"id": MERCHANT, "code": "teahouse", "name_zh": "茶馆", "name_en": "Tea house"},
    "merchant_devices": {
        "id": DEVICE,
        "merchant_id": MERCHANT,
        "name": "till",
        "token_hash": DIGEST,
        "revoked_at": None,
    },
    "rewards": {
        "id": REWARD,
        "slug": "tea",
        "merchant_id": MERCHANT,
        "kind": "coupon",
        "name_zh": "茶",
        "name_en": "Tea",
        "about_zh": "一杯茶",
        "about_en": "A cup of tea",
        "cost_points": 1,
        "stock": 1,
        "stock_left": 0,
        "per_person_max": 1,
        "opens_at": NOW,
        "closes_at": NOW + timedelta(seconds=1),
        "voucher_days": 730,
        "has_codes": False,
    },
    "reward_codes": {"reward_id": REWARD, "code": "A-1!", "redemption_id": REDEMPTION},
    "redemptions": {
        "citizen_id": CITIZEN,
        "id": REDEMPTION,
        "reward_id": REWARD,
        "points": 1,
        "voucher_code": CODE,
        "coupon_code": None,
        "created_at": NOW,
    },
    "vouchers": {
        "citizen_id": CITIZEN,
        "redemption_id": REDEMPTION,
        "code": CODE,
        "reward_id": REWARD,
        "merchant_id": MERCHANT,
        "state": "used",
        "expires_at": NOW,
        "used_at": NOW,
        "used_by": DEVICE,
        "created_at": NOW,
    },
    "verifications": {
        "device_id": DEVICE,
        "key": "k" * 64,
        "code": CODE,
        "citizen_id": CITIZEN,
        "redemption_id": REDEMPTION,
        "created_at": NOW,
    },
}

_REWARD: Row = {"id": OTHER_REWARD, "slug": "other"}
_VOUCHER: Row = {"redemption_id": OTHER_REDEMPTION, "code": OTHER_CODE}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("merchants_code_unique", {"id": OTHER_MERCHANT}),
    ("merchant_devices_token_unique", {"id": OTHER_DEVICE}),
    ("merchant_devices_hash_length", {"id": OTHER_DEVICE, "token_hash": b"short"}),
    ("rewards_slug_unique", {"id": OTHER_REWARD}),
    *(
        (name, _REWARD | change)
        for name, change in (
            ("rewards_kind_known", {"kind": "car"}),
            ("rewards_cost_bounded", {"cost_points": 0}),
            ("rewards_cost_bounded", {"cost_points": 1_000_001}),
            ("rewards_stock_left_not_negative", {"stock_left": -1}),
            ("rewards_stock_left_within", {"stock_left": 2}),
            ("rewards_stock_left_within", {"stock": None}),
            ("rewards_stock_left_within", {"stock_left": None}),
            ("rewards_per_person_positive", {"per_person_max": 0}),
            ("rewards_close_after_open", {"closes_at": NOW}),
            ("rewards_voucher_days_bounded", {"voucher_days": 0}),
            ("rewards_voucher_days_bounded", {"voucher_days": 731}),
            ("rewards_somebody_hands_over", {"merchant_id": None}),
            ("rewards_codes_are_counted", {"has_codes": True, "stock": None, "stock_left": None}),
            ("rewards_codes_are_counted", {"has_codes": True, "kind": "donation"}),
        )
    ),
    ("reward_codes_once", {"redemption_id": None}),
    ("reward_codes_one_per_redemption", {"code": "A-2!"}),
    ("reward_codes_form", {"code": "A-2", "redemption_id": None}),
    ("reward_codes_form", {"code": "A 2!", "redemption_id": None}),
    ("reward_codes_form", {"code": "茶茶茶茶", "redemption_id": None}),
    ("reward_codes_form", {"code": "A-2!\n", "redemption_id": None}),
    ("redemptions_points_positive", {"id": OTHER_REDEMPTION, "points": 0}),
    ("redemptions_voucher_or_coupon", {"id": OTHER_REDEMPTION, "coupon_code": "A-1!"}),
    ("vouchers_once_per_redemption", {"code": OTHER_CODE}),
    ("vouchers_code_unique", {"redemption_id": OTHER_REDEMPTION}),
    *(
        (name, _VOUCHER | change)
        for name, change in (
            ("vouchers_code_form", {"code": "0ABCD-1EFGH-2JKMN"}),
            ("vouchers_code_form", {"code": "0ABCD-1EFGH-2JKMN-3PQRU"}),
            ("vouchers_code_form", {"code": OTHER_CODE + "\n"}),
            ("vouchers_state_known", {"state": "lost", "used_at": None, "used_by": None}),
            ("vouchers_used_by_somebody", {"used_at": None}),
            ("vouchers_used_by_somebody", {"used_by": None}),
            ("vouchers_used_by_somebody", {"state": "expired"}),
            ("vouchers_cancelled_at_some_time", {"cancelled_at": NOW}),
            (
                "vouchers_cancelled_at_some_time",
                {"state": "cancelled", "used_at": None, "used_by": None},
            ),
        )
    ),
    ("verifications_once_per_key", {"citizen_id": OTHER_CITIZEN}),
    ("verifications_once_per_voucher", {"key": "other"}),
    ("verifications_key_short", {"key": "", "citizen_id": OTHER_CITIZEN}),
    ("verifications_key_short", {"key": "k" * 65, "citizen_id": OTHER_CITIZEN}),
)

KEYS = frozenset(
    {"merchants_pkey", "merchant_devices_pkey", "rewards_pkey", "reward_codes_pkey", "redemptions_pkey"}
)
REFERENCES = frozenset({"merchant_devices_merchant_id_fkey", "rewards_merchant_id_fkey"})
