-- read_pending_digests: [read] which items of a partner are pending, and their digests.
-- $1 partner_id uuid  $2 external_id text[]
SELECT external_id, digest FROM waiting_items WHERE partner_id = $1 AND external_id = ANY ($2::text[])
