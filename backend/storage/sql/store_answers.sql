-- store_answers: first answers to idempotency keys. Raises idempotency_keys_once_per_citizen (23505).
-- $1 citizen_id uuid[]  $2 key text[]  $3 request_digest bytea[]  $4 status smallint[]  $5 answer bytea[]
-- $6 created_at timestamptz[]
INSERT INTO idempotency_keys (citizen_id, key, request_digest, status, answer, created_at)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::smallint[], $5::bytea[], $6::timestamptz[])
