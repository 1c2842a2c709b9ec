-- read_gate_scans: [read] scans at an event's gates, those that arrived last first.
-- $1 event_id uuid  $2 gate int  $3 device_id uuid  $4 result text  $5 badge_serial int  $6 from timestamptz
-- $7 to timestamptz (all of them null for any)  $8 received before timestamptz  $9 id before uuid (null at first)
-- $10 limit int
SELECT s.id, s.device_id, d.name AS device_name, s.gate, s.badge_serial, b.category, s.direction, s.result,
       s.is_admitted, s.is_offline, s.device_at, s.scanned_at, s.received_at, s.annulled_at
FROM gate_scans s
LEFT JOIN devices d ON d.id = s.device_id
LEFT JOIN badges b ON b.event_id = s.event_id AND b.serial = s.badge_serial
WHERE s.event_id = $1
  AND ($2::int IS NULL OR s.gate = $2) AND ($3::uuid IS NULL OR s.device_id = $3)
  AND ($4::text IS NULL OR s.result = $4) AND ($5::int IS NULL OR s.badge_serial = $5)
  AND ($6::timestamptz IS NULL OR s.scanned_at >= $6) AND ($7::timestamptz IS NULL OR s.scanned_at < $7)
  AND ($8::timestamptz IS NULL OR (s.received_at, s.id) < ($8, $9::uuid))
ORDER BY s.received_at DESC, s.id DESC
LIMIT $10
