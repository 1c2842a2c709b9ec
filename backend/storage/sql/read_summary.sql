-- read_summary: a citizen's actions by method and kind of evidence.
-- $1 citizen_id uuid
SELECT method, tier = 'E5' AS is_self_declared, count(*) AS actions, sum(reduction_g)::bigint AS reduction_g,
       sum(points)::bigint AS points
FROM actions WHERE citizen_id = $1 GROUP BY method, is_self_declared ORDER BY method
