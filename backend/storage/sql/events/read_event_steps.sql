-- read_event_steps: [read] the steps of an event with the staff who took them, oldest first.
-- $1 event_id uuid  $2 after id uuid (null: from the first)  $3 limit int
SELECT s.id, s.from_state, s.to_state, s.note, s.at, p.username, p.role
FROM event_steps s
JOIN staff p ON p.id = s.actor
WHERE s.event_id = $1 AND ($2::uuid IS NULL OR s.id > $2)
ORDER BY s.id LIMIT $3
