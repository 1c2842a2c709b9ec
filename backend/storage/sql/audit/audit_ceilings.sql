-- audit_ceilings: [read] days and months of citizens that hold more than the ceilings in force, and acts that do.
-- $1 since date[]  $2 until date[] (the first day on which others hold)  $3 tier text[] (empty: over all)
-- $4 points_per_act bigint[]  $5 points_per_day bigint[]  $6 points_per_month bigint[]  $7 grams_per_day bigint[]
-- $8 grams_per_month bigint[] (null: no limit)  $9 exempt text[] (methods, by commas)  $10 proven_tiers text[]
WITH limits AS (
    SELECT * FROM unnest($1::date[], $2::date[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
                         $8::bigint[], $9::text[])
                  AS l (since, until, tier, points_per_act, points_per_day, points_per_month, grams_per_day,
                        grams_per_month, exempt)
), days AS (
    SELECT a.citizen_id, a.day, l.tier, max(a.points) > l.points_per_act AS is_act_above, l.points_per_day,
           l.points_per_month, l.grams_per_day, l.grams_per_month, sum(a.points) AS points,
           sum(a.reduction_g) AS grams,
           coalesce(sum(a.reduction_g) FILTER (
               WHERE NOT (a.method = ANY(string_to_array(l.exempt, ',')) AND a.tier = ANY($10::text[]))
           ), 0) AS counted_g
    FROM actions a
    JOIN limits l ON a.day >= l.since AND a.day < l.until AND l.tier IN ('', a.tier)
    LEFT JOIN reversals r ON r.citizen_id = a.citizen_id AND r.action_id = a.id
    WHERE r.action_id IS NULL
    GROUP BY a.citizen_id, a.day, l.tier, l.points_per_act, l.points_per_day, l.points_per_month, l.grams_per_day,
             l.grams_per_month
)
SELECT citizen_id, day, 'day' AS period, tier, points, counted_g AS grams FROM days
WHERE points > points_per_day OR counted_g > grams_per_day OR is_act_above
UNION ALL
SELECT citizen_id, date_trunc('month', day)::date, 'month', tier, sum(points), sum(grams) FROM days
GROUP BY citizen_id, date_trunc('month', day), tier
HAVING sum(points) > max(points_per_month) OR sum(grams) > max(grams_per_month)
