-- end_badge_import: [write] a run's badges are there; nothing comes back when the run was given up meanwhile.
-- $1 event_id uuid  $2 id uuid  $3 attempt int  $4 serial_from int  $5 serial_to int
UPDATE badge_imports SET state = 'done', rows_done = rows_total, serial_from = $4, serial_to = $5, ended_at = now()
WHERE event_id = $1 AND id = $2 AND attempt = $3 AND state IN ('queued', 'running')
RETURNING id
