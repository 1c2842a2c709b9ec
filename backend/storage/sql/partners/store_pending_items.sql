-- store_pending_items: [write] keep items of people who have not bound themselves; one that is there already stays as
-- it is.
-- $1 partner_id uuid  $2 received_at timestamptz  $3 expires_at timestamptz
-- $4 external_id text[]  $5 subject text[]  $6 digest bytea[]  $7 body text[]
INSERT INTO waiting_items (partner_id, external_id, subject, digest, body, received_at, expires_at)
SELECT $1, external_id, subject, digest, body::jsonb, $2, $3
FROM unnest($4::text[], $5::text[], $6::bytea[], $7::text[]) AS item (external_id, subject, digest, body)
ORDER BY external_id
ON CONFLICT (partner_id, external_id) DO NOTHING
RETURNING external_id
