-- read_badges: [read] an event's badges by serial, with whether a citizen has scanned them, filtered as asked.
-- $1 event_id uuid  $2 after int  $3 category text  $4 state text  $5 text, folded text  $6 serial int  $7 alias text
-- $8 limit int
SELECT b.serial, b.category, b.holder_ref, b.label, b.alias, b.created_at, b.revoked_at, b.revoked_why,
       b.reissued_as, a.citizen_id IS NOT NULL AS is_used
FROM badges b
LEFT JOIN attendances a ON a.event_id = b.event_id AND a.badge_serial = b.serial
WHERE b.event_id = $1 AND b.serial > $2
    AND ($3::text IS NULL OR b.category = $3)
    AND ($4::text IS NULL OR (CASE WHEN b.revoked_at IS NOT NULL THEN 'revoked'
         WHEN a.citizen_id IS NOT NULL THEN 'used' ELSE 'free' END) = $4)
    AND ($5::text IS NULL OR b.serial = $6 OR b.alias = $7 OR starts_with(folded_search(b.holder_ref), $5)
         OR strpos(folded_search(b.label), $5) > 0)
ORDER BY b.serial LIMIT $8
