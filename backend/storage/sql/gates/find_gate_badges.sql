-- find_gate_badges: [read] badges by their serial, or by the beginning of what the organiser knows them by. The serial of
-- a badge that was replaced finds the one that is good now as well, and that one first.
-- $1 event_id uuid  $2 serial int (null when the query is no number)  $3 beginning, folded text  $4 limit int
WITH asked AS (
    SELECT serial, coalesce(first_serial, serial) AS chain FROM badges
    WHERE event_id = $1 AND serial = $2 AND reissued_as IS NOT NULL
), newest AS (
    SELECT max(b.serial) AS serial FROM asked JOIN badges b ON b.event_id = $1 AND b.first_serial = asked.chain
)
SELECT b.serial, b.category, b.label, b.holder_ref, b.revoked_at IS NOT NULL AS is_revoked,
       coalesce(k.is_blocked, false) AS is_blocked, coalesce(p.is_inside, false) AS is_inside,
       CASE WHEN b.reissued_as IS NOT NULL THEN (
           SELECT max(c.serial) FROM badges c
           WHERE c.event_id = b.event_id AND c.first_serial = coalesce(b.first_serial, b.serial)) END AS replaced_by,
       CASE WHEN b.serial = newest.serial THEN $2::int END AS found_by
FROM badges b
CROSS JOIN newest
LEFT JOIN badge_blocks k ON k.event_id = b.event_id AND k.badge_serial = coalesce(b.first_serial, b.serial)
LEFT JOIN presence p ON p.event_id = b.event_id AND p.badge_serial = coalesce(b.first_serial, b.serial)
WHERE b.event_id = $1
  AND (b.serial = $2 OR b.serial = newest.serial OR starts_with(folded_search(b.label), $3)
       OR starts_with(folded_search(b.holder_ref), $3))
ORDER BY b.serial = newest.serial DESC NULLS LAST, b.serial = $2 DESC NULLS LAST, b.serial
LIMIT $4
