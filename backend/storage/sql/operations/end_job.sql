-- end_job: [write] release a job's lease and record how it went; due again at its time, or now when it was requested
-- meanwhile.
-- $1 name text  $2 leased_by text  $3 next_at timestamptz  $4 result jsonb  $5 error text, null for a success
UPDATE jobs SET
    lease_until = NULL,
    leased_by = NULL,
    last_ended_at = now(),
    last_result = coalesce($4::jsonb, last_result),
    last_error = $5::text,
    failures = CASE WHEN $5::text IS NULL THEN 0 ELSE failures + 1 END,
    next_at = CASE WHEN wanted_at > last_started_at THEN now() ELSE $3::timestamptz END
WHERE name = $1 AND leased_by = $2
RETURNING name
