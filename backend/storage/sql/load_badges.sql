-- load_badges: badges by event and serial.
-- $1 event_id uuid[]  $2 serial int[]
SELECT b.event_id, b.serial, b.category, b.revoked_at IS NOT NULL AS is_revoked
FROM unnest($1::uuid[], $2::int[]) AS asked (event_id, serial)
JOIN badges b ON b.event_id = asked.event_id AND b.serial = asked.serial
