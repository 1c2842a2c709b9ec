-- read_pending_history: [read] all points of a citizen that ever waited for a first proven act, the oldest first.
-- $1 citizen_id uuid
SELECT p.source_id, p.reason, p.points, p.day, p.lapses_on, p.created_at, e.why AS ended_why, e.ended_at
FROM pending_points p
LEFT JOIN pending_point_ends e ON e.citizen_id = p.citizen_id AND e.source_id = p.source_id AND e.reason = p.reason
WHERE p.citizen_id = $1
ORDER BY p.created_at, p.source_id
