-- read_my_redemptions: [read] redemptions of a citizen with their rewards and vouchers, newest first.
-- $1 citizen_id uuid  $2 id uuid (null: all)  $3 before id uuid (null: from the newest)  $4 limit int (null: none)
SELECT d.id, d.points, d.coupon_code, d.created_at, v.code, v.state, v.expires_at, v.used_at,
       r.slug, r.kind, r.name_zh, r.name_en
FROM redemptions d
JOIN rewards r ON r.id = d.reward_id
LEFT JOIN vouchers v ON v.citizen_id = d.citizen_id AND v.redemption_id = d.id
WHERE d.citizen_id = $1 AND ($2::uuid IS NULL OR d.id = $2) AND ($3::uuid IS NULL OR d.id < $3)
ORDER BY d.id DESC LIMIT $4::int
