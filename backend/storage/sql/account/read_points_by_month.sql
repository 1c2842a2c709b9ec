-- read_points_by_month: [read] points that a citizen earned, spent, was given back and lost, month by month of
-- Asia/Shanghai.
-- $1 citizen_id uuid  $2 from_month date  $3 to_month date (not included)
-- What actions earned stands in their sums, by the day on which they were done, so a month of many actions costs a
-- few rows; the other movements are found by transfers_besides_actions. What waits for a first proven act, or lapsed,
-- stands in those sums and was not earned.
SELECT month, sum(earned)::bigint AS earned, sum(spent)::bigint AS spent, sum(returned)::bigint AS returned,
       sum(expired)::bigint AS expired
FROM (
    SELECT month, points AS earned, 0 AS spent, 0 AS returned, 0 AS expired
    FROM action_sums WHERE citizen_id = $1 AND month >= $2::date AND month < $3::date
    UNION ALL
    SELECT date_trunc('month', joined_at AT TIME ZONE 'Asia/Shanghai')::date, points, 0, 0, 0
    FROM attendances WHERE citizen_id = $1
        AND joined_at >= $2::date::timestamp AT TIME ZONE 'Asia/Shanghai'
        AND joined_at < $3::date::timestamp AT TIME ZONE 'Asia/Shanghai'
    UNION ALL
    SELECT date_trunc('month', created_at AT TIME ZONE 'Asia/Shanghai')::date,
           CASE WHEN reason = 'quiz' THEN points ELSE 0 END,
           CASE WHEN reason = 'redemption' THEN points ELSE 0 END,
           CASE WHEN reason = 'cancellation' THEN points ELSE 0 END,
           CASE WHEN reason = 'expiry' THEN points ELSE 0 END
    FROM transfers WHERE citizen_id = $1 AND reason NOT IN ('action', 'event_join')
        AND created_at >= $2::date::timestamp AT TIME ZONE 'Asia/Shanghai'
        AND created_at < $3::date::timestamp AT TIME ZONE 'Asia/Shanghai'
    UNION ALL
    SELECT date_trunc('month', p.day)::date, -p.points, 0, 0, 0
    FROM pending_points p
    LEFT JOIN pending_point_ends e
        ON e.citizen_id = p.citizen_id AND e.source_id = p.source_id AND e.reason = p.reason
    WHERE p.citizen_id = $1 AND p.reason <> 'quiz' AND e.why IS DISTINCT FROM 'released'
        AND p.day >= $2::date AND p.day < $3::date
        AND NOT EXISTS (SELECT FROM reversals r WHERE r.citizen_id = p.citizen_id AND r.action_id = p.source_id)
) AS movements
GROUP BY month ORDER BY month
