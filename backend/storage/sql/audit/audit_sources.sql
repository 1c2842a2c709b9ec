-- audit_sources: [read] points of actions, attendances and quizzes against the transfers that paid them, or what waits or
-- waited in their place.
WITH paid AS (
    SELECT citizen_id, source_id, reason, points FROM transfers WHERE reason IN ('action', 'event_join', 'quiz')
    UNION ALL
    SELECT p.citizen_id, p.source_id, p.reason, p.points
    FROM pending_points p
    LEFT JOIN pending_point_ends e
        ON e.citizen_id = p.citizen_id AND e.source_id = p.source_id AND e.reason = p.reason
    WHERE e.why IS DISTINCT FROM 'released'
), sources AS (
    SELECT citizen_id, id AS source_id, 'action' AS reason, points::bigint AS points FROM actions WHERE points > 0
    UNION ALL
    SELECT citizen_id, id, 'event_join', points::bigint FROM attendances WHERE points > 0
    UNION ALL
    SELECT citizen_id, id, 'quiz', points::bigint FROM quiz_answers WHERE points > 0
)
SELECT coalesce(s.source_id, t.source_id) AS source_id, coalesce(s.reason, t.reason) AS reason,
       s.points AS owed, t.points AS paid
FROM sources s
FULL JOIN paid t ON t.citizen_id = s.citizen_id AND t.source_id = s.source_id AND t.reason = s.reason
WHERE s.points IS DISTINCT FROM t.points
