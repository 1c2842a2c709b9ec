-- find_active_citizens: [read] of the next citizens in order of their ids, those who logged an action in a month, and
-- the last id looked at. So a chunk reads as much whether many or few were active.
-- $1 month date  $2 last citizen_id uuid  $3 citizens to look at int
WITH next AS (
    SELECT id FROM citizens WHERE id > $2 ORDER BY id LIMIT $3
)
SELECT max(id::text)::uuid AS last, array_agg(id) FILTER (WHERE EXISTS (
    SELECT FROM action_sums s WHERE s.citizen_id = next.id AND s.month = $1 AND s.actions > 0
)) AS active
FROM next
