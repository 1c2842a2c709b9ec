-- read_bundle_badges: [read] what a device must know of badges to decide without us; all of them, or what changed
-- since. A badge that is replaced changes with every further replacement: it leads to the newest.
-- $1 event_id uuid  $2 since timestamptz (null: all)
SELECT b.serial, b.category, b.alias, b.revoked_at IS NOT NULL AS is_revoked,
       coalesce(k.is_blocked, false) AS is_blocked, coalesce(p.is_inside, false) AS is_inside, p.since,
       newest.serial AS replaced_by
FROM badges b
LEFT JOIN badge_blocks k ON k.event_id = b.event_id AND k.badge_serial = coalesce(b.first_serial, b.serial)
LEFT JOIN presence p ON p.event_id = b.event_id AND p.badge_serial = coalesce(b.first_serial, b.serial)
LEFT JOIN LATERAL (
    SELECT c.serial, c.created_at FROM badges c
    WHERE b.reissued_as IS NOT NULL AND c.event_id = b.event_id
      AND c.first_serial = coalesce(b.first_serial, b.serial)
    ORDER BY c.serial DESC LIMIT 1
) AS newest ON true
WHERE b.event_id = $1
  AND ($2::timestamptz IS NULL OR b.created_at >= $2 OR b.revoked_at >= $2 OR k.changed_at >= $2
       OR p.changed_at >= $2 OR b.alias_changed_at >= $2 OR newest.created_at >= $2)
ORDER BY b.serial
