-- read_liability: [read] points that are outstanding, by the day they run out; a null day is what waits for proven acts.
-- $1 today date
SELECT expires_on, sum(points)::bigint AS points FROM lots WHERE points > 0 AND expires_on > $1 GROUP BY expires_on
UNION ALL
SELECT NULL, coalesce(sum(p.points), 0)::bigint
FROM pending_points p
LEFT JOIN pending_point_ends e ON e.citizen_id = p.citizen_id AND e.source_id = p.source_id AND e.reason = p.reason
WHERE e.citizen_id IS NULL
ORDER BY 1
