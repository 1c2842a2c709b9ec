-- read_bundle_badges: [read] what a device must know of badges to decide without us; all of them, or what changed
-- since.
-- $1 event_id uuid  $2 since timestamptz (null: all)
SELECT b.serial, b.category, b.alias, b.revoked_at IS NOT NULL AS is_revoked,
       coalesce(k.is_blocked, false) AS is_blocked, coalesce(p.is_inside, false) AS is_inside
FROM badges b
LEFT JOIN badge_blocks k ON k.event_id = b.event_id AND k.badge_serial = b.serial
LEFT JOIN presence p ON p.event_id = b.event_id AND p.badge_serial = b.serial
WHERE b.event_id = $1
  AND ($2::timestamptz IS NULL OR b.created_at >= $2 OR b.revoked_at >= $2 OR k.changed_at >= $2
       OR p.changed_at >= $2 OR b.alias_changed_at >= $2)
ORDER BY b.serial
