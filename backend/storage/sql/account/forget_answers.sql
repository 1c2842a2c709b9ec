-- forget_answers: [write] delete the answers kept for repeats of a citizen who is erased; returns how many there were.
-- $1 citizen_id uuid[]
WITH gone AS (DELETE FROM idempotency_keys WHERE citizen_id = ANY ($1::uuid[]) RETURNING 1)
SELECT count(*) AS removed FROM gone
