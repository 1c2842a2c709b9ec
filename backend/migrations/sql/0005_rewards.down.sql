DROP TABLE IF EXISTS verifications, vouchers, redemptions, reward_codes, rewards, merchant_devices, merchants;
