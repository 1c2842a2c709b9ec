-- count_redemptions: [read] pieces of rewards that citizens have redeemed, cancelled ones left out.
-- $1 citizen_id uuid[]  $2 reward_id uuid[]
SELECT r.citizen_id, r.reward_id, count(*) AS redeemed
FROM unnest($1::uuid[], $2::uuid[]) AS asked (citizen_id, reward_id)
JOIN redemptions r ON r.citizen_id = asked.citizen_id AND r.reward_id = asked.reward_id
LEFT JOIN vouchers v ON v.citizen_id = r.citizen_id AND v.redemption_id = r.id
WHERE v.state IS DISTINCT FROM 'cancelled'
GROUP BY r.citizen_id, r.reward_id
