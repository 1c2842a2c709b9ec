-- load_used_actions: earlier actions that count towards caps.
-- $1 citizen_id uuid[]  $2 method text[]  $3 first_day date[]
SELECT a.citizen_id, a.method, a.day, a.credited_quantity, a.parameters
FROM unnest($1::uuid[], $2::text[], $3::date[]) AS asked (citizen_id, method, first_day)
JOIN actions a ON a.citizen_id = asked.citizen_id AND a.method = asked.method AND a.day >= asked.first_day
WHERE a.credited_quantity > 0
