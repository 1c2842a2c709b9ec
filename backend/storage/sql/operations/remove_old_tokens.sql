-- remove_old_tokens: [write] remove refresh tokens that ran out a day ago. SKIP LOCKED, because every server process
-- does it: none waits for another.
-- $1 rows at most int
WITH old AS (
    SELECT ctid FROM refresh_tokens WHERE expires_at < now() - interval '1 day' LIMIT $1 FOR UPDATE SKIP LOCKED
), removed AS (
    DELETE FROM refresh_tokens WHERE ctid IN (SELECT ctid FROM old) RETURNING 1
)
SELECT count(*) AS removed FROM removed
