-- store_redemptions: [write] redemptions, vouchers and cancellations of a batch, in one statement. The rows that
-- change are locked by lock_vouchers and lock_rewards. Transfers and balances come later, in store_transfers.
-- $1 … $7 redemptions  $8 … $14 vouchers  $15 … $17 reward_codes  $18 … $20 vouchers  $21 … $22 rewards
-- Raises by constraint: rewards_stock_left_not_negative, rewards_stock_left_within (23514),
-- reward_codes_one_per_redemption, vouchers_once_per_redemption, vouchers_code_unique (23505).
WITH redemptions_made AS (
    INSERT INTO redemptions (citizen_id, id, reward_id, points, voucher_code, coupon_code, created_at)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::text[], $6::text[], $7::timestamptz[])
                  AS new (citizen_id, id, reward_id, points, voucher_code, coupon_code, created_at)
), vouchers_made AS (
    INSERT INTO vouchers (citizen_id, redemption_id, code, reward_id, merchant_id, expires_at, created_at)
    SELECT * FROM unnest($8::uuid[], $9::uuid[], $10::text[], $11::uuid[], $12::uuid[], $13::timestamptz[],
                         $14::timestamptz[])
                  AS new (citizen_id, redemption_id, code, reward_id, merchant_id, expires_at, created_at)
), codes_taken AS (
    UPDATE reward_codes c SET redemption_id = new.redemption_id
    FROM unnest($15::uuid[], $16::bigint[], $17::uuid[]) AS new (reward_id, position, redemption_id)
    WHERE c.reward_id = new.reward_id AND c.position = new.position AND c.redemption_id IS NULL
), vouchers_cancelled AS (
    UPDATE vouchers v SET state = 'cancelled', cancelled_at = new.cancelled_at
    FROM unnest($18::uuid[], $19::uuid[], $20::timestamptz[]) AS new (citizen_id, redemption_id, cancelled_at)
    WHERE v.citizen_id = new.citizen_id AND v.redemption_id = new.redemption_id
)
UPDATE rewards r SET stock_left = new.stock_left
FROM unnest($21::uuid[], $22::int[]) AS new (id, stock_left)
WHERE r.id = new.id
