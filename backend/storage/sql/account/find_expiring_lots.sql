-- find_expiring_lots: [read] points that will run out within some days, a chunk in the order of the index.
-- $1 today date  $2 last_day date  $3 after_expires_on date  $4 after_citizen_id uuid (the last row of the chunk before)
-- $5 rows_max int
SELECT expires_on, citizen_id, points FROM lots
WHERE points > 0 AND expires_on > $1 AND expires_on <= $2 AND (expires_on, citizen_id) > ($3::date, $4::uuid)
ORDER BY expires_on, citizen_id LIMIT $5
