-- settle_task: [write] a task is done, is dead, or waits for its next attempt.
-- $1 citizen_id uuid  $2 id uuid  $3 outcome text: done, dead, again  $4 wait_s float8  $5 error text
UPDATE outbox SET
    leased_until = NULL,
    done_at = CASE WHEN $3 = 'done' THEN now() END,
    failed_at = CASE WHEN $3 = 'dead' THEN now() END,
    not_before = CASE WHEN $3 = 'again' THEN now() + make_interval(secs => $4) ELSE not_before END,
    last_error = $5::text
WHERE citizen_id = $1 AND id = $2 AND done_at IS NULL AND failed_at IS NULL
RETURNING id
