-- find_expiring_vouchers: [read] vouchers that run out within seven days, the soonest first, with their reward's name.
-- One of the last day is left out: who bought it knows.
-- $1 last expires_at timestamptz  $2 last redemption_id uuid  $3 rows int
SELECT v.citizen_id, v.redemption_id, v.expires_at, r.name_zh, r.name_en
FROM vouchers v JOIN rewards r ON r.id = v.reward_id
WHERE v.state = 'issued' AND v.expires_at > now() AND v.expires_at <= now() + interval '7 days'
    AND v.created_at < now() - interval '1 day'
    AND v.expires_at >= $1 AND (v.expires_at, v.redemption_id) > ($1, $2)
ORDER BY v.expires_at, v.redemption_id LIMIT $3
