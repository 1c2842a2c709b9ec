-- load_personal_reductions: for each citizen the oldest reductions with evidence that are neither claimed nor reversed.
-- $1 citizen_id uuid[]  $2 actions_max int[]
SELECT asked.citizen_id, personal.id, personal.reduction_g
FROM unnest($1::uuid[], $2::int[]) AS asked (citizen_id, actions_max)
CROSS JOIN LATERAL (
    SELECT a.id, a.day, a.reduction_g FROM actions a
    WHERE a.citizen_id = asked.citizen_id AND a.tier <> 'E5' AND a.reduction_g > 0
      AND NOT EXISTS (SELECT FROM claims c WHERE c.citizen_id = a.citizen_id AND c.action_id = a.id)
      AND NOT EXISTS (SELECT FROM reversals r WHERE r.citizen_id = a.citizen_id AND r.action_id = a.id)
    ORDER BY a.day, a.id LIMIT asked.actions_max
) AS personal
ORDER BY asked.citizen_id, personal.day, personal.id
