-- remove_old_sessions: [write] remove sessions without a refresh token, once their last access token has run out. SKIP
-- LOCKED, because every server process does it: none waits for another.
-- $1 rows at most int
WITH old AS (
    SELECT ctid FROM sessions WHERE created_at < now() - interval '2 days' AND NOT EXISTS (
        SELECT FROM refresh_tokens t WHERE t.session_id = sessions.id) LIMIT $1 FOR UPDATE SKIP LOCKED
), removed AS (
    DELETE FROM sessions WHERE ctid IN (SELECT ctid FROM old) RETURNING 1
)
SELECT count(*) AS removed FROM removed
