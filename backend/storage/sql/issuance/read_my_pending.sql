-- read_my_pending: [read] points of a citizen that wait for a first proven act, the oldest first.
-- $1 citizen_id uuid
SELECT p.source_id, p.reason, p.points, p.day, p.lapses_on
FROM pending_points p
LEFT JOIN pending_point_ends e ON e.citizen_id = p.citizen_id AND e.source_id = p.source_id AND e.reason = p.reason
WHERE p.citizen_id = $1 AND e.citizen_id IS NULL
ORDER BY p.created_at, p.source_id
