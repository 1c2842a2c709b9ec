-- read_effect_actions: [read] what these citizens did in a range of days and was not taken back, each one's in order.
-- $1 citizens uuid[]  $2 first day date  $3 last day date  $4 method text, NULL for all
SELECT citizen_id, method, quantity, parameters::text AS parameters, tier, factor_set, day, reduction_g, points
FROM actions
WHERE citizen_id = ANY($1) AND day BETWEEN $2 AND $3 AND ($4::text IS NULL OR method = $4)
  AND NOT EXISTS (SELECT FROM reversals WHERE reversals.citizen_id = actions.citizen_id AND reversals.action_id = actions.id)
ORDER BY citizen_id, method, day, created_at, id
