-- find_lapsed: [read] points that have waited for long enough, of some citizens.
-- $1 today date  $2 citizens int
SELECT p.citizen_id, array_agg(p.reason) AS reasons, array_agg(p.source_id) AS sources
FROM pending_points p
LEFT JOIN pending_point_ends e ON e.citizen_id = p.citizen_id AND e.source_id = p.source_id AND e.reason = p.reason
WHERE p.lapses_on <= $1 AND e.citizen_id IS NULL
GROUP BY p.citizen_id
ORDER BY p.citizen_id
LIMIT $2
