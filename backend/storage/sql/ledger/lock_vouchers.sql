-- lock_vouchers: [lock] vouchers of these redemptions, locked in key order.
-- $1 citizen_id uuid[]  $2 redemption_id uuid[]
SELECT citizen_id, redemption_id, code, state, expires_at, used_at
FROM vouchers
WHERE (citizen_id, redemption_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))
ORDER BY citizen_id, redemption_id FOR NO KEY UPDATE
