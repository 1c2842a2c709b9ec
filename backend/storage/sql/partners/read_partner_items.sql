-- read_partner_items: [read] what was answered to items of a partner, and what of them waits (status null).
-- $1 partner_id uuid  $2 external_id text[]
SELECT external_id, digest, status, answer FROM partner_items
WHERE partner_id = $1 AND external_id = ANY ($2::text[])
UNION ALL
SELECT external_id, digest, NULL, NULL FROM waiting_items
WHERE partner_id = $1 AND external_id = ANY ($2::text[])
