-- take_job: [write] lease the job that is due the longest. The database's clock decides: workers' clocks may differ. A
-- job still leased by somebody whose lease has run out died with its worker, which counts as a failure.
-- $1 name text[]  $2 leased_by text  $3 lease_s float8
WITH due AS (
    SELECT name, leased_by FROM jobs
    WHERE name = ANY ($1::text[]) AND next_at <= now() AND (lease_until IS NULL OR lease_until < now())
    ORDER BY next_at LIMIT 1
    FOR UPDATE SKIP LOCKED
)
UPDATE jobs SET
    lease_until = now() + make_interval(secs => $3),
    leased_by = $2,
    last_started_at = now(),
    runs = runs + 1,
    failures = failures + (due.leased_by IS NOT NULL)::int,
    last_error = CASE WHEN due.leased_by IS NULL THEN last_error ELSE 'worker_died' END
FROM due WHERE jobs.name = due.name
RETURNING jobs.name, failures, due.leased_by AS died_with
