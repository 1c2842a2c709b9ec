-- find_held_offset: [read] whose offset is held at an event, by the attendance.
-- $1 event_id uuid  $2 attendance_id uuid
SELECT a.citizen_id, c.kind IS NOT DISTINCT FROM 'child' AS is_child
FROM attendances a
JOIN offset_waits w ON w.event_id = a.event_id AND w.citizen_id = a.citizen_id AND w.held_for IS NOT NULL
LEFT JOIN companions c ON c.event_id = a.event_id AND c.companion_id = a.citizen_id
WHERE a.event_id = $1 AND a.id = $2 AND NOT EXISTS (
    SELECT FROM offset_wait_ends e
    WHERE e.event_id = w.event_id AND e.citizen_id = w.citizen_id AND e.sequence = w.sequence
)
