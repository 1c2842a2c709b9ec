-- find_gate_badges: [read] badges by their serial, or by the beginning of what the organiser knows them by.
-- $1 event_id uuid  $2 serial int (null when the query is no number)  $3 beginning, folded text  $4 limit int
SELECT b.serial, b.category, b.label, b.holder_ref, b.revoked_at IS NOT NULL AS is_revoked,
       coalesce(k.is_blocked, false) AS is_blocked, coalesce(p.is_inside, false) AS is_inside
FROM badges b
LEFT JOIN badge_blocks k ON k.event_id = b.event_id AND k.badge_serial = b.serial
LEFT JOIN presence p ON p.event_id = b.event_id AND p.badge_serial = b.serial
WHERE b.event_id = $1
  AND (b.serial = $2 OR starts_with(folded_search(b.label), $3) OR starts_with(folded_search(b.holder_ref), $3))
ORDER BY b.serial = $2 DESC NULLS LAST, b.serial
LIMIT $4
