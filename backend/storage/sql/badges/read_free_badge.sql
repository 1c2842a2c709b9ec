-- read_free_badge: [read] one badge of an event that no citizen has scanned and no guest holds, by chance.
-- $1 event_id uuid
SELECT b.serial FROM badges b
LEFT JOIN attendances a ON a.event_id = b.event_id AND a.badge_serial = coalesce(b.holder_serial, b.serial)
WHERE b.event_id = $1 AND a.id IS NULL AND b.revoked_at IS NULL
    AND NOT EXISTS (SELECT FROM guests g WHERE g.event_id = b.event_id AND g.badge_serial = b.serial AND g.ended_at IS NULL)
ORDER BY random() LIMIT 1
