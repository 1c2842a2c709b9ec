-- read_gate_day_badges: [read] by day in Asia/Shanghai, how many holders of badges were let in, each once: a badge and
-- what replaced it are one holder's.
-- $1 event_id uuid
SELECT (s.scanned_at AT TIME ZONE 'Asia/Shanghai')::date AS day,
       count(DISTINCT coalesce(b.first_serial, s.badge_serial)) AS badges
FROM gate_scans s LEFT JOIN badges b ON b.event_id = s.event_id AND b.serial = s.badge_serial
WHERE s.event_id = $1 AND s.is_admitted AND s.annulled_at IS NULL AND s.direction = 'entry'
GROUP BY 1
