-- read_held_offsets: [read] offsets of an event that wait until staff have looked, by attendance, oldest first.
-- $1 event_id uuid  $2 after uuid  $3 rows int
SELECT a.id AS attendance_id, a.badge_serial, b.category, c.kind AS companion_kind, w.asked_grams AS asked_g,
       coalesce(o.grams, 0) AS has_g, f.total_g AS footprint_g, f.journey, f.body,
       w.joined_at
FROM offset_waits w
JOIN current_attendances a ON a.event_id = w.event_id AND a.citizen_id = w.citizen_id
JOIN footprints f ON f.event_id = a.event_id AND f.digest = a.footprint_digest
LEFT JOIN badges b ON b.event_id = a.event_id AND b.serial = a.badge_serial
LEFT JOIN companions c ON c.event_id = a.event_id AND c.companion_id = a.citizen_id
LEFT JOIN current_offsets o ON o.event_id = a.event_id AND o.citizen_id = a.citizen_id
WHERE w.event_id = $1 AND a.id > $2 AND w.held_for IS NOT NULL AND NOT EXISTS (
    SELECT FROM offset_wait_ends e
    WHERE e.event_id = w.event_id AND e.citizen_id = w.citizen_id AND e.sequence = w.sequence
)
ORDER BY a.id LIMIT $3
