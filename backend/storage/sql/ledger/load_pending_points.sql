-- load_pending_points: [read] points of these citizens that still wait for a first proven act.
-- $1 citizen_id uuid[]
SELECT p.citizen_id, p.source_id, p.reason, p.points, p.budget_id, p.day
FROM pending_points p
LEFT JOIN pending_point_ends e ON e.citizen_id = p.citizen_id AND e.source_id = p.source_id AND e.reason = p.reason
WHERE p.citizen_id = ANY ($1::uuid[]) AND e.citizen_id IS NULL
ORDER BY p.citizen_id, p.created_at, p.source_id
