-- read_medal_sums: [read] citizens' actions by method and kind of evidence, over all months.
-- $1 citizen_id uuid[]
SELECT citizen_id, method, is_verified, sum(actions)::bigint AS actions, sum(reduction_g)::bigint AS reduction_g
FROM action_sums WHERE citizen_id = ANY ($1::uuid[]) GROUP BY citizen_id, method, is_verified
