-- audit_reversals: [read] reversals whose points are not those of their transfers and of what waited, or do not come to
-- those of the action.
WITH taken AS (
    -- Points of an account that was moved are in its transfers; the reversal went along with the action.
    SELECT coalesce(m.citizen_id, returned.citizen_id) AS citizen_id, source_id, sum(points)::bigint AS points FROM (
        SELECT citizen_id, source_id, points FROM transfers WHERE reason = 'reversal'
        UNION ALL
        SELECT p.citizen_id, p.source_id, p.points
        FROM pending_point_ends e
        JOIN pending_points p ON p.citizen_id = e.citizen_id AND p.source_id = e.source_id AND p.reason = e.reason
        WHERE e.why = 'reversed'
    ) returned
    LEFT JOIN merged_accounts m ON m.other_id = returned.citizen_id
    GROUP BY 1, 2
)
SELECT coalesce(r.action_id, t.source_id) AS action_id, a.points AS earned, r.points, r.points_short, t.points AS booked
FROM reversals r
FULL JOIN taken t ON t.citizen_id = r.citizen_id AND t.source_id = r.action_id
LEFT JOIN actions a ON a.citizen_id = r.citizen_id AND a.id = r.action_id
WHERE r.action_id IS NULL OR a.id IS NULL OR r.points <> coalesce(t.points, 0)
   OR r.points + r.points_short <> a.points
