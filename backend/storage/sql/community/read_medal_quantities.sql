-- read_medal_quantities: [read] how much citizens did by methods, in the methods' units, with evidence E1–E4.
-- $1 citizen_id uuid[]  $2 method text[]
SELECT a.citizen_id, a.method, sum(a.credited_quantity) AS quantity FROM actions a
WHERE a.citizen_id = ANY ($1::uuid[]) AND a.method = ANY ($2::text[]) AND a.tier <> 'E5' AND a.quantity IS NOT NULL
  AND NOT EXISTS (SELECT FROM reversals r WHERE r.citizen_id = a.citizen_id AND r.action_id = a.id)
GROUP BY a.citizen_id, a.method
