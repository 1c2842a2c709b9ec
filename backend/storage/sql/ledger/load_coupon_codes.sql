-- load_coupon_codes: [read] the next coupon codes of rewards whose rows are locked, in the order in which they are
-- handed out.
-- $1 reward_id uuid[]  $2 how many int[]
SELECT asked.reward_id, c.position, c.code
FROM unnest($1::uuid[], $2::int[]) AS asked (reward_id, many)
CROSS JOIN LATERAL (
    SELECT position, code FROM reward_codes
    WHERE reward_id = asked.reward_id AND redemption_id IS NULL
    ORDER BY position LIMIT asked.many
) c
