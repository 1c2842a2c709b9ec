-- join_issuance: [lock] open budgets of the city, of these events and of these partners, read without locking them: what
-- is left may be less by the end of the batch. The share of the line keeps a batch out that needs to be alone.
-- $1 event_id uuid[]  $2 partner_id uuid[]
WITH line AS MATERIALIZED (
    SELECT pg_advisory_xact_lock_shared(hashtextextended('issuance', 0)) AS turn
)
SELECT b.id, b.sponsor, b.event_id, b.partner_id, b.total_points - b.issued_points AS left_points
FROM line CROSS JOIN issuance_budgets b
WHERE b.closed_at IS NULL AND (
    b.sponsor = 'city' OR b.event_id = ANY ($1::uuid[]) OR b.partner_id = ANY ($2::uuid[])
)
