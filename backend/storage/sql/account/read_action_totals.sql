-- read_action_totals: [read] a citizen's actions by method and kind of evidence, reversed ones taken off.
-- $1 citizen_id uuid
SELECT method, is_verified, sum(actions)::bigint AS actions, sum(reduction_g)::bigint AS reduction_g,
       sum(points)::bigint AS points
FROM action_sums WHERE citizen_id = $1 GROUP BY method, is_verified HAVING sum(actions) > 0 ORDER BY method
