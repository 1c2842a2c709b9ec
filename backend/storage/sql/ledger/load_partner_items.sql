-- load_partner_items: [read] what was answered to items of partners.
-- $1 partner_id uuid[]  $2 external_id text[]
SELECT i.partner_id, i.external_id, i.digest, i.status, i.answer
FROM unnest($1::uuid[], $2::text[]) AS asked (partner_id, external_id)
JOIN partner_items i ON i.partner_id = asked.partner_id AND i.external_id = asked.external_id
