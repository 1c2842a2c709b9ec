-- store_coupon_codes: [write] coupon codes of a reward, in the order given; returns those that are new.
-- $1 reward_id uuid  $2 code text[]
INSERT INTO reward_codes (reward_id, code)
SELECT $1::uuid, code FROM unnest($2::text[]) WITH ORDINALITY AS new (code, place)
ORDER BY place
ON CONFLICT (reward_id, code) DO NOTHING
RETURNING code
