-- remove_old_tasks: [write] remove tasks that were done thirty days ago, and dead ones after half a year.
-- $1 rows at most int
WITH old AS (
    SELECT citizen_id, id FROM outbox
    WHERE created_at < now() - interval '30 days'
        AND (done_at < now() - interval '30 days' OR failed_at < now() - interval '180 days')
    LIMIT $1 FOR UPDATE SKIP LOCKED
), removed AS (
    DELETE FROM outbox o USING old WHERE (o.citizen_id, o.id) = (old.citizen_id, old.id) RETURNING 1
)
SELECT count(*) AS removed FROM removed
