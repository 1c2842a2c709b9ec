-- read_reward_statistics: [read] what was redeemed of a reward and what became of the vouchers. A voucher past its
-- time counts as expired whether or not the run that marks it has come by.
-- $1 reward_id uuid
SELECT count(*) FILTER (WHERE v.state IS DISTINCT FROM 'cancelled') AS redeemed,
       coalesce(sum(d.points) FILTER (WHERE v.state IS DISTINCT FROM 'cancelled'), 0)::bigint AS points,
       count(*) FILTER (WHERE v.state = 'cancelled') AS cancelled,
       count(*) FILTER (WHERE v.state = 'issued' AND v.expires_at > now()) AS issued,
       count(*) FILTER (WHERE v.state = 'used') AS used,
       count(*) FILTER (WHERE v.state = 'expired' OR v.state = 'issued' AND v.expires_at <= now()) AS expired
FROM redemptions d
LEFT JOIN vouchers v ON v.citizen_id = d.citizen_id AND v.redemption_id = d.id
WHERE d.reward_id = $1
