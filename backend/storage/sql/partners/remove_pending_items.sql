-- remove_pending_items: [write] items that wait no longer.
-- $1 partner_id uuid[]  $2 external_id text[]
DELETE FROM waiting_items w USING unnest($1::uuid[], $2::text[]) AS done (partner_id, external_id)
WHERE w.partner_id = done.partner_id AND w.external_id = done.external_id
