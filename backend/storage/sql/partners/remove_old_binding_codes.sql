-- remove_old_binding_codes: [write] remove codes an hour after they were given, when no signature of theirs is in time.
-- $1 rows at most int
WITH old AS (
    SELECT ctid FROM binding_codes WHERE created_at < now() - interval '1 hour' LIMIT $1 FOR UPDATE SKIP LOCKED
), removed AS (
    DELETE FROM binding_codes WHERE ctid IN (SELECT ctid FROM old) RETURNING 1
)
SELECT count(*) AS removed FROM removed
