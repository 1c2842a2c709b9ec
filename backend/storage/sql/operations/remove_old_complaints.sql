-- remove_old_complaints: [write] take text, contact and citizen off complaints answered half a year ago; what about,
-- the state and the answer stay. SKIP LOCKED, because every worker does it: none waits for another.
-- $1 rows at most int
WITH old AS (
    SELECT id FROM complaints WHERE answered_at < now() - interval '180 days' AND text IS NOT NULL
    LIMIT $1 FOR UPDATE SKIP LOCKED
), removed AS (
    UPDATE complaints c SET text = NULL, contact = NULL, contact_key = NULL, citizen_id = NULL
    FROM old WHERE c.id = old.id RETURNING 1
)
SELECT count(*) AS removed FROM removed
