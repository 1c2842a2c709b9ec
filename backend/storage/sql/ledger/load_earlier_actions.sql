-- load_earlier_actions: [read] a citizen's actions of a day, and those of one method since its caps' periods began.
-- $1 citizen_id uuid[]  $2 method text[]  $3 day date[]  $4 first_day date[]
SELECT a.citizen_id, a.id, a.method, a.day, a.quantity, a.credited_quantity, a.parameters, a.tier, a.occurred_at,
       a.ended_at, a.reduction_g, a.scene_kind, r.action_id IS NOT NULL AS is_reversed
FROM unnest($1::uuid[], $2::text[], $3::date[], $4::date[]) AS asked (citizen_id, method, day, first_day)
JOIN actions a ON a.citizen_id = asked.citizen_id AND a.day >= asked.first_day
    AND (a.day = asked.day OR a.method = asked.method)
LEFT JOIN reversals r ON r.citizen_id = a.citizen_id AND r.action_id = a.id
