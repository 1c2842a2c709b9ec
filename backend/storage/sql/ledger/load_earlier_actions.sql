-- load_earlier_actions: [read] a citizen's actions of a day, those of one method since its caps' periods began, and one
-- row without id for each tier: what the actions of the calendar month brought that were not reversed.
-- $1 citizen_id uuid[]  $2 method text[]  $3 day date[]  $4 first_day date[]
SELECT a.citizen_id, a.id, a.method, a.day, a.quantity, a.credited_quantity, a.parameters, a.tier, a.occurred_at,
       a.ended_at, a.reduction_g, a.points::bigint AS points, a.scene_kind, r.action_id IS NOT NULL AS is_reversed
FROM unnest($1::uuid[], $2::text[], $3::date[], $4::date[]) AS asked (citizen_id, method, day, first_day)
JOIN actions a ON a.citizen_id = asked.citizen_id AND a.day >= asked.first_day
    AND (a.day = asked.day OR a.method = asked.method)
LEFT JOIN reversals r ON r.citizen_id = a.citizen_id AND r.action_id = a.id
UNION ALL
SELECT asked.citizen_id, NULL, NULL, asked.month, NULL, NULL, NULL, a.tier, NULL, NULL,
       sum(a.reduction_g)::bigint, sum(a.points)::bigint, NULL, false
FROM (SELECT DISTINCT citizen_id, date_trunc('month', day)::date AS month
      FROM unnest($1::uuid[], $3::date[]) AS days (citizen_id, day)) AS asked
JOIN actions a ON a.citizen_id = asked.citizen_id AND a.day >= asked.month
    AND a.day < (asked.month + interval '1 month')::date
LEFT JOIN reversals r ON r.citizen_id = a.citizen_id AND r.action_id = a.id
WHERE r.action_id IS NULL
GROUP BY asked.citizen_id, asked.month, a.tier
