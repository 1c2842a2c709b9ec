-- take_tasks: [write] lease tasks that are due, the oldest first; each taking counts, so that a task which kills its
-- worker is not taken for ever.
-- $1 rows at most int  $2 lease_s float8
WITH due AS (
    SELECT citizen_id, id FROM outbox
    WHERE done_at IS NULL AND failed_at IS NULL AND not_before <= now()
        AND (leased_until IS NULL OR leased_until < now())
    ORDER BY not_before LIMIT $1
    FOR UPDATE SKIP LOCKED
)
UPDATE outbox o SET leased_until = now() + make_interval(secs => $2), attempts = attempts + 1
FROM due WHERE (o.citizen_id, o.id) = (due.citizen_id, due.id)
RETURNING o.citizen_id, o.id, o.kind, o.body, o.attempts
