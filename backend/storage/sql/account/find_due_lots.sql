-- find_due_lots: [read] citizens with points that ran out, a chunk in the order of the index.
-- $1 today date  $2 after_expires_on date  $3 after_citizen_id uuid (the last row of the chunk before)  $4 rows_max int
SELECT expires_on, citizen_id FROM lots
WHERE points > 0 AND expires_on <= $1 AND (expires_on, citizen_id) > ($2::date, $3::uuid)
ORDER BY expires_on, citizen_id LIMIT $4
