-- read_pending_items: [read] items that wait and whose subject is bound by now, in the order in which they were done.
-- Read from the grants' side: those who were bound lately are few, those who wait to be bound may be millions.
-- $1 granted_since timestamptz  $2 partner_id uuid or null for all  $3 subject text or null for all  $4 rows at most int
-- $5 consent_version text[] that hold
SELECT w.partner_id, w.external_id, w.digest, w.body, g.citizen_id
FROM source_grants g
JOIN waiting_items w ON w.partner_id = g.partner_id AND w.subject = g.subject
WHERE g.withdrawn_at IS NULL AND g.consent_version = ANY ($5::text[]) AND g.granted_at >= $1
    AND ($2::uuid IS NULL OR g.partner_id = $2) AND ($3::text IS NULL OR g.subject = $3)
ORDER BY (w.body ->> 'occurred_at')::timestamptz, w.partner_id, w.external_id
LIMIT $4
