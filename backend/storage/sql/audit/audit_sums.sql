-- audit_sums: [read] sums by month against the actions that were not taken back.
WITH facts AS (
    SELECT a.citizen_id, date_trunc('month', a.day)::date AS month, a.method, a.tier <> 'E5' AS is_verified,
           count(*) AS actions, sum(a.reduction_g) AS reduction_g, sum(a.points) AS points
    FROM actions a
    LEFT JOIN reversals r ON r.citizen_id = a.citizen_id AND r.action_id = a.id
    WHERE r.action_id IS NULL
    GROUP BY 1, 2, 3, 4
)
SELECT coalesce(f.citizen_id, s.citizen_id) AS citizen_id, coalesce(f.month, s.month) AS month,
       coalesce(f.method, s.method) AS method, f.reduction_g, s.reduction_g AS told_g, f.actions, s.actions AS told
FROM facts f
FULL JOIN action_sums s ON s.citizen_id = f.citizen_id AND s.month = f.month AND s.method = f.method
    AND s.is_verified = f.is_verified
WHERE (coalesce(f.actions, 0), coalesce(f.reduction_g, 0), coalesce(f.points, 0))
   IS DISTINCT FROM (coalesce(s.actions, 0), coalesce(s.reduction_g, 0), coalesce(s.points, 0))
