-- read_living_indicators: [read] low-carbon acts of daily life by method, without those taken back.
SELECT a.method, count(*) AS actions, count(DISTINCT a.citizen_id) AS people,
       coalesce(sum(a.reduction_g) FILTER (WHERE a.tier <> 'E5'), 0)::bigint AS reduction_g,
       coalesce(sum(a.reduction_g) FILTER (WHERE a.tier = 'E5'), 0)::bigint AS self_declared_g,
       coalesce(sum(a.points), 0)::bigint AS points
FROM actions a LEFT JOIN reversals r ON r.citizen_id = a.citizen_id AND r.action_id = a.id
WHERE a.state = 'posted' AND r.id IS NULL
GROUP BY a.method ORDER BY a.method
