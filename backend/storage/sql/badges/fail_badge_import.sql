-- fail_badge_import: [write] a run ended without any badge.
-- $1 event_id uuid  $2 id uuid  $3 attempt int  $4 why text  $5 errors jsonb  $6 errors_total int
UPDATE badge_imports SET state = 'failed', why = $4, rows_done = 0, errors = $5::jsonb, errors_total = $6,
    ended_at = now()
WHERE event_id = $1 AND id = $2 AND attempt = $3 AND state IN ('queued', 'running')
RETURNING id
