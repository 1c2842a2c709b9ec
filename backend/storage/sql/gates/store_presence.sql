-- store_presence: [write] say again of chains of badges whether their holder is inside: after the last admitted scan of
-- any of the chain's badges that was not annulled.
-- $1 event_id uuid  $2 first serial int[]  $3 now timestamptz
INSERT INTO presence (event_id, badge_serial, is_inside, since, last_scan, changed_at)
SELECT $1, asked.chain, coalesce(last.direction = 'entry', false), coalesce(last.scanned_at, $3), last.id, $3
FROM unnest($2::int[]) AS asked (chain)
LEFT JOIN LATERAL (
    SELECT found.id, found.direction, found.scanned_at
    FROM (
        SELECT asked.chain AS serial
        UNION ALL
        SELECT b.serial FROM badges b WHERE b.event_id = $1 AND b.first_serial = asked.chain
    ) AS badge
    CROSS JOIN LATERAL (
        SELECT s.id, s.direction, s.scanned_at FROM gate_scans s
        WHERE s.event_id = $1 AND s.badge_serial = badge.serial AND s.is_admitted AND s.annulled_at IS NULL
        ORDER BY s.scanned_at DESC, s.id DESC LIMIT 1
    ) AS found
    ORDER BY found.scanned_at DESC, found.id DESC LIMIT 1
) AS last ON true
ON CONFLICT (event_id, badge_serial) DO UPDATE
SET is_inside = excluded.is_inside, since = excluded.since, last_scan = excluded.last_scan,
    changed_at = excluded.changed_at
