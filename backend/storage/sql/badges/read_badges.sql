-- read_badges: [read] an event's badges by serial, with whether a citizen has scanned them or what they replaced,
-- and what replaced them, filtered as asked; the serial of one that was replaced finds the newest as well.
-- $1 event_id uuid  $2 after int  $3 category text  $4 state text  $5 text, folded text  $6 serial int  $7 alias text
-- $8 limit int
WITH newest AS (
    SELECT max(c.serial) AS serial FROM badges asked
    JOIN badges c ON c.event_id = $1 AND c.first_serial = coalesce(asked.first_serial, asked.serial)
    WHERE asked.event_id = $1 AND asked.serial = $6 AND asked.reissued_as IS NOT NULL
)
SELECT b.serial, b.category, b.holder_ref, b.label, b.alias, b.created_at, b.revoked_at, b.revoked_why,
       b.reissued_as, a.citizen_id IS NOT NULL AS is_used, EXISTS (
           SELECT FROM guests g WHERE g.event_id = b.event_id AND g.badge_serial = coalesce(b.holder_serial, b.serial)
               AND g.ended_at IS NULL AND g.bound_at IS NOT NULL) AS is_held_by_guest,
       CASE WHEN b.reissued_as IS NOT NULL THEN (
           SELECT max(c.serial) FROM badges c
           WHERE c.event_id = b.event_id AND c.first_serial = coalesce(b.first_serial, b.serial)) END AS replaced_by,
       (SELECT old.serial FROM badges old
        WHERE old.event_id = b.event_id AND old.reissued_as = b.serial AND b.first_serial IS NOT NULL) AS replaces
FROM badges b
CROSS JOIN newest
LEFT JOIN attendances a ON a.event_id = b.event_id AND a.badge_serial = coalesce(b.holder_serial, b.serial)
WHERE b.event_id = $1 AND b.serial > $2
    AND ($3::text IS NULL OR b.category = $3)
    AND ($4::text IS NULL OR (CASE WHEN b.revoked_at IS NOT NULL THEN 'revoked'
         WHEN a.citizen_id IS NOT NULL THEN 'used' ELSE 'free' END) = $4)
    AND ($5::text IS NULL OR b.serial = $6 OR b.serial = newest.serial OR b.alias = $7
         OR starts_with(folded_search(b.holder_ref), $5) OR strpos(folded_search(b.label), $5) > 0)
ORDER BY b.serial LIMIT $8
