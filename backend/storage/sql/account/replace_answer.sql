-- replace_answer: [write] put another answer in the place of one that is kept for repeats, of the same age. The row is made
-- anew: the application's role changes none.
-- $1 citizen_id uuid  $2 key text  $3 answer bytea
WITH gone AS (
    DELETE FROM idempotency_keys WHERE citizen_id = $1 AND key = $2
    RETURNING citizen_id, key, request_digest, status, created_at
)
INSERT INTO idempotency_keys (citizen_id, key, request_digest, status, answer, created_at)
SELECT citizen_id, key, request_digest, status, $3, created_at FROM gone
