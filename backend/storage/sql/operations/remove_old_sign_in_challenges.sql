-- remove_old_sign_in_challenges: [write] remove codes that were sent, and passkeys' answers that were used, a day ago. SKIP
-- LOCKED, because every server process does it: none waits for another.
-- $1 rows at most int
WITH old AS (
    SELECT ctid FROM sign_in_challenges WHERE created_at < now() - interval '1 day' LIMIT $1 FOR UPDATE SKIP LOCKED
), removed AS (
    DELETE FROM sign_in_challenges WHERE ctid IN (SELECT ctid FROM old) RETURNING 1
)
SELECT count(*) AS removed FROM removed
