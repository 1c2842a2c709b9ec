-- read_reward_redemptions: [read] redemptions of a reward with what became of their vouchers, newest first; nothing of
-- their holders.
-- $1 reward_id uuid  $2 before id uuid (null: from the newest)  $3 limit int
SELECT d.id, d.points, d.created_at, v.state, v.used_at, v.used_by
FROM redemptions d
LEFT JOIN vouchers v ON v.citizen_id = d.citizen_id AND v.redemption_id = d.id
WHERE d.reward_id = $1 AND ($2::uuid IS NULL OR d.id < $2)
ORDER BY d.id DESC LIMIT $3
