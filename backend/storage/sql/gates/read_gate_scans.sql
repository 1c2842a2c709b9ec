-- read_gate_scans: [read] scans at an event's gates, those that arrived last first; of a badge also those of the badges
-- that it replaced or that replaced it, and why staff let one pass that a gate had refused.
-- $1 event_id uuid  $2 gate int  $3 device_id uuid  $4 result text  $5 badge_serial int  $6 from timestamptz
-- $7 to timestamptz (all of them null for any)  $8 received before timestamptz  $9 id before uuid (null at first)
-- $10 limit int
WITH chain AS (
    SELECT b.serial FROM badges asked
    JOIN badges b ON b.event_id = $1 AND (b.serial = coalesce(asked.first_serial, asked.serial)
                                          OR b.first_serial = coalesce(asked.first_serial, asked.serial))
    WHERE asked.event_id = $1 AND asked.serial = $5
)
SELECT s.id, s.device_id, d.name AS device_name, s.gate, s.badge_serial, b.category, s.direction, s.result,
       s.is_admitted, s.is_offline, s.device_at, s.scanned_at, s.received_at, s.annulled_at,
       o.refused_scan, o.refusal, o.reason, o.note, o.made_by,
       CASE WHEN b.reissued_as IS NOT NULL THEN (
           SELECT max(c.serial) FROM badges c
           WHERE c.event_id = b.event_id AND c.first_serial = coalesce(b.first_serial, b.serial)) END AS replaced_by
FROM gate_scans s
LEFT JOIN devices d ON d.id = s.device_id
LEFT JOIN gate_overrides o ON o.event_id = s.event_id AND o.scan_id = s.id
LEFT JOIN badges b ON b.event_id = s.event_id AND b.serial = s.badge_serial
WHERE s.event_id = $1
  AND ($2::int IS NULL OR s.gate = $2) AND ($3::uuid IS NULL OR s.device_id = $3)
  AND ($4::text IS NULL OR s.result = $4) AND ($5::int IS NULL OR s.badge_serial IN (SELECT serial FROM chain))
  AND ($6::timestamptz IS NULL OR s.scanned_at >= $6) AND ($7::timestamptz IS NULL OR s.scanned_at < $7)
  AND ($8::timestamptz IS NULL OR (s.received_at, s.id) < ($8, $9::uuid))
ORDER BY s.received_at DESC, s.id DESC
LIMIT $10
