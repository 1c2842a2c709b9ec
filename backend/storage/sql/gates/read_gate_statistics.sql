-- read_gate_statistics: [read] scans of an event in all, by gate, by device, by category of badge, by day in
-- Asia/Shanghai, and by minute since an instant.
-- $1 event_id uuid  $2 minutes since timestamptz
SELECT grouping(s.gate) = 0 AS is_gate, grouping(s.device_id) = 0 AS is_device, grouping(b.category) = 0 AS is_category,
       grouping(date_trunc('minute', s.scanned_at)) = 0 AS is_minute,
       grouping((s.scanned_at AT TIME ZONE 'Asia/Shanghai')::date) = 0 AS is_day,
       s.gate, s.device_id, b.category, (s.scanned_at AT TIME ZONE 'Asia/Shanghai')::date AS day,
       date_trunc('minute', s.scanned_at) AS minute,
       count(*) FILTER (WHERE s.is_admitted AND s.annulled_at IS NULL AND s.direction = 'entry') AS entered,
       count(*) FILTER (WHERE s.is_admitted AND s.annulled_at IS NULL AND s.direction = 'exit') AS exited,
       count(*) FILTER (WHERE NOT s.is_admitted) AS refused,
       count(*) FILTER (WHERE s.is_admitted AND s.result NOT IN ('ok', 'overridden')) AS conflicts,
       count(*) FILTER (WHERE s.annulled_at IS NOT NULL) AS annulled
FROM gate_scans s LEFT JOIN badges b ON b.event_id = s.event_id AND b.serial = s.badge_serial
WHERE s.event_id = $1
GROUP BY GROUPING SETS ((), (s.gate), (s.device_id), (b.category), (date_trunc('minute', s.scanned_at)),
                        ((s.scanned_at AT TIME ZONE 'Asia/Shanghai')::date))
HAVING grouping(date_trunc('minute', s.scanned_at)) = 1 OR date_trunc('minute', s.scanned_at) >= $2
ORDER BY s.gate, s.device_id, b.category, day, minute
