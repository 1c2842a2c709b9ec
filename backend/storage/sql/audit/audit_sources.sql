-- audit_sources: [read] points of actions, attendances and quizzes against the transfers that paid them, or what waits or
-- waited in their place. What was moved to another account is compared under the account that it leads to.
WITH paid AS (
    SELECT citizen_id, source_id, reason, points FROM transfers WHERE reason IN ('action', 'event_join', 'quiz')
    UNION ALL
    SELECT p.citizen_id, p.source_id, p.reason, p.points
    FROM pending_points p
    LEFT JOIN pending_point_ends e
        ON e.citizen_id = p.citizen_id AND e.source_id = p.source_id AND e.reason = p.reason
    WHERE coalesce(e.why, '') NOT IN ('released', 'merged')
), sources AS (
    SELECT citizen_id, id AS source_id, 'action' AS reason, points::bigint AS points FROM actions WHERE points > 0
    UNION ALL
    SELECT citizen_id, id, 'event_join', points::bigint FROM attendances WHERE points > 0
    UNION ALL
    SELECT citizen_id, id, 'quiz', points::bigint FROM quiz_answers WHERE points > 0
)
SELECT coalesce(s.source_id, t.source_id) AS source_id, coalesce(s.reason, t.reason) AS reason,
       s.points AS owed, t.points AS paid
FROM (
    SELECT coalesce(m.citizen_id, s.citizen_id) AS citizen_id, s.source_id, s.reason, s.points
    FROM sources s LEFT JOIN merged_accounts m ON m.other_id = s.citizen_id
) s
FULL JOIN (
    SELECT coalesce(m.citizen_id, t.citizen_id) AS citizen_id, t.source_id, t.reason, t.points
    FROM paid t LEFT JOIN merged_accounts m ON m.other_id = t.citizen_id
) t ON t.citizen_id = s.citizen_id AND t.source_id = s.source_id AND t.reason = s.reason
WHERE s.points IS DISTINCT FROM t.points
