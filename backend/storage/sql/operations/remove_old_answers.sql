-- remove_old_answers: [write] remove first answers older than eight days (an offline queue may replay for a week).
-- SKIP LOCKED, because every server process does it: none waits for another.
-- $1 rows at most int
WITH old AS (
    SELECT ctid FROM idempotency_keys WHERE created_at < now() - interval '8 days' LIMIT $1 FOR UPDATE SKIP LOCKED
), removed AS (
    DELETE FROM idempotency_keys WHERE ctid IN (SELECT ctid FROM old) RETURNING 1
)
SELECT count(*) AS removed FROM removed
