-- end_waits: [write] take people who are erased out of every line for offsets. Their accounts are locked before, so
-- that no batch is just settling them.
-- $1 citizen_id uuid[]  $2 ended_at timestamptz
INSERT INTO offset_wait_ends (event_id, citizen_id, sequence, why, ended_at)
SELECT w.event_id, w.citizen_id, w.sequence, 'erased', $2
FROM attendances a JOIN offset_waits w ON w.event_id = a.event_id AND w.citizen_id = a.citizen_id
WHERE a.citizen_id = ANY ($1::uuid[]) AND NOT EXISTS (
    SELECT FROM offset_wait_ends e
    WHERE e.event_id = w.event_id AND e.citizen_id = w.citizen_id AND e.sequence = w.sequence
)
