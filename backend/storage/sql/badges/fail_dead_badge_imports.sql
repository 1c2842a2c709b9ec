-- fail_dead_badge_imports: [write] runs whose process has died; they have left nothing.
-- $1 event_id uuid
UPDATE badge_imports SET state = 'failed', why = 'interrupted', rows_done = 0, ended_at = now()
WHERE event_id = $1 AND state IN ('queued', 'running') AND alive_until < now()
RETURNING id
