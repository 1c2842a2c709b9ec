-- lock_issuance_budgets: [lock] open budgets of the city, of these events and of these partners, locked in key order, so
-- that what staff do to them waits.
-- $1 event_id uuid[]  $2 partner_id uuid[]
SELECT id, sponsor, event_id, partner_id, total_points - issued_points AS left_points
FROM issuance_budgets
WHERE closed_at IS NULL AND (sponsor = 'city' OR event_id = ANY ($1::uuid[]) OR partner_id = ANY ($2::uuid[]))
ORDER BY id FOR NO KEY UPDATE
