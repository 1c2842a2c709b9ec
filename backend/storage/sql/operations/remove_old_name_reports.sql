-- remove_old_name_reports: [write] remove reports of names that were decided half a year ago. SKIP LOCKED, because every
-- worker does it: none waits for another.
-- $1 rows at most int
WITH old AS (
    SELECT id FROM name_reports WHERE decided_at < now() - interval '180 days' LIMIT $1 FOR UPDATE SKIP LOCKED
), removed AS (
    DELETE FROM name_reports WHERE id IN (SELECT id FROM old) RETURNING 1
)
SELECT count(*) AS removed FROM removed
