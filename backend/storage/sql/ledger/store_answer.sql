-- store_answer: [write] store the first answer to an idempotency key whose request became several commands of the
-- ledger. Returns nothing when there is one already.
-- $1 citizen_id uuid  $2 key text  $3 request_digest bytea  $4 status smallint  $5 answer bytea
INSERT INTO idempotency_keys (citizen_id, key, request_digest, status, answer, created_at)
VALUES ($1, $2, $3, $4, $5, now())
ON CONFLICT (citizen_id, key) DO NOTHING
RETURNING 1
