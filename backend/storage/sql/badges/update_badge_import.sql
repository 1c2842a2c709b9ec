-- update_badge_import: [write] record how far an import has come, and that it is alive; returns nothing when it was
-- given up.
-- $1 event_id uuid  $2 id uuid  $3 attempt int  $4 state text  $5 rows_done int  $6 alive_s int
UPDATE badge_imports SET state = $4, rows_done = $5, alive_until = now() + $6::int * interval '1 second'
WHERE event_id = $1 AND id = $2 AND attempt = $3 AND state IN ('queued', 'running')
RETURNING id
